"""The filters of the lists of process instances under the names of this door."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.engine_rest import people
from api.engine_rest.parameters import (
    Parameter,
    choice,
    fields,
    ids,
    moment,
    one_id,
    one_text,
    pattern,
    sorting,
    text,
    texts,
    yes,
)
from operate import InstanceFilter, Sort

OPEN = ("active", "suspended")
SORTS = {
    "instanceId": "id",
    "definitionKey": "definition_key",
    "definitionId": "definition_id",
    "tenantId": "body",
    "businessKey": "business_key",
}
HISTORIC_SORTS = SORTS | {"startTime": "started_at", "endTime": "ended_at"}

P = Parameter
#: The engine's kinds of incident under the name that clients know.
INCIDENT_KINDS = ("task", "timer", "message", "signal", "job", "start")

#: Name here → field of the filter, for both lists. None: accepted, and narrows nothing, because there is nothing of the kind.
COMMON: Mapping[str, Parameter | None] = {
    "processInstanceIds": P("ids", ids),
    "processDefinitionId": P("definition_ids", one_id),
    "processDefinitionKey": P("definition_keys", one_text),
    "processDefinitionKeyIn": P("definition_keys", texts),
    "processDefinitionKeyNotIn": P("definition_keys_not", texts),
    "tenantIdIn": P("bodies", ids),
    "withoutTenantId": P("without_body", yes(True)),
    "incidentType": P("incident_kinds", choice(failedJob=INCIDENT_KINDS, failedExternalTask=("external",))),
    "incidentMessage": P("incident_message", text),
    "incidentMessageLike": P("incident_message_like", pattern),
    "rootProcessInstances": None,
    "variableNamesIgnoreCase": None,
    "variableValuesIgnoreCase": None,
}

OFFERED: Mapping[str, Parameter | None] = {
    **COMMON,
    "processInstanceId": P("ids", one_id),
    "deploymentId": P("deployment_ids", one_id),
    "businessKey": P("business_keys", one_text),
    "businessKeyLike": P("business_key_like", pattern),
    "active": P("states", yes(("active",))),
    "suspended": P("states", yes(("suspended",))),
    "withIncident": P("with_incident", yes(True)),
    "incidentId": P("incident_ids", one_id),
    "activityIdIn": P("waiting_at", texts),
    "processDefinitionWithoutTenantId": None,
    "leafProcessInstances": None,
}

HISTORIC: Mapping[str, Parameter | None] = {
    **COMMON,
    "processInstanceId": P("ids", one_id),
    "processInstanceBusinessKey": P("business_keys", one_text),
    "processInstanceBusinessKeyIn": P("business_keys", texts),
    "processInstanceBusinessKeyLike": P("business_key_like", pattern),
    "finished": P("ended", yes(True)),
    "unfinished": P("ended", yes(False)),
    "withIncidents": P("with_incident", yes(True)),
    "startedBefore": P("started_before", moment),
    "startedAfter": P("started_after", moment),
    "finishedBefore": P("ended_before", moment),
    "finishedAfter": P("ended_after", moment),
    "startedBy": P("started_by", people.one),
    "executedActivityIdIn": P("been_at", texts),
    "activeActivityIdIn": P("waiting_at", texts),
    "active": P("states", yes(("active",))),
    "suspended": P("states", yes(("suspended",))),
    "completed": P("states", yes(("completed",))),
    "externallyTerminated": P("states", yes(("cancelled",))),
    "internallyTerminated": P("states", yes(())),
}


@dataclass(frozen=True)
class InstanceQuery:
    """A list that a client asks for."""

    filters: InstanceFilter
    sort: Sort


def instance_query(sent: Mapping[str, Any]) -> InstanceQuery:
    """A list of open instances. Raises ParameterUnknown or ParameterMalformed."""
    by, descending = sorting(sent, SORTS, "id")
    found = fields(sent, OFFERED)
    return InstanceQuery(InstanceFilter(**{"ended": False, **found}), Sort(by, descending))


def historic_query(sent: Mapping[str, Any]) -> InstanceQuery:
    """A list of open and ended instances. Raises ParameterUnknown or ParameterMalformed."""
    by, descending = sorting(sent, HISTORIC_SORTS, "id")
    return InstanceQuery(InstanceFilter(**fields(sent, HISTORIC)), Sort(by, descending))
