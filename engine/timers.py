"""Timers that are due. They live in the database; whoever ticks (the worker) only asks for those whose moment has come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine import attempts, failed_attempts, failures
from engine.errors import InstanceNotActive, StepBroken, TaskNotOpen
from engine.failures import Attempt
from engine.models import TimerRow
from engine.retiming import Retiming
from engine.rounds import Turns, work_off
from engine.situation import Situation
from engine.steps import Steps
from storage import database
from storage.transaction import transaction


@dataclass(frozen=True)
class Timer:
    """A moment that an instance waits for. `state` is waiting, paused (the instance is suspended) or failed (see its incident)."""

    id: UUID
    instance_id: UUID
    element_id: str
    due_at: datetime
    state: str


class Timers:
    """Fires timers, each in a transaction of its own, exactly once however many workers ask."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self._retiming = Retiming(steps)

    def fire_due(self, limit: int = 100) -> int:
        """Fire at most `limit` timers that are due now; gives how many were. To be called outside any transaction."""
        return work_off(limit, partial(self._fire_next, Turns()))

    def recalculate(self, timer_id: UUID, *, from_start: bool = True, by: str | None) -> Timer:
        """Work out a timer anew, with what its expression gives now: counted from the moment it began to wait, or else from now.

        Done in the caller's transaction. Raises TimerNotFound, InstanceNotActive when it has ended, StepFailed.
        """
        self._retiming.one(timer_id, from_start=from_start, by=by)
        row = database.session.scalars(sa.select(TimerRow).where(TimerRow.id == timer_id).execution_options(populate_existing=True)).one()
        return _timer(row)

    def recalculate_working_days(self, *, after: UUID | None = None, limit: int = 20) -> UUID | None:
        """The calendar of working days has changed: work out the timers that count them, of the next `limit` instances after one.

        Done in the caller's transaction, which locks that many instances. Gives the last instance, for the next call; None at the end.
        """
        return self._retiming.by_calendar(after, limit)

    def set_moments(self, instance_id: UUID, variables: Mapping[str, Any], *, by: str | None) -> None:
        """Give an instance other variables of its process, and have its timers and the due dates of its user tasks follow them.

        Done in the caller's transaction. Raises InstanceNotFound, InstanceNotActive when it has ended, StepFailed.
        """
        self._retiming.by_variables(instance_id, variables, by)

    def of_instance(self, instance_id: UUID) -> Sequence[Timer]:
        """The timers of an instance, the next one first."""
        query = sa.select(TimerRow).where(TimerRow.instance_id == instance_id).order_by(TimerRow.due_at, TimerRow.id)
        return [_timer(row) for row in database.session.scalars(query)]

    def _fire_next(self, turns: Turns) -> int | None:
        """Fire the next one: 1 when it fired, 0 when it failed or had gone, None when none is due."""
        now = self._steps.clock.now()
        attempt: Attempt | None = None
        situation: Situation | None = None
        try:
            with transaction():
                found = attempts.next_due(TimerRow, now, turns)
                if found is None:
                    return None
                attempt = Attempt("timer", found[1])
                situation = attempts.situation_of(found[0], attempt)
                attempts.take_in_background(self._steps, found[0], attempt)
                return 1
        except InstanceNotActive:
            return 0
        except TaskNotOpen:
            with transaction():
                attempts.forget(TimerRow, attempt)
            return 0
        except StepBroken as broken:
            if attempt is not None and situation is not None:
                with transaction():
                    self._fail(situation, attempt, broken, now)
            return 0

    def _fail(self, situation: Situation, attempt: Attempt, broken: StepBroken, now: datetime) -> None:
        """Back to the last wait state, with an incident; the timer fires again when that is retried."""
        database.session.execute(sa.update(TimerRow).where(TimerRow.id == attempt.subject_id).values(state="failed"))
        failures.keep(situation, attempt, broken, now)
        failed_attempts.keep(situation, attempt, broken, now)


def _timer(row: TimerRow) -> Timer:
    return Timer(row.id, row.instance_id, row.element_id, row.due_at, row.state)
