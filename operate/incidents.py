"""Lists of incidents, as far as a person may see them."""

from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from engine.incidents import Incident
from engine.models import IncidentRow
from operate import conditions
from operate.errors import SortUnknown
from operate.filters import IncidentFilter, Sort
from operate.reach import within
from organisations.actors import Actor
from organisations.permissions import Permission
from storage.database import session
from storage.keyset import Order, in_order
from storage.pages import Key, Page, page

R = IncidentRow

#: Sort → its column. Ids are ordered by the time of the failure.
SORTS: dict[str, Any] = {
    "id": R.id,
    "created_at": R.id,
    "kind": R.kind,
    "element_id": R.element_id,
    "instance_id": R.instance_id,
    "message": R.message,
    "resolved_at": R.resolved_at,
    "definition_id": R.definition_id,
    "definition_key": R.definition_key,
    "body": R.body,
    "subject_id": R.subject_id,
}
NULLABLE = frozenset({"element_id", "instance_id", "resolved_at", "definition_id", "body"})
_FIELDS = tuple(field.name for field in fields(Incident))


def incidents(actor: Actor, filters: IncidentFilter, sort: Sort, *, limit: int, after: Key | None = None, skip: int = 0) -> Page[Incident]:
    """A page of incidents. Raises SortUnknown."""
    if sort.by not in SORTS:
        raise SortUnknown(sort=sort.by, sorts=", ".join(SORTS))
    order = Order(SORTS[sort.by], R.id, sort.descending, sort.by in NULLABLE)
    statement = in_order(_seen_by(actor, sa.select(R), filters), order, after).limit(limit + 1).offset(skip or None)
    rows = session.scalars(statement.execution_options(populate_existing=True)).all()
    return page(rows, limit, item=_incident, key=order.key)


def count(actor: Actor, filters: IncidentFilter) -> int:
    """How many incidents a list has in all."""
    found = _seen_by(actor, sa.select(R.id), filters)
    return session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0


def _seen_by(actor: Actor, statement: sa.Select[Any], filters: IncidentFilter) -> sa.Select[Any]:
    return statement.where(*within(actor, Permission.INCIDENT_READ, R.body), *conditions.of(filters, conditions.INCIDENTS))


def _incident(row: IncidentRow) -> Incident:
    return Incident(**{name: getattr(row, name) for name in _FIELDS})
