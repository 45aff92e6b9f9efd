"""The details of the history: the values that variables were given, of one instance, and who had one task."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.engine_rest import people, values
from api.engine_rest.dates import written
from api.engine_rest.errors import DetailNotFound, ParameterMissing
from api.engine_rest.parameters import (
    Parameter,
    body,
    choice,
    fields,
    flag,
    identifier,
    moment,
    query,
    sorting,
    span,
    texts,
    yes,
)
from api.house import house
from operate import UpdateFilter
from organisations.permissions import Permission

blueprint = Blueprint("engine_rest_detail_history", __name__, url_prefix="/engine-rest/history")

READ = needs(Permission.PROCESS_READ)
SEARCH = READ.but(own_transaction=True)  # a POST that only asks needs no transaction

P = Parameter


def _types(value: Any, name: str) -> tuple[str, ...]:
    return tuple(found.lower() for found in texts(value, name))


DETAILS: Mapping[str, Parameter | None] = {
    "processInstanceId": P("instance_id", identifier),
    "executionId": P("instance_id", identifier),
    "activityInstanceId": P("activity_id", identifier),
    "taskId": P("activity_id", identifier),
    "variableTypeIn": P("types", _types),
    "initial": P("initial", yes(True)),
    "occurredBefore": P("before", moment),
    "occurredAfter": P("after", moment),
    "variableUpdates": None,
    "deserializeValues": None,
    "deserializeValue": None,
}
DETAIL_SORTS = {"time": "at", "processInstanceId": "instance_id", "variableName": "name", "variableRevision": "revision"}
LINKS: Mapping[str, Parameter | None] = {
    "taskId": P("task_id", identifier),
    "type": P("kind", choice(assignee="assignee", owner="owner", candidate="candidate")),
    "userId": P("people", people.one),
    "assignerId": P("by", people.one),
    "operationType": P("added", choice(add=True, delete=False)),
    "dateBefore": P("before", moment),
    "dateAfter": P("after", moment),
}
LINK_SORTS = {"time": "at", "type": "kind", "operationType": "added", "taskId": "task_id"}


@blueprint.get("/detail")
@READ
def details() -> ResponseReturnValue:
    """The values that fit the query string; it names an instance, an activity or a task."""
    return _details(query())


@blueprint.post("/detail")
@SEARCH
def search_details() -> ResponseReturnValue:
    """The values that fit the body; it names an instance, an activity or a task."""
    return _details(body())


@blueprint.get("/detail/count")
@READ
def count_details() -> ResponseReturnValue:
    """How many values fit the query string."""
    return jsonify({"count": len(_updates(query()))})


@blueprint.get("/detail/<detail_id>")
@READ
def detail(detail_id: str) -> ResponseReturnValue:
    """One value that a variable was given."""
    activity_id = identifier(detail_id.partition(":")[0], "id")
    found = house().operate.logs.variable_updates(actor(), UpdateFilter(activity_id=activity_id))
    one = next((one for one in found if one.id == detail_id), None)
    if one is None:
        raise DetailNotFound(detail_id=detail_id[:80])
    return jsonify(_detail_as_json(one, deserialized=_deserialized(query())))


@blueprint.get("/identity-link-log")
@READ
def links() -> ResponseReturnValue:
    """Who had a task, as it fits the query string; it names the task."""
    sent, part = query(), span()
    found = _sorted(_links(sent), sent, LINK_SORTS)[part.first : part.first + part.most]
    names = people.logins(person for one in found for person in (one.person, one.by))
    return jsonify([_link_as_json(one, names) for one in found])


@blueprint.get("/identity-link-log/count")
@READ
def count_links() -> ResponseReturnValue:
    """How many assignments fit the query string."""
    return jsonify({"count": len(_links(query()))})


def _details(sent: Mapping[str, Any]) -> ResponseReturnValue:
    part = span()
    asked = {**query(), **sent}
    found = _sorted(_updates(sent), sent, DETAIL_SORTS)[part.first : part.first + part.most]
    return jsonify([_detail_as_json(one, deserialized=_deserialized(asked)) for one in found])


def _updates(sent: Mapping[str, Any]) -> list[Any]:
    asked = fields(sent, DETAILS)
    if not {"instance_id", "activity_id"} & set(asked):
        raise ParameterMissing(name="processInstanceId, activityInstanceId, taskId")
    return house().operate.logs.variable_updates(actor(), UpdateFilter(**asked))


def _links(sent: Mapping[str, Any]) -> list[Any]:
    asked = fields(sent, LINKS)
    if "task_id" not in asked:
        raise ParameterMissing(name="taskId")
    fits: dict[str, Callable[[Any, Any], bool]] = {
        "kind": lambda one, kind: one.kind == kind,
        "people": lambda one, persons: one.person in persons,
        "by": lambda one, persons: one.by in persons,
        "added": lambda one, added: one.added == added,
        "before": lambda one, at: one.at < at,
        "after": lambda one, at: one.at > at,
    }
    found = house().operate.logs.assignments(actor(), asked.pop("task_id"))
    return [one for one in found if all(fits[name](one, value) for name, value in asked.items())]


def _sorted(found: list[Any], sent: Mapping[str, Any], sorts: Mapping[str, str]) -> list[Any]:
    by, descending = sorting(sent, sorts, "")
    return sorted(found, key=lambda one: getattr(one, by), reverse=descending) if by else found


def _deserialized(sent: Mapping[str, Any]) -> bool:
    return flag(sent.get("deserializeValues", sent.get("deserializeValue", True)), "deserializeValues")


def _place(one: Any) -> dict[str, Any]:
    return {
        "id": one.id,
        "time": written(one.at),
        "processDefinitionId": one.definition_id,
        "processDefinitionKey": one.definition_key,
        "rootProcessInstanceId": one.instance_id,
        "tenantId": one.body,
        "removalTime": None,
    }


def _detail_as_json(one: Any, *, deserialized: bool) -> dict[str, Any]:
    shown = values.written(one.value, deserialized=deserialized)
    return _place(one) | {
        "type": "variableUpdate",
        "processInstanceId": one.instance_id,
        "executionId": one.instance_id,
        "activityInstanceId": one.activity_id,
        "taskId": one.activity_id if one.in_task else None,
        "variableName": one.name,
        "variableInstanceId": f"{one.scope or one.instance_id}:{one.name}",
        "variableType": shown["type"],
        "value": shown["value"],
        "valueInfo": shown["valueInfo"],
        "initial": one.initial,
        "revision": one.revision,
        "userOperationId": None,
        "errorMessage": None,
        "caseDefinitionKey": None,
        "caseDefinitionId": None,
        "caseInstanceId": None,
        "caseExecutionId": None,
    }


def _link_as_json(one: Any, names: Mapping[str | None, str | None]) -> dict[str, Any]:
    return _place(one) | {
        "type": one.kind,
        "userId": names[one.person],
        "groupId": None,
        "taskId": one.task_id,
        "operationType": "add" if one.added else "delete",
        "assignerId": names[one.by],
    }
