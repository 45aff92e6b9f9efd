"""The filters of the logs of jobs and external tasks under the names of this door. Only attempts that failed are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.engine_rest.parameters import Parameter, fields, ids, one_id, one_text, sorting, text, texts, yes
from operate import AttemptFilter, Sort
from operate.logs import EXTERNAL, JOBS

P = Parameter

_SORTS = {
    "timestamp": "at",
    "occurrence": "at",
    "activityId": "element_id",
    "executionId": "instance_id",
    "processInstanceId": "instance_id",
    "processDefinitionId": "definition_id",
    "processDefinitionKey": "definition_key",
    "tenantId": "body",
}
JOB_SORTS = _SORTS | {"jobId": "subject_id", "jobRetries": "retries"}
EXTERNAL_SORTS = _SORTS | {"externalTaskId": "subject_id", "retries": "retries", "topicName": "topic", "workerId": "worker_id"}

#: Name here → field of the filter. None: accepted, and narrows nothing.
_COMMON: Mapping[str, Parameter | None] = {
    "logId": P("ids", one_id),
    "activityIdIn": P("element_ids", texts),
    "executionIdIn": P("instance_ids", ids),
    "processInstanceId": P("instance_ids", one_id),
    "processDefinitionId": P("definition_ids", one_id),
    "processDefinitionKey": P("definition_keys", one_text),
    "tenantIdIn": P("bodies", ids),
    "withoutTenantId": P("without_body", yes(True)),
    "failureLog": None,
}
JOB: Mapping[str, Parameter | None] = {
    **_COMMON,
    "jobId": P("subject_ids", one_id),
    "jobExceptionMessage": P("message", text),
    "jobDefinitionType": P("kinds", one_text),
    "failedActivityIdIn": P("element_ids", texts),
    "deploymentId": P("deployment_ids", one_id),
}
EXTERNAL_TASK: Mapping[str, Parameter | None] = {
    **_COMMON,
    "externalTaskId": P("subject_ids", one_id),
    "activityInstanceIdIn": P("subject_ids", ids),
    "topicName": P("topics", one_text),
    "workerId": P("workers", one_text),
    "errorMessage": P("message", text),
}


@dataclass(frozen=True)
class AttemptQuery:
    """A list that a client asks for."""

    filters: AttemptFilter
    sort: Sort


def job_query(sent: Mapping[str, Any]) -> AttemptQuery:
    """A list of failed attempts of jobs. Raises ParameterUnknown or ParameterMalformed."""
    return _query(sent, JOB, JOB_SORTS, JOBS)


def external_query(sent: Mapping[str, Any]) -> AttemptQuery:
    """A list of failed attempts of external tasks. Raises ParameterUnknown or ParameterMalformed."""
    return _query(sent, EXTERNAL_TASK, EXTERNAL_SORTS, EXTERNAL)


def _query(
    sent: Mapping[str, Any], offered: Mapping[str, Parameter | None], sorts: Mapping[str, str], kinds: tuple[str, ...]
) -> AttemptQuery:
    by, descending = sorting(sent, sorts, "id")
    asked = fields(sent, offered)
    wanted = asked.get("kinds", kinds)
    return AttemptQuery(AttemptFilter(**{**asked, "kinds": tuple(kind for kind in kinds if kind in wanted)}), Sort(by, descending))
