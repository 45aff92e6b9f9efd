"""When something falls due next, so that a simulated clock stops there."""

from datetime import datetime

import sqlalchemy as sa

from engine.definition_models import StartEventRow
from engine.models import DeliveryRow, JobRow, TimerRow
from storage import database


def next_due(after: datetime, until: datetime) -> datetime | None:
    """The next moment after one, and not after another, at which a timer, a job, a start event or a delivery is due."""
    found: list[datetime] = []
    for column, conditions in (
        (TimerRow.due_at, [TimerRow.state == "waiting"]),
        (JobRow.due_at, [JobRow.state == "waiting"]),
        (StartEventRow.due_at, []),
        (DeliveryRow.due_at, []),
    ):
        moment = database.session.scalar(sa.select(sa.func.min(column)).where(column > after, column <= until, *conditions))
        if moment is not None:
            found.append(moment)
    return min(found, default=None)
