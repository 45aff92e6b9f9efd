"""External tasks, for workers: fetched and locked by topic, completed, failed, thrown as BPMN errors."""

import time
from collections.abc import Mapping
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.engine_rest import values
from api.engine_rest.dates import written
from api.engine_rest.errors import ParameterMalformed
from api.engine_rest.parameters import Parameter, body, fields, flag, identifier, number, query, span, text, texts
from api.house import house
from operate import BpmnError, ExternalTask, Topic
from organisations.permissions import Permission
from storage import database
from storage.transaction import transaction

blueprint = Blueprint("engine_rest_external_task", __name__, url_prefix="/engine-rest/external-task")

WORK = needs(Permission.EXTERNAL_TASK_WORK)
FETCH = WORK.but(own_transaction=True)  # a request that waits must hold no transaction meanwhile

#: Requests of this process that may wait for work at once; others are answered at once, with nothing.
PARKED = BoundedSemaphore(8)
LONGEST_WAIT = 30.0
_PAUSE = 0.25
_FILTERS = {
    "topicName": Parameter("topic", text),
    "workerId": Parameter("worker_id", text),
    "processInstanceId": Parameter("instance_id", identifier),
    "processDefinitionId": Parameter("definition_id", identifier),
    "processDefinitionKey": Parameter("definition_key", text),
    "businessKey": Parameter("business_key", text),
    "activityId": Parameter("element_id", text),
}


@blueprint.get("")
@WORK
def tasks() -> ResponseReturnValue:
    """The open external tasks that fit."""
    part = span()
    found = house().operate.external_tasks.list(actor(), limit=part.most, skip=part.first, **fields(query(), _FILTERS))
    return jsonify([as_json(task) for task in found])


@blueprint.get("/count")
@WORK
def count() -> ResponseReturnValue:
    """How many open external tasks fit."""
    return jsonify({"count": house().operate.external_tasks.count(actor(), **fields(query(), _FILTERS))})


@blueprint.get("/<id:external_task_id>")
@WORK
def task(external_task_id: UUID) -> ResponseReturnValue:
    """One external task."""
    return jsonify(as_json(house().operate.external_tasks.get(actor(), external_task_id)))


@blueprint.get("/<id:external_task_id>/errorDetails")
@WORK
def error_details(external_task_id: UUID) -> ResponseReturnValue:
    """What the worker that failed last said at length."""
    return Response(house().operate.external_tasks.failure_details(actor(), external_task_id) or "", 200, mimetype="text/plain")


@blueprint.post("/fetchAndLock")
@FETCH
def fetch_and_lock() -> ResponseReturnValue:
    """Lock tasks for a worker; with `asyncResponseTimeout` the answer waits until there is one, or the time is over."""
    sent = body()
    worker, most = text(sent.get("workerId"), "workerId"), number(sent.get("maxTasks"), "maxTasks")
    by_priority = flag(sent.get("usePriority") or False, "usePriority")
    topics = [_topic(one) for one in _listed(sent.get("topics"), "topics")]
    patience = min(_milliseconds(sent.get("asyncResponseTimeout") or 0, "asyncResponseTimeout").total_seconds(), LONGEST_WAIT)

    def fetched() -> list[ExternalTask]:
        with transaction():
            return house().operate.external_tasks.fetch_and_lock(actor(), worker, topics, most, by_priority=by_priority)

    found = fetched()
    if not found and patience and PARKED.acquire(blocking=False):
        try:
            until = time.monotonic() + patience
            while not found and time.monotonic() < until:
                database.session.remove()  # no connection is held while waiting
                time.sleep(_PAUSE)
                found = fetched()
        finally:
            PARKED.release()
    wanted = {
        topic.name: flag(one.get("deserializeValues") or False, "deserializeValues")
        for topic, one in zip(topics, sent["topics"], strict=True)
    }
    return jsonify([_fetched(one, deserialized=wanted[one.topic]) for one in found])


@blueprint.post("/<id:external_task_id>/complete")
@WORK
def complete(external_task_id: UUID) -> ResponseReturnValue:
    """The work is done."""
    sent = body()
    given = values.read_all(sent.get("variables")) | values.read_all(sent.get("localVariables"), "localVariables")
    house().operate.external_tasks.complete(actor(), external_task_id, text(sent.get("workerId"), "workerId"), given)
    return "", 204


