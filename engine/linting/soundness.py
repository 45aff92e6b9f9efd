"""Whether gateways fit together and references agree: joins that would wait for ever, merges that repeat, defaults that lead nowhere."""

from collections import Counter
from typing import Final

from engine.findings import Finding, Findings
from engine.parsing.elements import Element, Flow, ProcessModel
from engine.parsing.markup import Node, bpmn, line_of, local, text_of
from engine.parsing.model import Model
from expressions import Expression

_ONE_OF: Final = frozenset({"exclusiveGateway", "eventBasedGateway"})
_ALL_OF: Final = frozenset({"parallelGateway"})
_DEFAULTS: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})
_CHOOSING: Final = frozenset({"exclusiveGateway", "inclusiveGateway"})
_SUPERFLUOUS: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway"})


def faults_of_gateways(process: ProcessModel) -> list[Finding]:
    """What is doubtful about the gateways and flows of an executable process whose references hold."""
    found = Findings(process.resource)
    if any(end not in process.elements for flow in process.flows.values() for end in (flow.source, flow.target)):
        return []
    for element in process.elements.values():
        if element.kind in _CHOOSING:
            _conditions(process, element, found)
        if element.inserted:
            continue
        if len(element.incoming) > 1:
            _meeting(process, element, found)
        if element.kind in _SUPERFLUOUS and len(element.incoming) == len(element.outgoing) == 1 and not _decides(process, element):
            found.warning("gateway_superfluous", element.line, element.id)
    _doubled(process, found)
    _implicit_ends(process, found)
    _conditions_on_events(process, found)
    return list(found)


def faults_of_markup(model: Model) -> list[Finding]:
    """What attributes of the executable processes say about flows and the flows do not."""
    found = Findings(model.resource)
    for process in model.root.findall(bpmn("process")):
        if process.get("id") not in {executable.key for executable in model.executable}:
            continue
        flows = {flow.get("id"): flow for flow in process.iter(bpmn("sequenceFlow"))}
        for node in process.iter():
            if node.get("id") and str(node.tag).startswith(bpmn("")):
                _default(node, flows, found)
                _direction(node, flows, found)
                _listed(node, flows, found)
    return list(found)


def _decides(process: ProcessModel, element: Element) -> bool:
    return any(process.flows[name].condition is not None for name in element.outgoing)


def _conditions(process: ProcessModel, element: Element, found: Findings) -> None:
    """Conditions that say the same as one before them, or always the same."""
    seen: dict[str, str] = {}
    for flow in (process.flows[name] for name in element.outgoing):
        if flow.condition is None or flow.default:
            continue
        if _is_constant(flow.condition):
            found.warning("condition_constant", flow.line, flow.id, text=flow.condition.text[:100])
        elif flow.condition.text in seen:
            found.warning("condition_twice", flow.line, flow.id, other=seen[flow.condition.text])
        seen.setdefault(flow.condition.text, flow.id)


def _is_constant(condition: Expression) -> bool:
    """Whether a condition asks nothing: neither a variable, nor a function of ours, nor the clock."""
    return not condition.names and not condition.functions and "now(" not in condition.text and "today(" not in condition.text


def _meeting(process: ProcessModel, element: Element, found: Findings) -> None:
    """Where branches meet: a join of all branches behind a choice waits for ever, a merge behind a split repeats what follows."""
    origins = Counter(_origin(process, process.flows[name]) for name in element.incoming)
    for origin, count in origins.items():
        if origin is None or count < 2:
            continue
        split = process.elements[origin]
        if element.kind in _ALL_OF and split.kind in _ONE_OF:
            found.warning("join_may_wait_for_ever", element.line, element.id, split=origin)
        if element.kind not in {"parallelGateway", "inclusiveGateway", "complexGateway", "endEvent"} and split.kind in _ALL_OF:
            found.warning("merge_repeats", element.line, element.id, split=origin.split(" ", 1)[0])


def _origin(process: ProcessModel, flow: Flow) -> str | None:
    """The splitting gateway that a flow comes from, with nothing but a straight way between; else None."""
    seen: set[str] = set()
    while flow.source not in seen:
        seen.add(flow.source)
        source = process.elements[flow.source]
        if source.is_gateway and len(source.outgoing) > 1:
            return source.id
        if len(source.incoming) != 1:
            return None
        flow = process.flows[source.incoming[0]]
    return None


def _doubled(process: ProcessModel, found: Findings) -> None:
    pairs: set[tuple[str, str]] = set()
    for flow in process.flows.values():
        pair = (flow.source, flow.target)
        if pair in pairs and flow.condition is None and not flow.default:
            found.warning("flow_doubled", flow.line, flow.id, source=flow.source.split(" ", 1)[0], target=flow.target)
        pairs.add(pair)


def _conditions_on_events(process: ProcessModel, found: Findings) -> None:
    """BPMN 2.0, 8.3.13: what leaves an event has no condition. Here it is asked all the same."""
    for element in process.elements.values():
        flows = [process.flows[name] for name in element.outgoing]
        inner = [process.elements[flow.target] for flow in flows if process.elements[flow.target].inserted]
        flows += [process.flows[name] for gateway in inner for name in gateway.outgoing]
        if element.kind.endswith("Event"):
            for flow in flows:
                if flow.condition is not None:
                    found.warning("condition_on_event", flow.line, flow.id)


def _implicit_ends(process: ProcessModel, found: Findings) -> None:
    """BPMN 2.0, 10.5.3: where a level has an end event, every way on it ends at one."""
    scopes = {element.scope for element in process.elements.values() if element.kind == "endEvent"}
    for element in process.elements.values():
        if element.is_activity and element.incoming and not element.outgoing and element.scope in scopes:
            found.warning("end_event_missing", element.line, element.id)


def _default(node: Node, flows: dict[str | None, Node], found: Findings) -> None:
    name = node.get("default")
    if name is None:
        return
    flow = flows.get(name)
    if flow is None or flow.get("sourceRef") != node.get("id"):
        found.error("default_not_outgoing", line_of(node), node.get("id"), flow=name)
    elif local(node).endswith("Gateway") and local(node) not in _DEFAULTS:
        found.error("default_has_no_effect", line_of(node), node.get("id"), flow=name)


def _direction(node: Node, flows: dict[str | None, Node], found: Findings) -> None:
    direction = node.get("gatewayDirection", "Unspecified")
    if direction not in ("Converging", "Diverging", "Mixed"):
        return
    into = sum(flow.get("targetRef") == node.get("id") for flow in flows.values())
    out = sum(flow.get("sourceRef") == node.get("id") for flow in flows.values())
    fits = {"Converging": into > 1 and out <= 1, "Diverging": into <= 1 and out > 1, "Mixed": into > 1 and out > 1}
    if not fits[direction]:
        found.warning("gateway_direction_wrong", line_of(node), node.get("id"), direction=direction, incoming=into, outgoing=out)


def _listed(node: Node, flows: dict[str | None, Node], found: Findings) -> None:
    """`incoming` and `outgoing` repeat what flows say; where they differ, the flow is followed."""
    for kind, end in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
        for item in node.findall(bpmn(kind)):
            name = text_of(item)
            flow = flows.get(name)
            if flow is None or flow.get(end) != node.get("id"):
                found.warning("flow_list_disagrees", line_of(item), node.get("id"), list=kind, flow=name or "")
