"""What the worklist refuses, beside what the engine refuses about tasks (`engine/errors.py`)."""

from refusals import Forbidden, Invalid, NotFound, Stale


class NotYourTask(Forbidden):
    """The task is with somebody else, or waits for a group that the person is not in."""


class TaskNotAssignable(Forbidden):
    """The person may not decide who does this task."""


class NotAColleague(Invalid):
    """Who is to get the task is not of the body and right that the task waits for."""


class TaskWithoutCandidates(Forbidden):
    """The task waits for this one person only: given back, nobody would find it."""


class TaskDraftNotFound(NotFound):
    """Nobody has saved a draft of this task's form."""


class TaskDraftStale(Stale):
    """The draft was changed by somebody else since it was read."""


class TaskDraftTooLarge(Invalid):
    """A draft holds more than a form can."""


class TaskSortUnknown(Invalid):
    """Tasks are not sorted by this."""


class TaskWithoutForm(NotFound):
    """The diagram gives this task no form."""
