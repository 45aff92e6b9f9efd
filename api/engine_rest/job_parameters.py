"""The filters of the lists of jobs and job definitions under the names of this door."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from api.engine_rest.errors import ParameterMalformed
from api.engine_rest.parameters import (
    Parameter,
    fields,
    ids,
    moment,
    number,
    one_id,
    one_text,
    sorting,
    text,
    yes,
)
from operate import DefinitionFilter, JobFilter, Sort
from operate.jobs import place_of

P = Parameter

SORTS = {
    "jobId": "id",
    "executionId": "instance_id",
    "processInstanceId": "instance_id",
    "processDefinitionId": "definition_id",
    "processDefinitionKey": "definition_key",
    "jobPriority": "priority",
    "jobRetries": "retries",
    "jobDueDate": "due_at",
}


def _comparisons(value: Any, name: str) -> dict[str, datetime]:
    """Moments to compare with: `gt_2026-…,lt_2026-…`, or as JSON a list of operator and value."""
    given = value.split(",") if isinstance(value, str) else value
    if not isinstance(given, list):
        raise ParameterMalformed(name=name, value=str(value)[:80])
    found: dict[str, datetime] = {}
    for one in given:
        operator, _, said = one.partition("_") if isinstance(one, str) else _parts(one, name)
        if operator not in ("gt", "lt") or operator in found:
            raise ParameterMalformed(name=name, value=str(one)[:80])
        found[operator] = moment(said, name)
    return found


def _parts(one: Any, name: str) -> tuple[Any, str, Any]:
    if not isinstance(one, Mapping):
        raise ParameterMalformed(name=name, value=str(one)[:80])
    return one.get("operator"), "", one.get("value")


#: Name here → field of the filter. None: accepted, and narrows nothing.
OFFERED: Mapping[str, Parameter | None] = {
    "jobId": P("ids", one_id),
    "jobIds": P("ids", ids),
    "jobDefinitionId": P("job_definition", lambda value, name: place_of(text(value, name))),
    "processInstanceId": P("instance_ids", one_id),
    "processInstanceIds": P("instance_ids", ids),
    "rootProcessInstanceId": P("instance_ids", one_id),
    "executionId": P("instance_ids", one_id),
    "processDefinitionId": P("definition_ids", one_id),
    "processDefinitionKey": P("definition_keys", one_text),
    "activityId": P("element_ids", one_text),
    "failedActivityId": P("element_ids", one_text),
    "timers": P("kinds", yes(("timer", "start"))),
    "messages": P("kinds", yes(("job",))),
    "withRetriesLeft": P("with_retries", yes(True)),
    "noRetriesLeft": P("with_retries", yes(False)),
    "withException": P("failed", yes(True)),
    "exceptionMessage": P("message", text),
    "active": P("suspended", yes(False)),
    "suspended": P("suspended", yes(True)),
    "priorityHigherThanOrEquals": P("priority_least", number),
    "priorityLowerThanOrEquals": P("priority_most", number),
    "tenantIdIn": P("bodies", ids),
    "withoutTenantId": P("without_body", yes(True)),
    "includeJobsWithoutTenantId": None,
}


def job_filter(sent: Mapping[str, Any], now: datetime) -> JobFilter:
    """A list of jobs. Raises ParameterUnknown or ParameterMalformed."""
    plain = {name: value for name, value in sent.items() if name not in ("dueDates", "executable")}
    found = fields(plain, OFFERED)
    due = _comparisons(sent.get("dueDates") or [], "dueDates")
    found |= {field: due[operator] for operator, field in (("lt", "due_before"), ("gt", "due_after")) if operator in due}
    if sent.get("executable") is not None and yes(True)(sent["executable"], "executable"):
        found |= {"due_before": min(now, found.get("due_before", now)), "with_retries": True}
    return JobFilter(**found)


def job_sort(sent: Mapping[str, Any]) -> Sort:
    """What a list of jobs is sorted by. Raises ParameterMalformed."""
    by, descending = sorting(sent, SORTS, "id")
    return Sort(by, descending)


#: Of job definitions, those of some process definitions are read from the models.
DEFINITIONS: Mapping[str, Parameter | None] = {
    "processDefinitionId": P("ids", one_id),
    "processDefinitionKey": P("keys", one_text),
    "withOverridingJobPriority": None,
    "includeJobDefinitionsWithoutTenantId": None,
}
OWN = {
    "jobDefinitionId": text,
    "activityIdIn": lambda value, name: value if isinstance(value, list) else text(value, name).split(","),
    "jobType": text,
    "active": yes(True),
    "suspended": yes(True),
}


def definition_filter(sent: Mapping[str, Any]) -> DefinitionFilter:
    """Whose job definitions are asked for. Raises ParameterMalformed when nobody's are."""
    found = fields({name: value for name, value in sent.items() if name not in OWN}, DEFINITIONS)
    if "ids" not in found and "keys" not in found and isinstance(sent.get("jobDefinitionId"), str):
        found["ids"] = (place_of(sent["jobDefinitionId"])[0],)
    if "ids" not in found and "keys" not in found:
        raise ParameterMalformed(name="processDefinitionId", value="")
    return DefinitionFilter(**found)


def own_conditions(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The conditions on the job definitions themselves. Raises ParameterMalformed."""
    return {name: read(sent[name], name) for name, read in OWN.items() if sent.get(name) is not None}
