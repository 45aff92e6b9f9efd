"""What start, end, intermediate and boundary events and receive tasks wait for or do, read from their event definitions."""

from collections.abc import Callable
from typing import Final

from engine.parsing.elements import SENDERS
from engine.parsing.event_facts import Event, EventKind, Timer, TimerKind
from engine.parsing.markup import Node, bpmn, camunda, children, flag, local, text_of
from engine.parsing.messages import message_event, signal_event
from engine.parsing.several import attached, several
from engine.parsing.source import Source, is_expression
from engine.parsing.timers import is_valid

_TIMER_KINDS: Final[dict[str, TimerKind]] = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}

#: The place of a start event inside an event subprocess, which is unlike all other starts.
EVENT_SUBPROCESS_START: Final = "eventSubProcessStart"

#: Which event definitions each kind of element can hold here; the rest is refused.
EVENTS: Final[dict[str, frozenset[EventKind]]] = {
    "startEvent": frozenset({"none", "message", "signal", "timer", "conditional", "multiple"}),
    EVENT_SUBPROCESS_START: frozenset(
        {"timer", "message", "signal", "error", "escalation", "conditional", "compensation", "multiple", "parallelMultiple"}
    ),
    "endEvent": frozenset({"none", "message", "signal", "error", "escalation", "terminate", "compensation", "cancel", "multiple"}),
    "intermediateCatchEvent": frozenset({"timer", "message", "signal", "conditional", "link", "multiple", "parallelMultiple"}),
    "intermediateThrowEvent": frozenset({"none", "message", "signal", "escalation", "link", "compensation", "multiple"}),
    "boundaryEvent": frozenset(
        {"timer", "message", "signal", "error", "escalation", "conditional", "compensation", "cancel", "multiple", "parallelMultiple"}
    ),
}
#: What a multi-instance activity can throw to the events attached to it when an instance ends.
LOOP_EVENTS: Final[frozenset[EventKind]] = frozenset({"signal", "escalation", "error"})
_KIND_OF: Final[dict[str, EventKind]] = {
    "timerEventDefinition": "timer",
    "messageEventDefinition": "message",
    "errorEventDefinition": "error",
    "terminateEventDefinition": "terminate",
    "escalationEventDefinition": "escalation",
    "conditionalEventDefinition": "conditional",
    "linkEventDefinition": "link",
    "signalEventDefinition": "signal",
    "compensateEventDefinition": "compensation",
    "cancelEventDefinition": "cancel",
}

#: What happens when an activity or scope is over or ends it, and so cannot leave it alone; with the code of the refusal.
_ENDING: Final[dict[EventKind, str]] = {
    "error": "error_event_must_interrupt",
    "cancel": "cancel_event_must_interrupt",
    "compensation": "compensation_event_must_interrupt",
}


def event_of(node: Node, source: Source) -> Event:
    """The event that a flow node is or, for a receive task, waits for."""
    kind = local(node)
    if kind == "receiveTask":
        return message_event(node, node, source)
    if kind == "sendTask" and node.get("messageRef") is not None:
        return message_event(node, node, source)
    if kind not in EVENTS:
        return Event()
    definitions = _definitions(node, source)
    if len(definitions) > 1:
        event = several(node, definitions, lambda definition: _defined(node, definition, source), source)
        if event.kind not in EVENTS[place_of(node)]:
            source.refuse("parallel_start_not_supported", node)
    else:
        event = _defined(node, definitions[0], source) if definitions else _undefined(node, source)
    if kind == "boundaryEvent":
        return _attached(node, event, source)
    return _triggering(node, event, source) if place_of(node) == EVENT_SUBPROCESS_START else event


def loop_event_of(definition: Node, at: Node, source: Source) -> Event | None:
    """What a multi-instance activity throws by this definition, to which it refers `at` some place."""
    kind = _KIND_OF.get(local(definition))
    if kind is None or kind not in LOOP_EVENTS:
        source.refuse("loop_event_not_thrown", at, event=local(definition))
        return None
    event = _READERS[kind](definition, definition, source)
    if kind != "signal" and (event.error_code or event.escalation_code) is None:
        source.refuse(f"{kind}_code_missing", definition)
    return event


def loop_events_in(thrower: Node, source: Source) -> list[Event]:
    """What a multi-instance activity throws by the definitions that an element holds or refers to."""
    return [event for event in (loop_event_of(one, thrower, source) for one in _definitions(thrower, source)) if event is not None]


def place_of(node: Node) -> str:
    """Where an event stands: its kind, or that it starts an event subprocess."""
    scope = node.getparent()
    inside = scope is not None and scope.tag == bpmn("subProcess") and flag(scope, "triggeredByEvent")
    return EVENT_SUBPROCESS_START if inside and local(node) == "startEvent" else local(node)


def _definitions(node: Node, source: Source) -> list[Node]:
    """The event definitions of an event: its own, and those of the file that it refers to."""
    found: list[Node] = []
    for child in children(node):
        if local(child) == "eventDefinitionRef":
            name = (text_of(child) or "").rsplit(":", 1)[-1]
            shared = source.event_definitions.get(name)
            if shared is None:
                source.refuse("reference_dangling", child, attribute="eventDefinitionRef", target=name)
            else:
                found.append(shared)
        elif local(child).endswith("EventDefinition"):
            found.append(child)
    return found


def _undefined(node: Node, source: Source) -> Event:
    if "none" not in EVENTS[place_of(node)] and node.find(bpmn("eventDefinitionRef")) is None:
        source.refuse("event_definition_missing", node)
    return Event()


