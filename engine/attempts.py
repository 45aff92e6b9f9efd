"""Taking a step that ends a wait: a user task is completed, a timer is due, a message has come, a job is run. One way for all of them."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import InterfaceError, OperationalError

from engine import failures
from engine.errors import InstanceNotActive, MessageNotExpected, StepBroken, StepFailed, TaskNotOpen, in_words
from engine.failures import Attempt
from engine.models import InstanceRow, JobRow, TimerRow
from engine.operations import OperationRefused
from engine.rounds import Turns
from engine.situation import Situation
from engine.steps import Steps
from refusals import Refusal
from storage import database


def take(steps: Steps, row: InstanceRow, attempt: Attempt) -> None:
    """Take the step of an attempt on a locked instance. Raises TaskNotOpen when nothing waits there any more, and StepBroken."""
    step = steps.load(row, by=attempt.by, on_behalf_of=attempt.on_behalf_of, needed=attempt.subject_id)
    opening = step.account.by_id(attempt.subject_id)
    if opening is None or opening.wait != attempt.kind:
        raise _gone(attempt)
    token = step.token_of(opening)
    if attempt.kind in ("task", "external"):
        step.execution.complete(token, attempt.variables)
    elif attempt.kind == "job":
        step.execution.release(token)
    else:
        step.execution.happen(token, attempt.variables)
    steps.save(step)


def take_for_person(steps: Steps, row: InstanceRow, attempt: Attempt) -> None:
    """The same in a person's own step: what an operation refuses goes to the person as it is, any other failure is a StepFailed."""
    situation = situation_of(row, attempt)
    try:
        take(steps, row, attempt)
    except OperationRefused as refused:
        raise refused.refusal from refused
    except StepBroken as broken:
        raise failed(situation, attempt, broken, steps.clock.now()) from broken


def take_strictly(steps: Steps, row: InstanceRow, attempt: Attempt) -> None:
    """The same where nobody stands behind the step who could be told: every failure is a StepFailed, with an incident afterwards."""
    situation = situation_of(row, attempt)
    try:
        take(steps, row, attempt)
    except StepBroken as broken:
        raise failed(situation, attempt, broken, steps.clock.now()) from broken


def take_in_background(steps: Steps, row: InstanceRow, attempt: Attempt) -> None:
    """The same in a worker's step. Raises StepBroken for every failure, TaskNotOpen or InstanceNotActive when there is nothing to do."""
    try:
        take(steps, row, attempt)
    except (StepBroken, TaskNotOpen, InstanceNotActive, OperationalError, InterfaceError):  # the database is away: no fault of the step
        raise
    except Refusal as refusal:
        raise StepBroken(None, refusal.code, str(refusal)) from refusal
    except Exception as failure:  # the incident border: one instance that cannot be loaded must not stop the worker
        raise StepBroken(None, "engine_failed", in_words(failure)) from failure


def failed(situation: Situation, attempt: Attempt, broken: StepBroken, now: datetime) -> StepFailed:
    """A failed step; the incident is kept in the aftermath of the rollback."""
    failure = StepFailed(element_id=broken.element_id, cause=broken.cause, message=broken.message)
    failure.aftermath = lambda: failures.keep(situation, attempt, broken, now)
    return failure


def _gone(attempt: Attempt) -> TaskNotOpen | MessageNotExpected:
    identifier = str(attempt.subject_id)
    return MessageNotExpected(message=identifier) if attempt.kind == "message" else TaskNotOpen(task_id=identifier)


def situation_of(row: InstanceRow, attempt: Attempt) -> Situation:
    """Who attempts what, in words that outlive a rollback."""
    return Situation(row.id, row.definition_key, row.business_key, row.body, attempt.by, attempt.on_behalf_of, row.definition_id)


def next_due(model: type[TimerRow] | type[JobRow], now: datetime, turns: Turns) -> tuple[InstanceRow, UUID] | None:
    """The next due timer or job of an instance that nobody works on just now; the instance is locked.

    Of an instance that has had its turn only when nothing else is due: one with many due jobs does not keep the others waiting. The row may
    be a moment old: whether it still waits, says the instance's snapshot.
    """
    found = _first(due(model, now).where(InstanceRow.id.not_in(turns.had))) if turns.had else None
    if found is None:
        turns.had.clear()
        found = _first(due(model, now))
    if found is None:
        return None
    turns.had.add(found[0].id)
    return found


def _first(query: sa.Select[InstanceRow, UUID]) -> tuple[InstanceRow, UUID] | None:
    locked = query.limit(1).with_for_update(of=InstanceRow, skip_locked=True)
    found = database.session.execute(locked.execution_options(populate_existing=True)).first()
    return None if found is None else (found[0], found[1])


def due(model: type[TimerRow] | type[JobRow], now: datetime) -> sa.Select[InstanceRow, UUID]:
    """What is due, the most urgent job first and of equal ones the longest due. The state is a literal, or the index would be missed."""
    waiting = (model.state == sa.literal_column("'waiting'"), model.due_at <= now)
    joined = sa.select(InstanceRow, model.id).join(model, model.instance_id == InstanceRow.id)
    urgency = (JobRow.rank,) if model is JobRow else ()
    return joined.where(*waiting).order_by(*urgency, model.due_at, model.id)


def forget(model: type[TimerRow] | type[JobRow], attempt: Attempt | None) -> None:
    """Remove the row of a timer or job that nothing waits with any more, or it would be found due again and again."""
    if attempt is not None:
        database.session.execute(sa.delete(model).where(model.id == attempt.subject_id))
