"""Lists of process instances, open and ended, as far as a person may see them."""

from typing import Any

import sqlalchemy as sa

from engine.instances import Instance, instance_of
from engine.models import InstanceRow
from operate import conditions
from operate.errors import SortUnknown
from operate.filters import InstanceFilter, Sort
from operate.reach import within
from organisations.actors import Actor
from organisations.permissions import Permission
from storage.database import session
from storage.keyset import Order, in_order
from storage.pages import Key, Page, page

I = InstanceRow  # noqa: E741

#: Sort → its column. Ids are ordered by the time of the start.
SORTS: dict[str, Any] = {
    "id": I.id,
    "started_at": I.id,
    "ended_at": I.ended_at,
    "definition_key": I.definition_key,
    "definition_id": I.definition_id,
    "business_key": I.business_key,
    "body": I.body,
}
NULLABLE = frozenset({"ended_at", "business_key", "body"})


def instances(actor: Actor, filters: InstanceFilter, sort: Sort, *, limit: int, after: Key | None = None, skip: int = 0) -> Page[Instance]:
    """A page of instances. Raises SortUnknown."""
    if sort.by not in SORTS:
        raise SortUnknown(sort=sort.by, sorts=", ".join(SORTS))
    order = Order(SORTS[sort.by], I.id, sort.descending, sort.by in NULLABLE)
    statement = in_order(_seen_by(actor, sa.select(I), filters), order, after).limit(limit + 1).offset(skip or None)
    rows = session.scalars(statement.options(sa.orm.defer(I.snapshot)).execution_options(populate_existing=True)).all()
    return page(rows, limit, item=instance_of, key=order.key)


def count(actor: Actor, filters: InstanceFilter) -> int:
    """How many instances a list has in all."""
    found = _seen_by(actor, sa.select(I.id), filters)
    return session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0


def _seen_by(actor: Actor, statement: sa.Select[Any], filters: InstanceFilter) -> sa.Select[Any]:
    return statement.where(*within(actor, Permission.PROCESS_READ, I.body), *conditions.of(filters, conditions.INSTANCES))
