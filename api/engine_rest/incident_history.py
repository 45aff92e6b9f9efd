"""The history of incidents: open ones and those that are settled."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.engine_rest import incident
from api.engine_rest.dates import written
from api.engine_rest.parameters import Parameter, fields, ids, moment, one_id, one_text, query, sorting, span, yes
from api.house import house
from operate import IncidentFilter, Sort
from organisations.permissions import Permission

blueprint = Blueprint("engine_rest_incident_history", __name__, url_prefix="/engine-rest/history/incident")

READ = needs(Permission.INCIDENT_READ)

P = Parameter
_PLACES = ("incidentId", "incidentType", "incidentMessage", "incidentMessageLike", "processDefinitionId", "processDefinitionKeyIn")
_CAUSES = ("processInstanceId", "executionId", "activityId", "failedActivityId", "causeIncidentId", "rootCauseIncidentId")
OFFERED: Mapping[str, Parameter | None] = {
    **{name: incident.OFFERED[name] for name in (*_PLACES, *_CAUSES)},
    "processDefinitionKey": P("definition_keys", one_text),
    "createTimeBefore": P("before", moment),
    "createTimeAfter": P("after", moment),
    "endTimeBefore": P("resolved_before", moment),
    "endTimeAfter": P("resolved_after", moment),
    "configuration": P("subject_ids", one_id),
    "tenantIdIn": P("bodies", ids),
    "withoutTenantId": P("without_body", yes(True)),
    "open": P("open", yes(True)),
    "resolved": P("open", yes(False)),
}
SORTS = {
    **{name: column for name, column in incident.SORTS.items() if name != "incidentTimestamp"},
    "createTime": "created_at",
    "endTime": "resolved_at",
    "processDefinitionId": "definition_id",
    "processDefinitionKey": "definition_key",
    "causeIncidentId": "id",
    "rootCauseIncidentId": "id",
    "configuration": "subject_id",
    "tenantId": "body",
}


@blueprint.get("")
@READ
def incidents() -> ResponseReturnValue:
    """The incidents that fit the query string, settled or not."""
    sent, part = query(), span()
    by, descending = sorting(sent, SORTS, "id")
    found = part.read(house().operate.mending.incidents, actor(), IncidentFilter(**fields(sent, OFFERED)), Sort(by, descending))
    return jsonify([_as_json(one) for one in found])


@blueprint.get("/count")
@READ
def count() -> ResponseReturnValue:
    """How many incidents fit the query string."""
    return jsonify({"count": house().operate.mending.count_incidents(actor(), IncidentFilter(**fields(query(), OFFERED)))})


def _as_json(one: Any) -> dict[str, Any]:
    shown = incident.as_json(one)
    del shown["incidentTimestamp"]
    return shown | {
        "processDefinitionKey": one.definition_key,
        "rootProcessInstanceId": one.instance_id,
        "createTime": written(one.created_at),
        "endTime": written(one.resolved_at),
        "removalTime": None,
        "historyConfiguration": None,
        "open": one.resolved_at is None,
        "resolved": one.resolved_at is not None,
        "deleted": False,
    }
