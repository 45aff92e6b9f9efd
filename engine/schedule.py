"""What the engine will do by itself at its moment, under one word: jobs.

A job is a timer or background work that an instance waits for, or a timer that starts instances. Here one is hurried, put off, tried again,
suspended; lists of them are `operate`'s.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias, cast
from uuid import UUID

import sqlalchemy as sa

from engine import attempts, failed_attempts, failures
from engine.definition_models import StartEventRow
from engine.errors import JobNeeded, JobNotFound, JobWithoutPriority, StepBroken, StepFailed, not_active
from engine.failures import Attempt, Start
from engine.models import ACTIVE, IncidentRow, InstanceRow, JobRow, TimerRow
from engine.retiming import Retiming
from engine.situation import body_id
from engine.start_timers import StartTimers
from engine.steps import Steps
from engine.suspended_jobs import PAUSED, WAITING
from storage import database
from storage.journal import record

Waited: TypeAlias = TimerRow | JobRow
FAILED = "failed"
_MODELS: tuple[type[Waited | StartEventRow], ...] = (TimerRow, JobRow, StartEventRow)


class Schedule:
    """Everything is done in the caller's transaction. Every act raises JobNotFound for a job that has been done, or never was."""

    def __init__(self, steps: Steps, start_timers: StartTimers) -> None:
        self._steps = steps
        self._start_timers = start_timers
        self._retiming = Retiming(steps)

    def failure(self, job_id: UUID) -> str | None:
        """What the last attempt that failed said."""
        row = self._find(job_id)
        if isinstance(row, JobRow):
            return row.failure
        query = sa.select(IncidentRow).where(IncidentRow.subject_id == str(job_id)).order_by(IncidentRow.id.desc()).limit(1)
        found = database.session.scalar(query.where(IncidentRow.resolved_at.is_(None)))
        return None if found is None else f"{found.element_id}: {found.cause}: {found.message}"

    def set_retries(self, job_id: UUID, retries: int, by: str | None) -> None:
        """Say how many tries are left, at least one. One that had failed for good is due again, and its incident is resolved.

        A timer has one try: any number lets one that failed fire again.
        """
        row = self._find(job_id)
        if isinstance(row, StartEventRow):
            return  # a timed start has no state of failure: it goes on to its next moment
        instance, row = self._locked(row)
        if isinstance(row, JobRow):
            row.retries = max(retries, 1)
        if row.state == FAILED:
            row.state = WAITING if instance.state == ACTIVE else PAUSED
            row.due_at = min(row.due_at, self._steps.clock.now())
            instance.incidents -= failures.resolve(instance, {job_id}, by=by, now=self._steps.clock.now())
        self._tell("job:retries_set", instance, row, by, retries=retries)

    def set_due(self, job_id: UUID, moment: datetime | None, by: str | None) -> None:
        """Move a job to a moment, None is now. Raises InstanceNotActive for one of an instance that has ended."""
        row, due_at = self._find(job_id), moment or self._steps.clock.now()
        if isinstance(row, TimerRow):
            self._retiming.to(job_id, due_at, by=by)
        elif isinstance(row, StartEventRow):
            row.due_at = due_at
            self._tell_start("job:moved", row, by, due_at=due_at.isoformat())
        else:
            instance, row = self._locked(row)
            row.due_at = due_at
            self._tell("job:moved", instance, row, by, due_at=due_at.isoformat())

    def set_priority(self, job_id: UUID, priority: int, by: str | None) -> None:
        """Make a job more or less urgent. Raises JobWithoutPriority for a timer."""
        row = self._find(job_id)
        if isinstance(row, StartEventRow):
            raise JobWithoutPriority(job_id=str(job_id))
        instance, row = self._locked(row)
        if isinstance(row, TimerRow):
            raise JobWithoutPriority(job_id=str(job_id))
        row.rank = -priority
        self._tell("job:priority_set", instance, row, by, priority=priority)

    def recalculate(self, job_id: UUID, *, from_start: bool, by: str | None) -> None:
        """Work out a timer's moment anew, from when it began to wait or from now; a job or timed start keeps its own."""
        if isinstance(self._find(job_id), TimerRow):
            self._retiming.one(job_id, from_start=from_start, by=by)

    def suspend(self, job_id: UUID, *, suspended: bool, by: str | None) -> None:
        """Let a job wait until it is let on, or let it on. Raises InstanceNotActive when it waits with its instance."""
        row = self._find(job_id)
        event = "job:suspended" if suspended else "job:activated"
        if isinstance(row, StartEventRow):
            row.suspended = suspended
            self._tell_start(event, row, by)
            return
        instance, row = self._locked(row)
        if not suspended and instance.state != ACTIVE:
            raise not_active(instance.id, instance.state)
        before, after = (WAITING, PAUSED) if suspended else (PAUSED, WAITING)
        if row.state == before:
            row.state = after
            self._tell(event, instance, row, by)

    def execute(self, job_id: UUID, by: str | None) -> None:
        """Do a job now, whether or not it is due, has failed before or is suspended by itself.

        Raises InstanceNotActive, and StepFailed with an incident afterwards.
        """
        row = self._find(job_id)
        if isinstance(row, StartEventRow):
            self._strictly(row, by)
            return
        instance, row = self._locked(row)
        attempt = Attempt("timer" if isinstance(row, TimerRow) else "job", job_id)
        self._tell("job:executed", instance, row, by)
        attempts.take_strictly(self._steps, instance, attempt)

    def delete(self, job_id: UUID, by: str | None) -> None:
        """Take a timed start away, until the process is deployed anew. Raises JobNeeded for a job that an instance waits for."""
        row = self._find(job_id)
        if not isinstance(row, StartEventRow):
            raise JobNeeded(job_id=str(job_id), element_id=row.element_id)
        self._tell_start("job:deleted", row, by)
        database.session.delete(row)
        database.session.flush()

    def _strictly(self, row: StartEventRow, by: str | None) -> None:
        """Start what a timer starts; the incident of a failure is kept in the aftermath of the rollback."""
        start, now = Start(row.id, row.definition_id, row.definition_key, row.element_id, by=by), self._steps.clock.now()
        self._tell_start("job:executed", row, by)
        try:
            self._start_timers.fire(row, by)
        except StepBroken as broken:
            failure = StepFailed(element_id=broken.element_id, cause=broken.cause, message=broken.message)
            failure.aftermath = _kept(start, broken, now)
            raise failure from broken

    def _find(self, job_id: UUID) -> Waited | StartEventRow:
        for model in _MODELS:
            found = sa.select(model).where(model.id == job_id).execution_options(populate_existing=True)
            row = cast(Waited | StartEventRow | None, database.session.scalar(found))
            if row is not None and row.due_at is not None:
                return row
        raise JobNotFound(job_id=str(job_id))

    def _locked(self, row: Waited) -> tuple[InstanceRow, Waited]:
        """The instance of a job, locked, and the job as it stands now."""
        instance = self._steps.lock(row.instance_id)
        found = self._find(row.id)
        if isinstance(found, StartEventRow):
            raise JobNotFound(job_id=str(row.id))
        return instance, found

    def _tell(self, event: str, instance: InstanceRow, row: Waited, by: str | None, **details: Any) -> None:
        about = {"instance_id": str(instance.id), "element_id": row.element_id, "business_key": instance.business_key, **details}
        body = body_id(instance.body)
        record(event, at=self._steps.clock.now(), subject=("job", row.id), actor=by, body_id=body, **about)
        database.session.flush()

    def _tell_start(self, event: str, row: StartEventRow, by: str | None, **details: Any) -> None:
        about = {"definition_key": row.definition_key, "element_id": row.element_id, **details}
        record(event, at=self._steps.clock.now(), subject=("job", row.id), actor=by, **about)
        database.session.flush()


def _kept(start: Start, broken: StepBroken, now: datetime) -> Callable[[], None]:
    def keep() -> None:
        failures.keep_start(start, broken, now)
        failed_attempts.keep_start(start, broken, now)

    return keep
