"""What became of mails, for administrators."""

from typing import Any
from uuid import UUID

from api import pagination
from api.access import needs
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.notifications.schemas import MailPage, MailQuery, MailShape
from organisations.permissions import Permission

mails = Room("mails", "What became of mails")


@mails.get("/notifications/mails", needs(Permission.NOTIFICATION_OPERATE), query=MailQuery, answer=MailPage)
def list_mails(query: dict[str, Any]) -> Any:
    """Mails, the newest first: to whom, whether they were sent; never their words."""
    page = house().notifications.mails(actor(), query["state"], limit=query["limit"], after=pagination.after(query))
    return pagination.paged(page)


@mails.post("/notifications/mails/<uuid:mail_id>/retry", needs(Permission.NOTIFICATION_OPERATE), answer=MailShape)
def retry(mail_id: UUID) -> Any:
    """Set an undelivered mail on its way again."""
    return house().notifications.send_again(actor(), mail_id)
