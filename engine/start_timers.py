"""Timer start events that are due: each starts an instance, and a cycle goes on to its next moment."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from engine import failed_attempts, failed_starts, failures, start_events
from engine.definition_models import DefinitionRow, StartEventRow
from engine.errors import StepBroken
from engine.failures import Start
from engine.instances import Instance, Instances
from engine.parsing import timers
from engine.rounds import work_off
from engine.steps import Steps
from storage import database
from storage.journal import record
from storage.transaction import transaction


class StartTimers:
    """Starts instances whose moment has come, each in a transaction of its own, exactly once however many workers ask."""

    def __init__(self, steps: Steps, instances: Instances) -> None:
        self._steps = steps
        self._instances = instances

    def fire_due(self, limit: int = 100) -> int:
        """Start at most `limit` instances that are due now; gives how many. To be called outside any transaction."""
        return work_off(limit, self._fire_next)

    def recalculate_working_days(self) -> int:
        """The calendar of working days has changed: work out the moments that count them; gives how many have changed.

        A cycle stays as it is: only its first moment could count working days. Done in the caller's transaction.
        """
        waiting = sa.select(StartEventRow).where(StartEventRow.due_at.is_not(None), StartEventRow.cycle.is_(None))
        return sum(self._moved(row) for row in database.session.scalars(waiting.order_by(StartEventRow.id).with_for_update()).all())

    def _moved(self, row: StartEventRow) -> bool:
        definitions = self._steps.definitions
        start = definitions.executable(row.definition_id).process.elements[row.element_id]
        timers_of = (event.timer for event in start.event.alternatives if event.timer is not None)
        timer = next((timer for timer in timers_of if timer.uses_calendar), None)
        if timer is None:
            return False
        before = row.due_at
        begun = definitions.deployment(definitions.get(row.definition_id).deployment_id).deployed_at
        ports = self._steps.ports
        start_events.set_due(row, row.element_id, timer, ports.functions_at(begun), begun, ports.zone)
        if row.due_at == before or row.due_at is None:
            return False
        moments = {"was": before.isoformat() if before else None, "due_at": row.due_at.isoformat()}
        about: dict[str, Any] = {"definition_key": row.definition_key, "element_id": row.element_id}
        record("timer:recalculated", at=self._steps.clock.now(), subject=("timer", row.id), **(about | moments))
        database.session.flush()
        return True

    def fire(self, row: StartEventRow, by: str | None) -> Instance:
        """Start an instance now, in the caller's transaction, and go on to the timer's next moment. Raises StepBroken."""
        started = failed_starts.begin(self._instances, _start_of(row, by))
        _move_on(row, self._steps.clock.now())
        return started

    def _fire_next(self) -> int | None:
        """The next one: 1 when it has started something, 0 when it failed, None when none is due."""
        now = self._steps.clock.now()
        start: Start | None = None
        try:
            with transaction():
                row = database.session.scalar(_due(now))
                if row is None:
                    return None
                start = _start_of(row, None)
                self.fire(row, None)
            return 1
        except StepBroken as broken:
            if start is None:
                raise
            with transaction():
                self._fail(start, broken, now)
            return 0

    def _fail(self, start: Start, broken: StepBroken, now: datetime) -> None:
        """Keep an incident of the start that was missed; the timer goes on to its next moment."""
        row = database.session.get(StartEventRow, start.subject_id, with_for_update=True, populate_existing=True)
        if row is not None and row.due_at is not None and row.due_at <= now:
            _move_on(row, now)
            failures.keep_start(start, broken, now)
            failed_attempts.keep_start(start, broken, now)


def _start_of(row: StartEventRow, by: str | None) -> Start:
    return Start(row.id, row.definition_id, row.definition_key, row.element_id, by=by)


def _due(now: datetime) -> sa.Select[StartEventRow]:
    query = (
        sa.select(StartEventRow)
        .join(DefinitionRow, DefinitionRow.id == StartEventRow.definition_id)
        .where(StartEventRow.due_at <= now, ~DefinitionRow.suspended, ~StartEventRow.suspended)
        .order_by(StartEventRow.due_at, StartEventRow.id)
        .limit(1)
        .with_for_update(of=StartEventRow, skip_locked=True)
    )
    return query.execution_options(populate_existing=True)


def _move_on(row: StartEventRow, now: datetime) -> None:
    """To the next moment of a cycle; rounds missed meanwhile are not made up for. Any other timer comes once."""
    if row.cycle is None or row.left == 1 or row.due_at is None:
        database.session.delete(row)
    else:
        pause = timers.cycle(row.cycle).pause
        following = pause.after(row.due_at)
        row.due_at = (following if following > now else pause.after(now)).astimezone(UTC)
        row.left = None if row.left is None else row.left - 1
    database.session.flush()
