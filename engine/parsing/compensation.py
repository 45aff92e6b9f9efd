"""Compensation events on activities and the handlers that associations join to them (BPMN 2.0.2, 10.5.6 and 13.5.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.parsing.elements import Element, ProcessModel
from engine.parsing.markup import bpmn
from engine.parsing.source import Source


def with_handlers(elements: dict[str, Element], source: Source) -> dict[str, Element]:
    """The same elements, with the handlers of every compensation event. Drawn from the handler, an association says the same."""
    made = dict(elements)
    for association in source.root.iter(bpmn("association")):
        first, second = (association.get(end, "").rsplit(":", 1)[-1] for end in ("sourceRef", "targetRef"))
        for event, other in ((first, second), (second, first)):
            catcher = made.get(event)
            if catcher is None or not catcher.catches_compensation or other not in elements:
                continue  # annotations may be joined to anything
            if other not in catcher.event.handlers:
                made[event] = replace(catcher, event=replace(catcher.event, handlers=(*catcher.event.handlers, other)))
    return made


def only_beside(process: ProcessModel, attached: Mapping[str, Sequence[Element]], activity: str) -> frozenset[str]:
    """The ids of what only the events on an activity lead to that do not interrupt it: BPMN 2.0.2, 13.5.5, undoes that before it.

    `attached` are the events by what they are on.
    """
    events = {event.id for event in attached.get(activity, ()) if not event.event.interrupting}
    beside = _after(process, attached, events, within=None)
    known = beside | events

    def comes_from_elsewhere(name: str) -> bool:
        element = process.elements[name]
        before = {process.flows[flow].source for flow in element.incoming} | ({element.event.attached_to} - {None})
        return not before <= known

    elsewhere = {name for name in beside if comes_from_elsewhere(name)}
    return frozenset(beside - elsewhere - _after(process, attached, elsewhere, within=beside))


def _after(process: ProcessModel, attached: Mapping[str, Sequence[Element]], names: set[str], *, within: set[str] | None) -> set[str]:
    """What the flows out of some elements lead to, with the events on what is reached."""
    reached: set[str] = set()
    queue = list(names)
    while queue:
        name = queue.pop()
        found = {process.flows[flow].target for flow in process.elements[name].outgoing} | {event.id for event in attached.get(name, ())}
        new = found - reached if within is None else (found - reached) & within
        reached |= new
        queue += new
    return reached
