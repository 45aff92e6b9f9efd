"""The history of activities: what was done is in the history table, what is open stands in the list of open user tasks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine.models import ActivityRow, InstanceRow, TaskRow
from operate import conditions
from operate.errors import SortUnknown
from operate.filters import ActivityFilter, Sort
from operate.reach import within
from organisations.actors import Actor
from organisations.permissions import Permission
from storage.database import session
from storage.keyset import Order, in_order
from storage.pages import Key, Page, page

A, T, I = ActivityRow, TaskRow, InstanceRow  # noqa: E741


@dataclass(frozen=True)
class Visit:
    """One visit of an element, with the instance it was in; `ended_at` is None while it is open.

    `task` has a user task's assignee, owner, due_at, priority, form_key. `by` took the step that ended it, `on_behalf_of` somebody absent.
    """

    id: UUID
    instance_id: UUID
    definition_id: UUID
    definition_key: str
    business_key: str | None
    body: str | None
    element_id: str
    kind: str
    name: str | None
    parent_id: UUID | None
    started_at: datetime
    ended_at: datetime | None
    cancelled: bool
    by: str | None
    on_behalf_of: str | None
    task: dict[str, Any] | None


def activities(actor: Actor, filters: ActivityFilter, sort: Sort, *, limit: int, after: Key | None = None, skip: int = 0) -> Page[Visit]:
    """A page of activities. Raises SortUnknown."""
    visits = _visits(filters)
    sorts = _sorts(visits)
    if sort.by not in sorts:
        raise SortUnknown(sort=sort.by, sorts=", ".join(sorts))
    order = Order(sorts[sort.by], visits.c.id, sort.descending, sort.by in ("ended_at", "name"))
    found = _seen_by(actor, sa.select(visits, *_OF_INSTANCE), visits, filters)
    rows = session.execute(in_order(found, order, after).limit(limit + 1).offset(skip or None)).all()
    return page(rows, limit, item=_visit, key=order.key)


def count(actor: Actor, filters: ActivityFilter) -> int:
    """How many activities a list has in all."""
    visits = _visits(filters)
    found = _seen_by(actor, sa.select(visits.c.id), visits, filters)
    return session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0


#: Not an activity: variables that were set from outside any.
VARIABLE_UPDATE = "variableUpdate"
_OF_INSTANCE = (I.definition_id, I.definition_key, I.business_key, I.body)


def _visits(filters: ActivityFilter) -> sa.Subquery:
    """Ended and open activities with the same columns; only those of the two that the filter can want."""
    by = sa.case((A.kind == "userTask", A.by))
    ended = sa.select(
        *(A.id, A.instance_id, A.element_id, A.kind, A.name, A.parent_id, A.started_at, A.ended_at, A.cancelled, A.by, A.on_behalf_of),
        A.task,
        sa.func.coalesce(A.task["assignee"].as_string(), by).label("assignee"),
    ).where(A.kind != VARIABLE_UPDATE)
    still_open = sa.select(
        *(T.id, T.instance_id, T.element_id, sa.literal("userTask").label("kind"), T.name),
        _nothing(A.parent_id),
        T.created_at.label("started_at"),
        _nothing(A.ended_at),
        sa.false().label("cancelled"),
        *(_nothing(column) for column in (A.by, A.on_behalf_of, A.task)),
        T.assignee,
    )
    if filters.finished is None and not filters.cancelled:
        return sa.union_all(ended, still_open).subquery("visits")
    return (still_open if filters.finished is False and not filters.cancelled else ended).subquery("visits")


def _nothing(column: Any) -> Any:
    return sa.cast(sa.null(), column.type).label(column.key)


def _sorts(visits: sa.Subquery) -> dict[str, Any]:
    c = visits.c
    return {
        "id": c.id,
        "started_at": c.started_at,
        "ended_at": c.ended_at,
        "element_id": c.element_id,
        "name": c.name,
        "kind": c.kind,
        "instance_id": c.instance_id,
    }


def _seen_by(actor: Actor, statement: sa.Select[Any], visits: sa.Subquery, filters: ActivityFilter) -> sa.Select[Any]:
    joined = statement.join_from(visits, I, I.id == visits.c.instance_id)
    return joined.where(*within(actor, Permission.PROCESS_READ, I.body), *conditions.of(filters, _table(visits)))


def _table(visits: sa.Subquery) -> conditions.Table:
    c = visits.c
    return {
        "ids": lambda ids: c.id.in_(ids),
        "instance_ids": lambda ids: c.instance_id.in_(ids),
        "definition_ids": lambda ids: I.definition_id.in_(ids),
        "definition_keys": lambda keys: I.definition_key.in_(keys),
        "business_keys": lambda keys: I.business_key.in_(keys),
        "element_ids": lambda ids: c.element_id.in_(ids),
        "names": lambda names: c.name.in_(names),
        "name_like": lambda pattern: conditions.like(c.name, pattern),
        "kinds": lambda kinds: c.kind.in_(kinds),
        "assignees": lambda names: c.assignee.in_(names),
        "cancelled": lambda wanted: c.cancelled.is_(wanted),
        "started_before": lambda moment: c.started_at < moment,
        "started_after": lambda moment: c.started_at > moment,
        "ended_before": lambda moment: c.ended_at < moment,
        "ended_after": lambda moment: c.ended_at > moment,
    }


def _visit(row: Any) -> Visit:
    return Visit(
        id=row.id,
        instance_id=row.instance_id,
        definition_id=row.definition_id,
        definition_key=row.definition_key,
        business_key=row.business_key,
        body=row.body,
        element_id=row.element_id,
        kind=row.kind,
        name=row.name,
        parent_id=row.parent_id,
        started_at=row.started_at,
        ended_at=row.ended_at,
        cancelled=bool(row.cancelled),
        by=row.by,
        on_behalf_of=row.on_behalf_of,
        task={**(row.task or {}), "assignee": row.assignee} if row.kind == "userTask" else None,
    )
