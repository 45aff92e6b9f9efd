"""Events: starts, ends, what is waited for, and what is attached to an activity."""

from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions import NoneEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent as SpiffBoundaryEvent
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.util.task import TaskState

from engine.definition_errors import ConditionNotBoolean, TimerValueInvalid
from engine.parsing import timers
from engine.parsing.elements import Element
from engine.parsing.event_facts import TASK_DUE_DATE, Event, Timer
from engine.parsing.specs.base import ArrivalSpec, ElementSpec, spec_name
from engine.parsing.specs.due_dates import task_due_date
from engine.parsing.specs.errors import end_all_but, instances_of, let_happen, throw_error, throw_escalation
from expressions.errors import VariableUnknown

#: Where the token of a timer keeps its moment, and of a repeated timer its cycle and how often it will still come (None: for ever).
DUE = "due"
CYCLE = "cycle"
LEFT = "left"
#: Where the token of a timer that somebody moved keeps the moment which its value gave: that one stays until it is worked out on demand.
BY_VALUE = "by_value"
#: Where the token of a conditional event keeps that its condition holds already: it must fall before it can happen again.
HELD = "held"

#: What can happen more than once while its activity or scope goes on.
REPEATED = frozenset({"message", "signal", "escalation", "conditional"})


class TimerWaited(TimerEventDefinition):
    """Has fired once the moment that its value gave, when the token arrived, is not later than the step's."""

    def __init__(self, element_id: str, timer: Timer) -> None:
        super().__init__(element_id, timer.value)
        self.timer = timer

    def has_fired(self, my_task: Any) -> bool:
        """Whether the step's moment has reached the timer's."""
        engine = my_task.workflow.script_engine
        if DUE not in my_task.internal_data:
            self.set_due(my_task, engine, task_due_date(my_task) if self.timer.follows_task else None)
        if datetime.fromisoformat(my_task.internal_data[DUE]) <= engine.now():
            my_task._set_internal_data(event_fired=True)
        return bool(my_task._get_internal_data("event_fired", False))

    def next_round(self, my_task: Any) -> dict[str, Any] | None:
        """What the token of the next round of a cycle starts with; None when there is none. Rounds missed meanwhile are not made up for."""
        text, left = my_task.internal_data.get(CYCLE), my_task.internal_data.get(LEFT)
        if text is None or left == 1:
            return None
        pause, now = timers.cycle(text).pause, my_task.workflow.script_engine.now()
        due = pause.after(datetime.fromisoformat(my_task.internal_data[DUE]))
        due = due if due > now else pause.after(now)
        return {DUE: due.astimezone(UTC).isoformat(), CYCLE: text, LEFT: None if left is None else left - 1}

    def set_due(self, my_task: Any, engine: Any, due_date: datetime | None = None) -> None:
        """Work out when it is due as `engine` sees it; `due_date` is that of the user task which the timer stands on."""
        value = engine.evaluate(my_task, self.timer.value, {TASK_DUE_DATE: due_date} if self.timer.follows_task else None)
        try:
            due = timers.due(value, engine.now(), getattr(engine, "zone", UTC))
            repeats = timers.cycle(value).count if self.timer.kind == "cycle" else None
        except (ValueError, TypeError, OverflowError) as invalid:
            raise TimerValueInvalid(self.name, str(value)[:200]) from invalid
        my_task._set_internal_data(**{DUE: due.isoformat()})
        if self.timer.kind == "cycle":
            my_task._set_internal_data(**{CYCLE: value.strip(), LEFT: repeats})


