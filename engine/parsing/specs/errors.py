"""BPMN errors: who catches them. Other exceptions never come here: they are incidents."""

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.util.task import TaskState

from engine.definition_errors import BpmnErrorUncaught

#: Where the token of an error event that caught something keeps what it caught.
ERROR_CODE = "error_code"
ERROR_MESSAGE = "error_message"


def throw_error(my_task: Any, code: str, message: str = "") -> Any:
    """Throw a BPMN error at a token: the activity whose error event catches it ends, the event's token becomes READY and is returned.

    It is looked for at the token's own activity, then outwards through the subprocesses and calls around it; at each activity an event
    that names the code goes before one that catches all. Raises BpmnErrorUncaught.
    """
    task = my_task
    while task is not None:
        activity = _activity(task)
        handler = _handler(activity, code)
        if handler is not None:
            _end(activity)
            handler._set_internal_data(**{ERROR_CODE: code, ERROR_MESSAGE: message, "event_fired": True})
            handler.task_spec._update(handler)
            return handler
        outer = activity.workflow.parent_task_id
        task = None if outer is None else activity.workflow.top_workflow.get_task_from_id(outer)
    raise BpmnErrorUncaught(my_task.task_spec.bpmn_id, code, message)


def instances_of(activity: Any) -> list[Any]:
    """The tokens of the instances that a multi-instance activity holds. SpiffWorkflow would drop them without ending what they hold."""
    return [child for child in activity.children if child.triggered]


def _activity(task: Any) -> Any:
    """The token of the whole activity, when the token is one instance of a multi-instance activity."""
    parent = task.parent
    return parent if parent is not None and getattr(parent.task_spec, "holds_instances", False) else task


def _handler(activity: Any, code: str) -> Any:
    split = activity.parent
    if split is None or not isinstance(split.task_spec, BoundaryEventSplit):
        return None
    waiting = [task for task in split.children if task.state == TaskState.WAITING and _catches_errors(task)]
    exact = (task for task in waiting if task.task_spec.event_definition.code == code)
    return next(exact, None) or next((task for task in waiting if task.task_spec.event_definition.code is None), None)


def _catches_errors(task: Any) -> bool:
    event = getattr(getattr(task.task_spec, "element", None), "event", None)
    return event is not None and event.kind == "error" and event.attached_to is not None


def _end(activity: Any) -> None:
    for child in instances_of(activity):
        child.cancel()
    activity.cancel()
