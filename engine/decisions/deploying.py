"""Keeping the decisions of a deployment: a version of every file of decisions, and of every decision in it."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engine.decisions.model import Decision, DecisionModel
from engine.decisions.tables import DecisionDefinitionRow, RequirementsRow
from engine.definition_models import DeploymentRow, ResourceRow
from storage.database import session
from storage.identifiers import new_id

MAX_NAME = 255
Files = Sequence[tuple[ResourceRow, DecisionModel]]


def keep(
    deployment: DeploymentRow, resources: Mapping[str, ResourceRow], decided: Mapping[str, DecisionModel]
) -> tuple[DecisionDefinitionRow, ...]:
    """A version of every decision in the files that are kept. Deployments wait for each other, so that no version is given twice."""
    files = [(resources[name], model) for name, model in decided.items() if name in resources]
    if not files:
        return ()
    homes = _files(deployment, files)
    session.add_all(homes)
    keys = [key for _, model in files for key in model.decisions]
    versions = _versions(DecisionDefinitionRow, keys)
    rows = tuple(
        _decision(deployment, home, decision, versions.get(decision.key, 0) + 1)
        for home, (_, model) in zip(homes, files, strict=True)
        for decision in model.decisions.values()
    )
    session.add_all(rows)
    session.flush()
    return rows


def _files(deployment: DeploymentRow, files: Files) -> list[RequirementsRow]:
    versions = _versions(RequirementsRow, [model.key for _, model in files])
    rows: list[RequirementsRow] = []
    for resource, model in files:
        versions[model.key] = versions.get(model.key, 0) + 1  # files that were copied from each other have one key
        row = RequirementsRow(id=new_id(), key=model.key, version=versions[model.key], name=_fitting(model.name))
        row.deployment_id, row.resource_id, row.resource, row.tenant_id = deployment.id, resource.id, resource.name, deployment.tenant_id
        rows.append(row)
    return rows


def _decision(deployment: DeploymentRow, home: RequirementsRow, decision: Decision, version: int) -> DecisionDefinitionRow:
    return DecisionDefinitionRow(
        id=new_id(),
        key=decision.key,
        version=version,
        name=_fitting(decision.name),
        deployment_id=deployment.id,
        resource_id=home.resource_id,
        resource=home.resource,
        tenant_id=deployment.tenant_id,
        version_tag=_fitting(decision.version_tag),
        requirements_id=home.id,
    )


def _versions(table: Any, keys: Sequence[str]) -> dict[str, int]:
    query = sa.select(table.key, sa.func.max(table.version)).where(table.key.in_(keys)).group_by(table.key)
    return {found[0]: found[1] for found in session.execute(query)} if keys else {}


def _fitting(text: str | None) -> str | None:
    return text[:MAX_NAME] if text else None
