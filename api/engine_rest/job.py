"""Jobs: timers, work in the background and timers that start instances, under one roof."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.engine_rest.dates import written
from api.engine_rest.errors import ParameterMalformed
from api.engine_rest.job_parameters import job_filter, job_sort
from api.engine_rest.parameters import body, flag, ids, moment, number, query, span
from api.engine_rest.several import batch_done
from api.house import house
from operate import JobFilter
from organisations.permissions import Permission

blueprint = Blueprint("engine_rest_job", __name__, url_prefix="/engine-rest/job")

READ = needs(Permission.PROCESS_READ)
SEARCH = READ.but(own_transaction=True)  # a POST that only asks needs no transaction
OPERATE = needs(Permission.PROCESS_OPERATE)


@blueprint.get("")
@READ
def jobs() -> ResponseReturnValue:
    """The jobs that fit the query string."""
    return _list(query())


@blueprint.post("")
@SEARCH
def search() -> ResponseReturnValue:
    """The jobs that fit the body."""
    return _list(body())


@blueprint.get("/count")
@READ
def count() -> ResponseReturnValue:
    """How many jobs fit the query string."""
    return _count(query())


@blueprint.post("/count")
@SEARCH
def count_search() -> ResponseReturnValue:
    """How many jobs fit the body."""
    return _count(body())


@blueprint.get("/<id:job_id>")
@READ
def job(job_id: UUID) -> ResponseReturnValue:
    """One job."""
    return jsonify(as_json(house().operate.jobs.job(actor(), job_id)))


@blueprint.get("/<id:job_id>/stacktrace")
@READ
def stacktrace(job_id: UUID) -> ResponseReturnValue:
    """What the last attempt that failed said."""
    return Response(house().operate.jobs.failure(actor(), job_id) or "", 200, mimetype="text/plain")


@blueprint.put("/<id:job_id>/retries")
@OPERATE
def set_retries(job_id: UUID) -> ResponseReturnValue:
    """Say how many tries are left; what had failed for good is due again."""
    sent = body()
    house().operate.jobs.set_retries(actor(), job_id, at_least_one(sent))
    if sent.get("dueDate") is not None:
        house().operate.jobs.set_due(actor(), job_id, moment(sent["dueDate"], "dueDate"))
    return "", 204


@blueprint.post("/retries")
@OPERATE
def set_retries_of_several() -> ResponseReturnValue:
    """The same for the jobs whose ids, or query, are given, all or none."""
    sent = body()
    filters = job_filter(sent["jobQuery"], house().clock.now()) if isinstance(sent.get("jobQuery"), Mapping) else None
    if sent.get("jobIds") is not None:
        filters = JobFilter(ids=ids(sent["jobIds"], "jobIds"))
    if filters is None:
        raise ParameterMalformed(name="jobIds", value="")
    retries, rooms = at_least_one(sent), house().operate.jobs
    done = rooms.each(actor(), filters, lambda found: rooms.set_retries(actor(), found.id, retries))
    return jsonify(batch_done("set-job-retries", done))


@blueprint.put("/<id:job_id>/duedate")
@OPERATE
def set_due(job_id: UUID) -> ResponseReturnValue:
    """Move a job to a moment, or to now; the further rounds of a cycle follow it."""
    due = body().get("duedate")
    house().operate.jobs.set_due(actor(), job_id, None if due is None else moment(due, "duedate"))
    return "", 204


@blueprint.post("/<id:job_id>/duedate/recalculate")
@OPERATE
def recalculate(job_id: UUID) -> ResponseReturnValue:
    """Work out a timer's moment anew, from when it began to wait or from now."""
    from_start = flag(query().get("creationDateBased", True), "creationDateBased")
    house().operate.jobs.recalculate(actor(), job_id, from_start=from_start)
    return "", 204


@blueprint.put("/<id:job_id>/priority")
@OPERATE
def set_priority(job_id: UUID) -> ResponseReturnValue:
    """Make a job more or less urgent."""
    house().operate.jobs.set_priority(actor(), job_id, number(body().get("priority"), "priority"))
    return "", 204


@blueprint.put("/<id:job_id>/suspended")
@OPERATE
def suspend(job_id: UUID) -> ResponseReturnValue:
    """Let a job wait until it is let on, or let it on."""
    house().operate.jobs.suspend(actor(), job_id, suspended=flag(body().get("suspended"), "suspended"))
    return "", 204


@blueprint.put("/suspended")
@OPERATE
def suspend_several() -> ResponseReturnValue:
    """The same for the jobs of an instance, a definition or a job definition, all or none."""
    sent = body()
    suspended = flag(sent.pop("suspended", None), "suspended")
    if not {"processInstanceId", "processDefinitionId", "processDefinitionKey", "jobDefinitionId"} & set(sent):
        raise ParameterMalformed(name="processInstanceId", value="")
    rooms = house().operate.jobs
    wanted = job_filter(sent, house().clock.now())
    rooms.each(actor(), wanted, lambda found: rooms.suspend(actor(), found.id, suspended=suspended))
    return "", 204


@blueprint.post("/<id:job_id>/execute")
@OPERATE
def execute(job_id: UUID) -> ResponseReturnValue:
    """Do a job now."""
    house().operate.jobs.execute(actor(), job_id)
    return "", 204


@blueprint.delete("/<id:job_id>")
@OPERATE
def delete(job_id: UUID) -> ResponseReturnValue:
    """Take a timed start away; a job that an instance waits for is refused."""
    house().operate.jobs.delete(actor(), job_id)
    return "", 204


def as_json(found: Any) -> dict[str, Any]:
    """A job as this door shows it."""
    return {
        "id": found.id,
        "jobDefinitionId": found.job_definition_id,
        "dueDate": written(found.due_at),
        "processInstanceId": found.instance_id,
        "rootProcessInstanceId": found.instance_id,
        "executionId": found.instance_id,
        "processDefinitionId": found.definition_id,
        "processDefinitionKey": found.definition_key,
        "retries": found.retries,
        "exceptionMessage": found.failure,
        "failedActivityId": found.element_id if found.failure else None,
        "suspended": found.suspended,
        "priority": found.priority,
        "tenantId": found.body,
        "createTime": written(found.created_at),
        "batchId": None,
    }


def at_least_one(sent: Mapping[str, Any]) -> int:
    """The number of tries that was sent: without any a job would stand still unseen. Raises ParameterMalformed."""
    retries = number(sent.get("retries"), "retries")
    if retries < 1:
        raise ParameterMalformed(name="retries", value=str(retries))
    return retries


def _list(sent: Mapping[str, Any]) -> ResponseReturnValue:
    found = span().read(house().operate.jobs.jobs, actor(), job_filter(sent, house().clock.now()), job_sort(sent))
    return jsonify([as_json(one) for one in found])


def _count(sent: Mapping[str, Any]) -> ResponseReturnValue:
    return jsonify({"count": house().operate.jobs.count(actor(), job_filter(sent, house().clock.now()))})
