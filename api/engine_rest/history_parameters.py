"""The filters of the history of activities and user tasks under the names of this door."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.engine_rest import people
from api.engine_rest.parameters import Parameter, fields, identifier, moment, one_id, one_text, pattern, sorting, texts, yes
from operate import ActivityFilter, Sort

P = Parameter

SORTS = {
    "activityInstanceId": "id",
    "instanceId": "instance_id",
    "executionId": "instance_id",
    "activityId": "element_id",
    "activityName": "name",
    "activityType": "kind",
    "startTime": "started_at",
    "endTime": "ended_at",
    "occurrence": "started_at",
    "definitionId": "instance_id",
    "tenantId": "instance_id",
}
TASK_SORTS = {
    "taskId": "id",
    "activityInstanceId": "id",
    "processInstanceId": "instance_id",
    "executionId": "instance_id",
    "taskDefinitionKey": "element_id",
    "taskName": "name",
    "startTime": "started_at",
    "endTime": "ended_at",
}

COMMON: Mapping[str, Parameter | None] = {
    "processInstanceId": P("instance_ids", one_id),
    "executionId": P("instance_ids", one_id),
    "processDefinitionId": P("definition_ids", one_id),
    "finished": P("finished", yes(True)),
    "unfinished": P("finished", yes(False)),
    "startedBefore": P("started_before", moment),
    "startedAfter": P("started_after", moment),
    "finishedBefore": P("ended_before", moment),
    "finishedAfter": P("ended_after", moment),
}

#: Name here → field of the filter. None: accepted, and narrows nothing.
OFFERED: Mapping[str, Parameter | None] = {
    **COMMON,
    "activityInstanceId": P("ids", one_id),
    "activityId": P("element_ids", one_text),
    "activityName": P("names", one_text),
    "activityType": P("kinds", one_text),
    "taskAssignee": P("assignees", people.one),
    "canceled": P("cancelled", yes(True)),
}

TASKS: Mapping[str, Parameter | None] = {
    **COMMON,
    "taskId": P("ids", one_id),
    "processDefinitionKey": P("definition_keys", one_text),
    "processInstanceBusinessKey": P("business_keys", one_text),
    "processInstanceBusinessKeyIn": P("business_keys", texts),
    "taskDefinitionKey": P("element_ids", one_text),
    "taskDefinitionKeyIn": P("element_ids", texts),
    "taskName": P("names", one_text),
    "taskNameLike": P("name_like", pattern),
    "taskAssignee": P("assignees", people.one),
}


#: Of variables, only those of one instance are kept together.
VARIABLES: Mapping[str, Parameter | None] = {
    "processInstanceId": P("instance_id", identifier),
    "variableName": P("names", one_text),
    "variableNameIn": P("names", texts),
    "deserializeValues": None,
}


@dataclass(frozen=True)
class ActivityQuery:
    """A list that a client asks for."""

    filters: ActivityFilter
    sort: Sort


def activity_query(sent: Mapping[str, Any]) -> ActivityQuery:
    """A list of activities. Raises ParameterUnknown or ParameterMalformed."""
    by, descending = sorting(sent, SORTS, "id")
    return ActivityQuery(ActivityFilter(**fields(sent, OFFERED)), Sort(by, descending))


def task_query(sent: Mapping[str, Any]) -> ActivityQuery:
    """A list of user tasks. Raises ParameterUnknown or ParameterMalformed."""
    by, descending = sorting(sent, TASK_SORTS, "id")
    return ActivityQuery(ActivityFilter(**{**fields(sent, TASKS), "kinds": ("userTask",)}), Sort(by, descending))
