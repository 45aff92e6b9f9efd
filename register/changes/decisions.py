"""The record of decisions on changes: who sent, agreed, returned, approved which round, for whom. Inserted, never changed."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa

from register.changes.models import Change, DecisionRow
from storage.database import session
from storage.identifiers import new_id


class Decision(StrEnum):
    """What is kept in the record."""

    SENT = "sent"
    EXPLAINED = "explained"
    AGREED = "agreed"
    RETURNED = "returned"
    APPROVED = "approved"
    ABANDONED = "abandoned"


def record(
    decision: Decision, change: Change, *, by: str, on_behalf_of: str | None, body_id: UUID, at: datetime, remark: str = ""
) -> DecisionRow:
    """Add a decision on the round in work to the present transaction, seen by what follows in the same step."""
    row = DecisionRow(
        id=new_id(),
        change_id=change.id,
        round=change.round,
        decision=decision.value,
        remark=remark,
        by=by,
        on_behalf_of=on_behalf_of,
        body_id=body_id,
        at=at,
    )
    session.add(row)
    session.flush()
    return row


def of(change_id: UUID) -> list[DecisionRow]:
    """All decisions on a change, oldest first."""
    return list(session.scalars(sa.select(DecisionRow).where(DecisionRow.change_id == change_id).order_by(DecisionRow.id)))


def bodies_that(decision: Decision, change: Change) -> set[UUID]:
    """The bodies that decided so in the round in work."""
    return {row.body_id for row in of(change.id) if row.round == change.round and row.decision == decision}


def bodies_that_decided(change: Change) -> set[UUID]:
    """The bodies that agreed or returned in the round in work."""
    return bodies_that(Decision.AGREED, change) | bodies_that(Decision.RETURNED, change)
