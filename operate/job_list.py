"""Lists of jobs: timers, work in the background and timers that start instances, as one table, as far as a person may see them.

A timer that starts instances belongs to no body: it is for those whose right holds everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine.definition_models import DefinitionRow, StartEventRow
from engine.job_definitions import id_of
from engine.models import SUSPENDED, IncidentRow, InstanceRow, JobRow, TimerRow
from operate import conditions
from operate.errors import SortUnknown
from operate.filters import JobFilter, Sort
from operate.reach import within
from organisations.actors import Actor
from organisations.permissions import Permission
from storage.database import session
from storage.keyset import Order, in_order
from storage.pages import Key, Page, page

I, T, J, S, D = InstanceRow, TimerRow, JobRow, StartEventRow, DefinitionRow  # noqa: E741


@dataclass(frozen=True)
class Job:
    """What the engine will do by itself: of kind "timer", "job" or "start".

    `retries` is 0 when it has failed for good; a timer has one try. `failure` is what the last attempt said.
    """

    id: UUID
    kind: str
    instance_id: UUID | None
    definition_id: UUID
    definition_key: str
    body: str | None
    element_id: str
    due_at: datetime
    retries: int
    priority: int
    suspended: bool
    failure: str | None

    @property
    def created_at(self) -> datetime:
        """When it was made, as its id tells."""
        return datetime.fromtimestamp((self.id.int >> 80) / 1000, UTC)

    @property
    def job_definition_id(self) -> str:
        """The id of its job definition."""
        return id_of(self.definition_id, self.kind, self.element_id)


def jobs(actor: Actor, filters: JobFilter, sort: Sort, *, limit: int, after: Key | None = None, skip: int = 0) -> Page[Job]:
    """A page of jobs. Raises SortUnknown."""
    found = _jobs(filters)
    sorts = {name: found.c[name] for name in ("id", "due_at", "retries", "priority", "instance_id", "definition_id", "definition_key")}
    if sort.by not in sorts:
        raise SortUnknown(sort=sort.by, sorts=", ".join(sorts))
    order = Order(sorts[sort.by], found.c.id, sort.descending, sort.by == "instance_id")
    statement = in_order(_seen_by(actor, sa.select(found), found, filters), order, after).limit(limit + 1).offset(skip or None)
    made = page(session.execute(statement).all(), limit, item=_job, key=order.key)
    return replace(made, items=_with_failures(made.items))


def count(actor: Actor, filters: JobFilter) -> int:
    """How many jobs a list has in all."""
    found = _jobs(filters)
    seen = _seen_by(actor, sa.select(found.c.id), found, filters)
    return session.scalar(sa.select(sa.func.count()).select_from(seen.subquery())) or 0


def _jobs(filters: JobFilter) -> sa.Subquery:
    """All jobs with the same columns; only those of the tables that the filter can want."""
    wanted = filters.kinds or ("timer", "job", "start")
    parts = {"timer": _timers, "job": _background, "start": _starts}
    return sa.union_all(*(part() for kind, part in parts.items() if kind in wanted)).subquery("all_jobs")


def _of_instance(model: type[TimerRow | JobRow]) -> tuple[Any, ...]:
    suspended = sa.or_(model.state == "paused", I.state == SUSPENDED).label("suspended")
    return (model.instance_id, I.definition_id, I.definition_key, I.body, model.element_id, model.due_at, suspended)


def _timers() -> sa.Select[Any]:
    retries = sa.case((T.state == "failed", 0), else_=1).label("retries")
    own = (sa.literal("timer").label("kind"), retries, sa.literal(0, sa.BigInteger).label("priority"), _nothing(J.failure))
    return sa.select(T.id, *_of_instance(T), *own).join(I, I.id == T.instance_id)


def _background() -> sa.Select[Any]:
    retries = sa.case((J.state == "failed", 0), else_=J.retries).label("retries")
    own = (sa.literal("job").label("kind"), retries, (-J.rank).label("priority"), J.failure)
    return sa.select(J.id, *_of_instance(J), *own).join(I, I.id == J.instance_id)


def _starts() -> sa.Select[Any]:
    place = (_nothing(T.instance_id), S.definition_id, S.definition_key, _nothing(I.body), S.element_id, S.due_at)
    own = (sa.literal("start").label("kind"), sa.literal(1).label("retries"), sa.literal(0, sa.BigInteger).label("priority"))
    suspended = sa.or_(S.suspended, D.suspended).label("suspended")
    found = sa.select(S.id, *place, suspended, *own, _nothing(J.failure)).join(D, D.id == S.definition_id)
    return found.where(S.due_at.is_not(None))


def _nothing(column: Any) -> Any:
    return sa.cast(sa.null(), column.type).label(column.key)


def _seen_by(actor: Actor, statement: sa.Select[Any], found: sa.Subquery, filters: JobFilter) -> sa.Select[Any]:
    return statement.where(*within(actor, Permission.PROCESS_READ, found.c.body), *conditions.of(filters, _table(found)))


def _table(found: sa.Subquery) -> conditions.Table:
    c = found.c
    failed = sa.or_(c.retries == 0, c.failure.is_not(None))
    return {
        "ids": lambda ids: c.id.in_(ids),
        "kinds": lambda kinds: c.kind.in_(kinds),
        "instance_ids": lambda ids: c.instance_id.in_(ids),
        "definition_ids": lambda ids: c.definition_id.in_(ids),
        "definition_keys": lambda keys: c.definition_key.in_(keys),
        "bodies": lambda bodies: c.body.in_([str(body) for body in bodies]),
        "without_body": lambda wanted: c.body.is_(None) if wanted else c.body.is_not(None),
        "element_ids": lambda ids: c.element_id.in_(ids),
        "job_definition": lambda of: sa.and_(c.definition_id == of[0], c.kind == of[1], c.element_id == of[2]),
        "due_before": lambda moment: c.due_at <= moment,
        "due_after": lambda moment: c.due_at > moment,
        "with_retries": lambda wanted: c.retries > 0 if wanted else c.retries == 0,
        "failed": lambda wanted: failed if wanted else ~failed,
        "message": lambda message: c.failure == message,
        "suspended": lambda wanted: c.suspended.is_(wanted),
        "priority_least": lambda least: c.priority >= least,
        "priority_most": lambda most: c.priority <= most,
    }


def _job(row: Any) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,
        instance_id=row.instance_id,
        definition_id=row.definition_id,
        definition_key=row.definition_key,
        body=row.body,
        element_id=row.element_id,
        due_at=row.due_at,
        retries=row.retries,
        priority=row.priority,
        suspended=bool(row.suspended),
        failure=row.failure,
    )


def _with_failures(found: Sequence[Job]) -> tuple[Job, ...]:
    """What failed timers ended with stands in their incidents."""
    failed = [str(job.id) for job in found if job.failure is None and job.retries == 0]
    if not failed:
        return tuple(found)
    query = sa.select(IncidentRow.subject_id, IncidentRow.message).where(IncidentRow.kind == "timer", IncidentRow.subject_id.in_(failed))
    said = {row.subject_id: row.message for row in session.execute(query.order_by(IncidentRow.id))}
    return tuple(replace(job, failure=job.failure or said.get(str(job.id))) for job in found)
