"""What this room says no with when files are attached to a report. What a file is refused for by itself is in `documents/errors.py`."""

from uuid import UUID

from refusals import Conflict, Invalid, NotFound, TooLarge


class AttachmentNotFound(NotFound):
    """The report has no such attachment, or none that the asking person may know of."""

    def __init__(self, attachment_id: UUID) -> None:
        super().__init__(attachment_id=str(attachment_id))


class AttachmentNameInvalid(Invalid):
    """The name of a file is missing, too long, or holds signs that names of files can't or shouldn't have."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit=limit)


class AttachmentNameTaken(Conflict):
    """Another file of this name is attached to the revision."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


class AttachmentTooLarge(TooLarge):
    """The file is larger than one may be."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit=limit)


class AttachmentsTooLarge(TooLarge):
    """With this file the attachments of the revision would be larger than they may be together."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit=limit)


class AttachmentsTooMany(TooLarge):
    """The revision has as many attachments as it may have."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit=limit)


class AttachmentAltered(Conflict):
    """The file, or what is kept of it, is not what was attached and frozen: somebody changed it by hand."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
