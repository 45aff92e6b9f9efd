"""Timer start events that are due: each starts an instance, and a cycle goes on to its next moment."""

from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
import structlog

from engine.definition_models import DefinitionRow, StartEventRow
from engine.errors import StepBroken
from engine.instances import Instances
from engine.parsing import timers
from engine.rounds import work_off
from refusals import Refusal
from storage import database
from storage.clock import Clock
from storage.transaction import transaction

log = structlog.get_logger(__name__)


class StartTimers:
    """Starts instances whose moment has come, each in a transaction of its own, exactly once however many workers ask."""

    def __init__(self, instances: Instances, clock: Clock) -> None:
        self._instances = instances
        self._clock = clock

    def fire_due(self, limit: int = 100) -> int:
        """Start at most `limit` instances that are due now; gives how many. To be called outside any transaction."""
        return work_off(limit, self._fire_next)

    def _fire_next(self) -> int | None:
        now = self._clock.now()
        found: tuple[UUID, UUID, str] | None = None
        try:
            with transaction():
                row = database.session.scalar(_due(now))
                if row is None:
                    return None
                found = row.id, row.definition_id, row.element_id
                _move_on(row, now)
                self._instances.start(definition_id=row.definition_id, start_event=row.element_id)
            return 1
        except (Refusal, StepBroken) as failure:
            if found is None:
                raise
            log.warning("start_timer_failed", definition=str(found[1]), element=found[2], reason=str(failure))
            with transaction():
                row = database.session.get(StartEventRow, found[0], with_for_update=True)
                if row is not None:
                    _move_on(row, now)
            return 0


def _due(now: datetime) -> sa.Select[StartEventRow]:
    query = (
        sa.select(StartEventRow)
        .join(DefinitionRow, DefinitionRow.id == StartEventRow.definition_id)
        .where(StartEventRow.due_at <= now, ~DefinitionRow.suspended)
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
