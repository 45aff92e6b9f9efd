"""The outbox: what is to be done after a step is written in the step's own transaction, and done later, each in a transaction of its own.

A row is claimed, its effect done and the row deleted in one transaction, so an effect inside the database happens exactly once; one on
the outside world happens at least once and gets the row's id as its idempotency key. A failing row waits longer each time and is set
aside after `MAX_ATTEMPTS` tries, for an administrator to see.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Mapped, mapped_column

from storage.clock import Clock
from storage.columns import Id, Json, Moment
from storage.database import Base, session
from storage.identifiers import new_id
from storage.transaction import transaction

MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=10)

log = structlog.get_logger(__name__)


class OutboxItem(Base):
    """One thing to be done."""

    __tablename__ = "outbox_items"

    id: Mapped[Id]
    topic: Mapped[str] = mapped_column(sa.String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    due_at: Mapped[datetime] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    set_aside: Mapped[bool] = mapped_column(default=False)
    last_error: Mapped[str | None] = mapped_column(sa.Text)

    __table_args__ = (
        sa.Index("ix_outbox_items_due", "due_at", postgresql_where=sa.text("NOT set_aside"), sqlite_where=sa.text("NOT set_aside")),
    )


@dataclass(frozen=True)
class Delivery:
    """What a handler gets: the id (an idempotency key for the outside), the topic's payload and the moment."""

    id: UUID
    payload: Mapping[str, Any]
    now: datetime


Handler = Callable[[Delivery], None]


class UnknownTopic(Exception):
    """Nobody handles the topic: a programming error, and no reason to try again."""


def put(topic: str, payload: Mapping[str, Any], *, due_at: datetime) -> UUID:
    """Add an item to the present transaction; returns its id."""
    item = OutboxItem(id=new_id(), topic=topic, payload=dict(payload), due_at=due_at, attempts=0, set_aside=False)
    session.add(item)
    return item.id


def deliver_due(handlers: Mapping[str, Handler], clock: Clock, *, limit: int = 100) -> int:
    """Do what is due, at most `limit` items, each in its own transaction; returns how many were done.

    Called outside any transaction, by any number of processes at once. An item whose topic has no handler is set aside.
    """
    done = 0
    for _ in range(limit):
        outcome = _deliver_one(handlers, clock)
        if outcome is None:
            break
        done += outcome
    return done


def set_aside() -> list[OutboxItem]:
    """The items that failed for good and wait for an administrator, oldest first."""
    return list(session.scalars(sa.select(OutboxItem).where(OutboxItem.set_aside.is_(True)).order_by(OutboxItem.id)))


def _deliver_one(handlers: Mapping[str, Handler], clock: Clock) -> int | None:
    """1 when an item was done, 0 when one failed, None when none is due."""
    claimed: OutboxItem | None = None
    try:
        with transaction():
            claimed = _next_due(clock.now())
            if claimed is None:
                return None
            if claimed.topic not in handlers:
                raise UnknownTopic(claimed.topic)
            handlers[claimed.topic](Delivery(claimed.id, claimed.payload, clock.now()))
            session.execute(sa.delete(OutboxItem).where(OutboxItem.id == claimed.id))
            return 1
    except Exception as error:  # the border where a failing effect becomes a row to be tried again
        if claimed is None:
            raise
        log.warning("outbox_item_failed", topic=claimed.topic, item=str(claimed.id), error=type(error).__name__)
        with transaction():
            _postpone(claimed.id, claimed.attempts + 1, error, clock.now())
        return 0


def _next_due(now: datetime) -> OutboxItem | None:
    query = (
        sa.select(OutboxItem)
        .where(sa.text("NOT set_aside"), OutboxItem.due_at <= now)
        .order_by(OutboxItem.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    item = session.scalars(query).one_or_none()
    if item is not None:
        session.expunge(item)
    return item


def _postpone(item_id: UUID, attempts: int, error: Exception, now: datetime) -> None:
    session.execute(
        sa.update(OutboxItem)
        .where(OutboxItem.id == item_id)
        .values(
            attempts=attempts,
            set_aside=attempts >= MAX_ATTEMPTS or isinstance(error, UnknownTopic),
            due_at=now + FIRST_PAUSE * 2 ** (attempts - 1),
            last_error=f"{type(error).__name__}: {error}"[:2000],
        )
    )
