"""Events with several definitions: any one of them, all of them, or, where something is thrown, every one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from engine.parsing.event_facts import Event, EventKind
from engine.parsing.markup import Node, flag, line_of, local
from engine.parsing.source import Source

#: What cannot stand beside another definition: a link leads elsewhere, and a compensation or cancellation is thrown and caught alone.
_ALONE: Final[frozenset[EventKind]] = frozenset({"none", "link", "compensation", "cancel"})
#: What ends the activity or scope at once, and can therefore not wait for others.
_AT_ONCE: Final[frozenset[EventKind]] = frozenset({"error", "escalation"})
_THROWING: Final = frozenset({"endEvent", "intermediateThrowEvent"})
#: Of these an end event can throw one.
_LAST: Final[frozenset[EventKind]] = frozenset({"error", "terminate"})


def several(node: Node, definitions: list[Node], read: Callable[[Node], Event], source: Source) -> Event:
    """The event of an element with several definitions; what cannot stand together is noted."""
    together = flag(node, "parallelMultiple") and local(node) not in _THROWING
    parts = tuple(read(definition) for definition in definitions)
    for part, definition in zip(parts, definitions, strict=True):
        if part.kind in _ALONE or (together and part.kind in _AT_ONCE):
            source.refuse("event_not_combinable", definition, event=local(definition))
        if part.timer is not None and part.timer.kind == "cycle" and local(node) != "startEvent":
            source.refuse("cycle_not_repeatable", definition)
    if sum(part.kind in _LAST for part in parts) > 1:
        source.findings.error("end_events_contradict", line_of(node), node.get("id"))
    return Event("parallelMultiple" if together else "multiple", parts=parts)


def attached(event: Event, *, interrupting: bool, attached_to: str | None = None) -> Event:
    """An event, and what it consists of, at its place: whether it interrupts, and the activity that it stands on."""
    parts = tuple(replace(part, interrupting=interrupting) for part in event.parts)
    return replace(event, interrupting=interrupting, attached_to=attached_to, parts=parts)
