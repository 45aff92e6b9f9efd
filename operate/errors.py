"""What operating processes is refused with, beside what the engine and the rights refuse."""

from refusals import Invalid


class SortUnknown(Invalid):
    """The list is not sorted by this."""
