"""An instance that waits: its model, what is done until it waits, what is open then, what is done after, and the trace of all that."""

from dataclasses import dataclass

from tests.engine.factories import flows, model, user_task


@dataclass(frozen=True)
class Case:
    """An instance; acts are words, see `acts`. Names of messages and signals are the case's own, as all stand in one database."""

    name: str
    inside: str
    arrive: str
    open: str
    finish: str
    trace: str
    before: str = ""

    @property
    def file(self) -> bytes:
        """Its model."""
        return model(self.inside, key=self.name, before=self.before)


def event(kind: str, name: str) -> str:
    """What defines an event by a reference."""
    return f'<bpmn:{kind}EventDefinition {kind}Ref="{kind}_{name}"/>'


def named(kind: str, name: str) -> str:
    """A message, signal or error with a name."""
    code = f' errorCode="{name}"' if kind == "error" else ""
    return f'<bpmn:{kind} id="{kind}_{name}" name="{name}"{code}/>'


def after(time: str, word: str = "timeDuration") -> str:
    """What defines a timer."""
    return f"<bpmn:timerEventDefinition><bpmn:{word}>{time}</bpmn:{word}></bpmn:timerEventDefinition>"


def catch(name: str, definition: str, attributes: str = "") -> str:
    """An intermediate catch event."""
    return f'<bpmn:intermediateCatchEvent id="{name}" {attributes}>{definition}</bpmn:intermediateCatchEvent>'


def on(name: str, activity: str, definition: str, *, interrupting: bool = False) -> str:
    """A boundary event."""
    kept = str(interrupting).lower()
    return f'<bpmn:boundaryEvent id="{name}" attachedToRef="{activity}" cancelActivity="{kept}">{definition}</bpmn:boundaryEvent>'


def sub(name: str, inside: str, attributes: str = "", kind: str = "subProcess") -> str:
    """A subprocess."""
    return f'<bpmn:{kind} id="{name}" {attributes}>{inside}</bpmn:{kind}>'


def handler(name: str, inside: str) -> str:
    """An event subprocess that begins with what is inside, then lets a person answer."""
    return sub(f"{name}_handler", inside + user_task(f"{name}_answer") + flows(f"{name} {name}_answer"), 'triggeredByEvent="true"')


def undoable(activity: str) -> str:
    """A task with one that undoes it."""
    event = f'<bpmn:boundaryEvent id="on_{activity}" attachedToRef="{activity}"><bpmn:compensateEventDefinition/></bpmn:boundaryEvent>'
    joined = f'<bpmn:association id="undoes_{activity}" sourceRef="on_{activity}" targetRef="undo_{activity}"/>'
    return user_task(activity) + event + joined + user_task(f"undo_{activity}", 'isForCompensation="true"')


CONDITION = "<bpmn:conditionalEventDefinition><bpmn:condition>= {} = true</bpmn:condition></bpmn:conditionalEventDefinition>"
EACH = '<bpmn:multiInstanceLoopCharacteristics {} camunda:collection="{}" camunda:elementVariable="item"/>'
LOOP = (
    '<bpmn:standardLoopCharacteristics loopMaximum="3"><bpmn:loopCondition>= true</bpmn:loopCondition></bpmn:standardLoopCharacteristics>'
)
WORK = '<bpmn:startEvent id="in"/>' + user_task("work") + '<bpmn:endEvent id="out"/>' + flows("in work out")
ONE = flows("start it end")
FORK = '<bpmn:parallelGateway id="fork"/>' + "".join(user_task(name) for name in "abc")
MANY = user_task("it", inside=EACH.format("", "many"))
TRIP = undoable("book") + undoable("pay") + user_task("decide")
