"""What is thrown inside an instance, errors and escalations, and who catches it. Other exceptions never come here: they are incidents.

A catcher is looked for at the token's own activity, then among the event subprocesses of the scope it is in, then outwards through the
subprocesses and calls around it. At each place an event that names the code goes before one that catches all.
"""

from collections.abc import Collection, Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

from engine.definition_errors import BpmnErrorUncaught
from engine.parsing.specs.tokens import is_part, is_trigger

#: Where the token of an event that caught an error or escalation keeps what it caught.
ERROR_CODE = "error_code"
ERROR_MESSAGE = "error_message"


def throw_error(my_task: Any, code: str, message: str = "") -> Any:
    """Throw a BPMN error at a token: what catches it ends the activity or scope it stands at, becomes READY and is returned.

    Raises BpmnErrorUncaught.
    """
    for activity, catcher in _catchers(my_task, "error", code):
        _interrupt(activity, catcher)
        catcher._set_internal_data(**{ERROR_CODE: code, ERROR_MESSAGE: message})
        let_happen(catcher)
        return catcher
    raise BpmnErrorUncaught(my_task.task_spec.bpmn_id, code, message)


def throw_escalation(my_task: Any, code: str) -> Any:
    """Throw an escalation at a token: who catches it becomes READY and is returned; None when nobody does, and the token just goes on."""
    for activity, catcher in _catchers(my_task, "escalation", code):
        if catcher.task_spec.element.event.interrupting:
            _interrupt(activity, catcher)
        catcher._set_internal_data(**{ERROR_CODE: code})
        let_happen(catcher)
        return catcher
    return None


def throw_signal_at(activity: Any, signal: str) -> None:
    """Throw a signal at the events that are attached to an activity, and at nobody else. One that interrupts ends the activity."""
    for catcher in _attached(activity):
        if catcher.task_spec.element.event.signal == signal and not activity.has_state(TaskState.FINISHED_MASK):
            if catcher.task_spec.element.event.interrupting:
                _interrupt(activity, catcher)
            let_happen(catcher)


def cancel_transaction(transaction: Any) -> None:
    """End a transaction whose work has been undone, and let the cancel event on it happen."""
    for catcher in _attached(transaction):
        if catcher.task_spec.element.event.kind == "cancel":
            _interrupt(transaction, catcher)
            let_happen(catcher)


def end_waiting_at(activity: Any, *, but: Collection[str]) -> None:
    """End the events that wait on an activity, except those of some kinds: nothing else shall happen to it any more."""
    for waiting in _attached(activity):
        if waiting.task_spec.element.event.kind not in but:
            waiting.cancel()


def let_happen(my_task: Any) -> None:
    """Let the event that a token waits for happen now. The token becomes READY; one that interrupts nothing leaves another to wait on."""
    my_task._set_internal_data(event_fired=True)
    my_task.task_spec._update(my_task)
    waits_again = getattr(my_task.task_spec, "waits_again", None)
    if waits_again is not None:
        waits_again(my_task)


def instances_of(activity: Any) -> list[Any]:
    """The tokens of the instances that a multi-instance activity holds. SpiffWorkflow would drop them without ending what they hold."""
    return [child for child in activity.children if child.triggered]


def end_all_but(my_task: Any) -> None:
    """End every other token of the tree that a token is in; what it leads to is left."""
    for other in list(my_task.workflow.tasks.values()):
        if other is not my_task and other.parent is not my_task and other.has_state(TaskState.NOT_FINISHED_MASK):
            other.cancel()


def _catchers(my_task: Any, kind: str, code: str) -> Iterator[tuple[Any, Any]]:
    """Each activity around a token with what catches there, the nearest first."""
    task = my_task
    while task is not None:
        activity = _activity(task)
        for waiting in (_attached(activity), _triggers(activity)):
            catcher = _fitting([other for other in waiting if other.task_spec.element.event.kind == kind], code)
            if catcher is not None:
                yield activity, catcher
        outer = activity.workflow.parent_task_id
        task = None if outer is None else activity.workflow.top_workflow.get_task_from_id(outer)


def _activity(task: Any) -> Any:
    """The token of the whole activity, when the token is one instance of a multi-instance activity."""
    parent = task.parent
    return parent if parent is not None and getattr(parent.task_spec, "holds_instances", False) else task


def _attached(activity: Any) -> list[Any]:
    split = activity.parent
    if split is None or not isinstance(split.task_spec, BoundaryEventSplit):
        return []
    beside = [task for task in split.children if isinstance(task.task_spec, BoundaryEvent) and task.state == TaskState.WAITING]
    return [*beside, *(part for task in beside for part in task.children if is_part(part) and part.state == TaskState.WAITING)]


def _triggers(activity: Any) -> list[Any]:
    """What starts the event subprocesses beside an activity. An event subprocess does not catch what comes out of one."""
    element = getattr(activity.task_spec, "element", None)
    if element is not None and element.triggered_by_event:
        return []
    return [task for task in activity.workflow.tasks.values() if is_trigger(task) and task.state == TaskState.WAITING]


def _fitting(waiting: list[Any], code: str) -> Any:
    exact = (task for task in waiting if task.task_spec.event_definition.code == code)
    return next(exact, None) or next((task for task in waiting if task.task_spec.event_definition.code is None), None)


def _interrupt(activity: Any, catcher: Any) -> None:
    if is_trigger(catcher):
        end_all_but(catcher.parent if is_part(catcher) else catcher)
        return
    for child in instances_of(activity):
        child.cancel()
    activity.cancel()
