"""A model as a graph, which the token game plays and our parser reads: the same elements and flows, written as BPMN."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import quoteattr

#: All that decisions depend on: one variable with one of these values.
DICE: Final = range(6)


@dataclass(frozen=True)
class Event:
    """What an event waits for or throws: a kind, and a name, code or expression for it."""

    kind: str
    name: str = ""
    interrupting: bool = True
    rounds: int = 1  # how often a timer comes


@dataclass(frozen=True)
class Repetition:
    """How an activity is repeated: "parallel", "sequential" or "loop" (again while the dice is one of `again`, at most `times`)."""

    kind: str
    times: int
    again: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Node:
    """An element. `inside` is the level in a subprocess or the process that is called, `handler` what undoes it, when it is not outside the
    flow as a handler itself.
    """

    id: str
    kind: str
    level: str
    event: Event | None = None
    attached_to: str | None = None
    repetition: Repetition | None = None
    inside: str | None = None
    is_job: bool = False
    enough: int | None = None  # of a complex gateway: how many tokens start it
    handler: str | None = None
    is_handler: bool = False

    @property
    def undoes(self) -> bool:
        """Whether it throws compensation."""
        return self.event is not None and self.event.kind == "compensate"


@dataclass(frozen=True)
class Flow:
    """A sequence flow; with a condition it is taken when the dice shows one of `on`."""

    id: str
    source: str
    target: str
    on: frozenset[int] | None = None
    is_default: bool = False


class Diagram:
    """Nodes and flows of all levels. The level "p" is the process, others are inside subprocesses, or processes that are called."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.flows: dict[str, Flow] = {}

    def __repr__(self) -> str:
        return f"<diagram of {len(self.nodes)} elements>"

    def out_of(self, node_id: str) -> list[Flow]:
        """The flows out of a node."""
        return [flow for flow in self.flows.values() if flow.source == node_id]

    def into(self, node_id: str) -> list[Flow]:
        """The flows into a node."""
        return [flow for flow in self.flows.values() if flow.target == node_id]

    def on(self, level: str) -> list[Node]:
        """The nodes of a level."""
        return [node for node in self.nodes.values() if node.level == level]

    def attached(self, node_id: str) -> list[Node]:
        """The boundary events of an activity."""
        return [node for node in self.nodes.values() if node.attached_to == node_id]

    def start_of(self, level: str) -> Node:
        """The start event of a level."""
        return next(node for node in self.on(level) if node.kind == "startEvent")

    def taken(self, node: Node, dice: int) -> list[Flow]:
        """The flows out of a node that a token takes."""
        flows = self.out_of(node.id)
        holding = [flow for flow in flows if flow.on is not None and dice in flow.on]
        if node.kind == "exclusiveGateway":
            return holding[:1] or [flow for flow in flows if flow.on is None]
        always = [flow for flow in flows if flow.on is None and not flow.is_default]
        return always + holding or [flow for flow in flows if flow.is_default]

    def reached(self, flows: set[str], join_id: str) -> set[str]:
        """The incoming flows of a join that paths lead to which begin with some flows and do not visit it."""
        found: set[str] = set()
        seen, queue = set(flows), list(flows)
        while queue:
            flow = self.flows[queue.pop()]
            if flow.target == join_id:
                found.add(flow.id)
                continue
            further = [one.id for one in self.out_of(flow.target) if one.id not in seen]
            seen.update(further)
            queue += further
        return found

    def file(self) -> bytes:
        """The model as a BPMN file."""
        called = sorted({node.inside for node in self.nodes.values() if node.kind == "callActivity" and node.inside})
        processes = "\n".join(self._process(key) for key in ["p", *called])
        return f"{_HEAD}\n{self._definitions()}\n{processes}\n</bpmn:definitions>\n".encode()

    def _definitions(self) -> str:
        events = {(node.event.kind, node.event.name) for node in self.nodes.values() if node.event}
        return "\n".join(_NAMED[kind].format(name=name) for kind, name in sorted(events) if kind in _NAMED and name)

    def _process(self, key: str) -> str:
        return f'<bpmn:process id="{key}" isExecutable="true">\n{self._inside(key)}\n</bpmn:process>'

    def _inside(self, level: str) -> str:
        nodes = [self._node(node) for node in self.on(level)]
        flows = [_flow(flow) for flow in self.flows.values() if self.nodes[flow.source].level == level]
        return "\n".join([*nodes, *flows])

    def _node(self, node: Node) -> str:
        tag, attributes = _TAGS.get(node.kind, (node.kind, ""))
        default = next((flow.id for flow in self.out_of(node.id) if flow.is_default), None)
        words = [attributes, 'camunda:asyncBefore="true"' if node.is_job else "", f'default="{default}"' if default else ""]
        if node.kind == "receiveTask" and node.event:
            words.append(f'messageRef="message_{node.event.name}"')
        if node.attached_to:
            words.append(f'attachedToRef="{node.attached_to}"')
        words += [_not_interrupting(node), 'isForCompensation="true"' if node.is_handler else ""]
        inside = _definition(node) + _repetition(node.repetition) + _activation(node)
        if node.kind == "callActivity":
            words.append(f'calledElement="{node.inside}"')
            inside = _ALL_VARIABLES + inside
        elif node.inside:
            inside += "\n" + self._inside(node.inside) + "\n"
        return f'<bpmn:{tag} id="{node.id}" {" ".join(word for word in words if word)}>{inside}</bpmn:{tag}>{_undone_by(node)}'


