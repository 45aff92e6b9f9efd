"""Reading the journal page by page, newest first, for auditors and administrators. Whose entries may be read is decided by the caller."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from storage.database import session
from storage.journal import JournalEntry
from storage.pages import Key, Page, page


@dataclass(frozen=True)
class JournalFilter:
    """Conditions on entries; None asks for nothing."""

    event: str | None = None
    actor: str | None = None
    subject_type: str | None = None
    subject_id: str | None = None
    body_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


def entries(
    filters: JournalFilter, bodies: Collection[UUID] | None, shown: sa.ColumnElement[bool], *, limit: int, after: Key | None = None
) -> Page[JournalEntry]:
    """A page of the entries that are `shown` at some bodies (None: everywhere, those that belong to no body included), the newest first."""
    query = sa.select(JournalEntry).where(*_conditions(filters), shown)
    if bodies is not None:
        query = query.where(JournalEntry.body_id.in_(bodies))
    if after is not None:
        query = query.where(JournalEntry.id < after[0])
    rows = session.scalars(query.order_by(JournalEntry.id.desc()).limit(limit + 1)).all()
    return page(rows, limit, item=lambda row: row, key=lambda row: (row.id,))


def _conditions(filters: JournalFilter) -> list[sa.ColumnElement[bool]]:
    equal = {
        JournalEntry.event: filters.event,
        JournalEntry.actor: filters.actor,
        JournalEntry.subject_type: filters.subject_type,
        JournalEntry.subject_id: filters.subject_id,
        JournalEntry.body_id: filters.body_id,
    }
    conditions: list[sa.ColumnElement[bool]] = [column == value for column, value in equal.items() if value is not None]
    if filters.since is not None:
        conditions.append(JournalEntry.at >= filters.since)
    if filters.until is not None:
        conditions.append(JournalEntry.at < filters.until)
    return conditions
