"""The log of what people did, under the words of this door: entity, operation, category. It is read from the journal."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.engine_rest import people
from api.engine_rest.dates import written
from api.engine_rest.parameters import Parameter, fields, identifier, moment, one_id, query, sorting, span, text, texts
from api.house import house
from operate import OperationFilter
from organisations.permissions import Permission

blueprint = Blueprint("engine_rest_user_operation", __name__, url_prefix="/engine-rest/history/user-operation")

READ = needs(Permission.JOURNAL_READ)
OPERATOR, TASK_WORKER = "Operator", "TaskWorker"

#: Event of the journal → entity and operation.
ACTS: Final[Mapping[str, tuple[str, str]]] = {
    "process_instance:started": ("ProcessInstance", "Create"),
    "process_instance:restarted": ("ProcessInstance", "RestartProcessInstance"),
    "process_instance:modified": ("ProcessInstance", "ModifyProcessInstance"),
    "process_instance:migrated": ("ProcessInstance", "Migrate"),
    "process_instance:suspended": ("ProcessInstance", "Suspend"),
    "process_instance:resumed": ("ProcessInstance", "Activate"),
    "process_instance:cancelled": ("ProcessInstance", "Delete"),
    "process_instance:variables_set": ("Variable", "SetVariable"),
    "user_task:claimed": ("Task", "Claim"),
    "user_task:unclaimed": ("Task", "Claim"),
    "user_task:assigned": ("Task", "Assign"),
    "user_task:delegated": ("Task", "Delegate"),
    "user_task:resolved": ("Task", "Resolve"),
    "user_task:updated": ("Task", "Update"),
    "user_task:completed": ("Task", "Complete"),
    "incident:retried": ("Incident", "Retry"),
    "incident:resolved": ("Incident", "Resolve"),
    "incident:annotated": ("Incident", "SetAnnotation"),
    "incident:annotation_removed": ("Incident", "ClearAnnotation"),
    "job:retries_set": ("Job", "SetJobRetries"),
    "job:moved": ("Job", "SetDueDate"),
    "job:priority_set": ("Job", "SetPriority"),
    "job:suspended": ("Job", "SuspendJob"),
    "job:activated": ("Job", "ActivateJob"),
    "job:executed": ("Job", "Execute"),
    "job:deleted": ("Job", "Delete"),
    "job_definition:suspended": ("JobDefinition", "SuspendJobDefinition"),
    "job_definition:activated": ("JobDefinition", "ActivateJobDefinition"),
    "process_definition:suspended": ("ProcessDefinition", "SuspendProcessDefinition"),
    "process_definition:activated": ("ProcessDefinition", "ActivateProcessDefinition"),
    "process_definition:time_to_live_set": ("ProcessDefinition", "UpdateHistoryTimeToLive"),
    "deployment:created": ("Deployment", "Create"),
    "deployment:deleted": ("Deployment", "Delete"),
}

P = Parameter


def _entities(value: Any, name: str) -> tuple[str, ...]:
    return _events(1, texts(value, name))


def _operations(value: Any, name: str) -> tuple[str, ...]:
    return _events(2, (text(value, name),))


def _categories(value: Any, name: str) -> tuple[str, ...]:
    return _events(0, texts(value, name))


def _events(place: int, wanted: Iterable[str]) -> tuple[str, ...]:
    """The events whose category (0), entity (1) or operation (2) is one of those."""
    return tuple(event for event in ACTS if _words(event)[place] in wanted)


def _words(event: str) -> tuple[str, str, str]:
    entity, operation = ACTS[event]
    return (TASK_WORKER if entity == "Task" else OPERATOR, entity, operation)


OFFERED: Mapping[str, Parameter | None] = {
    "operationId": P("ids", one_id),
    "operationType": P("events", _operations),
    "entityType": P("events", _entities),
    "entityTypeIn": P("events", _entities),
    "category": P("events", _categories),
    "categoryIn": P("events", _categories),
    "userId": P("people", people.one),
    "processInstanceId": P("instance_ids", one_id),
    "executionId": P("instance_ids", one_id),
    "taskId": P("task_id", identifier),
    "jobId": P("job_id", identifier),
    "deploymentId": P("deployment_id", identifier),
    "afterTimestamp": P("after", moment),
    "beforeTimestamp": P("before", moment),
}


@blueprint.get("")
@READ
def operations() -> ResponseReturnValue:
    """What people did, as it fits the query string."""
    sent, part = query(), span()
    _, descending = sorting(sent, {"timestamp": "id"}, "id")
    found = house().operate.logs.acts(actor(), _filter(sent), descending=descending, limit=max(part.most, 1), skip=part.first)
    names = people.logins(one.by for one in found.items)
    return jsonify([_as_json(one, names[one.by]) for one in found.items[: part.most]])


@blueprint.get("/count")
@READ
def count() -> ResponseReturnValue:
    """How many acts fit the query string."""
    return jsonify({"count": house().operate.logs.count_acts(actor(), _filter(query()))})


def _filter(sent: Mapping[str, Any]) -> OperationFilter:
    return OperationFilter(**{"events": tuple(ACTS), **fields(sent, OFFERED)})


def _as_json(one: Any, login: str | None) -> dict[str, Any]:
    category, entity, operation = _words(one.event)
    subject = {one.subject_type: one.subject_id}
    return {
        "id": one.id,
        "operationId": one.id,
        "timestamp": written(one.at),
        "userId": login,
        "category": category,
        "entityType": entity,
        "operationType": operation,
        "annotation": one.annotation,
        "property": None,
        "orgValue": None,
        "newValue": None,
        "deploymentId": subject.get("deployment"),
        "processDefinitionId": one.definition_id,
        "processDefinitionKey": one.definition_key,
        "processInstanceId": one.instance_id,
        "rootProcessInstanceId": one.instance_id,
        "executionId": one.instance_id,
        "taskId": subject.get("user_task"),
        "jobId": subject.get("job"),
        "jobDefinitionId": subject.get("job_definition"),
        "externalTaskId": None,
        "batchId": None,
        "caseDefinitionId": None,
        "caseInstanceId": None,
        "caseExecutionId": None,
        "removalTime": None,
    }
