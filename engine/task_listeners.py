"""Telling listeners of what people do with a user task besides completing it."""

from collections.abc import Sequence

from engine.errors import StepBroken, StepFailed
from engine.listening import hears, may_hear
from engine.models import TaskRow
from engine.steps import Steps, told_to_a_person


def tell(steps: Steps, row: TaskRow, events: Sequence[str], by: str) -> None:
    """Run what listens to these events of a task whose row is changed already, in the caller's transaction.

    Raises what an operation refuses, and StepFailed for everything else that goes wrong.
    """
    if not may_hear(steps.definitions.executable(row.definition_id).process, row.element_id):
        return
    step = steps.load(steps.lock(row.instance_id), by=by, needed=row.id)
    opening = step.account.by_id(row.id)
    if opening is None or not hears(opening.element, *events):
        return
    with told_to_a_person(_failed):
        step.execution.tell(step.token_of(opening), opening.element, events, row.assignee)
        steps.save(step)


def _failed(broken: StepBroken) -> StepFailed:
    return StepFailed(element_id=broken.element_id, cause=broken.cause, message=broken.message)
