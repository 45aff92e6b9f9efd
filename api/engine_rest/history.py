"""The history: instances, activities, user tasks and variables, open and ended."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.engine_rest import people, values
from api.engine_rest.dates import written
from api.engine_rest.errors import ActivityNotFound, ParameterMalformed
from api.engine_rest.history_parameters import VARIABLES, activity_query, task_query
from api.engine_rest.instance_parameters import historic_query
from api.engine_rest.parameters import body, fields, flag, query, span
from api.house import house
from operate import ActivityFilter
from organisations.permissions import Permission

blueprint = Blueprint("engine_rest_history", __name__, url_prefix="/engine-rest/history")

READ = needs(Permission.PROCESS_READ)
SEARCH = READ.but(own_transaction=True)  # a POST that only asks needs no transaction
STATES = {"active": "ACTIVE", "suspended": "SUSPENDED", "completed": "COMPLETED", "cancelled": "EXTERNALLY_TERMINATED"}


@blueprint.get("/process-instance")
@READ
def instances() -> ResponseReturnValue:
    """Instances that fit the query string."""
    return _instances(query())


@blueprint.post("/process-instance")
@SEARCH
def search_instances() -> ResponseReturnValue:
    """Instances that fit the body."""
    return _instances(body())


@blueprint.get("/process-instance/count")
@READ
def count_instances() -> ResponseReturnValue:
    """How many instances fit the query string."""
    return jsonify({"count": house().operate.count_instances(actor(), historic_query(query()).filters)})


@blueprint.get("/process-instance/<id:instance_id>")
@READ
def instance(instance_id: UUID) -> ResponseReturnValue:
    """One instance."""
    return jsonify(_instances_as_json([house().operate.instance(actor(), instance_id)])[0])


@blueprint.get("/activity-instance")
@READ
def activities() -> ResponseReturnValue:
    """Activities that fit the query string."""
    return _activities(query())


@blueprint.post("/activity-instance")
@SEARCH
def search_activities() -> ResponseReturnValue:
    """Activities that fit the body."""
    return _activities(body())


@blueprint.get("/activity-instance/count")
@READ
def count_activities() -> ResponseReturnValue:
    """How many activities fit the query string."""
    return jsonify({"count": house().operate.count_activities(actor(), activity_query(query()).filters)})


@blueprint.get("/activity-instance/<id:activity_id>")
@READ
def activity(activity_id: UUID) -> ResponseReturnValue:
    """One activity."""
    found = house().operate.activities(actor(), ActivityFilter(ids=(activity_id,))).items
    if not found:
        raise ActivityNotFound(activity_id=str(activity_id))
    return jsonify(_activities_as_json(found)[0])


@blueprint.get("/task")
@READ
def tasks() -> ResponseReturnValue:
    """User tasks that fit the query string."""
    return _tasks(query())


@blueprint.post("/task")
@SEARCH
def search_tasks() -> ResponseReturnValue:
    """User tasks that fit the body."""
    return _tasks(body())


@blueprint.get("/task/count")
@READ
def count_tasks() -> ResponseReturnValue:
    """How many user tasks fit the query string."""
    return jsonify({"count": house().operate.count_activities(actor(), task_query(query()).filters)})


@blueprint.get("/variable-instance")
@READ
def variables() -> ResponseReturnValue:
    """The variables of one instance, their last values where it has ended."""
    sent = query()
    asked = fields(sent, VARIABLES)
    if "instance_id" not in asked:
        raise ParameterMalformed(name="processInstanceId", value="")
    instance = house().operate.instance(actor(), asked["instance_id"])
    found = house().operate.variables(actor(), instance.id)
    wanted = asked.get("names", found)
    deserialized = flag(sent.get("deserializeValues", "true"), "deserializeValues")
    return jsonify([_variable(instance, name, values.written(found[name], deserialized=deserialized)) for name in wanted if name in found])


def _variable(instance: Any, name: str, written_value: dict[str, Any]) -> dict[str, Any]:
    return written_value | {
        "id": f"{instance.id}:{name}",
        "name": name,
        "processDefinitionKey": instance.definition_key,
        "processDefinitionId": instance.definition_id,
        "processInstanceId": instance.id,
        "executionId": instance.id,
        "activityInstanceId": instance.id,
        "taskId": None,
        "tenantId": instance.body,
        "errorMessage": None,
        "state": "CREATED",
        "createTime": written(instance.started_at),
        "removalTime": None,
        "rootProcessInstanceId": instance.id,
    }


def _instances(sent: Mapping[str, Any]) -> ResponseReturnValue:
    part, asked = span(), historic_query(sent)
    found = part.read(house().operate.instances, actor(), asked.filters, asked.sort)
    return jsonify(_instances_as_json(found))


def _activities(sent: Mapping[str, Any]) -> ResponseReturnValue:
    part, asked = span(), activity_query(sent)
    found = part.read(house().operate.activities, actor(), asked.filters, asked.sort)
    return jsonify(_activities_as_json(found))


def _tasks(sent: Mapping[str, Any]) -> ResponseReturnValue:
    part, asked = span(), task_query(sent)
    found = part.read(house().operate.activities, actor(), asked.filters, asked.sort)
    people_of = people.logins(person for one in found for person in (_fact(one, "assignee"), _fact(one, "owner")))
    return jsonify([_task_as_json(one, people_of) for one in found])


def _instances_as_json(found: Any) -> list[dict[str, Any]]:
    names = people.logins(one.started_by for one in found)
    definitions = house().operate.definitions_by_id({one.definition_id for one in found})
    removals = house().operate.retention.removal_times(found)
    return [
        _instance_as_json(one, definitions.get(one.definition_id), names[one.started_by]) | {"removalTime": written(removals.get(one.id))}
        for one in found
    ]


def _instance_as_json(one: Any, definition: Any, started_by: str | None) -> dict[str, Any]:
    return {
        "id": one.id,
        "businessKey": one.business_key,
        "processDefinitionId": one.definition_id,
        "processDefinitionKey": one.definition_key,
        "processDefinitionName": definition.name if definition else None,
        "processDefinitionVersion": definition.version if definition else None,
        "startTime": written(one.started_at),
        "endTime": written(one.ended_at),
        "removalTime": None,
        "durationInMillis": _milliseconds(one.started_at, one.ended_at),
        "startUserId": started_by,
        "startActivityId": None,
        "deleteReason": one.end_reason,
        "rootProcessInstanceId": one.id,
        "superProcessInstanceId": None,
        "superCaseInstanceId": None,
        "caseInstanceId": None,
        "tenantId": one.body,
        "state": STATES[one.state],
    }


def _activities_as_json(found: Any) -> list[dict[str, Any]]:
    names = people.logins(_fact(one, "assignee") for one in found)
    return [_activity_as_json(one, names[_fact(one, "assignee")]) for one in found]


def _activity_as_json(one: Any, assignee: str | None) -> dict[str, Any]:
    return {
        "id": one.id,
        "parentActivityInstanceId": one.parent_id or one.instance_id,
        "activityId": one.element_id,
        "activityName": one.name,
        "activityType": one.kind,
        "processDefinitionKey": one.definition_key,
        "processDefinitionId": one.definition_id,
        "processInstanceId": one.instance_id,
        "executionId": one.instance_id,
        "taskId": one.id if one.kind == "userTask" else None,
        "assignee": assignee,
        "calledProcessInstanceId": None,
        "calledCaseInstanceId": None,
        "startTime": written(one.started_at),
        "endTime": written(one.ended_at),
        "durationInMillis": _milliseconds(one.started_at, one.ended_at),
        "canceled": one.cancelled,
        "completeScope": False,
        "tenantId": one.body,
        "removalTime": None,
        "rootProcessInstanceId": one.instance_id,
    }


def _task_as_json(one: Any, names: Mapping[str | None, str | None]) -> dict[str, Any]:
    due, follow_up = _fact(one, "due_at"), _fact(one, "follow_up_at")
    return {
        "id": one.id,
        "processDefinitionKey": one.definition_key,
        "processDefinitionId": one.definition_id,
        "processInstanceId": one.instance_id,
        "executionId": one.instance_id,
        "activityInstanceId": one.id,
        "taskDefinitionKey": one.element_id,
        "name": one.name,
        "description": None,
        "deleteReason": _end_of_task(one),
        "owner": names[_fact(one, "owner")],
        "assignee": names[_fact(one, "assignee")],
        "startTime": written(one.started_at),
        "endTime": written(one.ended_at),
        "duration": _milliseconds(one.started_at, one.ended_at),
        "priority": _fact(one, "priority"),
        "due": written(_moment(due)),
        "followUp": written(_moment(follow_up)),
        "parentTaskId": None,
        "tenantId": one.body,
        "removalTime": None,
        "rootProcessInstanceId": one.instance_id,
    }


def _end_of_task(one: Any) -> str | None:
    if one.ended_at is None:
        return None
    return "deleted" if one.cancelled else "completed"


def _fact(one: Any, name: str) -> Any:
    return (one.task or {}).get(name)


def _moment(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _milliseconds(start: datetime, end: datetime | None) -> int | None:
    return None if end is None else round((end - start).total_seconds() * 1000)
