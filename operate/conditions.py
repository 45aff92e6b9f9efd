"""Filters of this room as SQL conditions: for each list a table from field to condition."""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from engine.decisions.tables import DecisionDefinitionRow, DecisionInstanceRow, RequirementsRow
from engine.definition_models import DefinitionRow, DeploymentRow
from engine.job_tables import FailedAttemptRow
from engine.models import ACTIVE, SUSPENDED, ActivityRow, IncidentRow, InstanceRow, SubscriptionRow, TaskRow

Condition = sa.ColumnElement[bool]
Table = Mapping[str, Callable[[Any], Condition]]
I = InstanceRow  # noqa: E741
OPEN_STATES = (ACTIVE, SUSPENDED)


def of(filters: Any, table: Table) -> list[Condition]:
    """The conditions of a filter, all of which must hold."""
    given = {name: getattr(filters, name) for name in table}
    return [table[name](value) for name, value in given.items() if value is not None]


def like(column: Any, pattern: str) -> Condition:
    """SQL's LIKE; Latin letters match in either case on both databases."""
    return sa.func.lower(column).like(pattern.lower(), escape="\\")


def _given(column: Any) -> Callable[[Any], Condition]:
    return lambda values: column.in_(values)


def _is(column: Any) -> Callable[[Any], Condition]:
    return lambda value: column == value


def _like(column: Any) -> Callable[[str], Condition]:
    return lambda pattern: like(column, pattern)


def _empty(column: Any) -> Callable[[bool], Condition]:
    return lambda wanted: column.is_(None) if wanted else column.is_not(None)


def _before(column: Any) -> Callable[[Any], Condition]:
    return lambda moment: column < moment


def _after(column: Any) -> Callable[[Any], Condition]:
    return lambda moment: column > moment


def _bodies(column: Any) -> Callable[[Any], Condition]:
    return lambda bodies: column.in_([str(body) for body in bodies])


def _deployed(definition_id: Any) -> Callable[[Any], Condition]:
    return lambda ids: definition_id.in_(sa.select(DefinitionRow.id).where(DefinitionRow.deployment_id.in_(ids)))


def _with_incident(*more: Condition) -> Condition:
    return sa.exists().where(IncidentRow.instance_id == I.id, IncidentRow.resolved_at.is_(None), *more)


def _newest(row: Any) -> Callable[[bool], Condition]:
    other = sa.orm.aliased(row)
    newer = sa.exists().where(other.key == row.key, other.version > row.version)
    return lambda wanted: ~newer if wanted else sa.true()


def _of_versions(row: Any) -> Table:
    """What everything that is deployed in versions can be narrowed by."""
    return {
        "ids": _given(row.id),
        "keys": _given(row.key),
        "key_like": _like(row.key),
        "names": _given(row.name),
        "name_like": _like(row.name),
        "version": _is(row.version),
        "latest": _newest(row),
        "deployment_ids": _given(row.deployment_id),
        "resources": _given(row.resource),
        "resource_like": _like(row.resource),
    }


DEFINITIONS: Table = {
    **_of_versions(DefinitionRow),
    "version_tags": _given(DefinitionRow.version_tag),
    "version_tag_like": _like(DefinitionRow.version_tag),
    "without_version_tag": _empty(DefinitionRow.version_tag),
    "suspended": lambda wanted: DefinitionRow.suspended.is_(wanted),
    "executable": lambda wanted: DefinitionRow.executable.is_(wanted),
}

DECISIONS: Table = {
    **_of_versions(DecisionDefinitionRow),
    "version_tags": _given(DecisionDefinitionRow.version_tag),
    "version_tag_like": _like(DecisionDefinitionRow.version_tag),
    "requirements_ids": _given(DecisionDefinitionRow.requirements_id),
    "requirements_keys": lambda keys: DecisionDefinitionRow.requirements_id.in_(
        sa.select(RequirementsRow.id).where(RequirementsRow.key.in_(keys))
    ),
    "without_requirements": _empty(DecisionDefinitionRow.requirements_id),
}

REQUIREMENTS: Table = _of_versions(RequirementsRow)

DECIDED: Table = {
    "ids": _given(DecisionInstanceRow.id),
    "decision_ids": _given(DecisionInstanceRow.decision_definition_id),
    "decision_keys": _given(DecisionInstanceRow.decision_key),
    "instance_ids": _given(DecisionInstanceRow.instance_id),
    "element_ids": _given(DecisionInstanceRow.element_id),
    "before": _before(DecisionInstanceRow.evaluated_at),
    "after": _after(DecisionInstanceRow.evaluated_at),
}

