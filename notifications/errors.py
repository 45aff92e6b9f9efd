"""What this room says no with."""

from uuid import UUID

from refusals import Conflict, Invalid, NotFound, Stale


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


class WebhookNotFound(NotFound):
    """There is no such webhook, or none that the person may see."""

    def __init__(self, webhook_id: UUID) -> None:
        super().__init__(webhook_id=str(webhook_id))


class WebhookInvalid(Invalid):
    """Nothing is posted to this address."""


class WebhooksTooMany(Conflict):
    """The body has as many webhooks as a body may have."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit=limit)


class WebhookChangedMeanwhile(Stale):
    """Somebody else changed it since it was read."""

    def __init__(self, version: int) -> None:
        super().__init__(version=version)
