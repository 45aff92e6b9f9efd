"""The logs of jobs and of external tasks: of all that happened to them, the attempts that failed are kept and shown."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.engine_rest.attempt_parameters import external_query, job_query
from api.engine_rest.dates import written
from api.engine_rest.parameters import body, query, span
from api.house import house
from operate.logs import EXTERNAL, JOBS
from organisations.permissions import Permission

blueprint = Blueprint("engine_rest_attempt_log", __name__, url_prefix="/engine-rest/history")

READ = needs(Permission.PROCESS_READ)
SEARCH = READ.but(own_transaction=True)  # a POST that only asks needs no transaction


@blueprint.get("/job-log")
@READ
def job_logs() -> ResponseReturnValue:
    """The failed attempts of jobs that fit the query string."""
    return _list(job_query, query(), _job_as_json)


@blueprint.post("/job-log")
@SEARCH
def search_job_logs() -> ResponseReturnValue:
    """The failed attempts of jobs that fit the body."""
    return _list(job_query, body(), _job_as_json)


@blueprint.get("/job-log/count")
@READ
def count_job_logs() -> ResponseReturnValue:
    """How many failed attempts of jobs fit the query string."""
    return _count(job_query, query())


@blueprint.post("/job-log/count")
@SEARCH
def count_search_of_job_logs() -> ResponseReturnValue:
    """How many failed attempts of jobs fit the body."""
    return _count(job_query, body())


@blueprint.get("/job-log/<id:attempt_id>")
@READ
def job_log(attempt_id: UUID) -> ResponseReturnValue:
    """One failed attempt of a job."""
    return jsonify(_job_as_json(house().operate.logs.attempt(actor(), attempt_id, JOBS)))


@blueprint.get("/job-log/<id:attempt_id>/stacktrace")
@READ
def stacktrace(attempt_id: UUID) -> ResponseReturnValue:
    """What the attempt failed with, in words."""
    return Response(house().operate.logs.attempt(actor(), attempt_id, JOBS).message, 200, mimetype="text/plain")


@blueprint.get("/external-task-log")
@READ
def external_task_logs() -> ResponseReturnValue:
    """The failed attempts of external tasks that fit the query string."""
    return _list(external_query, query(), _external_as_json)


@blueprint.post("/external-task-log")
@SEARCH
def search_external_task_logs() -> ResponseReturnValue:
    """The failed attempts of external tasks that fit the body."""
    return _list(external_query, body(), _external_as_json)


@blueprint.get("/external-task-log/count")
@READ
def count_external_task_logs() -> ResponseReturnValue:
    """How many failed attempts of external tasks fit the query string."""
    return _count(external_query, query())


@blueprint.post("/external-task-log/count")
@SEARCH
def count_search_of_external_task_logs() -> ResponseReturnValue:
    """How many failed attempts of external tasks fit the body."""
    return _count(external_query, body())


@blueprint.get("/external-task-log/<id:attempt_id>")
@READ
def external_task_log(attempt_id: UUID) -> ResponseReturnValue:
    """One failed attempt of an external task."""
    return jsonify(_external_as_json(house().operate.logs.attempt(actor(), attempt_id, EXTERNAL)))


@blueprint.get("/external-task-log/<id:attempt_id>/error-details")
@READ
def error_details(attempt_id: UUID) -> ResponseReturnValue:
    """What the worker said at length."""
    return Response(house().operate.logs.attempt(actor(), attempt_id, EXTERNAL).details or "", 200, mimetype="text/plain")


def _list(read: Callable[..., Any], sent: Mapping[str, Any], shown: Callable[[Any], dict[str, Any]]) -> ResponseReturnValue:
    part, asked = span(), read(sent)
    return jsonify([shown(one) for one in part.read(house().operate.logs.attempts, actor(), asked.filters, asked.sort)])


def _count(read: Callable[..., Any], sent: Mapping[str, Any]) -> ResponseReturnValue:
    return jsonify({"count": house().operate.logs.count_attempts(actor(), read(sent).filters)})


def _as_json(one: Any) -> dict[str, Any]:
    return {
        "id": one.id,
        "timestamp": written(one.at),
        "removalTime": None,
        "activityId": one.element_id,
        "executionId": one.instance_id,
        "processInstanceId": one.instance_id,
        "rootProcessInstanceId": one.instance_id,
        "processDefinitionId": one.definition_id,
        "processDefinitionKey": one.definition_key,
        "tenantId": one.body,
        "creationLog": False,
        "failureLog": True,
        "successLog": False,
        "deletionLog": False,
    }


def _job_as_json(one: Any) -> dict[str, Any]:
    return _as_json(one) | {
        "jobId": one.subject_id,
        "jobDueDate": None,
        "jobRetries": one.retries,
        "jobPriority": None,
        "jobExceptionMessage": one.message,
        "failedActivityId": one.element_id,
        "jobDefinitionId": one.job_definition_id,
        "jobDefinitionType": one.kind,
        "jobDefinitionConfiguration": None,
        "deploymentId": None,
        "hostname": None,
        "batchId": None,
    }


def _external_as_json(one: Any) -> dict[str, Any]:
    return _as_json(one) | {
        "externalTaskId": one.subject_id,
        "topicName": one.topic,
        "workerId": one.worker_id,
        "retries": one.retries,
        "priority": None,
        "errorMessage": one.message,
        "activityInstanceId": one.subject_id,
    }
