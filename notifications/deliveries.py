"""What is posted to webhooks: queued in the transaction that tells of it, claimed, and marked as taken or put off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from notifications.news import News
from notifications.sorts import OF_REPORTS
from notifications.tables import DeliveryRow, WebhookRow
from reports.shelf import RESTRICTED
from storage import database, journal
from storage.database import changed, session
from storage.identifiers import new_id
from storage.pages import MAX_LIMIT, Key, Page, page

WAITING, DELIVERED, FAILED = "waiting", "delivered", "failed"
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 300, 600, 840))
MAX_ATTEMPTS = 10
LEASE = timedelta(minutes=2)
TEST = "test"
_TABLE = cast(sa.Table, DeliveryRow.__table__)


@dataclass(frozen=True)
class Claimed:
    """A delivery that this process is to make: to where, signed with which secret (still sealed)."""

    id: UUID
    webhook_id: UUID
    url: str
    secret: bytes
    payload: dict[str, Any]


def queue(found: Sequence[News], now: datetime) -> None:
    """Queue what is news to bodies that want to hear of it, once for each webhook; of restricted kinds nothing is said."""
    told = [each for each in found if each.report is not None and each.report.report_class != RESTRICTED]
    bodies = {body for each in told if each.report for body in (each.report.body_id, each.report.receiver_id) if body is not None}
    hooks = (
        session.scalars(sa.select(WebhookRow).where(WebhookRow.body_id.in_(bodies), WebhookRow.active.is_(True))).all() if bodies else ()
    )
    rows = [_row(hook.id, each.key, _payload(each), now) for hook in hooks for each in told if _wants(hook, each)]
    if rows:
        inserting = postgresql.insert if database.is_postgresql() else sqlite.insert
        session.execute(inserting(_TABLE).on_conflict_do_nothing(index_elements=[_TABLE.c.webhook_id, _TABLE.c.key]), rows)


def queue_test(webhook_id: UUID, now: datetime) -> DeliveryRow:
    """Queue something to try a webhook with."""
    payload = {"type": TEST, "timestamp": now.isoformat(), "data": {}}
    row = DeliveryRow(**_row(webhook_id, f"test:{new_id()}", payload, now))
    session.add(row)
    session.flush()
    return row


def claim(now: datetime) -> Claimed | None:
    """Take the delivery that has been due longest; None when none is."""
    query = sa.select(DeliveryRow).where(sa.text("state = 'waiting'"), DeliveryRow.due_at <= now).order_by(DeliveryRow.due_at).limit(1)
    row = session.scalar(query.with_for_update(skip_locked=True).execution_options(populate_existing=True))
    if row is None:
        return None
    row.due_at, row.attempts = now + LEASE, row.attempts + 1
    session.flush()
    hook = session.get_one(WebhookRow, row.webhook_id, populate_existing=True)
    return Claimed(row.id, hook.id, hook.url, hook.secret, row.payload)


def delivered(claimed: Claimed, status: int, now: datetime) -> None:
    """Note that a webhook took it: whatever was wrong with it is over."""
    taken = sa.update(DeliveryRow).where(DeliveryRow.id == claimed.id, DeliveryRow.state == WAITING)
    session.execute(taken.values(state=DELIVERED, delivered_at=now, last_status=status, last_error=None).execution_options(**_AS_IT_IS))
    well = sa.update(WebhookRow).where(WebhookRow.id == claimed.webhook_id, WebhookRow.failing_since.is_not(None))
    session.execute(well.values(failing_since=None).execution_options(**_AS_IT_IS))


def failed(claimed: Claimed, reason: str, status: int | None, now: datetime, off_after: timedelta) -> None:
    """Put a delivery off, and with it all that waits for the same webhook; one that has failed for too long is switched off."""
    hook = session.get_one(WebhookRow, claimed.webhook_id, with_for_update=True, populate_existing=True)
    row = session.get_one(DeliveryRow, claimed.id, with_for_update=True, populate_existing=True)
    row.last_error, row.last_status = reason[:80], status
    row.state = FAILED if row.attempts >= MAX_ATTEMPTS or row.payload["type"] == TEST else WAITING
    row.due_at = now + PAUSES[min(row.attempts, len(PAUSES)) - 1]
    hook.failing_since = hook.failing_since or now
    session.flush()
    others = sa.update(DeliveryRow).where(DeliveryRow.webhook_id == hook.id, sa.text("state = 'waiting'"))
    if hook.active and (status == GONE or now - hook.failing_since >= off_after):
        hook.active = False
        hook.off_at = now
        about = {"reason": reason[:80], "created_by": hook.created_by, "failing_since": hook.failing_since.isoformat()}
        journal.record("webhook:switched_off", at=now, subject=("webhook", hook.id), body_id=hook.body_id, **about)
        session.flush()
        session.execute(others.values(state=FAILED, last_error="switched_off").execution_options(**_AS_IT_IS))
    else:
        behind = others.where(DeliveryRow.due_at < row.due_at, sa.func.coalesce(DeliveryRow.payload["type"].as_string(), "") != TEST)
        session.execute(behind.values(due_at=row.due_at).execution_options(**_AS_IT_IS))


def listed(webhook_id: UUID, state: str | None, *, limit: int, after: Key | None) -> Page[DeliveryRow]:
    """A page of what was posted to a webhook, the newest first."""
    limit = max(1, min(limit, MAX_LIMIT))
    conditions = [DeliveryRow.webhook_id == webhook_id, *([DeliveryRow.state == state] if state else [])]
    query = sa.select(DeliveryRow).where(*conditions, *([DeliveryRow.id < after[0]] if after else []))
    rows = session.scalars(query.order_by(DeliveryRow.id.desc()).limit(limit + 1)).all()
    return page(rows, limit, item=lambda row: row, key=lambda row: (row.id,))


def forget(before: datetime, limit: int) -> int:
    """Delete some that were made before a moment; gives how many."""
    old = sa.select(DeliveryRow.id).where(DeliveryRow.created_at < before, DeliveryRow.state != WAITING).limit(limit)
    return changed(sa.delete(DeliveryRow).where(DeliveryRow.id.in_(old)))


#: The status by which an address says that it wants nothing any more.
GONE = 410
_AS_IT_IS = {"synchronize_session": False}


def _wants(hook: WebhookRow, told: News) -> bool:
    report = told.report
    asked = told.sort in OF_REPORTS and told.sort.value in hook.sorts
    return asked and report is not None and hook.body_id in (report.body_id, report.receiver_id)


def _payload(told: News) -> dict[str, Any]:
    """What is posted: ids and facts, no names and no words."""
    facts = {name: value for name, value in told.facts.items() if name not in ("by", "step") and value is not None}
    ids = {"report_id": str(told.report.id) if told.report else None, "task_id": str(told.task.id) if told.task else None}
    return {"type": told.sort.value, "timestamp": told.entry.at.isoformat(), "data": {**ids, **facts}}


def _row(webhook_id: UUID, key: str, payload: dict[str, Any], now: datetime) -> dict[str, Any]:
    place = {"id": new_id(), "webhook_id": webhook_id, "key": key, "payload": payload, "state": WAITING, "attempts": 0}
    return {**place, "created_at": now, "due_at": now, "delivered_at": None, "last_status": None, "last_error": None}
