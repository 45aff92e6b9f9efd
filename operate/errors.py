"""What operating processes is refused with, beside what the engine and the rights refuse."""

from refusals import Forbidden, Invalid, NotFound, TooLarge


class SortUnknown(Invalid):
    """The list is not sorted by this."""


class AttemptNotFound(NotFound):
    """No failed attempt has this id."""


class InstancesTooMany(TooLarge):
    """More instances than one request may change."""


class NotAStarter(Forbidden):
    """The process names who may start it, and the person is not among them."""


class NothingToPrint(Invalid):
    """The file holds no process that can be started, or one that would be refused."""

    def __init__(self, resource: str) -> None:
        super().__init__(resource=resource)
