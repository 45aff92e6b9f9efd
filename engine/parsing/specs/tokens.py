"""What can be said of a token wherever it stands."""

from typing import Any

from SpiffWorkflow.util.task import TaskState


def is_moving(task: Any) -> bool:
    """Whether a token is on its way: it stands somewhere, or has just left one place for the next. The rest is over, or a possibility."""
    if task.state in (TaskState.READY, TaskState.WAITING, TaskState.STARTED):
        return True
    return task.state == TaskState.FUTURE and task.parent is not None and task.parent.state == TaskState.COMPLETED
