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


class FileEmpty(Invalid):
    """The file has no content."""


class FileTypeUnknown(Invalid):
    """By its content or its name the file is none of those that are accepted."""


class FileTypeDiffers(Invalid):
    """The content of the file is not what its name or its sender says."""


class FileWithMacros(Invalid):
    """There is program code in the document."""


class FileEncrypted(Invalid):
    """The file, or something in it, is under a password."""


class ArchiveUnreadable(Invalid):
    """An archive is damaged, or packed in a way that is not read."""


class ArchiveTooLarge(TooLarge):
    """An archive has too many members or becomes too large when it is unpacked."""


class ArchiveTooDeep(TooLarge):
    """Archives lie too deep in one another."""


class ArchiveMemberUnsafe(Invalid):
    """The name of a member would lead out of the folder into which somebody unpacks it."""
