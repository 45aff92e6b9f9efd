"""What a file is refused for."""

from refusals import Invalid, TooLarge


class WorkbookUnreadable(Invalid):
    """The file is no XLSX workbook, or a damaged or protected one."""


class WorkbookTooLarge(TooLarge):
    """The workbook has more of something than is read; unpacked size counts, not that of the archive."""

    def __init__(self, what: str, count: int, limit: int) -> None:
        super().__init__(what=what, count=count, limit=limit)
