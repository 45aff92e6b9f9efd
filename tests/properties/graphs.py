"""A process as nodes and flows: what the token game plays on, and what a BPMN file is written from."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.engine.factories import model


@dataclass(frozen=True)
class Node:
    """A flow node. `scope` is the subprocess around it ("" for the process), `on` the activity a boundary event is attached to.

    `times` of a multi-instance activity is how often it runs; `code` is that of an error or an escalation.
    """

    id: str
    kind: str
    scope: str
    on: str = ""
    event: str = ""
    interrupting: bool = True
    times: int = 0
    sequential: bool = False
    code: str = ""


@dataclass(frozen=True)
class Flow:
    """A sequence flow; `condition` is a FEEL-free test of the variable `route` ("== 1"), "" for none."""

    id: str
    source: str
    target: str
    condition: str = ""
    is_default: bool = False


@dataclass
class Graph:
    """All nodes of a process by id, and its flows in the order they were drawn."""

    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    def out_of(self, node_id: str) -> list[Flow]:
        """The flows that leave a node."""
        return [flow for flow in self.flows if flow.source == node_id]

    def into(self, node_id: str) -> list[Flow]:
        """The flows that arrive at a node."""
        return [flow for flow in self.flows if flow.target == node_id]

    def inside(self, scope: str) -> list[Node]:
        """The nodes right inside a subprocess, or the process."""
        return [node for node in self.nodes.values() if node.scope == scope]

    def boundaries(self, node_id: str) -> list[Node]:
        """The boundary events of an activity."""
        return [node for node in self.nodes.values() if node.kind == "boundary" and node.on == node_id]

    def start_of(self, scope: str) -> Node:
        """The plain start of a subprocess, or of the process."""
        return next(node for node in self.inside(scope) if node.kind == "start")

    def bpmn(self) -> bytes:
        """The file."""
        named = "".join(sorted(set(self._named())))
        return model(self._scope(""), before=named)

    def _named(self) -> Iterator[str]:
        for node in self.nodes.values():
            if node.event == "message" or node.kind == "message":
                yield f'<bpmn:message id="m_{node.id}" name="{node.id}"/>'
            if node.event in ("error", "escalation"):
                yield f'<bpmn:{node.event} id="e_{node.code}" {node.event}Code="{node.code}"/>'

    def _scope(self, scope: str) -> str:
        nodes = self.inside(scope)
        ids = {node.id for node in nodes}
        written = [self._written(node) for node in nodes]
        return "".join(written + [_flow(flow) for flow in self.flows if flow.source in ids])

    def _written(self, node: Node) -> str:
        tag, attributes, inside = TAGS.get(node.kind, node.kind), f'id="{node.id}"', ""
        if default := next((flow.id for flow in self.out_of(node.id) if flow.is_default), ""):
            attributes += f' default="{default}"'
        if node.kind == "external":
            attributes += f' camunda:type="external" camunda:topic="{node.id}"'
        if node.kind == "user":
            attributes += ' camunda:candidateGroups="executor"'
        if node.kind == "boundary":
            attributes += f' attachedToRef="{node.on}" cancelActivity="{str(node.interrupting).lower()}"'
        if node.kind == "trigger" and not node.interrupting:
            attributes += ' isInterrupting="false"'
        if node.kind == "handler":
            attributes += ' triggeredByEvent="true"'
        if node.kind in ("sub", "handler"):
            inside = self._scope(node.id)
        if node.times:
            inside = _times(node) + inside
        return f"<bpmn:{tag} {attributes}>{_event(node)}{inside}</bpmn:{tag}>"


#: What a kind of node is called in a file; an end event whatever it ends with.
TAGS = {
    "start": "startEvent",
    "trigger": "startEvent",
    "end": "endEvent",
    "task": "manualTask",
    "user": "userTask",
    "external": "serviceTask",
    "message": "intermediateCatchEvent",
    "timer": "intermediateCatchEvent",
    "boundary": "boundaryEvent",
    "xor": "exclusiveGateway",
    "and": "parallelGateway",
    "or": "inclusiveGateway",
    "race": "eventBasedGateway",
    "sub": "subProcess",
    "handler": "subProcess",
}


def _event(node: Node) -> str:
    match node.event or node.kind:
        case "message":
            return f'<bpmn:messageEventDefinition messageRef="m_{node.id}"/>'
        case "timer":
            return "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
        case "error" | "escalation" as thrown:
            return f'<bpmn:{thrown}EventDefinition {thrown}Ref="e_{node.code}"/>'
        case "terminate":
            return "<bpmn:terminateEventDefinition/>"
    return ""


def _times(node: Node) -> str:
    sequential = ' isSequential="true"' if node.sequential else ""
    loop = f"<bpmn:multiInstanceLoopCharacteristics{sequential}><bpmn:loopCardinality>{node.times}</bpmn:loopCardinality>"
    return f"{loop}</bpmn:multiInstanceLoopCharacteristics>"


def _flow(flow: Flow) -> str:
    test = f"<bpmn:conditionExpression>${{route {flow.condition}}}</bpmn:conditionExpression>" if flow.condition else ""
    return f'<bpmn:sequenceFlow id="{flow.id}" sourceRef="{flow.source}" targetRef="{flow.target}">{test}</bpmn:sequenceFlow>'
