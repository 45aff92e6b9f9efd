"""Compensation events on activities and the handlers that associations join to them (BPMN 2.0.2, 10.5.6 and 13.5.5)."""

from dataclasses import replace

from engine.parsing.elements import Element
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
