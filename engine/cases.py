"""A case: whatever the engine keeps under one business key, ended instances and what never started. It goes whole, at the word of a room.

A room that keeps things of its own under business keys says so by a `Keeper`: the cleanup of history then leaves their instances alone, so
that a case never goes by halves.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from engine.decisions.tables import DecisionInstanceRow
from engine.job_tables import FailedAttemptRow
from engine.models import ActivityRow, DeliveryRow, IncidentRow, InstanceRow
from engine.retention_tables import LegalHoldRow
from storage import database

#: A condition on instances by their business key: whether a room above keeps them.
Keeper = Callable[[sa.ColumnElement[str | None]], sa.ColumnElement[bool]]
I, H = InstanceRow, LegalHoldRow  # noqa: E741


def held() -> sa.ColumnElement[bool]:
    """Whether an instance is held, by itself or by its business key."""
    by_key = sa.and_(H.business_key.is_not(None), H.business_key == I.business_key)
    return sa.exists().where(H.lifted_at.is_(None), sa.or_(H.instance_id == I.id, by_key))


def case_held(keys: Sequence[sa.ColumnElement[str]]) -> sa.Exists:
    """Whether a legal hold lies on the case of some business keys: on one of the keys, or on an instance of theirs."""
    of_case = sa.select(I.id).where(I.business_key.in_(keys))
    return sa.exists().where(H.lifted_at.is_(None), sa.or_(H.business_key.in_(keys), H.instance_id.in_(of_case)))


def case_open(keys: Sequence[sa.ColumnElement[str]]) -> sa.Exists:
    """Whether an instance of some business keys has not ended."""
    return sa.exists().where(I.business_key.in_(keys), I.ended_at.is_(None))


def case_left(keys: Sequence[sa.ColumnElement[str]]) -> sa.Exists:
    """Whether anything is kept of the instances of some business keys."""
    return sa.exists().where(I.business_key.in_(keys))


def remove_case(keys: Collection[str], before: datetime) -> int:
    """Remove whatever of some business keys has ended; gives how many instances. The asking room has made sure that nothing is held.

    What was begun meanwhile under the same keys stays: no open instance goes, and no message or failed start of this moment.
    """
    ended = sa.select(I.id).where(I.business_key.in_(keys), I.ended_at < before)
    gone = list(database.session.scalars(ended.with_for_update()))
    remove_instances(gone)
    unstarted = (IncidentRow.business_key.in_(keys), IncidentRow.instance_id.is_(None), IncidentRow.created_at < before)
    database.session.execute(sa.delete(IncidentRow).where(*unstarted))
    database.session.execute(sa.delete(DeliveryRow).where(DeliveryRow.business_key.in_(keys), DeliveryRow.sent_at < before))
    return len(gone)


def remove_instances(instances: Collection[UUID]) -> None:
    """Remove ended instances with all that they left in the tables of the engine."""
    if not instances:
        return
    for model in (ActivityRow, DecisionInstanceRow, FailedAttemptRow, IncidentRow):
        database.session.execute(sa.delete(model).where(model.instance_id.in_(instances)))
    database.session.execute(sa.delete(I).where(I.id.in_(instances)))
