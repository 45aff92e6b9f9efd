"""User tasks: lists, claim, delegation, completion, forms, candidates."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.engine_rest import people, values
from api.engine_rest.dates import written
from api.engine_rest.parameters import body, flag, query, span
from api.engine_rest.task_parameters import task_query
from api.house import house
from forms.catalogue import in_catalogue
from organisations.permissions import Permission

blueprint = Blueprint("engine_rest_task", __name__, url_prefix="/engine-rest/task")

READ = needs(Permission.TASK_READ, Permission.TASK_WORK)
SEARCH = READ.but(own_transaction=True)  # a POST that only asks needs no transaction
WORK = needs(Permission.TASK_WORK)
ASSIGN = needs(Permission.TASK_ASSIGN, Permission.TASK_WORK)


@blueprint.get("")
@READ
def tasks() -> ResponseReturnValue:
    """The tasks that fit the query string."""
    return _list(query())


@blueprint.post("")
@SEARCH
def search() -> ResponseReturnValue:
    """The tasks that fit the body."""
    return _list(body())


@blueprint.get("/count")
@READ
def count() -> ResponseReturnValue:
    """How many tasks fit the query string."""
    return jsonify({"count": house().worklist.count(actor(), task_query(query()))})


@blueprint.post("/count")
@SEARCH
def count_search() -> ResponseReturnValue:
    """How many tasks fit the body."""
    return jsonify({"count": house().worklist.count(actor(), task_query(body()))})


@blueprint.get("/<id:task_id>")
@READ
def task(task_id: UUID) -> ResponseReturnValue:
    """One task."""
    return jsonify(as_json([house().worklist.task(actor(), task_id)])[0])


@blueprint.post("/<id:task_id>/claim")
@ASSIGN
def claim(task_id: UUID) -> ResponseReturnValue:
    """Take a task; for somebody else, assign it."""
    user = people.colleague(body().get("userId") or actor().login)
    if user == actor().user_id:
        house().worklist.claim(actor(), task_id)
    else:
        house().worklist.assign(actor(), task_id, user, only_unassigned=True)
    return "", 204


@blueprint.post("/<id:task_id>/unclaim")
@ASSIGN
def unclaim(task_id: UUID) -> ResponseReturnValue:
    """Give a task back to its candidates."""
    house().worklist.unclaim(actor(), task_id)
    return "", 204


@blueprint.post("/<id:task_id>/assignee")
@ASSIGN
def assign(task_id: UUID) -> ResponseReturnValue:
    """Decide who does a task; nobody, when no userId is given."""
    user = body().get("userId")
    if user is None:
        house().worklist.unclaim(actor(), task_id)
    else:
        house().worklist.assign(actor(), task_id, people.colleague(user))
    return "", 204


@blueprint.post("/<id:task_id>/delegate")
@WORK
def delegate(task_id: UUID) -> ResponseReturnValue:
    """Hand a task to a colleague, to get it back resolved."""
    house().worklist.delegate(actor(), task_id, people.colleague(body().get("userId")))
    return "", 204


@blueprint.post("/<id:task_id>/resolve")
@WORK
def resolve(task_id: UUID) -> ResponseReturnValue:
    """Give a delegated task back to its owner."""
    house().worklist.resolve(actor(), task_id, values.read_all(body().get("variables")))
    return "", 204


@blueprint.post("/<id:task_id>/complete")
@WORK
def complete(task_id: UUID) -> ResponseReturnValue:
    """Complete a task with the values of its form."""
    sent = body()
    given = values.read_all(sent.get("variables"))
    if flag(sent.get("withVariablesInReturn") or False, "withVariablesInReturn"):
        return jsonify(values.all_written(house().worklist.complete_and_tell(actor(), task_id, given)))
    house().worklist.complete(actor(), task_id, given)
    return "", 204


@blueprint.post("/<id:task_id>/submit-form")
@WORK
def submit_form(task_id: UUID) -> ResponseReturnValue:
    """The same as complete, which here always holds the form's rules."""
    return complete(task_id)


@blueprint.get("/<id:task_id>/form")
@READ
def form(task_id: UUID) -> ResponseReturnValue:
    """The key of the task's form."""
    found = house().worklist.task(actor(), task_id)
    return jsonify({"key": found.form_key, "camundaFormRef": form_reference(found.form_key), "contextPath": None})


@blueprint.get("/<id:task_id>/deployed-form")
@READ
def deployed_form(task_id: UUID) -> ResponseReturnValue:
    """The schema of the task's form."""
    return jsonify(house().worklist.form(actor(), task_id, actor().language).schema)


@blueprint.get("/<id:task_id>/form-variables")
@READ
def form_variables(task_id: UUID) -> ResponseReturnValue:
    """The variables that the task's form starts with."""
    asked = query()
    found = house().worklist.variables(actor(), task_id, typed=True)
    wanted = asked["variableNames"].split(",") if asked.get("variableNames") else found
    return jsonify(
        values.all_written(
            {name: found[name] for name in wanted if name in found},
            deserialized=flag(asked.get("deserializeValues", "true"), "deserializeValues"),
        )
    )


@blueprint.get("/<id:task_id>/identity-links")
@READ
def identity_links(task_id: UUID) -> ResponseReturnValue:
    """Assignee, owner and candidates of a task."""
    found = house().worklist.task(actor(), task_id)
    logins = people.logins([found.assignee, found.owner, *found.candidate_users])
    links = [_link("assignee", user=logins[found.assignee])] if found.assignee else []
    links += [_link("owner", user=logins[found.owner])] if found.owner else []
    links += [_link("candidate", user=logins[user]) for user in found.candidate_users]
    links += [_link("candidate", group=group) for group in found.candidate_groups]
    wanted = query().get("type")
    return jsonify([link for link in links if wanted in (None, link["type"])])


def as_json(found: Iterable[Any]) -> list[dict[str, Any]]:
    """Tasks as this door shows them."""
    tasks = list(found)
    logins = people.logins(person for task in tasks for person in (task.assignee, task.owner))
    return [_as_json(task, logins[task.assignee], logins[task.owner]) for task in tasks]


def form_reference(key: str | None) -> dict[str, Any] | None:
    """How this door refers to a form of the catalogue; one that stands in a diagram is fetched from its task."""
    return {"key": key, "binding": "latest", "version": None} if key and in_catalogue(key) else None


def _list(sent: dict[str, Any]) -> ResponseReturnValue:
    part = span()
    return jsonify(as_json(part.read(house().worklist.tasks, actor(), task_query(sent))))


def _link(kind: str, user: str | None = None, group: str | None = None) -> dict[str, Any]:
    return {"type": kind, "userId": user, "groupId": group}


def _as_json(task: Any, assignee: str | None, owner: str | None) -> dict[str, Any]:
    return {
        "id": task.id,
        "name": task.name,
        "assignee": assignee,
        "owner": owner,
        "created": written(task.created_at),
        "lastUpdated": None,
        "due": written(task.due_at),
        "followUp": written(task.follow_up_at),
        "delegationState": task.delegation_state.upper() if task.delegation_state else None,
        "description": None,
        "executionId": task.instance_id,
        "parentTaskId": None,
        "priority": task.priority,
        "processDefinitionId": task.definition_id,
        "processInstanceId": task.instance_id,
        "taskDefinitionKey": task.element_id,
        "taskState": None,
        "caseExecutionId": None,
        "caseInstanceId": None,
        "caseDefinitionId": None,
        "suspended": task.suspended,
        "formKey": task.form_key,
        "camundaFormRef": form_reference(task.form_key),
        "tenantId": task.body,
    }
