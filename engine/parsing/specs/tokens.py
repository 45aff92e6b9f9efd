"""What can be said of a token wherever it stands."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

#: Attribute of a new tree that names the start event to begin at, when it is not the plain one; to be set before its first step.
BEGINS_AT = "begins_at"
#: In its place: a tree that begins without a token, because one will be put down elsewhere in it.
NOWHERE = ""
#: Where a token keeps that the job before its element has come, and that its element holds it, WAITING, until then.
RELEASED = "released"
HELD_FOR_JOB = "held_for_job"
#: Where a token keeps that something listens to its end, so that it must be awake when that comes.
LISTENED_TO = "listened_to"


def is_trigger(task: Any) -> bool:
    """Whether a token stands where an event subprocess may start: it keeps nothing going."""
    return bool(getattr(task.task_spec, "is_trigger", False))


def is_held(task: Any) -> bool:
    """Whether a token waits, before its subprocess or call begins, for a job."""
    return bool(task.internal_data.get(HELD_FOR_JOB)) and not task.internal_data.get(RELEASED)


def is_part(task: Any) -> bool:
    """Whether a token waits for one of the several things that the event of its parent waits for."""
    return bool(getattr(task.task_spec, "is_part", False))


def hold_for_job(task: Any) -> bool:
    """Hold a token, WAITING, where something would begin at once, until the job before its element has come; gives whether it is held."""
    if not task.task_spec.element.async_before or task.internal_data.get(RELEASED):
        return False
    task._set_internal_data(**{HELD_FOR_JOB: True})
    task._set_state(TaskState.WAITING)
    return True


def is_moving(task: Any) -> bool:
    """Whether a token is on its way: it stands somewhere, or has just left one place for the next. The rest is over, or a possibility."""
    if task.state == TaskState.WAITING and is_trigger(task):
        return False
    if task.state in (TaskState.READY, TaskState.WAITING, TaskState.STARTED):
        return True
    return task.state == TaskState.FUTURE and task.parent is not None and task.parent.state == TaskState.COMPLETED
