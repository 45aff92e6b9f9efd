"""The filters of the lists of definitions and deployments under the names of this door."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.engine_rest.parameters import Parameter, fields, ids, moment, number, one_id, one_text, pattern, sorting, texts, yes
from operate import DefinitionFilter, DeploymentFilter, Sort

P = Parameter

SORTS = {
    "id": "id",
    "key": "key",
    "name": "name",
    "version": "version",
    "deploymentId": "deployment_id",
    "deployTime": "deployment_id",
    "versionTag": "version_tag",
    "category": "id",
    "tenantId": "id",
}
DEPLOYMENT_SORTS = {"id": "id", "name": "name", "deploymentTime": "deployed_at", "tenantId": "tenant_id"}

#: Name here → field of the filter. None: accepted, and narrows nothing, because there is nothing of the kind.
OFFERED: Mapping[str, Parameter | None] = {
    "processDefinitionId": P("ids", one_id),
    "processDefinitionIdIn": P("ids", ids),
    "key": P("keys", one_text),
    "keysIn": P("keys", texts),
    "keyLike": P("key_like", pattern),
    "name": P("names", one_text),
    "nameLike": P("name_like", pattern),
    "deploymentId": P("deployment_ids", one_id),
    "version": P("version", number),
    "latestVersion": P("latest", yes(True)),
    "resourceName": P("resources", one_text),
    "resourceNameLike": P("resource_like", pattern),
    "versionTag": P("version_tags", one_text),
    "versionTagLike": P("version_tag_like", pattern),
    "withoutVersionTag": P("without_version_tag", yes(True)),
    "active": P("suspended", yes(False)),
    "suspended": P("suspended", yes(True)),
    "startableInTasklist": P("executable", yes(True)),
    "notStartableInTasklist": P("executable", yes(False)),
    "withoutTenantId": None,
    "includeProcessDefinitionsWithoutTenantId": None,
    "startablePermissionCheck": None,
}

DEPLOYMENTS: Mapping[str, Parameter | None] = {
    "id": P("ids", one_id),
    "name": P("names", one_text),
    "nameLike": P("name_like", pattern),
    "source": P("sources", one_text),
    "withoutSource": P("without_source", yes(True)),
    "tenantIdIn": P("tenants", texts),
    "withoutTenantId": P("without_tenant", yes(True)),
    "includeDeploymentsWithoutTenantId": None,
    "after": P("after", moment),
    "before": P("before", moment),
}


@dataclass(frozen=True)
class DefinitionQuery:
    """A list of definitions that a client asks for."""

    filters: DefinitionFilter
    sort: Sort


@dataclass(frozen=True)
class DeploymentQuery:
    """A list of deployments that a client asks for."""

    filters: DeploymentFilter
    sort: Sort


def definition_query(sent: Mapping[str, Any]) -> DefinitionQuery:
    """A list of definitions. Raises ParameterUnknown or ParameterMalformed."""
    by, descending = sorting(sent, SORTS, "id")
    return DefinitionQuery(DefinitionFilter(**fields(sent, OFFERED)), Sort(by, descending))


def deployment_query(sent: Mapping[str, Any]) -> DeploymentQuery:
    """A list of deployments. Raises ParameterUnknown or ParameterMalformed."""
    by, descending = sorting(sent, DEPLOYMENT_SORTS, "id")
    return DeploymentQuery(DeploymentFilter(**fields(sent, DEPLOYMENTS)), Sort(by, descending))
