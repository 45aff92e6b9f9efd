"""What a workbook of a report is refused for. The words are in `texts/{kk,ru,en}/reports_exchange.json`."""

from collections.abc import Sequence
from uuid import UUID

from refusals import Conflict, Fault, Invalid, Stale


class ReportFileUnknown(Invalid):
    """The workbook doesn't say which report it is of: it wasn't downloaded here, or was made anew by another program."""


class ReportFileOfAnother(Conflict):
    """The workbook is of another report, of another kind, or of another version of the kind."""

    def __init__(self, report_id: UUID, kind: str, kind_version: int) -> None:
        super().__init__(report_id=str(report_id), kind=kind, kind_version=kind_version)


class ReportFileOfAnotherRevision(Stale):
    """The workbook was downloaded when another revision was in work."""

    def __init__(self, revision: int, now: int) -> None:
        super().__init__(revision=revision, now=now)


class ReportFileRefused(Invalid):
    """A workbook with faults, of which nothing was taken; each is told by sheet and cell."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults=faults, count=len(faults))


class ReportFileOutdated(Stale):
    """Somebody gave some of the cells another value after the workbook was downloaded; each fault tells sheet, cell, who, when, and both
    values."""

    def __init__(self, etag: str, faults: Sequence[Fault]) -> None:
        super().__init__(faults=faults, etag=etag, count=len(faults))
