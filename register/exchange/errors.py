"""What a file of the Register is refused for."""

from collections.abc import Sequence

from refusals import Conflict, Fault, Invalid


class RegisterFileUnreadable(Invalid):
    """The file is neither an XLSX workbook nor a JSON text with kinds and indicators."""


class SheetTooNarrow(Conflict):
    """A part of a kind is longer than a cell of a workbook can be; JSON carries it."""

    def __init__(self, code: str, member: str, limit: int) -> None:
        super().__init__(kind=code, member=member, limit=limit)


class RegisterFileRefused(Invalid):
    """A file with faults, of which nothing was taken; each is told by its place."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults=faults, count=len(faults))
