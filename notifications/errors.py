"""What this room says no with."""

from uuid import UUID

from refusals import Invalid, NotFound


class NotificationNotFound(NotFound):
    """The person has no such notification."""

    def __init__(self, notification_id: UUID) -> None:
        super().__init__(notification_id=str(notification_id))


class MailNotFound(NotFound):
    """There is no such mail, or it is not undelivered."""

    def __init__(self, mail_id: UUID) -> None:
        super().__init__(mail_id=str(mail_id))


class UnsubscriptionInvalid(NotFound):
    """The link is none of ours, or was altered."""


class SenderInvalid(Invalid):
    """Mails cannot be sent in this name."""
