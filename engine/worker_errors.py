"""What a model makes of a worker's answer: `camunda:errorEventDefinition` of an external task turns it into a BPMN error.

Its expression is asked when a worker completes or fails the task, with `errorMessage`, `errorDetails` and `retries` as the worker sent them
and `externalTask`, a context of the same with `workerId`, `topicName` and `priority`. The first that is true is thrown.
"""

from collections.abc import Mapping
from typing import Any

from engine.errors import BpmnError, ExternalTaskNotFound
from engine.models import ExternalTaskRow, InstanceRow
from engine.parsing.elements import ProcessModel
from engine.steps import Steps


def error_of(
    steps: Steps, instance: InstanceRow, row: ExternalTaskRow, variables: Mapping[str, Any], *, message: str | None, details: str | None
) -> BpmnError | None:
    """The error that the model makes of an answer; None for most. Raises ExternalTaskNotFound, and StepBroken when it cannot be told."""
    if not _may_hold(steps.definitions.executable(row.definition_id).process, row.element_id):
        return None
    step = steps.load(instance, needed=row.id)
    opening = step.account.by_id(row.id)
    if opening is None:
        raise ExternalTaskNotFound(task_id=str(row.id))
    token = step.token_of(opening)
    told = {"errorMessage": message, "errorDetails": details, "retries": row.retries}
    about = {**told, "workerId": row.worker_id, "topicName": row.topic, "priority": row.priority}
    for caught in opening.element.worker_errors:
        seen = {**variables, **told, "externalTask": about}

        def holds(expression: Any = caught.condition, seen: Mapping[str, Any] = seen) -> bool:
            return step.execution.evaluation.evaluate(token, expression, seen) is True

        if step.execution.at(token, holds):
            return BpmnError(caught.code, message or "", variables)
    return None


def _may_hold(process: ProcessModel, element_id: str) -> bool:
    """Whether an external task may have such errors: one of a called process is not known before the instance is loaded."""
    element = process.elements.get(element_id)
    if element is not None and element.worker_errors:
        return True
    return any(other.call is not None for other in process.elements.values())
