"""Start events for levels that have none: BPMN begins such a level at everything that no flow leads to (BPMN 2.0.2, 10.3.5 and 10.5.2)."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from engine.parsing.elements import Element, Flow

#: Added to the id of a level, names the start event inserted there; ids of a model have no spaces.
SUFFIX = " [start]"

#: Levels whose elements are begun by somebody, or by an event.
_BEGUN_OTHERWISE = frozenset({"adHocSubProcess"})


def with_starts(
    flows: dict[str, Flow], elements: dict[str, Element], process: str, besides: Collection[str]
) -> tuple[dict[str, Flow], dict[str, Element]]:
    """The same flows and elements, with a start event for every level that has none. `besides` are ids of what starts by itself."""
    made_flows, made = dict(flows), dict(elements)
    inside: dict[str, list[Element]] = {process: []}
    for element in elements.values():
        inside.setdefault(element.scope, []).append(element)
    for scope, level in inside.items():
        owner = elements.get(scope)
        is_free = owner is not None and (owner.triggered_by_event or owner.kind in _BEGUN_OTHERWISE)
        if is_free or any(element.kind == "startEvent" or element.id in besides for element in level):
            continue
        first = list(_first(level))
        if first:
            _insert(scope, first, made_flows, made)
    return made_flows, made


def _first(level: Iterable[Element]) -> Iterable[Element]:
    """What no flow leads to and nothing else begins."""
    for element in level:
        stands_aside = element.event.attached_to is not None or element.triggered_by_event or element.for_compensation
        if not element.incoming and not stands_aside:
            yield element


def _insert(scope: str, first: list[Element], flows: dict[str, Flow], elements: dict[str, Element]) -> None:
    name = f"{scope}{SUFFIX}"
    made = [Flow(f"{name} {element.id}", name, element.id, element.line) for element in first]
    start = Element(
        id=name, kind="startEvent", name=None, line=first[0].line, scope=scope, inserted=True, outgoing=tuple(flow.id for flow in made)
    )
    flows.update({flow.id: flow for flow in made})
    for element, flow in zip(first, made, strict=True):
        elements[element.id] = replace(elements[element.id], incoming=(flow.id,))
    elements[name] = start