class MessageWaited(EventDefinition):
    """Fires when the message of its name is delivered to this very token, see `deliver`."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def catches(self, my_task: Any, event: Any) -> bool:
        """Never by broadcast: a message has one receiver."""
        return False


class ConditionWaited(EventDefinition):
    """Fires when its condition comes to hold, see `Execution`; at once when it holds already."""

    def __init__(self, element: Element) -> None:
        super().__init__()
        self.name = element.id
        self.condition = element.event.condition

    def has_fired(self, my_task: Any) -> bool:
        """Whether it has happened; on arrival the condition is asked."""
        if my_task.state != TaskState.WAITING and self.comes_to_hold(my_task):
            my_task._set_internal_data(event_fired=True)
        return bool(my_task._get_internal_data("event_fired", False))

    def comes_to_hold(self, my_task: Any) -> bool:
        """Ask the condition: true when it holds and did not before. A variable that is not there yet holds nothing."""
        try:
            value = my_task.workflow.script_engine.evaluate(my_task, self.condition)
        except VariableUnknown:
            value = None
        if not isinstance(value, bool | None):
            raise ConditionNotBoolean(self.name, "condition", type(value).__name__)
        held = bool(my_task._get_internal_data(HELD, False))
        my_task._set_internal_data(**{HELD: bool(value)})
        return bool(value) and not held

    def catches(self, my_task: Any, event: Any) -> bool:
        """Never by broadcast."""
        return False


class SignalWaited(EventDefinition):
    """Fires when a signal of its name is delivered to this very token; who waits for it is found by the rows of subscriptions."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def catches(self, my_task: Any, event: Any) -> bool:
        """Never by the library: the receivers may be in other instances."""
        return False


class ErrorWaited(EventDefinition):
    """Fires when `specs.errors` finds it. Without a code it catches every BPMN error, or every escalation; a cancel has none."""

    def __init__(self, code: str | None) -> None:
        super().__init__()
        self.code = code
        self.name = code or ""

    def catches(self, my_task: Any, event: Any) -> bool:
        """Never by broadcast: an error belongs to the activity it happened in."""
        return False


class SeveralWaited(EventDefinition):
    """Fires when enough of its parts have come, see `specs.several`."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def catches(self, my_task: Any, event: Any) -> bool:
        """Never by broadcast: each part waits for itself."""
        return False


def definition_of(element: Element) -> EventDefinition:
    """The SpiffWorkflow event definition for what an element waits for."""
    event: Event = element.event
    if event.parts:
        return SeveralWaited(element.id)
    if event.timer is not None:
        return TimerWaited(element.id, event.timer)
    if event.kind == "message" and event.message is not None:
        return MessageWaited(event.message)
    if event.kind == "signal" and event.signal is not None:
        return SignalWaited(event.signal)
    if event.kind == "conditional":
        return ConditionWaited(element)
    if event.kind in ("error", "escalation", "cancel"):
        return ErrorWaited(event.error_code if event.kind == "error" else event.escalation_code)
    return NoneEventDefinition()


def deliver(my_task: Any) -> None:
    """Let the event of a waiting token happen now: its message came, or a person says so. The token becomes READY."""
    let_happen(my_task)


class StartEvent(ElementSpec):
    """Where an instance or subprocess begins. Which of several is taken is said by `ProcessStart`."""


def _escalate(my_task: Any, element: Element) -> None:
    for event in element.event.alternatives:
        if event.kind == "escalation":
            throw_escalation(my_task, event.escalation_code or "")


class ThrowEvent(ElementSpec):
    """An intermediate event that tokens pass: a milestone, an end of a link, or an escalation."""

    def _run_hook(self, my_task: Any) -> bool:
        _escalate(my_task, self.element)
        return True


class EndEvent(ElementSpec):
    """Ends its token; a terminate event ends all tokens of its process or subprocess, an error event the activity that catches it."""

    def _run_hook(self, my_task: Any) -> bool:
        _escalate(my_task, self.element)
        for event in self.element.event.alternatives:
            if event.kind == "error":
                throw_error(my_task, event.error_code or "", self.element.name or "")
        return True

    def _on_complete_hook(self, my_task: Any) -> None:
        super()._on_complete_hook(my_task)
        if any(event.kind == "terminate" for event in self.element.event.alternatives):
            for task in list(my_task.workflow.tasks.values()):
                if task.has_state(TaskState.NOT_FINISHED_MASK):
                    task.cancel()
            my_task.workflow._mark_complete(my_task)


class CatchEvent(CatchingEvent, ElementSpec):
    """Waits for a timer or a message: an intermediate event or a receive task."""

    def __init__(self, wf_spec: Any, element: Element, **kwargs: Any) -> None:
        super().__init__(wf_spec, element, event_definition=definition_of(element), **kwargs)

    def _on_ready_hook(self, my_task: Any) -> None:
        super()._on_ready_hook(my_task)
        above = None if my_task.parent is None else getattr(my_task.parent.task_spec, "element", None)
        if above is not None and above.kind == "eventBasedGateway" and not above.awaits_all:
            for other in my_task.parent.children:
                if other is not my_task and not other.has_state(TaskState.FINISHED_MASK):
                    other.cancel()


class BoundaryEvent(SpiffBoundaryEvent, ElementSpec):
    """Waits while its activity runs. An interrupting one ends the activity; a cycle leaves a new token for its next round."""

    def __init__(self, wf_spec: Any, element: Element, **kwargs: Any) -> None:
        definition = definition_of(element)
        super().__init__(wf_spec, element, event_definition=definition, cancel_activity=element.event.interrupting, **kwargs)

    def _run_hook(self, my_task: Any) -> bool:
        following = _next_round(self, my_task)
        if following is not None:
            _wait_again(self, my_task, following)
        return True

    def waits_again(self, my_task: Any) -> None:
        """Leave a token for the next time, where the event has happened and interrupts nothing."""
        if not self.cancel_activity and self.element.event.kind in REPEATED:
            _wait_again(self, my_task, {HELD: True} if self.element.event.kind == "conditional" else {})


class Trigger(CatchEvent):
    """Waits in a scope, from its beginning to its end, to start one of its event subprocesses. Its element is that one's start event."""

    is_trigger = True

    def __init__(self, wf_spec: Any, element: Element, **kwargs: Any) -> None:
        super().__init__(wf_spec, element, named=spec_name(element.id, "trigger"), **kwargs)

    def _run_hook(self, my_task: Any) -> bool:
        if self.element.event.interrupting:
            end_all_but(my_task)
            return True
        following = _next_round(self, my_task)
        if following is not None:
            _wait_again(self, my_task, following)
        return True

    def waits_again(self, my_task: Any) -> None:
        """Leave a token for the next time, where the event interrupts nothing."""
        if not self.element.event.interrupting and self.element.event.kind in REPEATED:
            _wait_again(self, my_task, {HELD: True} if self.element.event.kind == "conditional" else {})


