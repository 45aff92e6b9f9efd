"""The filters of the lists of decisions, their files and what was decided, under the names of this door."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.engine_rest.parameters import Parameter, fields, flag, ids, moment, number, one_id, one_text, pattern, sorting, texts, yes
from operate import DecidedFilter, DecisionFilter, RequirementsFilter, Sort

P = Parameter

#: What everything that is deployed in versions is filtered by; None: accepted, and narrows nothing.
COMMON: Mapping[str, Parameter | None] = {
    "key": P("keys", one_text),
    "keyLike": P("key_like", pattern),
    "name": P("names", one_text),
    "nameLike": P("name_like", pattern),
    "deploymentId": P("deployment_ids", one_id),
    "version": P("version", number),
    "latestVersion": P("latest", yes(True)),
    "resourceName": P("resources", one_text),
    "resourceNameLike": P("resource_like", pattern),
    "withoutTenantId": None,
}
DEFINITIONS: Mapping[str, Parameter | None] = {
    **COMMON,
    "decisionDefinitionId": P("ids", one_id),
    "decisionDefinitionIdIn": P("ids", ids),
    "versionTag": P("version_tags", one_text),
    "versionTagLike": P("version_tag_like", pattern),
    "decisionRequirementsDefinitionId": P("requirements_ids", one_id),
    "decisionRequirementsDefinitionKey": P("requirements_keys", one_text),
    "withoutDecisionRequirementsDefinition": P("without_requirements", yes(True)),
    "includeDecisionDefinitionsWithoutTenantId": None,
}
REQUIREMENTS: Mapping[str, Parameter | None] = {
    **COMMON,
    "decisionRequirementsDefinitionId": P("ids", one_id),
    "decisionRequirementsDefinitionIdIn": P("ids", ids),
    "includeDecisionRequirementsDefinitionsWithoutTenantId": None,
}
DECIDED: Mapping[str, Parameter | None] = {
    "decisionInstanceId": P("ids", one_id),
    "decisionInstanceIdIn": P("ids", ids),
    "decisionDefinitionId": P("decision_ids", one_id),
    "decisionDefinitionIdIn": P("decision_ids", ids),
    "decisionDefinitionKey": P("decision_keys", one_text),
    "decisionDefinitionKeyIn": P("decision_keys", texts),
    "decisionDefinitionName": P("names", one_text),
    "decisionDefinitionNameLike": P("name_like", pattern),
    "decisionRequirementsDefinitionId": P("requirements_ids", one_id),
    "decisionRequirementsDefinitionKey": P("requirements_keys", one_text),
    "processDefinitionId": P("definition_ids", one_id),
    "processDefinitionKey": P("definition_keys", one_text),
    "processInstanceId": P("instance_ids", one_id),
    "activityIdIn": P("element_ids", texts),
    "evaluatedBefore": P("before", moment),
    "evaluatedAfter": P("after", moment),
    "withoutTenantId": None,
    "rootDecisionInstancesOnly": None,
    "includeInputs": None,
    "includeOutputs": None,
    "disableBinaryFetching": None,
    "disableCustomObjectDeserialization": None,
}
SORTS = {
    "key": "key",
    "id": "id",
    "name": "name",
    "version": "version",
    "deploymentId": "deployment_id",
    "category": "id",
    "tenantId": "id",
}
DEFINITION_SORTS = SORTS | {"deployTime": "deployment_id", "decisionRequirementsDefinitionKey": "id", "versionTag": "id"}
DECIDED_SORTS = {"evaluationTime": "evaluated_at", "tenantId": "id"}


@dataclass(frozen=True)
class Asked:
    """A list that a client asks for."""

    filters: Any
    sort: Sort


def definition_query(sent: Mapping[str, Any]) -> Asked:
    """A list of decisions. Raises ParameterUnknown or ParameterMalformed."""
    return Asked(DecisionFilter(**fields(sent, DEFINITIONS)), Sort(*sorting(sent, DEFINITION_SORTS, "id")))


def requirements_query(sent: Mapping[str, Any]) -> Asked:
    """A list of files of decisions. Raises ParameterUnknown or ParameterMalformed."""
    return Asked(RequirementsFilter(**fields(sent, REQUIREMENTS)), Sort(*sorting(sent, SORTS, "id")))


def decided_query(sent: Mapping[str, Any]) -> Asked:
    """A list of what was decided. Raises ParameterUnknown or ParameterMalformed."""
    return Asked(DecidedFilter(**fields(sent, DECIDED)), Sort(*sorting(sent, DECIDED_SORTS, "id")))


def included(sent: Mapping[str, Any], name: str) -> bool:
    """Whether a part of each item is asked for: inputs and outputs are left out of lists unless they are."""
    return flag(sent.get(name) or False, name)
