"""Incidents: steps that failed and wait for somebody."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.engine_rest.dates import written
from api.engine_rest.errors import ParameterMalformed
from api.engine_rest.instance_parameters import INCIDENT_KINDS
from api.engine_rest.parameters import (
    Parameter,
    body,
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
MEND = needs(Permission.INCIDENT_RETRY)
FAILED_JOB = "failedJob"  # what clients call a failed step of any kind but the following
FAILED_EXTERNAL = "failedExternalTask"
BY_HAND = "resolved by hand"
MAX_ANNOTATION = 4000

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
    "incidentType": P("kinds", choice(failedJob=INCIDENT_KINDS, failedExternalTask=("external",))),
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
    found = part.read(house().operate.mending.incidents, actor(), _filter(sent), Sort(by, descending))
    return jsonify([as_json(one) for one in found])


@blueprint.get("/count")
@READ
def count() -> ResponseReturnValue:
    """How many open incidents fit the query string."""
    return jsonify({"count": house().operate.mending.count_incidents(actor(), _filter(query()))})


@blueprint.get("/<id:incident_id>")
@READ
def incident(incident_id: UUID) -> ResponseReturnValue:
    """One incident."""
    return jsonify(as_json(house().operate.mending.incident(actor(), incident_id)))


@blueprint.delete("/<id:incident_id>")
@MEND
def resolve(incident_id: UUID) -> ResponseReturnValue:
    """Call an incident settled; its step is not taken. The query string may give a reason."""
    house().operate.mending.resolve(actor(), incident_id, text(query().get("reason") or BY_HAND, "reason"))
    return "", 204


@blueprint.put("/<id:incident_id>/annotation")
@MEND
def annotate(incident_id: UUID) -> ResponseReturnValue:
    """Note something about an incident."""
    noted = text(body().get("annotation"), "annotation")
    if not 0 < len(noted) <= MAX_ANNOTATION:
        raise ParameterMalformed(name="annotation", value=noted[:80])
    house().operate.mending.annotate(actor(), incident_id, noted)
    return "", 204


@blueprint.delete("/<id:incident_id>/annotation")
@MEND
def remove_annotation(incident_id: UUID) -> ResponseReturnValue:
    """Take the note away."""
    house().operate.mending.annotate(actor(), incident_id, None)
    return "", 204


def as_json(found: Any) -> dict[str, Any]:
    """An incident as this door shows it; one of an instance that could not be started has none."""
    return {
        "id": found.id,
        "processDefinitionId": found.definition_id,
        "processInstanceId": found.instance_id,
        "executionId": found.instance_id,
        "incidentTimestamp": written(found.created_at),
        "incidentType": FAILED_EXTERNAL if found.kind == "external" else FAILED_JOB,
        "activityId": found.element_id,
        "failedActivityId": found.element_id,
        "causeIncidentId": found.id,
        "rootCauseIncidentId": found.id,
        "configuration": found.subject_id,
        "tenantId": found.body,
        "incidentMessage": found.message,
        "jobDefinitionId": None,
        "annotation": found.annotation,
    }


def _filter(sent: dict[str, Any]) -> IncidentFilter:
    return IncidentFilter(**{**fields(sent, OFFERED), "open": True})
