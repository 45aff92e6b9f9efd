"""The filters of the task list under the names of this door."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from api.engine_rest import people
from api.engine_rest.errors import ParameterMalformed
from api.engine_rest.parameters import (
    Parameter,
    choice,
    fields,
    ids,
    moment,
    number,
    one_id,
    one_text,
    pattern,
    sorting,
    text,
    texts,
    yes,
)
from worklist import Scope, TaskFilter, TaskQuery, TaskSort

SORTS = {
    "created": "created_at",
    "dueDate": "due_at",
    "followUpDate": "follow_up_at",
    "priority": "priority",
    "name": "name",
    "nameCaseInsensitive": "name",
    "assignee": "assignee",
    "id": "id",
    "instanceId": "instance_id",
    "executionId": "instance_id",
}

P = Parameter

#: Name here → field of the filter. None: accepted, and narrows nothing, because there is nothing of the kind.
OFFERED: Mapping[str, Parameter | None] = {
    "taskId": P("ids", one_id),
    "taskIdIn": P("ids", ids),
    "processInstanceId": P("instance_ids", one_id),
    "processInstanceIdIn": P("instance_ids", ids),
    "executionId": P("instance_ids", one_id),
    "processInstanceBusinessKey": P("business_keys", one_text),
    "processInstanceBusinessKeyIn": P("business_keys", texts),
    "processInstanceBusinessKeyLike": P("business_key_like", pattern),
    "processDefinitionId": P("definition_ids", one_id),
    "processDefinitionKey": P("definition_keys", one_text),
    "processDefinitionKeyIn": P("definition_keys", texts),
    "tenantIdIn": P("bodies", ids),
    "withoutTenantId": P("without_body", yes(True)),
    "assignee": P("assignees", people.one),
    "assigneeIn": P("assignees", people.several),
    "assigneeNotIn": P("assignees_not", people.several),
    "owner": P("owners", people.one),
    "candidateGroup": P("candidate_groups", one_text),
    "candidateGroups": P("candidate_groups", texts),
    "candidateUser": P("candidate_users", people.one),
    "involvedUser": P("involved", people.one),
    "includeAssignedTasks": P("include_assigned", yes(True)),
    "assigned": P("assigned", yes(True)),
    "unassigned": P("assigned", yes(False)),
    "taskDefinitionKey": P("element_ids", one_text),
    "taskDefinitionKeyIn": P("element_ids", texts),
    "taskDefinitionKeyLike": P("element_like", pattern),
    "name": P("names", one_text),
    "nameLike": P("name_like", pattern),
    "nameNotEqual": P("name_not", text),
    "nameNotLike": P("name_not_like", pattern),
    "priority": P("priority", number),
    "minPriority": P("priority_from", number),
    "maxPriority": P("priority_to", number),
    "dueDate": P("due_at", moment),
    "dueBefore": P("due_before", moment),
    "dueAfter": P("due_after", moment),
    "withoutDueDate": P("without_due", yes(True)),
    "followUpDate": P("follow_up_at", moment),
    "followUpBefore": P("follow_up_before", moment),
    "followUpAfter": P("follow_up_after", moment),
    "followUpBeforeOrNotExistent": P("follow_up_before_or_none", moment),
    "createdOn": P("created_at", moment),
    "createdBefore": P("created_before", moment),
    "createdAfter": P("created_after", moment),
    "delegationState": P("delegation_state", choice(PENDING="pending", RESOLVED="resolved")),
    "withCandidateGroups": P("waiting_for_groups", yes(True)),
    "withoutCandidateGroups": P("waiting_for_groups", yes(False)),
    "withCandidateUsers": P("waiting_for_users", yes(True)),
    "withoutCandidateUsers": P("waiting_for_users", yes(False)),
    "active": P("suspended", yes(False)),
    "suspended": P("suspended", yes(True)),
    "variableNamesIgnoreCase": None,
    "variableValuesIgnoreCase": None,
}


def task_query(sent: Mapping[str, Any]) -> TaskQuery:
    """The list of tasks that a client asks for: of all that the person may see. Raises ParameterUnknown or ParameterMalformed."""
    by, descending = sorting(sent, SORTS, "created_at")
    either = sent.get("orQueries") or []
    if not isinstance(either, list) or not all(isinstance(one, dict) for one in either):
        raise ParameterMalformed(name="orQueries", value=str(either)[:80])
    plain = {name: value for name, value in sent.items() if name != "orQueries"}
    filters = replace(TaskFilter(**fields(plain, OFFERED)), either=tuple(TaskFilter(**fields(one, OFFERED)) for one in either))
    return TaskQuery(filters, Scope.VISIBLE, TaskSort(by, descending))
