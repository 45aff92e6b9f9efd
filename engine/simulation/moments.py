"""When something falls due next, so that a simulated clock stops there."""

from datetime import datetime

import sqlalchemy as sa

from engine.definition_models import StartEventRow
from engine.models import DeliveryRow, JobRow, TimerRow
from storage import database

_MOMENTS = (
    (TimerRow.due_at, (TimerRow.state == "waiting",)),
    (JobRow.due_at, (JobRow.state == "waiting",)),
    (StartEventRow.due_at, ()),
    (DeliveryRow.due_at, ()),
)


def is_due(now: datetime) -> bool:
    """Whether a timer, a job, a start event or a delivery may be due."""
    due = (sa.select(sa.literal(1)).where(column <= now, *conditions).exists() for column, conditions in _MOMENTS)
    return bool(database.session.scalar(sa.select(sa.or_(*due))))


def next_due(after: datetime, until: datetime) -> datetime | None:
    """The next moment after one, and not after another, at which one of these is due."""
    moments = (sa.select(sa.func.min(column)).where(column > after, column <= until, *conditions) for column, conditions in _MOMENTS)
    return min((found for query in moments if (found := database.session.scalar(query)) is not None), default=None)