def _next_round(spec: Any, my_task: Any) -> dict[str, Any] | None:
    """What the token for the next round of a cycle starts with, where the event interrupts nothing."""
    if spec.element.event.interrupting or not isinstance(spec.event_definition, TimerWaited):
        return None
    return spec.event_definition.next_round(my_task)


def _wait_again(spec: Any, my_task: Any, internal: dict[str, Any]) -> None:
    task = my_task.parent._add_child(spec, TaskState.WAITING)
    task.triggered = True
    task._set_internal_data(**internal)
    spec._update(task)


class BoundarySplit(ArrivalSpec, BoundaryEventSplit):
    """Before an activity and its boundary events: a token for each."""


class BoundaryJoin(ArrivalSpec, BoundaryEventJoin):
    """Behind an activity and its boundary events: ends the events with the activity, and the activity with an interrupting event."""

    def _check_threshold_structured(self, my_task: Any) -> tuple[bool, list[Any]]:
        """Whether the activity is over, and what ends with that.

        Only what the split itself has led to is looked at: pruning hangs there, too, tokens of branches that a boundary event began.
        """
        split = my_task.find_ancestor(self.split_task)
        if split is None:
            raise WorkflowException(f"{self.split_task} was not reached", task_spec=self)
        own = [child for child in split.children if child.task_spec.name in split.task_spec._outputs]
        attached = [child for child in own if isinstance(child.task_spec, BoundaryEvent)]
        activity = next(child for child in own if child not in attached)
        happened = [child for child in attached if child.has_state(TaskState.READY | TaskState.COMPLETED)]
        interrupted = any(child.task_spec.cancel_activity for child in happened)
        if not interrupted and not activity.has_state(TaskState.FINISHED_MASK):
            return False, []
        ended = [child for child in attached if child.state == TaskState.WAITING]
        return True, [*instances_of(activity), *ended, activity] if interrupted else ended
