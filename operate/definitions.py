"""Lists of process definitions and deployments. They belong to no body: whoever may read processes sees them all."""

from collections.abc import Collection
from dataclasses import fields
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine.definition_models import DefinitionRow, DeploymentRow
from engine.definitions import Definition, Deployment
from engine.parsing.elements import Act
from operate import conditions
from operate.errors import SortUnknown
from operate.filters import DefinitionFilter, DeploymentFilter, Sort
from storage.database import session
from storage.keyset import Order, in_order
from storage.pages import Key, Page, page

D, P = DefinitionRow, DeploymentRow

#: Sort → its column.
DEFINITION_SORTS: dict[str, Any] = {
    "id": D.id,
    "key": D.key,
    "name": D.name,
    "version": D.version,
    "deployment_id": D.deployment_id,
    "version_tag": D.version_tag,
}
DEPLOYMENT_SORTS: dict[str, Any] = {"id": P.id, "name": P.name, "deployed_at": P.id, "tenant_id": P.tenant_id}
NULLABLE = frozenset({"name", "version_tag", "tenant_id"})
_DEFINITION_FIELDS = tuple(field.name for field in fields(Definition) if field.name != "act")


def definitions(filters: DefinitionFilter, sort: Sort, *, limit: int, after: Key | None = None, skip: int = 0) -> Page[Definition]:
    """A page of definitions. Raises SortUnknown."""
    order = _order(DEFINITION_SORTS, D.id, sort)
    found = sa.select(D).where(*conditions.of(filters, conditions.DEFINITIONS))
    rows = session.scalars(in_order(found, order, after).limit(limit + 1).offset(skip or None)).all()
    return page(rows, limit, item=_definition, key=order.key)


def deployments(filters: DeploymentFilter, sort: Sort, *, limit: int, after: Key | None = None, skip: int = 0) -> Page[Deployment]:
    """A page of deployments. Raises SortUnknown."""
    order = _order(DEPLOYMENT_SORTS, P.id, sort)
    found = sa.select(P).where(*conditions.of(filters, conditions.DEPLOYMENTS))
    rows = session.scalars(in_order(found, order, after).limit(limit + 1).offset(skip or None)).all()
    return page(rows, limit, item=_deployment, key=order.key)


def count_definitions(filters: DefinitionFilter) -> int:
    """How many definitions a list has in all."""
    return session.scalar(sa.select(sa.func.count()).select_from(D).where(*conditions.of(filters, conditions.DEFINITIONS))) or 0


def count_deployments(filters: DeploymentFilter) -> int:
    """How many deployments a list has in all."""
    return session.scalar(sa.select(sa.func.count()).select_from(P).where(*conditions.of(filters, conditions.DEPLOYMENTS))) or 0


def by_id(ids: Collection[UUID]) -> dict[UUID, Definition]:
    """Several definitions in one query."""
    return {row.id: _definition(row) for row in session.scalars(sa.select(D).where(D.id.in_(ids)))}


def _definition(row: DefinitionRow) -> Definition:
    act = Act(row.act_type, row.act_number, row.act_date) if row.act_type and row.act_number and row.act_date else None
    plain = {name: getattr(row, name) for name in _DEFINITION_FIELDS}
    return Definition(act=act, **plain)


def _deployment(row: DeploymentRow) -> Deployment:
    return Deployment(row.id, row.name, row.source, row.tenant_id, row.deployed_at, row.deployed_by)


def _order(sorts: dict[str, Any], id_: Any, sort: Sort) -> Order:
    if sort.by not in sorts:
        raise SortUnknown(sort=sort.by, sorts=", ".join(sorts))
    return Order(sorts[sort.by], id_, sort.descending, sort.by in NULLABLE)
