"""Job definitions: the elements that make jobs. They are read from the models of some process definitions, which have to be named."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.engine_rest.errors import ParameterUnknown
from api.engine_rest.job import at_least_one
from api.engine_rest.job_parameters import definition_filter, own_conditions
from api.engine_rest.parameters import body, flag, query, span
from api.house import house
from organisations.permissions import Permission

blueprint = Blueprint("engine_rest_job_definition", __name__, url_prefix="/engine-rest/job-definition")

READ = needs(Permission.PROCESS_READ)
SEARCH = READ.but(own_transaction=True)  # a POST that only asks needs no transaction
OPERATE = needs(Permission.PROCESS_OPERATE)
#: What clients call the kinds of job; a timer's is told by its element.
TYPES = {"start": "timer-start-event", "job": "async-continuation"}
TIMER_TYPES = {"boundaryEvent": "timer-transition", "startEvent": "timer-start-event-subprocess"}


@blueprint.get("")
@READ
def job_definitions() -> ResponseReturnValue:
    """The job definitions that fit the query string."""
    return _list(query())


@blueprint.post("")
@SEARCH
def search() -> ResponseReturnValue:
    """The job definitions that fit the body."""
    return _list(body())


@blueprint.get("/count")
@READ
def count() -> ResponseReturnValue:
    """How many job definitions fit the query string."""
    return jsonify({"count": len(_found(query()))})


@blueprint.post("/count")
@SEARCH
def count_search() -> ResponseReturnValue:
    """How many job definitions fit the body."""
    return jsonify({"count": len(_found(body()))})


@blueprint.get("/<job_definition_id>")
@READ
def job_definition(job_definition_id: str) -> ResponseReturnValue:
    """One job definition."""
    return jsonify(as_json(house().operate.jobs.job_definition(actor(), job_definition_id)))


@blueprint.put("/<job_definition_id>/retries")
@OPERATE
def set_retries(job_definition_id: str) -> ResponseReturnValue:
    """Say how many tries are left to all failed jobs of an element."""
    house().operate.jobs.set_retries_of(actor(), job_definition_id, at_least_one(body()))
    return "", 204


@blueprint.put("/<job_definition_id>/suspended")
@OPERATE
def suspend(job_definition_id: str) -> ResponseReturnValue:
    """Make the jobs of an element wait, or let them on."""
    _switch([job_definition_id], body())
    return "", 204


@blueprint.put("/suspended")
@OPERATE
def suspend_several() -> ResponseReturnValue:
    """The same for all job definitions of a process definition, or of all versions of a key."""
    sent = body()
    named = {name: value for name, value in sent.items() if name in ("processDefinitionId", "processDefinitionKey")}
    _switch([one.id for one in _found(named)], sent)
    return "", 204


def as_json(found: Any) -> dict[str, Any]:
    """A job definition as this door shows it."""
    return {
        "id": found.id,
        "processDefinitionId": found.definition_id,
        "processDefinitionKey": found.definition_key,
        "activityId": found.element_id,
        "jobType": _type(found),
        "jobConfiguration": found.trigger,
        "overridingJobPriority": None,
        "suspended": found.suspended,
        "tenantId": None,
        "deploymentId": None,
    }


def _type(found: Any) -> str:
    return TYPES.get(found.kind) or TIMER_TYPES.get(found.element_kind, "timer-intermediate-transition")


def _switch(wanted: Sequence[str], sent: Mapping[str, Any]) -> None:
    if sent.get("executionDate") is not None:
        raise ParameterUnknown(name="executionDate")  # it is done now, or not at all
    suspended = flag(sent.get("suspended"), "suspended")
    existing = flag(sent.get("includeJobs") or False, "includeJobs")
    for job_definition_id in wanted:
        house().operate.jobs.switch(actor(), job_definition_id, suspended=suspended, existing=existing)


def _list(sent: Mapping[str, Any]) -> ResponseReturnValue:
    part = span()
    return jsonify([as_json(one) for one in _found(sent)[part.first : part.first + part.most]])


def _found(sent: Mapping[str, Any]) -> list[Any]:
    wanted = own_conditions(sent)
    found = house().operate.jobs.job_definitions(actor(), definition_filter(sent))
    return [one for one in found if _fits(one, wanted)]


def _fits(one: Any, wanted: Mapping[str, Any]) -> bool:
    return (
        wanted.get("jobDefinitionId", one.id) == one.id
        and one.element_id in wanted.get("activityIdIn", (one.element_id,))
        and wanted.get("jobType", _type(one)) == _type(one)
        and not ("active" in wanted and one.suspended)
        and not ("suspended" in wanted and not one.suspended)
    )
