"""Mails: gathered from what people were told, claimed, and marked as sent or put off. Nothing here talks to a server.

What is due for one person at one moment is one mail; whoever got enough of them within an hour gets the rest together in the next one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from notifications.choices import hour
from notifications.errors import MailNotFound
from notifications.tables import MailRow, NotificationRow
from organisations.tables import UserRow
from storage import journal
from storage.database import changed, session
from storage.identifiers import new_id
from storage.pages import MAX_LIMIT, Key, Page, page

WAITING, SENT, UNDELIVERED, NEEDLESS = "waiting", "sent", "undelivered", "needless"
#: People whose mails are gathered in one transaction, and notifications that one mail names.
AT_ONCE, MOST_NAMED = 100, 50
MAX_ATTEMPTS = 8
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
#: How long a mail is with the process that claimed it; a process that was killed loses its claim then.
LEASE = timedelta(minutes=5)
_MAILS = cast(sa.Table, MailRow.__table__)


@dataclass(frozen=True)
class Claimed:
    """A mail that this process is to send: to whom, of which notifications; `more` were left out."""

    id: UUID
    user_id: UUID
    notification_ids: tuple[UUID, ...]
    more: int
    made_at: datetime


def gather(now: datetime, per_hour: int) -> int:
    """Make mails of what is due, for some people; gives for how many people there was something due."""
    due = sa.select(NotificationRow.user_id).where(_due(now)).order_by(NotificationRow.mail_due_at).limit(10 * AT_ONCE)
    wanted = sorted(set(session.scalars(due)))[:AT_ONCE]
    people = session.execute(_locked(wanted)).all() if wanted else []
    rows = _rows([person.id for person in people], now)
    if not people:
        return 0
    busy = _busy([person.id for person in people], now, per_hour)
    mails, put_off, done = [], [], []
    for person in people:
        mine = [row for row in rows if row.user_id == person.id]
        if person.id in busy:
            put_off += [row.id for row in mine]
            continue
        done += [row.id for row in mine]
        unread = [str(row.id) for row in mine if row.read_at is None]
        if unread and person.email is not None and person.active:
            mails.append(_mail(person.id, unread, now))
    _mark(done, None)
    _mark(put_off, hour(now))
    if mails:
        session.execute(sa.insert(_MAILS), mails)
    return len(people)


def claim(now: datetime) -> Claimed | None:
    """Take the mail that has been due longest; None when none is."""
    query = sa.select(MailRow).where(sa.text("state = 'waiting'"), MailRow.due_at <= now).order_by(MailRow.due_at).limit(1)
    row = session.scalar(query.with_for_update(skip_locked=True).execution_options(populate_existing=True))
    if row is None:
        return None
    row.due_at, row.attempts = now + LEASE, row.attempts + 1
    session.flush()
    ids = tuple(UUID(found) for found in row.items["notifications"])
    return Claimed(row.id, row.user_id, ids, int(row.items["more"]), row.made_at)


def sent(mail_id: UUID, now: datetime) -> None:
    """Note that a mail was taken by the server."""
    _change(mail_id, state=SENT, sent_at=now, last_error=None)


def needless(mail_id: UUID, now: datetime) -> None:
    """Note that there is nothing left to be said in a mail, or nobody to say it to."""
    _change(mail_id, state=NEEDLESS, sent_at=now)


def failed(mail_id: UUID, now: datetime, reason: str, *, for_good: bool) -> None:
    """Put a mail off, or give it up: for good, or after so many attempts; then administrators are told by the journal."""
    row = session.get(MailRow, mail_id, with_for_update=True, populate_existing=True)
    if row is None or row.state != WAITING:
        return
    row.last_error = reason
    row.due_at = now + min(FIRST_PAUSE * 4 ** (row.attempts - 1), LONGEST_PAUSE)
    if for_good or row.attempts >= MAX_ATTEMPTS:
        row.state = UNDELIVERED
        journal.record("mail:undelivered", at=now, subject=("mail", row.id), user_id=str(row.user_id), attempts=row.attempts)
    session.flush()


def again(mail_id: UUID, now: datetime, by: str) -> MailRow:
    """Set an undelivered mail on its way again. Raises MailNotFound."""
    row = session.get(MailRow, mail_id, with_for_update=True, populate_existing=True)
    if row is None or row.state != UNDELIVERED:
        raise MailNotFound(mail_id)
    row.state, row.attempts, row.due_at = WAITING, 0, now
    session.flush()
    journal.record("mail:retried", at=now, subject=("mail", row.id), actor=by, user_id=str(row.user_id))
    return row


def listed(state: str | None, *, limit: int, after: Key | None) -> Page[MailRow]:
    """A page of mails, the newest first."""
    limit = max(1, min(limit, MAX_LIMIT))
    query = sa.select(MailRow).where(*([MailRow.state == state] if state else []), *([MailRow.id < after[0]] if after else []))
    rows = session.scalars(query.order_by(MailRow.id.desc()).limit(limit + 1)).all()
    return page(rows, limit, item=lambda row: row, key=lambda row: (row.id,))


def forget(before: datetime, limit: int) -> int:
    """Delete some that were made before a moment; gives how many."""
    old = sa.select(MailRow.id).where(MailRow.made_at < before, MailRow.state != WAITING).limit(limit)
    return changed(sa.delete(MailRow).where(MailRow.id.in_(old)))


def _due(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(sa.text("mail_due_at IS NOT NULL"), NotificationRow.mail_due_at <= now)


def _locked(user_ids: Sequence[UUID]) -> Any:
    """The people, each with this process until it has gathered; what is told to them meanwhile is not held up."""
    query = sa.select(UserRow.id, UserRow.email, UserRow.active).where(UserRow.id.in_(user_ids)).order_by(UserRow.id)
    return query.with_for_update(key_share=True, skip_locked=True)


def _rows(user_ids: Sequence[UUID], now: datetime) -> Sequence[Any]:
    columns = (NotificationRow.id, NotificationRow.user_id, NotificationRow.read_at)
    query = sa.select(*columns).where(NotificationRow.user_id.in_(user_ids), _due(now)).order_by(NotificationRow.id)
    return session.execute(query).all() if user_ids else ()


def _busy(user_ids: Sequence[UUID], now: datetime, per_hour: int) -> set[UUID]:
    """Who got so many mails within the last hour that the next one waits for the full hour."""
    recent = sa.select(MailRow.user_id).where(MailRow.user_id.in_(user_ids), MailRow.made_at > now - timedelta(hours=1))
    return set(session.scalars(recent.group_by(MailRow.user_id).having(sa.func.count() >= per_hour)))


def _mail(user_id: UUID, notification_ids: Sequence[str], now: datetime) -> dict[str, Any]:
    items = {"notifications": list(notification_ids[-MOST_NAMED:]), "more": max(0, len(notification_ids) - MOST_NAMED)}
    place = {"id": new_id(), "user_id": user_id, "made_at": now, "due_at": now, "items": items}
    return {**place, "state": WAITING, "attempts": 0, "last_error": None, "sent_at": None}


def _mark(ids: Iterable[UUID], due_at: datetime | None) -> None:
    marked = sa.update(NotificationRow).where(NotificationRow.id.in_(list(ids))).values(mail_due_at=due_at)
    session.execute(marked.execution_options(synchronize_session=False))


def _change(mail_id: UUID, **values: Any) -> None:
    changed = sa.update(MailRow).where(MailRow.id == mail_id, MailRow.state == WAITING).values(**values)
    session.execute(changed.execution_options(synchronize_session=False))
