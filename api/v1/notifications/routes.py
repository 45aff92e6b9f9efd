"""Your notifications: what you were told of, and that you have read it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from api import pagination, problems
from api.access import SIGNED_IN
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.notifications.schemas import HowMany, InboxQuery, NotificationPage, NotificationShape, ReadUntil, Unread
from notifications.inbox import MOST_COUNTED, InboxFilter
from notifications.sorts import Sort
from notifications.tables import NotificationRow

notifications = Room("notifications", "What you are told of: tasks, returns, deadlines, decisions")


@notifications.get("/notifications", SIGNED_IN, query=InboxQuery, answer=NotificationPage)
def list_notifications(query: dict[str, Any]) -> Any:
    """Your notifications, the newest first."""
    given = {name: value for name, value in query.items() if name not in ("limit", "cursor", "sort")}
    wanted = InboxFilter(**given, sort=Sort(query["sort"]) if query["sort"] else None)
    page = house().notifications.list(actor(), wanted, limit=query["limit"], after=pagination.after(query))
    return pagination.paged(page) | {"items": _shown(page.items)}


@notifications.get("/notifications/unread", SIGNED_IN, answer=Unread)
def count_unread() -> Any:
    """How many of yours are unread, counted up to a hundred."""
    count = house().notifications.unread(actor())
    return {"count": count, "more": count == MOST_COUNTED}


@notifications.post("/notifications/reading", SIGNED_IN, body=ReadUntil, answer=HowMany)
def read_all(body: dict[str, Any]) -> Any:
    """Mark all as read, up to the newest that you have seen."""
    return {"count": house().notifications.read_all(actor(), body["until"])}


@notifications.post("/notifications/<uuid:notification_id>/reading", SIGNED_IN, answer=NotificationShape)
def read_one(notification_id: UUID) -> Any:
    """Mark one as read."""
    return _shown([house().notifications.read(actor(), notification_id)])[0]


def _shown(rows: Sequence[NotificationRow]) -> list[dict[str, Any]]:
    said = house().notifications.said(rows, problems.language())
    return [{name: getattr(row, name, None) for name in NotificationShape().fields} | {"text": said[row.id]} for row in rows]