DEPLOYMENTS: Table = {
    "ids": _given(DeploymentRow.id),
    "names": _given(DeploymentRow.name),
    "name_like": _like(DeploymentRow.name),
    "sources": _given(DeploymentRow.source),
    "without_source": _empty(DeploymentRow.source),
    "tenants": _given(DeploymentRow.tenant_id),
    "without_tenant": _empty(DeploymentRow.tenant_id),
    "after": _after(DeploymentRow.deployed_at),
    "before": _before(DeploymentRow.deployed_at),
}

INSTANCES: Table = {
    "ids": _given(I.id),
    "definition_ids": _given(I.definition_id),
    "definition_keys": _given(I.definition_key),
    "definition_keys_not": lambda keys: I.definition_key.not_in(keys),
    "deployment_ids": _deployed(I.definition_id),
    "business_keys": _given(I.business_key),
    "business_key_like": _like(I.business_key),
    "bodies": _bodies(I.body),
    "without_body": _empty(I.body),
    "states": _given(I.state),
    "ended": lambda wanted: I.state.not_in(OPEN_STATES) if wanted else I.state.in_(OPEN_STATES),
    "started_before": _before(I.started_at),
    "started_after": _after(I.started_at),
    "ended_before": _before(I.ended_at),
    "ended_after": _after(I.ended_at),
    "started_by": _given(I.started_by),
    "with_incident": lambda wanted: _with_incident() if wanted else ~_with_incident(),
    "incident_ids": lambda ids: _with_incident(IncidentRow.id.in_(ids)),
    "incident_kinds": lambda kinds: _with_incident(IncidentRow.kind.in_(kinds)),
    "incident_message": lambda message: _with_incident(IncidentRow.message == message),
    "incident_message_like": lambda pattern: _with_incident(like(IncidentRow.message, pattern)),
    "waiting_at": lambda ids: sa.exists().where(TaskRow.instance_id == I.id, TaskRow.element_id.in_(ids)),
    "been_at": lambda ids: sa.exists().where(ActivityRow.instance_id == I.id, ActivityRow.element_id.in_(ids)),
}

AWAITED: Table = {
    "ids": _given(SubscriptionRow.id),
    "kinds": _given(SubscriptionRow.kind),
    "name": _is(SubscriptionRow.message),
    "instance_ids": _given(SubscriptionRow.instance_id),
    "element_ids": _given(SubscriptionRow.element_id),
}

INCIDENTS: Table = {
    "ids": _given(IncidentRow.id),
    "instance_ids": _given(IncidentRow.instance_id),
    "definition_ids": _given(IncidentRow.definition_id),
    "without_instance": _empty(IncidentRow.instance_id),
    "definition_keys": _given(IncidentRow.definition_key),
    "element_ids": _given(IncidentRow.element_id),
    "kinds": _given(IncidentRow.kind),
    "message": _is(IncidentRow.message),
    "message_like": _like(IncidentRow.message),
    "subject_ids": lambda ids: IncidentRow.subject_id.in_([str(one) for one in ids]),
    "bodies": _bodies(IncidentRow.body),
    "without_body": _empty(IncidentRow.body),
    "before": _before(IncidentRow.created_at),
    "after": _after(IncidentRow.created_at),
    "resolved_before": _before(IncidentRow.resolved_at),
    "resolved_after": _after(IncidentRow.resolved_at),
    "open": lambda wanted: IncidentRow.resolved_at.is_(None) if wanted else IncidentRow.resolved_at.is_not(None),
}

ATTEMPTS: Table = {
    "ids": _given(FailedAttemptRow.id),
    "kinds": _given(FailedAttemptRow.kind),
    "subject_ids": _given(FailedAttemptRow.subject_id),
    "instance_ids": _given(FailedAttemptRow.instance_id),
    "definition_ids": _given(FailedAttemptRow.definition_id),
    "definition_keys": _given(FailedAttemptRow.definition_key),
    "deployment_ids": _deployed(FailedAttemptRow.definition_id),
    "bodies": _bodies(FailedAttemptRow.body),
    "without_body": _empty(FailedAttemptRow.body),
    "element_ids": _given(FailedAttemptRow.element_id),
    "topics": _given(FailedAttemptRow.topic),
    "workers": _given(FailedAttemptRow.worker_id),
    "message": _is(FailedAttemptRow.message),
}
