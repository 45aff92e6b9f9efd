"""The journal: append-only, written in the same transaction as the change it tells of; audit trail and source of figures and news.

An entry names who, for whom, what, when, at which body and about what. It never holds the contents of a report. The sealer
(`storage/sealer.py`) chains entries by hash within seconds, so that nobody waits for a chain's head.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Id, Json, Moment
from storage.database import Base, session
from storage.identifiers import new_id
from storage.inserts import Insert


class JournalEntry(Base):
    """One thing that happened. Rows are inserted, never changed."""

    __tablename__ = "journal_entries"

    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(Moment)
    event: Mapped[str] = mapped_column(sa.String(80))  # past tense with its subject: "report:returned", "user_task:claimed"
    actor: Mapped[str | None] = mapped_column(sa.String(80))  # user id as text; null when the product itself acted (a timer)
    on_behalf_of: Mapped[str | None] = mapped_column(sa.String(80))  # user id of the absent person an acting person stood in for
    body_id: Mapped[UUID | None] = mapped_column(sa.Uuid())
    subject_type: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[str] = mapped_column(sa.String(200))
    details: Mapped[dict[str, Any]] = mapped_column(Json)

    __table_args__ = (
        sa.Index("ix_journal_entries_subject", "subject_type", "subject_id", "id"),
        sa.Index("ix_journal_entries_body_id", "body_id", "id"),
    )


def record(
    event: str,
    *,
    at: datetime,
    subject: tuple[str, object],
    actor: str | None = None,
    on_behalf_of: str | None = None,
    body_id: UUID | None = None,
    **details: Any,
) -> None:
    """Add an entry to the present transaction. `subject` is (type, id), e.g. ("report", report.id); details must have a JSON form."""
    about = {"actor": actor, "on_behalf_of": on_behalf_of, "body_id": body_id, **details}
    session.add(JournalEntry(**entry(event, at=at, subject=subject, **about)))


_INSERT = Insert(cast(sa.Table, JournalEntry.__table__))


def record_all(entries: Sequence[dict[str, Any]]) -> None:
    """Add entries to the present transaction at once, in one statement, past the unit of work."""
    _INSERT.run(entries)


def entry(
    event: str,
    *,
    at: datetime,
    subject: tuple[str, object],
    actor: str | None = None,
    on_behalf_of: str | None = None,
    body_id: UUID | None = None,
    **details: Any,
) -> dict[str, Any]:
    """The columns of an entry, for `record_all`; the arguments are those of `record`."""
    subject_type, subject_id = subject
    return {
        "id": new_id(),
        "at": at,
        "event": event,
        "actor": actor,
        "on_behalf_of": on_behalf_of,
        "body_id": body_id,
        "subject_type": subject_type,
        "subject_id": str(subject_id),
        "details": details,
    }


def entries_about(subject_type: str, subject_id: object) -> list[JournalEntry]:
    """The entries about one thing, oldest first."""
    query = (
        sa.select(JournalEntry)
        .where(JournalEntry.subject_type == subject_type, JournalEntry.subject_id == str(subject_id))
        .order_by(JournalEntry.id)
    )
    return list(session.scalars(query))
