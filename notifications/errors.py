"""What this room says no with."""

from uuid import UUID

from refusals import NotFound


class NotificationNotFound(NotFound):
    """The person has no such notification."""

    def __init__(self, notification_id: UUID) -> None:
        super().__init__(notification_id=str(notification_id))
