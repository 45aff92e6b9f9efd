"""What a file is refused for."""

from refusals import Invalid, TooLarge


class WorkbookUnreadable(Invalid):
    """The file is no XLSX workbook, or a damaged one."""


class WorkbookOld(Invalid):
    """A workbook in the format of Excel 97 to 2003 (`.xls`)."""


class WorkbookEncrypted(Invalid):
    """A workbook under a password."""


class WorkbookTooLarge(TooLarge):
    """The workbook has more of something than is read; unpacked size counts, not that of the archive."""

    def __init__(self, what: str, count: int, limit: int) -> None:
        super().__init__(what=what, count=count, limit=limit)
