"""Lists of user tasks: a page read by key, or, for the door that needs it, by position; nothing is counted unless it is asked for.

The engine's open tasks are a small plain table and a task leaves it when it is done. Membership is joined here, when a list is read:
somebody who joined a body a minute ago sees its open tasks.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from organisations import permissions
from organisations.actors import Actor
from organisations.permissions import EVERYWHERE, Permission
from organisations.roles import Role
from storage.database import session
from storage.keyset import Order, in_order
from storage.pages import Key, Page, page
from worklist import conditions, rights
from worklist.conditions import T
from worklist.errors import TaskSortUnknown
from worklist.filters import Scope, TaskQuery, TaskSort

#: Sort → its column; the id (ordered by time) breaks ties, in the same direction.
SORTS: dict[str, Any] = {
    "due_at": T.due_at,
    "created_at": T.id,
    "priority": T.priority,
    "name": T.name,
    "assignee": T.assignee,
    "follow_up_at": T.follow_up_at,
    "id": T.id,
    "instance_id": T.instance_id,
    "definition_id": T.definition_id,
}
NULLABLE = frozenset({"due_at", "name", "assignee", "follow_up_at"})


def rows(actor: Actor, query: TaskQuery, now: datetime, *, limit: int, after: Key | None = None, skip: int = 0) -> Page[Any]:
    """A page of tasks as rows. `after` is the key of the last task seen; `skip` passes over tasks by number. Raises TaskSortUnknown."""
    wanted = statement(actor, query, now, after).limit(limit + 1).offset(skip or None)
    found = session.execute(wanted).all()
    return page(found, limit, item=lambda row: row, key=_order(query.sort).key)


def statement(actor: Actor, query: TaskQuery, now: datetime, after: Key | None = None) -> sa.Select[Any]:
    """What a list asks the database for, all of it in order."""
    seen = _seen_by(actor, query.scope, sa.select(*T)).where(*conditions.of(query.filters, now))
    return in_order(seen, _order(query.sort), after)


def count(actor: Actor, query: TaskQuery, now: datetime) -> int:
    """How many tasks a list has in all. Dear: only for clients that insist."""
    found = _seen_by(actor, query.scope, sa.select(T.id)).where(*conditions.of(query.filters, now))
    return session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0


def _seen_by(actor: Actor, scope: Scope, statement: sa.Select[Any]) -> sa.Select[Any]:
    mine = T.assignee.in_(rights.names(actor))
    if scope is Scope.MINE:
        return statement.where(mine)
    if scope is Scope.CANDIDATE:
        return statement.where(conditions.with_nobody_or(), T.id.in_(_ids(_waiting(actor))))
    if scope is Scope.INBOX:
        found = [_assigned(actor), *_waiting(actor)]
        return statement.where(T.id.in_(_ids(found)), conditions.with_nobody_or(*rights.names(actor)))
    return _visible(actor, statement)


def _visible(actor: Actor, statement: sa.Select[Any]) -> sa.Select[Any]:
    reach = permissions.where(actor, Permission.TASK_READ)
    if reach is EVERYWHERE:
        return statement
    at_bodies = sa.select(T.id).where(T.body.in_([str(body) for body in reach]))
    groups = tuple(f"{role.value}@{body}" for body in actor.bodies & reach for role in Role)
    found = [_assigned(actor), at_bodies, conditions.waits_for("group", groups), *_waiting(actor)]
    return statement.where(T.id.in_(_ids(found)))


def _assigned(actor: Actor) -> sa.Select[Any]:
    return sa.select(T.id).where(T.assignee.in_(rights.names(actor)))


def _waiting(actor: Actor) -> list[sa.Select[Any]]:
    return [conditions.waits_for("group", tuple(sorted(actor.groups))), conditions.waits_for("user", rights.names(actor))]


def _ids(found: Sequence[sa.Select[Any]]) -> sa.CompoundSelect[Any]:
    """Ids from several small sets: a UNION, because OR over subqueries would make the database look at every open task."""
    return sa.union_all(*found)


def _order(sort: TaskSort) -> Order:
    if sort.by not in SORTS:
        raise TaskSortUnknown(sort=sort.by, sorts=", ".join(SORTS))
    return Order(SORTS[sort.by], T.id, sort.descending, sort.by in NULLABLE)
