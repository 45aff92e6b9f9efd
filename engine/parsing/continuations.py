"""Jobs before and after elements, as inserted places where a token waits for a worker.

A task, gateway, subprocess or thrown event holds its token itself before it begins (`Element.async_before`). Catch events, receive tasks
and multi-instance activities would begin to wait at once, so a place is inserted before them; behind every element with `async_after` one
is inserted after it, for a gateway on each of its flows.
"""

from dataclasses import replace
from typing import Final

from engine.parsing.elements import Element, Flow
from engine.parsing.markup import Node, bpmn, camunda, flag, local
from engine.parsing.source import Source

#: Added to the id of an element, name the places before and behind it; ids of a model have no spaces.
BEFORE: Final = " [before]"
AFTER: Final = " [after]"

#: Kinds that would begin to wait at once.
_WAITING: Final = frozenset({"intermediateCatchEvent", "receiveTask"})
_LOOPS: Final = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")
#: What ends more than its own token: nothing comes after it.
_FINAL: Final = frozenset({"terminate", "error", "cancel"})

Parts = tuple[dict[str, Flow], dict[str, Element]]


def async_of(node: Node, source: Source) -> tuple[bool, bool, bool]:
    """Whether jobs stand before an element (each of its instances, when it has many), before all its instances, and after it."""
    kind = local(node)
    before = flag(node, camunda("asyncBefore")) or flag(node, camunda("async"))
    after = flag(node, camunda("asyncAfter"))
    loop = next((node.find(bpmn(name)) for name in _LOOPS if node.find(bpmn(name)) is not None), None)
    if kind == "boundaryEvent":
        return False, False, after or before
    if loop is None:
        return (False, before, after) if kind in _WAITING else (before, False, after)
    each = flag(loop, camunda("asyncBefore")) or flag(loop, camunda("async"))
    if each and kind in _WAITING:
        source.refuse("async_instances_not_supported", loop)
    return each, before, after


def with_continuations(flows: dict[str, Flow], elements: dict[str, Element], source: Source) -> Parts:
    """The same flows and elements, with the places where tokens wait for jobs inserted."""
    made = dict(flows), dict(elements)
    for element in elements.values():
        if element.async_body:
            if not element.incoming or any(_is_event_gateway(flows[name], elements) for name in element.incoming):
                source.findings.warning("async_has_no_effect", element.line, element.id, name="camunda:asyncBefore")
            else:
                _insert_before(element, *made)
        stands_aside = element.for_compensation or element.catches_compensation
        if element.async_after and (element.event.kind in _FINAL or element.kind == "eventBasedGateway" or stands_aside):
            source.findings.warning("async_has_no_effect", element.line, element.id, name="camunda:asyncAfter")
        elif element.async_after:
            if element.is_gateway:
                for name in element.outgoing:
                    insert_on(name, _place(element, f" [after {name}]"), *made)
            else:
                _insert_behind(element, *made)
    return made


def _is_event_gateway(flow: Flow, elements: dict[str, Element]) -> bool:
    """Whether a flow comes out of an event-based gateway, which leads to events and nothing else."""
    return flow.source in elements and elements[flow.source].kind == "eventBasedGateway"


def _place(element: Element, suffix: str) -> Element:
    return Element(
        id=f"{element.id}{suffix}",
        kind="task",
        name=element.name,
        line=element.line,
        scope=element.scope,
        lane=element.lane,
        inserted=True,
        async_before=True,
        retries=element.retries,
        retry_after=element.retry_after,
        job_priority=element.job_priority,
    )


def _insert_before(element: Element, flows: dict[str, Flow], elements: dict[str, Element]) -> None:
    place = _place(element, BEFORE)
    link = Flow(f"{place.id} [flow]", place.id, element.id, element.line)
    incoming = elements[element.id].incoming
    flows.update({name: replace(flows[name], target=place.id) for name in incoming})
    flows[link.id] = link
    elements[place.id] = replace(place, incoming=incoming, outgoing=(link.id,))
    elements[element.id] = replace(elements[element.id], incoming=(link.id,))


def _insert_behind(element: Element, flows: dict[str, Flow], elements: dict[str, Element]) -> None:
    place = _place(element, AFTER)
    link = Flow(f"{place.id} [flow]", element.id, place.id, element.line)
    outgoing = elements[element.id].outgoing
    flows.update({name: replace(flows[name], source=place.id) for name in outgoing})
    flows[link.id] = link
    elements[place.id] = replace(place, incoming=(link.id,), outgoing=outgoing)
    elements[element.id] = replace(elements[element.id], outgoing=(link.id,))


def insert_on(name: str, place: Element, flows: dict[str, Flow], elements: dict[str, Element]) -> None:
    """Put a place in the middle of a flow; its first half keeps the condition."""
    target = flows[name].target
    rest = Flow(f"{place.id} [flow]", place.id, target, flows[name].line)
    flows[name] = replace(flows[name], target=place.id)
    flows[rest.id] = rest
    elements[place.id] = replace(place, incoming=(name,), outgoing=(rest.id,))
    if target in elements:
        into = tuple(rest.id if flow == name else flow for flow in elements[target].incoming)
        elements[target] = replace(elements[target], incoming=into)