def by_hand(*ways: str, **nodes: str | Node) -> Diagram:
    """A small diagram. Nodes by id; "a - b" is a flow, "a 135 b" one that is taken when the dice shows 1, 3 or 5, "a * b" a default."""
    diagram = Diagram()
    diagram.nodes = {name: node if isinstance(node, Node) else Node(name, node, "p") for name, node in nodes.items()}
    for way in ways:
        words = way.split()
        for source, faces, target in zip(words[:-2:2], words[1::2], words[2::2], strict=True):
            on = frozenset(map(int, faces)) if faces.isdigit() else None
            flow = Flow(f"{source}_{target}", source, target, on, is_default=faces == "*")
            diagram.flows[flow.id] = flow
    return diagram


_HEAD: Final = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'id="d" targetNamespace="x">'
)
_ALL_VARIABLES: Final = '<bpmn:extensionElements><camunda:in variables="all"/><camunda:out variables="all"/></bpmn:extensionElements>'
_NAMED: Final = {
    "message": '<bpmn:message id="message_{name}" name="{name}"/>',
    "signal": '<bpmn:signal id="signal_{name}" name="{name}"/>',
    "error": '<bpmn:error id="error_{name}" errorCode="{name}"/>',
    "escalation": '<bpmn:escalation id="escalation_{name}" escalationCode="{name}"/>',
}
#: Where the id of an element begins otherwise than its kind.
SHORT: Final = {
    "startEvent": "start",
    "endEvent": "end",
    "userTask": "user",
    "externalTask": "external",
    "receiveTask": "receive",
    "intermediateCatchEvent": "catch",
    "intermediateThrowEvent": "throw",
    "boundaryEvent": "on",
    "exclusiveGateway": "choice",
    "parallelGateway": "fork",
    "inclusiveGateway": "some",
    "complexGateway": "enough",
    "eventBasedGateway": "race",
    "subProcess": "sub",
    "eventSubProcess": "handler",
    "callActivity": "call",
}
_TAGS: Final = {
    "userTask": ("userTask", 'camunda:candidateGroups="executor"'),
    "externalTask": ("serviceTask", 'camunda:type="external" camunda:topic="work"'),
    "eventSubProcess": ("subProcess", 'triggeredByEvent="true"'),
}


def _not_interrupting(node: Node) -> str:
    if node.event is None or node.event.interrupting or node.event.kind == "error":
        return ""
    return 'cancelActivity="false"' if node.attached_to else 'isInterrupting="false"'


def _definition(node: Node) -> str:
    event = node.event
    if event is None or node.kind == "receiveTask":
        return ""
    if event.kind == "timer":
        word = "timeDuration" if event.rounds == 1 else "timeCycle"
        return f"<bpmn:timerEventDefinition><bpmn:{word}>{event.name}</bpmn:{word}></bpmn:timerEventDefinition>"
    reference = f' {event.kind}Ref="{event.kind}_{event.name}"' if event.name else ""
    return f"<bpmn:{event.kind}EventDefinition{reference}/>"


def _repetition(repetition: Repetition | None) -> str:
    if repetition is None:
        return ""
    if repetition.kind == "loop":
        condition = f"<bpmn:loopCondition>{_condition(repetition.again)}</bpmn:loopCondition>"
        return f'<bpmn:standardLoopCharacteristics loopMaximum="{repetition.times}">{condition}</bpmn:standardLoopCharacteristics>'
    times = f"<bpmn:loopCardinality>{repetition.times}</bpmn:loopCardinality>"
    in_turn = str(repetition.kind == "sequential").lower()
    return f'<bpmn:multiInstanceLoopCharacteristics isSequential="{in_turn}">{times}</bpmn:multiInstanceLoopCharacteristics>'


def _undone_by(node: Node) -> str:
    if node.handler is None:
        return ""
    event = f'<bpmn:boundaryEvent id="undo_{node.id}" attachedToRef="{node.id}"><bpmn:compensateEventDefinition/></bpmn:boundaryEvent>'
    return event + f'<bpmn:association id="by_{node.id}" sourceRef="undo_{node.id}" targetRef="{node.handler}"/>'


def _activation(node: Node) -> str:
    if node.enough is None:
        return ""
    return f"<bpmn:activationCondition>= activationCount &gt;= {node.enough}</bpmn:activationCondition>"


def _condition(on: Iterable[int]) -> str:
    return "= " + (" or ".join(f"dice = {value}" for value in sorted(on)) or "dice &lt; 0")


def _flow(flow: Flow) -> str:
    condition = "" if flow.on is None else f"<bpmn:conditionExpression>{_condition(flow.on)}</bpmn:conditionExpression>"
    ends = f"sourceRef={quoteattr(flow.source)} targetRef={quoteattr(flow.target)}"
    return f'<bpmn:sequenceFlow id="{flow.id}" {ends}>{condition}</bpmn:sequenceFlow>'
