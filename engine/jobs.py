"""Jobs: work that a token asked to have done in the background (asyncBefore, asyncAfter), tried several times before somebody is called."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import sqlalchemy as sa

from engine import attempts, failed_attempts, failures
from engine.errors import InstanceNotActive, StepBroken, TaskNotOpen
from engine.failures import Attempt
from engine.models import JobRow
from engine.parsing import timers
from engine.rounds import Turns, work_off
from engine.situation import Situation
from engine.steps import Steps
from storage import database
from storage.transaction import transaction

#: The pause before the second try; each further one is four times as long.
FIRST_PAUSE = timedelta(seconds=15)


@dataclass(frozen=True)
class Job:
    """Work that waits; what has a higher `priority` is done first.

    `retries` is how many tries are left, `failure` what the last one ended with.
    """

    id: UUID
    instance_id: UUID
    element_id: str
    due_at: datetime
    retries: int
    state: str
    failure: str | None
    priority: int


class Jobs:
    """Runs jobs, each in a transaction of its own, exactly once however many workers ask."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    def run_due(self, limit: int = 100) -> int:
        """Run at most `limit` jobs that are due now; gives how many were done. To be called outside any transaction."""
        return work_off(limit, partial(self._run_next, Turns()))

    def of_instance(self, instance_id: UUID) -> Sequence[Job]:
        """The jobs of an instance, the next one first."""
        query = sa.select(JobRow).where(JobRow.instance_id == instance_id).order_by(JobRow.due_at, JobRow.id)
        return [
            Job(row.id, row.instance_id, row.element_id, row.due_at, row.retries, row.state, row.failure, -row.rank)
            for row in database.session.scalars(query)
        ]

    def _run_next(self, turns: Turns) -> int | None:
        now = self._steps.clock.now()
        attempt: Attempt | None = None
        situation: Situation | None = None
        try:
            with transaction():
                found = attempts.next_due(JobRow, now, turns)
                if found is None:
                    return None
                attempt = Attempt("job", found[1])
                situation = attempts.situation_of(found[0], attempt)
                attempts.take_in_background(self._steps, found[0], attempt)
                return 1
        except InstanceNotActive:
            return 0
        except TaskNotOpen:
            with transaction():
                attempts.forget(JobRow, attempt)
            return 0
        except StepBroken as broken:
            if attempt is not None and situation is not None:
                with transaction():
                    self._fail(situation, attempt, broken, now)
            return 0

    def _fail(self, situation: Situation, attempt: Attempt, broken: StepBroken, now: datetime) -> None:
        """Try again after a pause; when no try is left, keep an incident."""
        row = database.session.get(JobRow, attempt.subject_id, with_for_update=True)
        if row is None:
            return
        row.retries -= 1
        row.failure = str(broken)[:4000]
        if row.retries > 0:
            row.due_at = _after_pause(row, now)
        else:
            row.state = "failed"
            failures.keep(situation, attempt, broken, now)
        failed_attempts.keep(situation, attempt, broken, now, retries=row.retries)
        row.tries += 1
        database.session.flush()


def _after_pause(row: JobRow, now: datetime) -> datetime:
    """When to try next: the pauses that the model gives, the last one again and again, else ever longer ones."""
    if row.pauses:
        return timers.duration(row.pauses[min(row.tries, len(row.pauses) - 1)]).after(now)
    pause: timedelta = FIRST_PAUSE * 4**row.tries
    return now + pause