@blueprint.post("/<id:external_task_id>/failure")
@WORK
def failure(external_task_id: UUID) -> ResponseReturnValue:
    """The work could not be done; with no retries left somebody has to look."""
    sent = body()
    house().operate.external_tasks.fail(
        actor(),
        external_task_id,
        text(sent.get("workerId"), "workerId"),
        text(sent.get("errorMessage") or "-", "errorMessage"),
        text(sent["errorDetails"], "errorDetails") if sent.get("errorDetails") else None,
        number(sent.get("retries") or 0, "retries"),
        _milliseconds(sent.get("retryTimeout") or 0, "retryTimeout"),
    )
    return "", 204


@blueprint.post("/<id:external_task_id>/bpmnError")
@WORK
def bpmn_error(external_task_id: UUID) -> ResponseReturnValue:
    """The work has ended in a BPMN error."""
    sent = body()
    message = text(sent["errorMessage"], "errorMessage") if sent.get("errorMessage") else ""
    error = BpmnError(text(sent.get("errorCode"), "errorCode"), message, values.read_all(sent.get("variables")))
    house().operate.external_tasks.throw(actor(), external_task_id, text(sent.get("workerId"), "workerId"), error)
    return "", 204


@blueprint.post("/<id:external_task_id>/extendLock")
@WORK
def extend_lock(external_task_id: UUID) -> ResponseReturnValue:
    """Keep a task locked for longer."""
    sent = body()
    duration = _milliseconds(sent.get("newDuration"), "newDuration")
    house().operate.external_tasks.extend(actor(), external_task_id, text(sent.get("workerId"), "workerId"), duration)
    return "", 204


@blueprint.post("/<id:external_task_id>/unlock")
@WORK
def unlock(external_task_id: UUID) -> ResponseReturnValue:
    """Let any worker fetch a task."""
    house().operate.external_tasks.unlock(actor(), external_task_id)
    return "", 204


@blueprint.put("/<id:external_task_id>/retries")
@WORK
def retries(external_task_id: UUID) -> ResponseReturnValue:
    """Offer a task again that had failed for good."""
    house().operate.external_tasks.set_retries(actor(), external_task_id, number(body().get("retries"), "retries"))
    return "", 204


@blueprint.put("/<id:external_task_id>/priority")
@WORK
def priority(external_task_id: UUID) -> ResponseReturnValue:
    """Make a task more or less urgent."""
    house().operate.external_tasks.set_priority(actor(), external_task_id, number(body().get("priority"), "priority"))
    return "", 204


def as_json(task: ExternalTask) -> dict[str, Any]:
    """A task as workers expect it."""
    return {
        "id": task.id,
        "activityId": task.element_id,
        "activityInstanceId": task.id,
        "executionId": task.token_id,
        "processInstanceId": task.instance_id,
        "processDefinitionId": task.definition_id,
        "processDefinitionKey": task.definition_key,
        "businessKey": task.business_key,
        "topicName": task.topic,
        "workerId": task.worker_id,
        "lockExpirationTime": written(task.locked_until),
        "createTime": written(task.created_at),
        "priority": task.priority,
        "retries": task.retries,
        "errorMessage": task.failure,
        "suspended": task.suspended,
        "tenantId": task.body,
    }


def _fetched(task: ExternalTask, *, deserialized: bool) -> dict[str, Any]:
    """A task with what its worker asked for."""
    asked = {} if task.properties is None else {"extensionProperties": task.properties}
    return {**as_json(task), "variables": values.all_written(task.variables or {}, deserialized=deserialized), **asked}


def _topic(sent: Any) -> Topic:
    if not isinstance(sent, Mapping):
        raise ParameterMalformed(name="topics", value=str(sent)[:100])
    keys = sent.get("processDefinitionKeyIn") or ([sent["processDefinitionKey"]] if sent.get("processDefinitionKey") else [])
    return Topic(
        name=text(sent.get("topicName"), "topicName"),
        lock_duration=_milliseconds(sent.get("lockDuration"), "lockDuration"),
        variables=texts(sent["variables"], "variables") if sent.get("variables") is not None else None,
        local_variables=flag(sent.get("localVariables") or False, "localVariables"),
        properties=flag(sent.get("includeExtensionProperties") or False, "includeExtensionProperties"),
        business_key=text(sent["businessKey"], "businessKey") if sent.get("businessKey") else None,
        definition_keys=texts(keys, "processDefinitionKeyIn") if keys else (),
    )


def _listed(sent: Any, name: str) -> list[Any]:
    if not isinstance(sent, list) or len(sent) > 100:
        raise ParameterMalformed(name=name, value=str(sent)[:100])
    return sent


def _milliseconds(sent: Any, name: str) -> timedelta:
    return timedelta(milliseconds=min(max(number(sent, name), 0), 365 * 24 * 3600 * 1000))
