"""Messages and signals that have not come to anybody: still on their way, wanted by several, or expired.

People set them on their way again, to a receiver of their choice if they like, or discard them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa

from engine.deliveries import AMBIGUOUS, EXPIRED, WAITING
from engine.errors import MessageNotExpected, UndeliveredNotFound
from engine.models import DeliveryRow, SubscriptionRow
from engine.sendings import TIME_TO_LIVE
from storage import database
from storage.clock import Clock
from storage.journal import record
from storage.pages import Key, Page, page

Reason = Literal["under_way", "nobody_waits", "ambiguous", "expired"]
REASONS: Sequence[Reason] = ("under_way", "nobody_waits", "ambiguous", "expired")


@dataclass(frozen=True)
class UndeliveredMessage:
    """A message or signal (`kind`) and why nobody has it. Of its variables only the names are told."""

    id: UUID
    kind: str
    name: str
    business_key: str | None
    reason: Reason
    variables: tuple[str, ...]
    sent_by: str | None
    sent_at: datetime
    expires_at: datetime | None


class Undelivered:
    """Everything is done in the caller's transaction."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def get(self, message_id: UUID) -> UndeliveredMessage:
        """One of them. Raises UndeliveredNotFound."""
        return _message(_row(message_id))

    def list(
        self, *, reason: Reason | None = None, name: str | None = None, limit: int = 50, after: Key | None = None
    ) -> Page[UndeliveredMessage]:
        """What is undelivered, the newest first."""
        query = sa.select(DeliveryRow).order_by(DeliveryRow.id.desc()).limit(limit + 1)
        if reason is not None:
            query = query.where(_CONDITIONS[reason])
        if name is not None:
            query = query.where(DeliveryRow.name == name)
        if after is not None:
            query = query.where(DeliveryRow.id < after[0])
        rows = database.session.scalars(query.execution_options(populate_existing=True)).all()
        return page(rows, limit, item=_message, key=lambda row: (row.id,))

    def retry(self, message_id: UUID, *, instance_id: UUID | None = None, by: str | None) -> UndeliveredMessage:
        """Set one on its way again, with a new time to live; to one instance that waits for it where `instance_id` is given.

        Raises UndeliveredNotFound, and MessageNotExpected when that instance does not wait for it.
        """
        row, now = _row(message_id, locked=True), self._clock.now()
        if instance_id is not None:
            row.subscription_id = _waiting_in(instance_id, row)
        row.state, row.tried, row.due_at = WAITING, False, now
        row.expires_at = now + TIME_TO_LIVE if row.kind == "message" else None
        self._record("message:sent_again", row, by, instance_id=None if instance_id is None else str(instance_id))
        return _message(row)

    def discard(self, message_id: UUID, *, reason: str, by: str | None) -> None:
        """Give one up for good. Raises UndeliveredNotFound."""
        row = _row(message_id, locked=True)
        self._record("message:discarded", row, by, reason=reason)
        database.session.delete(row)
        database.session.flush()

    def _record(self, event: str, row: DeliveryRow, by: str | None, **details: Any) -> None:
        about = {"name": row.name, "business_key": row.business_key, **details}
        record(event, at=self._clock.now(), subject=("message", row.id), actor=by, **about)
        database.session.flush()


_CONDITIONS = {
    "under_way": sa.and_(DeliveryRow.state == WAITING, ~DeliveryRow.tried),
    "nobody_waits": sa.and_(DeliveryRow.state == WAITING, DeliveryRow.tried),
    "ambiguous": DeliveryRow.state == AMBIGUOUS,
    "expired": DeliveryRow.state == EXPIRED,
}


def _row(message_id: UUID, *, locked: bool = False) -> DeliveryRow:
    query = sa.select(DeliveryRow).where(DeliveryRow.id == message_id).execution_options(populate_existing=True)
    row = database.session.scalar(query.with_for_update() if locked else query)
    if row is None:
        raise UndeliveredNotFound(message_id=str(message_id))
    return row


def _waiting_in(instance_id: UUID, row: DeliveryRow) -> UUID:
    same = (SubscriptionRow.kind == row.kind, SubscriptionRow.message == row.name, SubscriptionRow.instance_id == instance_id)
    found = database.session.scalar(sa.select(SubscriptionRow.id).where(*same).order_by(SubscriptionRow.id).limit(1))
    if found is None:
        raise MessageNotExpected(message=row.name)
    return found


def _message(row: DeliveryRow) -> UndeliveredMessage:
    reasons: dict[str, Reason] = {AMBIGUOUS: "ambiguous", EXPIRED: "expired"}
    return UndeliveredMessage(
        id=row.id,
        kind=row.kind,
        name=row.name,
        business_key=row.business_key,
        reason=reasons.get(row.state) or ("nobody_waits" if row.tried else "under_way"),
        variables=tuple(sorted(row.variables)),
        sent_by=row.sent_by,
        sent_at=row.sent_at,
        expires_at=row.expires_at,
    )
