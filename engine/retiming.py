"""Timers worked out anew from the moment they began: one that somebody asks for, all that count working days, those that follow a due date.
Also a timer that somebody moves to another moment.

A timer keeps its row and its token; only its moment changes. A round of a cycle is counted from the round before it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

import sqlalchemy as sa
import structlog

from engine.account import Opening
from engine.errors import InstanceCannotContinue, StepBroken, StepFailed, TimerNotFound
from engine.evaluation import Evaluation
from engine.models import InstanceRow, TaskRow, TimerRow
from engine.parsing import timers
from engine.parsing.event_facts import Timer
from engine.parsing.specs.events import CYCLE, DUE, LEFT
from engine.situation import body_id
from engine.steps import Step, Steps
from engine.tree import Token
from storage import database
from storage.journal import record

log = structlog.get_logger(__name__)


class Retiming:
    """Everything is done in the caller's transaction."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    def one(self, timer_id: UUID, *, from_start: bool, by: str | None) -> None:
        """Work out one timer anew. Raises TimerNotFound, InstanceNotActive, StepFailed when its expression gives no moment now."""
        step, opening = self._waiting(timer_id, by)
        self._strictly(step, [opening], _due_dates(step.row.id), from_start=from_start)

    def to(self, timer_id: UUID, moment: datetime, *, by: str | None) -> None:
        """Move one timer to a moment. Raises TimerNotFound, InstanceNotActive when it has ended."""
        step, opening = self._waiting(timer_id, by)
        before = opening.due_at
        step.token_of(opening).internal_data[DUE] = moment.astimezone(UTC).isoformat()
        step.account.look(step.execution.top)
        self._steps.save(step)
        _tell(step.row, opening, before, step.execution.evaluation.now(), by)

    def of_task(self, task: TaskRow, by: str | None) -> None:
        """Work out the timers on a user task that follow its due date, which has just changed. Raises StepFailed."""
        if task.due_at is None or not database.session.scalar(sa.select(sa.exists().where(TimerRow.task_id == task.id))):
            return
        step = self._steps.restore(self._steps.lock(task.instance_id), by=by)
        wanted = _timers(step, lambda opening, timer: opening.task_id == task.id and timer.follows_task)
        self._strictly(step, wanted, {task.id: task.due_at}, from_start=True)

    def by_calendar(self, after: UUID | None, limit: int) -> UUID | None:
        """Work out the timers of some instances that count working days, in the order of the ids; gives the last id, None at the end.

        An instance that cannot be worked out now keeps its moments, and is logged.
        """
        query = sa.select(TimerRow.instance_id).where(TimerRow.uses_calendar).distinct().order_by(TimerRow.instance_id).limit(limit)
        found = database.session.scalars(query if after is None else query.where(TimerRow.instance_id > after)).all()
        for instance_id in found:
            row = self._steps.lock(instance_id)
            try:
                if row.snapshot is not None:
                    step = self._steps.restore(row)
                    wanted = _timers(step, lambda _opening, timer: timer.uses_calendar)
                    self._move(step, wanted, _due_dates(instance_id), from_start=True)
            except (StepBroken, InstanceCannotContinue) as failure:
                log.warning("timer_not_recalculated", instance=str(instance_id), reason=str(failure))
        return found[-1] if len(found) == limit else None

    def _waiting(self, timer_id: UUID, by: str | None) -> tuple[Step, Opening]:
        """The locked and restored instance that waits for a timer, suspended or not, and what is open there. Raises TimerNotFound."""
        instance_id = database.session.scalar(sa.select(TimerRow.instance_id).where(TimerRow.id == timer_id))
        if instance_id is None:
            raise TimerNotFound(timer_id=str(timer_id))
        step = self._steps.restore(self._steps.lock(instance_id), by=by)
        opening = step.account.by_id(timer_id)
        if opening is None or opening.wait != "timer":
            raise TimerNotFound(timer_id=str(timer_id))
        return step, opening

    def _strictly(self, step: Step, wanted: Sequence[Opening], due_dates: Mapping[UUID, datetime], *, from_start: bool) -> None:
        try:
            self._move(step, wanted, due_dates, from_start=from_start)
        except StepBroken as broken:
            raise StepFailed(element_id=broken.element_id, cause=broken.cause, message=broken.message) from broken

    def _move(self, step: Step, wanted: Sequence[Opening], due_dates: Mapping[UUID, datetime], *, from_start: bool) -> None:
        """Give timers their new moments, and keep the instance when any has changed."""
        now = step.execution.evaluation.now()
        moved: list[tuple[Opening, datetime | None]] = []
        for opening in wanted:
            token = step.token_of(opening)
            begun = opening.started_at if from_start else now
            due_date = due_dates.get(opening.task_id) if opening.task_id is not None else None
            step.execution.at(token, partial(self._set, step, token, begun, due_date))
            due = datetime.fromisoformat(token.internal_data[DUE])
            if due != opening.due_at:
                moved.append((opening, opening.due_at))
        if not moved:
            return
        step.account.look(step.execution.top)
        self._steps.save(step)
        for opening, before in moved:
            _tell(step.row, opening, before, now, step.situation.by)

    def _set(self, step: Step, token: Token, begun: datetime, due_date: datetime | None) -> None:
        ports = self._steps.ports
        then = Evaluation(step.execution.evaluation.scopes, begun, ports.functions_at(begun), ports.zone)
        left = token.internal_data.get(LEFT)
        definition = token.task_spec.event_definition
        definition.set_due(token, then, due_date)
        if definition.timer.kind == "cycle":
            _go_on_with_rounds(token, left, begun)


def _go_on_with_rounds(token: Token, left: int | None, begun: datetime) -> None:
    """A later round begins when the one before it came, whatever moment the cycle names as its first."""
    cycle = timers.cycle(token.internal_data[CYCLE])
    is_later = left != cycle.count or (cycle.begins is not None and cycle.begins <= begun)
    if is_later:
        token.internal_data[DUE] = cycle.pause.after(begun).isoformat()
    token.internal_data[LEFT] = left


def _timers(step: Step, wanted: Callable[[Opening, Timer], bool]) -> list[Opening]:
    waiting = [opening for opening in step.account.openings if opening.wait == "timer"]
    return [opening for opening in waiting if opening.element.event.timer is not None and wanted(opening, opening.element.event.timer)]


def _due_dates(instance_id: UUID) -> dict[UUID, datetime]:
    """The due dates of the open user tasks of an instance, by task."""
    query = sa.select(TaskRow.id, TaskRow.due_at).where(TaskRow.instance_id == instance_id, TaskRow.due_at.is_not(None))
    return {row.id: row.due_at for row in database.session.execute(query)}


def _tell(row: InstanceRow, opening: Opening, before: datetime | None, now: datetime, by: str | None) -> None:
    place = {"instance_id": str(row.id), "element_id": opening.element.id, "business_key": row.business_key}
    moments = {"was": before.isoformat() if before else None, "due_at": opening.due_at.isoformat() if opening.due_at else None}
    record("timer:recalculated", at=now, subject=("timer", opening.id), actor=by, body_id=body_id(row.body), **place, **moments)
    database.session.flush()
