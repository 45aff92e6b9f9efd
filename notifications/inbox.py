"""A person's notifications: a page at a time, how many are unread, read. What a person may no longer know of is not shown either."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from notifications.errors import NotificationNotFound
from notifications.sorts import Sort
from notifications.tables import NotificationRow
from organisations.actors import Actor
from reports import shelf
from reports.models import Report
from storage.database import changed, session
from storage.pages import MAX_LIMIT, Key, Page, page

#: Unread ones are counted up to here.
MOST_COUNTED = 100


@dataclass(frozen=True)
class InboxFilter:
    """Conditions on notifications; None asks for nothing."""

    unread: bool | None = None
    sort: Sort | None = None
    report_id: UUID | None = None
    since: datetime | None = None


def listed(actor: Actor, wanted: InboxFilter, *, limit: int, after: Key | None) -> Page[NotificationRow]:
    """A page of the person's notifications, the newest first."""
    limit = max(1, min(limit, MAX_LIMIT))
    query = sa.select(NotificationRow).where(*_mine(actor), *_conditions(wanted))
    if after is not None:
        query = query.where(NotificationRow.id < after[0])
    rows = session.scalars(query.order_by(NotificationRow.id.desc()).limit(limit + 1)).all()
    return page(rows, limit, item=lambda row: row, key=lambda row: (row.id,))


def some(actor: Actor, ids: Collection[UUID]) -> list[NotificationRow]:
    """Those of some notifications that are the person's, unread, and about what they may still know of; the oldest first."""
    query = sa.select(NotificationRow).where(NotificationRow.id.in_(ids), *_known(actor), NotificationRow.read_at.is_(None))
    return list(session.scalars(query.order_by(NotificationRow.id).execution_options(populate_existing=True)))


def unread(actor: Actor) -> int:
    """How many are unread, counted up to `MOST_COUNTED`."""
    some = sa.select(NotificationRow.id).where(*_mine(actor), NotificationRow.read_at.is_(None)).limit(MOST_COUNTED)
    return session.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0


def read(actor: Actor, notification_id: UUID, at: datetime) -> NotificationRow:
    """Mark one as read; again nothing happens. Raises NotificationNotFound."""
    query = sa.select(NotificationRow).where(NotificationRow.id == notification_id, *_mine(actor))
    row = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotificationNotFound(notification_id)
    row.read_at = row.read_at or at
    session.flush()
    return row


def read_all(actor: Actor, until: UUID | None, at: datetime) -> int:
    """Mark all as read up to one (the newest that was seen): what came while somebody was reading stays unread. Gives how many."""
    own = [NotificationRow.user_id == actor.user_id, NotificationRow.read_at.is_(None), *([NotificationRow.id <= until] if until else [])]
    marked = sa.update(NotificationRow).where(*own).values(read_at=at)
    return changed(marked)


def forget(before: datetime, limit: int) -> int:
    """Delete some that were read before a moment; gives how many."""
    old = sa.select(NotificationRow.id).where(NotificationRow.read_at < before).limit(limit)
    return _delete(old)


def forget_unread(before: datetime, limit: int) -> int:
    """Delete some that came before a moment and were never read; gives how many."""
    return _delete(sa.select(NotificationRow.id).where(NotificationRow.at < before, NotificationRow.read_at.is_(None)).limit(limit))


def _delete(chosen: Any) -> int:
    return changed(sa.delete(NotificationRow).where(NotificationRow.id.in_(chosen)))


def _mine(actor: Actor) -> list[sa.ColumnElement[bool]]:
    return [NotificationRow.in_inbox.is_(True), *_known(actor)]


def _known(actor: Actor) -> list[sa.ColumnElement[bool]]:
    known = sa.select(Report.id).where(Report.id == NotificationRow.report_id, shelf.known_to(actor)).exists()
    return [NotificationRow.user_id == actor.user_id, sa.or_(NotificationRow.report_id.is_(None), known)]


def _conditions(wanted: InboxFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.unread is not None:
        conditions.append(NotificationRow.read_at.is_(None) if wanted.unread else NotificationRow.read_at.is_not(None))
    if wanted.sort is not None:
        conditions.append(NotificationRow.sort == wanted.sort.value)
    if wanted.report_id is not None:
        conditions.append(NotificationRow.report_id == wanted.report_id)
    if wanted.since is not None:
        conditions.append(NotificationRow.at >= wanted.since)
    return conditions
