"""Whether every way comes to an end: ways that no end can be reached from, links and event-based gateways with flows too many."""

from collections.abc import Iterable, Iterator

from engine.findings import Finding, Findings
from engine.parsing import links
from engine.parsing.elements import Element, Flow, ProcessModel


def faults_of_endings(process: ProcessModel) -> list[Finding]:
    """What is wrong with how the ways of an executable process end, and with events on the way. Its references must hold."""
    found = Findings(process.resource)
    for scope in (process.key, *(element.id for element in process.elements.values() if process.inside(element.id))):
        _ends(process, scope, found)
    for element in process.elements.values():
        if element.event.kind == "link":
            _link(process, element, found)
        if element.kind == "eventBasedGateway":
            _event_gateway(process, element, found)
    return list(found)


def _ends(process: ProcessModel, scope: str, found: Findings) -> None:
    inside = [element for element in process.inside(scope) if not element.triggered_by_event and not element.for_compensation]
    starts = [element for element in inside if (element.kind == "startEvent" or element.instantiates) and not element.inserted]
    ends = [element for element in inside if not element.outgoing and element.event.attached_to is None]
    if starts and not ends:
        found.warning("never_ends", starts[0].line, starts[0].id)
        return
    ending = _leading_to(process, (element.id for element in ends))
    for element in inside:
        if element.id not in ending and not element.inserted and element.outgoing:
            found.warning("never_ends", element.line, element.id)
            return


def _leading_to(process: ProcessModel, names: Iterable[str]) -> set[str]:
    """The elements from which one of some elements can be reached: along flows, and by what stands on an activity."""
    reached, queue = set[str](), list(names)
    while queue:
        name = queue.pop()
        if name in reached:
            continue
        reached.add(name)
        element = process.elements[name]
        queue += [process.flows[flow].source for flow in element.incoming]
        if element.event.attached_to is not None and element.event.attached_to in process.elements:
            queue.append(element.event.attached_to)
    return reached


def _link(process: ProcessModel, element: Element, found: Findings) -> None:
    """BPMN 2.0.2, 10.5.4: the flow ends at the throwing link and goes on at the catching one."""
    end = "source" if element.kind == "intermediateThrowEvent" else "target"
    for flow in _own_flows(process, element, end):
        found.error("link_with_flow", flow.line, element.id, flow=flow.id)


def _own_flows(process: ProcessModel, element: Element, end: str) -> Iterator[Flow]:
    """The flows of the diagram at one end of an event; a gateway that was inserted behind it stands for it."""
    inserted = {process.flows[name].target for name in element.outgoing if process.elements[process.flows[name].target].inserted}
    for flow in process.flows.values():
        at = getattr(flow, end)
        if (at == element.id or (end == "source" and at in inserted)) and not flow.id.endswith(links.SUFFIX) and " [" not in flow.id:
            yield flow


def _event_gateway(process: ProcessModel, element: Element, found: Findings) -> None:
    """BPMN 2.0.2, 10.6.6: messages are awaited by events or by receive tasks, not by both; the tasks hold no boundary events."""
    targets = [process.elements[process.flows[name].target] for name in element.outgoing]
    tasks = [target for target in targets if target.kind == "receiveTask"]
    if tasks and any(one.kind == "message" for target in targets if target.kind != "receiveTask" for one in target.event.alternatives):
        found.warning("event_gateway_mixes", element.line, element.id)
    for task in tasks:
        for event in process.attached_to(task.id):
            found.error("event_gateway_boundary", event.line, event.id, task=task.id)
