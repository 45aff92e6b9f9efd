"""Incidents: steps that failed and wait for somebody."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.engine_rest.dates import written
from api.engine_rest.instance_parameters import INCIDENT_KINDS
from api.engine_rest.parameters import (
    Parameter,
    choice,
    fields,
    ids,
    moment,
    one_id,
    one_text,
    pattern,
    query,
    sorting,
    span,
    text,
    texts,
)
from api.house import house
from operate import IncidentFilter, Sort
from organisations.permissions import Permission

blueprint = Blueprint("engine_rest_incident", __name__, url_prefix="/engine-rest/incident")

READ = needs(Permission.INCIDENT_READ)
FAILED_JOB = "failedJob"  # what clients call a failed step of any kind

SORTS = {
    "incidentId": "id",
    "incidentTimestamp": "created_at",
    "incidentType": "kind",
    "activityId": "element_id",
    "processInstanceId": "instance_id",
    "executionId": "instance_id",
    "incidentMessage": "message",
}

P = Parameter
OFFERED: Mapping[str, Parameter | None] = {
    "incidentId": P("ids", one_id),
    "incidentType": P("kinds", choice(failedJob=INCIDENT_KINDS, failedExternalTask=())),
    "incidentMessage": P("message", text),
    "incidentMessageLike": P("message_like", pattern),
    "processDefinitionId": P("definition_ids", one_id),
    "processDefinitionKeyIn": P("definition_keys", texts),
    "processInstanceId": P("instance_ids", one_id),
    "processInstanceIdIn": P("instance_ids", ids),
    "executionId": P("instance_ids", one_id),
    "activityId": P("element_ids", one_text),
    "failedActivityId": P("element_ids", one_text),
    "causeIncidentId": P("ids", one_id),
    "rootCauseIncidentId": P("ids", one_id),
    "incidentTimestampBefore": P("before", moment),
    "incidentTimestampAfter": P("after", moment),
}


@blueprint.get("")
@READ
def incidents() -> ResponseReturnValue:
    """The open incidents that fit the query string."""
    sent, part = query(), span()
    by, descending = sorting(sent, SORTS, "id")
    found = part.read(house().operate.incidents, actor(), _filter(sent), Sort(by, descending))
    return jsonify(as_json(found))


@blueprint.get("/count")
@READ
def count() -> ResponseReturnValue:
    """How many open incidents fit the query string."""
    return jsonify({"count": house().operate.count_incidents(actor(), _filter(query()))})


@blueprint.get("/<id:incident_id>")
@READ
def incident(incident_id: UUID) -> ResponseReturnValue:
    """One incident."""
    return jsonify(as_json([house().operate.incident(actor(), incident_id)])[0])


def as_json(found: Sequence[Any]) -> list[dict[str, Any]]:
    """Incidents as this door shows them."""
    definitions = house().operate.definitions_of_instances({one.instance_id for one in found})
    return [_as_json(one, definitions.get(one.instance_id)) for one in found]


def _as_json(found: Any, definition_id: UUID | None) -> dict[str, Any]:
    return {
        "id": found.id,
        "processDefinitionId": definition_id,
        "processInstanceId": found.instance_id,
        "executionId": found.instance_id,
        "incidentTimestamp": written(found.created_at),
        "incidentType": FAILED_JOB,
        "activityId": found.element_id,
        "failedActivityId": found.element_id,
        "causeIncidentId": found.id,
        "rootCauseIncidentId": found.id,
        "configuration": found.subject_id,
        "tenantId": found.body,
        "incidentMessage": found.message,
        "jobDefinitionId": None,
        "annotation": None,
    }


def _filter(sent: dict[str, Any]) -> IncidentFilter:
    return IncidentFilter(**{**fields(sent, OFFERED), "open": True})
