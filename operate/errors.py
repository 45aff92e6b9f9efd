"""What operating processes is refused with, beside what the engine and the rights refuse."""

from refusals import Conflict, Forbidden, Invalid, TooLarge


class SortUnknown(Invalid):
    """The list is not sorted by this."""


class InstancesTooMany(TooLarge):
    """More instances than one request may change."""


class InstanceOfOther(Conflict):
    """The instance is not of the definition that was named."""


class NotAStarter(Forbidden):
    """The process names who may start it, and the person is not among them."""
