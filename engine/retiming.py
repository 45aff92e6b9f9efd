"""Timers worked out anew from the moment they began: one that somebody asks for, all that count working days, those that follow a due date.
Also a timer that somebody moves to another moment.

A timer keeps its row and its token; only its moment changes. A round of a cycle is counted from the round before it. What somebody set by
hand, a timer's moment or a task's due date, stays when calendar or variables change, and the journal says what it would have been.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from engine.account import Opening
from engine.errors import InstanceCannotContinue, StepBroken, StepFailed, TimerNotFound
from engine.evaluation import Evaluation
from engine.models import TaskRow, TimerRow
from engine.parsing import timers
from engine.parsing.event_facts import Timer
from engine.parsing.specs.events import BY_VALUE, CYCLE, DUE, LEFT
from engine.scopes import PROCESS
from engine.situation import body_id
from engine.steps import Step, Steps
from engine.task_facts import due_date_of
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
        with _strictly():
            self._move(step, [opening], _due_dates(step.row.id), from_start=from_start)

    def to(self, timer_id: UUID, moment: datetime, *, by: str | None) -> None:
        """Move one timer to a moment. Raises TimerNotFound, InstanceNotActive when it has ended."""
        step, opening = self._waiting(timer_id, by)
        token, before = step.token_of(opening), opening.due_at
        token.internal_data.setdefault(BY_VALUE, token.internal_data[DUE])
        token.internal_data[DUE] = moment.astimezone(UTC).isoformat()
        step.account.look(step.execution.top)
        self._steps.save(step)
        _tell(step, [(opening, before)])

    def of_task(self, task: TaskRow, by: str | None) -> None:
        """Work out the timers on a user task that follow its due date, which has just changed. Raises StepFailed."""
        if task.due_at is None or not database.session.scalar(sa.select(sa.exists().where(TimerRow.task_id == task.id))):
            return
        step = self._steps.restore(self._steps.lock(task.instance_id), by=by)
        wanted = _timers(step, lambda opening, timer: opening.task_id == task.id and timer.follows_task)
        with _strictly():
            self._move(step, wanted, {task.id: task.due_at}, from_start=True)

    def by_variables(self, instance_id: UUID, variables: Mapping[str, Any], by: str | None) -> None:
        """Give an instance, suspended or not, other variables of its process, and work out its timers and the due dates of its user tasks.

        What has fired stays so, and so does what somebody set: a timer's moment, and a due date that isn't what its expression gave before.
        Listeners for the update of a task are not told. Raises InstanceNotFound, InstanceNotActive when it has ended, StepFailed.
        """
        step = self._steps.restore(self._steps.lock(instance_id), by=by)
        before = self._due_by_model(step, strictly=False)
        step.execution.evaluation.scopes.write([PROCESS], PROCESS, variables)
        with _strictly():
            due_dates = _move_tasks(step, before, self._due_by_model(step, strictly=True))
            self._follow(step, _timers(step, lambda _opening, _timer: True), due_dates, keep=True)

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
                    self._follow(step, wanted, _due_dates(instance_id))
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

    def _move(
        self, step: Step, wanted: Sequence[Opening], due_dates: Mapping[UUID, datetime], *, from_start: bool, keep: bool = False
    ) -> None:
        """Give timers their new moments, and keep the instance when any has changed, or in any case."""
        now = step.execution.evaluation.now()
        moved: list[tuple[Opening, datetime | None]] = []
        for opening in wanted:
            by_value = self._by_value(step, opening, due_dates, opening.started_at if from_start else now)
            was_set = step.token_of(opening).internal_data.pop(BY_VALUE, None) is not None
            if by_value != opening.due_at or was_set:
                moved.append((opening, opening.due_at))
        if not moved and not keep:
            return
        step.account.look(step.execution.top)
        self._steps.save(step)
        _tell(step, moved)

    def _follow(self, step: Step, wanted: Sequence[Opening], due_dates: Mapping[UUID, datetime], *, keep: bool = False) -> None:
        """The same for timers counted from their start, but for those that somebody moved: of these is only told where they would be."""
        stay = [opening for opening in wanted if BY_VALUE in step.token_of(opening).internal_data]
        changed = [opening for opening in stay if self._stays(step, opening, due_dates)]
        left = [opening for opening in wanted if opening not in stay]
        self._move(step, left, due_dates, from_start=True, keep=keep or bool(changed))

    def _stays(self, step: Step, opening: Opening, due_dates: Mapping[UUID, datetime]) -> bool:
        """Let a timer that somebody moved stay where it is; whether its value gives another moment than before."""
        data = step.token_of(opening).internal_data
        held, before = data[DUE], datetime.fromisoformat(data[BY_VALUE])
        by_value = self._by_value(step, opening, due_dates, opening.started_at)
        data[BY_VALUE], data[DUE] = data[DUE], held
        if by_value == before:
            return False
        _record(step, opening, ("timer:kept", "timer"), opening.due_at, opening.due_at, by_value=by_value.isoformat())
        return True

    def _by_value(self, step: Step, opening: Opening, due_dates: Mapping[UUID, datetime], begun: datetime) -> datetime:
        """Let a timer be due when its value says, counted from a moment; gives when that is."""
        token = step.token_of(opening)
        due_date = due_dates.get(opening.task_id) if opening.task_id is not None else None
        step.execution.at(token, partial(self._set, step, token, begun, due_date))
        return datetime.fromisoformat(token.internal_data[DUE])

    def _due_by_model(self, step: Step, *, strictly: bool) -> dict[UUID, datetime | None]:
        """When the open user tasks are due by their expressions, counted from when they began; one without is left out, or breaks."""
        found: dict[UUID, datetime | None] = {}
        for opening in [opening for opening in step.account.openings if opening.wait == "task"]:
            token, then = step.token_of(opening), self._then(step, opening.started_at)
            try:
                found[opening.id] = step.execution.at(token, partial(due_date_of, token, opening.element, then))
            except StepBroken:
                if strictly:
                    raise
        return found

    def _then(self, step: Step, begun: datetime) -> Evaluation:
        """What expressions give with the variables of now and the clock of then."""
        ports = self._steps.ports
        return Evaluation(step.execution.evaluation.scopes, begun, ports.functions_at(begun), ports.zone)

    def _set(self, step: Step, token: Token, begun: datetime, due_date: datetime | None) -> None:
        then = self._then(step, begun)
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


def _move_tasks(step: Step, before: Mapping[UUID, datetime | None], after: Mapping[UUID, datetime | None]) -> dict[UUID, datetime]:
    """Give the open user tasks the due dates of their model where they had those of `before`; gives the due dates of all of them."""
    found = _due_dates(step.row.id)
    moved: list[dict[str, Any]] = []
    for opening in [opening for opening in step.account.openings if opening.id in before]:
        was, due_at = found.get(opening.id), after[opening.id]
        if due_at is None or due_at in (was, before[opening.id]):
            continue
        if was != before[opening.id]:
            _record(step, opening, ("user_task:due_date_kept", "user_task"), was, was, by_value=due_at.isoformat())
            continue
        moved.append({"id": opening.id, "due_at": due_at})
        _record(step, opening, ("user_task:updated", "user_task"), was, due_at)
        found[opening.id] = due_at
    if moved:
        database.session.execute(sa.update(TaskRow), moved)
    return found


@contextmanager
def _strictly() -> Iterator[None]:
    """Whoever asked is told what gives no moment."""
    try:
        yield
    except StepBroken as broken:
        raise StepFailed(element_id=broken.element_id, cause=broken.cause, message=broken.message) from broken


def _tell(step: Step, moved: Sequence[tuple[Opening, datetime | None]]) -> None:
    for opening, before in moved:
        _record(step, opening, ("timer:recalculated", "timer"), before, opening.due_at)
    database.session.flush()


def _record(step: Step, opening: Opening, what: tuple[str, str], was: datetime | None, due_at: datetime | None, **more: Any) -> None:
    (event, subject), row = what, step.row
    record(
        event,
        at=step.execution.evaluation.now(),
        subject=(subject, opening.id),
        actor=step.situation.by,
        body_id=body_id(row.body),
        instance_id=str(row.id),
        element_id=opening.element.id,
        business_key=row.business_key,
        was=was.isoformat() if was else None,
        due_at=due_at.isoformat() if due_at else None,
        **more,
    )
