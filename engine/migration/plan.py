"""A plan: which element of one definition becomes which of another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NewType
from uuid import UUID

from engine.parsing.elements import Element, ProcessModel

#: Kinds, besides activities, at which a token can stand still.
_STANDING: Final = frozenset({"intermediateCatchEvent", "boundaryEvent", "eventBasedGateway", "parallelGateway", "inclusiveGateway"})


@dataclass(frozen=True)
class Pair:
    """The element `source` becomes `target`. With `update_trigger` an event waits anew, for what the target gives."""

    source: str
    target: str
    update_trigger: bool = False


@dataclass(frozen=True)
class Plan:
    """From one definition to another; `variables` are set in each instance on the way."""

    source_id: UUID
    target_id: UUID
    pairs: tuple[Pair, ...]
    variables: Mapping[str, Any] = field(default_factory=dict)


#: A plan that was judged and can be followed: see `Migrations.require`.
SoundPlan = NewType("SoundPlan", Plan)


def pairs_of(source: ProcessModel, target: ProcessModel, *, update_triggers: bool = False) -> tuple[Pair, ...]:
    """A pair for each element that a token can stand at and that is the same in both: its id, its kind, and what it is in or on."""
    found: dict[str, Pair] = {}
    for element in _outermost_first(source):
        other = target.elements.get(element.id)
        if other is not None and can_stand(element, source) and _alike(element, other, source, target, found):
            waits = update_triggers and has_trigger(element)
            found[element.id] = Pair(element.id, element.id, waits)
    return tuple(found[name] for name in source.elements if name in found)


def can_stand(element: Element, process: ProcessModel) -> bool:
    """Whether a token can stand still at an element, or wait there beside others."""
    if element.inserted or element.catches_compensation or element.event.kind == "link":
        return False
    return element.is_activity or element.kind in _STANDING or is_handler_start(element, process)


def is_handler_start(element: Element, process: ProcessModel) -> bool:
    """Whether an element is what an event subprocess begins with."""
    around = process.elements.get(element.scope)
    return element.kind == "startEvent" and around is not None and around.triggered_by_event


def has_trigger(element: Element) -> bool:
    """Whether an element waits for something that comes from outside its instance: a moment, a message, a signal or a condition."""
    kinds = {event.kind for event in element.event.alternatives}
    catches = element.kind in ("intermediateCatchEvent", "boundaryEvent", "receiveTask", "startEvent")
    return catches and bool(kinds & {"timer", "message", "signal", "conditional"})


def nature_of(element: Element) -> tuple[object, ...]:
    """What must be the same in both for a token to stay what it is: the kind, who does the work, what is waited for, how often."""
    loop = None if element.multi_instance is None else element.multi_instance.sequential
    events = tuple(event.kind for event in element.event.parts)
    marks = (element.triggered_by_event, element.for_compensation, element.topic is not None)
    return element.kind, element.event.kind, events, loop, element.standard_loop is not None, *marks


def _alike(one: Element, other: Element, source: ProcessModel, target: ProcessModel, found: Mapping[str, Pair]) -> bool:
    same_place = (one.scope == source.key and other.scope == target.key) or (one.scope == other.scope and one.scope in found)
    same_activity = one.event.attached_to == other.event.attached_to and (one.event.attached_to is None or one.event.attached_to in found)
    same_flow = is_behind_event_gateway(one, source) == is_behind_event_gateway(other, target)
    return nature_of(one) == nature_of(other) and same_place and same_activity and same_flow


def is_behind_event_gateway(element: Element, process: ProcessModel) -> bool:
    """Whether an element is one of those of which an event-based gateway takes the first."""
    sources = (process.elements.get(process.flows[name].source) for name in element.incoming)
    return any(before is not None and before.kind == "eventBasedGateway" for before in sources)


def _outermost_first(process: ProcessModel, scope: str | None = None) -> Iterator[Element]:
    """All elements, what encloses or carries another before it."""
    inside = process.inside(scope or process.key)
    for element in sorted(inside, key=lambda one: one.event.attached_to is not None):
        yield element
        yield from _outermost_first(process, element.id) if element.is_activity else ()