def _defined(node: Node, definition: Node, source: Source) -> Event:
    kind = _KIND_OF.get(local(definition))
    if kind is None or kind not in EVENTS[place_of(node)]:
        source.refuse("event_not_supported", definition, event=local(definition), owner=local(node))
        return Event()
    read = _READERS.get(kind)
    return Event(kind) if read is None else read(node, definition, source)


def _attached(node: Node, event: Event, source: Source) -> Event:
    interrupting = flag(node, "cancelActivity", default=True)
    for part in event.alternatives:
        if part.kind in _ENDING and not interrupting:
            source.refuse(_ENDING[part.kind], node)
    return attached(event, interrupting=interrupting, attached_to=node.get("attachedToRef") or "")


def _triggering(node: Node, event: Event, source: Source) -> Event:
    interrupting = flag(node, "isInterrupting", default=True)
    for part in event.alternatives:
        if part.kind in _ENDING and not interrupting:
            source.refuse(_ENDING[part.kind], node)
    return attached(event, interrupting=interrupting)


def timer_of(node: Node, source: Source) -> Timer | None:
    """The timer of the one timer event definition inside a node; a missing one is noted."""
    definition = node.find(bpmn("timerEventDefinition"))
    if definition is None:
        source.refuse("timer_value_missing", node)
        return None
    return _timer(node, definition, source).timer


def _repeats(node: Node) -> bool:
    """Whether a timer there can come again and again: what interrupts nothing, and what starts a process."""
    if local(node) == "taskListener":
        return True
    if local(node) == "boundaryEvent":
        return not flag(node, "cancelActivity", default=True)
    if place_of(node) == EVENT_SUBPROCESS_START:
        return not flag(node, "isInterrupting", default=True)
    return local(node) == "startEvent"


def _timer(node: Node, definition: Node, source: Source) -> Event:
    values = [child for child in children(definition) if local(child) in _TIMER_KINDS]
    text = text_of(values[0]) if values else None
    if len(values) != 1 or text is None:
        source.refuse("timer_value_missing", definition)
        return Event("timer")
    kind = _TIMER_KINDS[local(values[0])]
    literal = None if is_expression(text) else text
    if kind == "cycle" and not _repeats(node):
        source.refuse("cycle_not_repeatable", values[0])
    elif literal is not None and not is_valid(kind, literal):
        source.refuse("timer_value_invalid", values[0], value=literal)
    value = source.template(text, values[0])
    return Event("timer", timer=Timer(kind, value, literal) if value is not None else None)


def _error(node: Node, definition: Node, source: Source) -> Event:
    code = _code(node, definition, source, source.errors, "error")
    code_variable, message_variable = (_variable(definition, name, source) for name in ("errorCodeVariable", "errorMessageVariable"))
    return Event("error", error_code=code, code_variable=code_variable, message_variable=message_variable)


def _escalation(node: Node, definition: Node, source: Source) -> Event:
    code = _code(node, definition, source, source.escalations, "escalation")
    return Event("escalation", escalation_code=code, code_variable=_variable(definition, "escalationCodeVariable", source))


def _code(node: Node, definition: Node, source: Source, known: dict[str | None, Node], what: str) -> str | None:
    """The code that an event throws or catches; who throws must have one, who catches may leave it out to catch all."""
    reference = definition.get(f"{what}Ref")
    named = known.get(reference)
    if reference is not None and named is None:
        source.refuse("reference_dangling", definition, attribute=f"{what}Ref", target=reference)
    code = source.literal(named.get(f"{what}Code"), named, f"{what}Code") if named is not None else None
    throws = local(node) in ("endEvent", "intermediateThrowEvent")
    if code is None and (throws or named is not None):
        source.refuse(f"{what}_code_missing", named if named is not None else definition)
    return code


def _variable(definition: Node, attribute: str, source: Source) -> str | None:
    name = definition.get(camunda(attribute))
    if name is not None:
        source.is_name(name, definition)
    return name


def _conditional(_node: Node, definition: Node, source: Source) -> Event:
    condition = definition.find(bpmn("condition"))
    if condition is None or text_of(condition) is None:
        source.refuse("condition_missing", definition)
        return Event("conditional")
    return Event("conditional", condition=source.formal(condition))


def _compensation(node: Node, definition: Node, _source: Source) -> Event:
    named = definition.get("activityRef")
    if local(node) not in SENDERS:
        return Event("compensation")  # who catches it has no choice
    activity = None if named is None else named.rsplit(":", 1)[-1]
    return Event("compensation", activity=activity, waits=flag(definition, "waitForCompletion", default=True))


def _link(_node: Node, definition: Node, source: Source) -> Event:
    name = (definition.get("name") or "").strip()
    if not name:
        source.refuse("link_name_missing", definition)
    return Event("link", link=name)


_READERS: Final[dict[EventKind, Callable[[Node, Node, Source], Event]]] = {
    "timer": _timer,
    "message": message_event,
    "error": _error,
    "escalation": _escalation,
    "conditional": _conditional,
    "link": _link,
    "signal": signal_event,
    "compensation": _compensation,
}


def is_flow_node(node: Node) -> bool:
    """Whether an element is one that tokens pass through, supported here or not."""
    return str(node.tag).startswith(bpmn("")) and (
        local(node).endswith(("Task", "Event", "Gateway", "Process", "Activity")) or local(node) in {"task", "transaction"}
    )
