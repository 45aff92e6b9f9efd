"""Events that wait for several things: the token of the whole holds one token for each, and goes on with the first or with the last.

Each part waits as an event of its own would, with its own timer or subscription. Where the whole interrupts nothing it waits again: for
what can come again, and for the timers that have not come yet.
"""

from dataclasses import replace
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.parsing.elements import Element
from engine.parsing.event_facts import Event
from engine.parsing.specs.base import spec_name
from engine.parsing.specs.errors import let_happen
from engine.parsing.specs.events import BY_VALUE, CYCLE, DUE, HELD, LEFT, REPEATED, BoundaryEvent, CatchEvent, Trigger

#: Kind of the element of a part: nothing that a history shows.
PART = "eventPart"
#: Where the token of the whole keeps which parts it begins with, and with what, by place; how many it still waits for; what comes after.
_BEGINS = "begins"
_LEFT_TO_COME = "left_to_come"
_AGAIN = "again"
#: What a part that has not come keeps for the next round.
_KEPT = (DUE, CYCLE, LEFT, BY_VALUE, HELD)


class EventPart(CatchEvent):
    """One of the things that an event waits for. Its element is the whole's, with this one event."""

    is_part = True

    def __init__(self, wf_spec: Any, element: Element, event: Event, place: int, *, is_trigger: bool) -> None:
        part = replace(element, kind=PART, event=replace(event, attached_to=None), inputs=(), outputs=(), assignments=())
        super().__init__(wf_spec, part, named=spec_name(element.id, f"event {place}"))
        self.place = str(place)
        self.is_trigger = is_trigger

    def _run_hook(self, my_task: Any) -> bool:
        return True


class _Several:
    """What the specs of events with several definitions share; to stand before the class of such an event with one."""

    element: Element

    def __init__(self, wf_spec: Any, element: Element, **kwargs: Any) -> None:
        super().__init__(wf_spec, element, **kwargs)  # type: ignore[call-arg] # the class behind it has it
        is_trigger = isinstance(self, Trigger)
        events = element.event.parts
        self.parts = [EventPart(wf_spec, element, event, place, is_trigger=is_trigger) for place, event in enumerate(events)]
        for part in self.parts:
            part.completed_event.connect(self._came)

    def _update_hook(self, my_task: Any) -> bool:
        has_come = bool(super()._update_hook(my_task))  # type: ignore[misc] # the class behind it has it
        if not has_come and _LEFT_TO_COME not in my_task.internal_data:
            self._begin(my_task)
        return has_come

    def waits_again(self, my_task: Any) -> None:
        """Leave a token for the next time, where the event interrupts nothing and something of it can come again."""
        again = my_task.internal_data.get(_AGAIN)
        if not again or self.element.event.interrupting:
            return
        task = my_task.parent._add_child(self, TaskState.WAITING)
        task.triggered = True
        task._set_internal_data(**{_BEGINS: again})
        task.task_spec._update(task)

    def _begin(self, my_task: Any) -> None:
        """Let a token wait for each part."""
        begins: dict[str, dict[str, Any]] = my_task.internal_data.get(_BEGINS) or {part.place: {} for part in self.parts}
        my_task._set_internal_data(**{_LEFT_TO_COME: len(begins) if self.element.event.kind == "parallelMultiple" else 1})
        for part in self.parts:
            if part.place in begins:
                child = my_task._add_child(part, TaskState.WAITING)
                child.triggered = True
                child._set_internal_data(**begins[part.place])
                part._update(child)

    def _came(self, _workflow: Any, part: Any) -> None:
        """One thing has come: go on with it, or wait for the rest."""
        whole = part.parent
        left = whole.internal_data[_LEFT_TO_COME] - 1
        whole._set_internal_data(**{_LEFT_TO_COME: left})
        if left:
            return
        others = [child for child in whole.children if child.triggered and child is not part]
        again = self._next_round(part, [other for other in others if other.state == TaskState.WAITING])
        whole._set_internal_data(**{_AGAIN: again})
        for other in others:
            other.cancel()
        let_happen(whole)

    def _next_round(self, came: Any, waiting: list[Any]) -> dict[str, dict[str, Any]]:
        """What the next token begins with. Of things that must all come none may be missing."""
        kept = {other.task_spec.place: {key: other.internal_data[key] for key in _KEPT if key in other.internal_data} for other in waiting}
        if came.task_spec.element.event.kind == "conditional":
            kept[came.task_spec.place] = {HELD: True}
        again = {part.place: kept.get(part.place, {}) for part in self.parts if part.element.event.kind in REPEATED or part.place in kept}
        needs_all = self.element.event.kind == "parallelMultiple"
        return {} if needs_all and len(again) < len(self.parts) else again


class SeveralCaught(_Several, CatchEvent):
    """An intermediate event that waits for several things."""


class SeveralBoundary(_Several, BoundaryEvent):
    """Several things that may happen while an activity runs."""


class SeveralTrigger(_Several, Trigger):
    """Several things that may start an event subprocess."""


def spec_class_of(element: Element, otherwise: Any) -> Any:
    """The spec class of an event with several definitions, else what it would be with one."""
    if not element.event.parts:
        return otherwise
    return {CatchEvent: SeveralCaught, BoundaryEvent: SeveralBoundary, Trigger: SeveralTrigger}.get(otherwise, otherwise)
