"""Answers already given, by idempotency key: a request that is repeated gets its first answer and has no second effect.

A key is claimed inside the transaction that does the effect, so the two are kept or lost together. Two equal requests at once queue at
the unique key: the second waits for the first one's commit and then reads its answer.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Bytes, Json, Moment
from storage.database import Base, changed, is_postgresql, session

KEPT_FOR = timedelta(hours=24)
MAX_KEY_LENGTH = 255


class IdempotentRequest(Base):
    """A request that was carried out under a key, with its answer; `status` is null where the answer is not to be kept."""

    __tablename__ = "idempotent_requests"

    actor: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(MAX_KEY_LENGTH), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
    status: Mapped[int | None]
    headers: Mapped[dict[str, str] | None] = mapped_column(Json)
    body: Mapped[bytes | None] = mapped_column(Bytes)


@dataclass(frozen=True)
class KeptAnswer:
    """The answer that was given to a request; all None where it held a secret and was not kept."""

    fingerprint: str
    status: int | None
    headers: dict[str, str] | None
    body: bytes | None


def claim(actor: str, key: str, fingerprint: str, now: datetime) -> KeptAnswer | None:
    """Take the key for this request inside the present transaction; None when it was free or expired, else what was answered before."""
    if session.scalar(_taking(actor, key, fingerprint, now)) is not None:
        return None
    kept = session.execute(
        sa.select(IdempotentRequest.fingerprint, IdempotentRequest.status, IdempotentRequest.headers, IdempotentRequest.body).where(
            IdempotentRequest.actor == actor, IdempotentRequest.key == key
        )
    ).one()
    return KeptAnswer(*kept)


def keep(actor: str, key: str, *, status: int, headers: dict[str, str], body: bytes) -> None:
    """Keep the answer of a request whose key was claimed in the present transaction."""
    session.execute(
        sa.update(IdempotentRequest)
        .where(IdempotentRequest.actor == actor, IdempotentRequest.key == key)
        .values(status=status, headers=headers, body=body)
        .execution_options(synchronize_session=False)
    )


def forget_expired(now: datetime, *, limit: int = 1000) -> int:
    """Delete at most `limit` answers whose time is over; returns how many. For the worker, inside a transaction."""
    expired = (
        sa.select(IdempotentRequest.actor, IdempotentRequest.key)
        .where(IdempotentRequest.expires_at <= now)
        .order_by(IdempotentRequest.expires_at)
        .limit(limit)
    )
    return changed(sa.delete(IdempotentRequest).where(sa.tuple_(IdempotentRequest.actor, IdempotentRequest.key).in_(expired)))


def _taking(actor: str, key: str, fingerprint: str, now: datetime) -> Any:
    """INSERT, or take over an expired row; gives no row back where the key is held."""
    fresh = {"fingerprint": fingerprint, "expires_at": now + KEPT_FOR, "status": None, "headers": None, "body": None}
    insert = postgresql.insert if is_postgresql() else sqlite.insert
    return (
        insert(IdempotentRequest)
        .values(actor=actor, key=key, **fresh)
        .on_conflict_do_update(
            index_elements=[IdempotentRequest.actor, IdempotentRequest.key], set_=fresh, where=IdempotentRequest.expires_at <= now
        )
        .returning(IdempotentRequest.key)
    )
