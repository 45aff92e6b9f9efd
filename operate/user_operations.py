"""What people did with processes, instances, tasks, jobs and incidents: the journal of the engine, read as a list of acts.

The journal is never cleaned up, so an act stays when the history of its instance is gone; by the instance only acts on the instance
itself are found then.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.models import ActivityRow, IncidentRow, InstanceRow, JobRow, TaskRow, TimerRow
from operate import conditions
from operate.filters import OperationFilter
from organisations import permissions
from organisations.actors import Actor
from organisations.permissions import EVERYWHERE, Permission
from storage.database import session
from storage.journal import JournalEntry
from storage.keyset import Order, in_order
from storage.pages import Key, Page, page

E = JournalEntry

#: What the entries of the engine are about.
SUBJECTS: Final = ("process_instance", "user_task", "incident", "job", "job_definition", "process_definition", "deployment")


@dataclass(frozen=True)
class Act:
    """One act of a person; `subject_id` is the instance, task, incident, job, definition or deployment that it was about."""

    id: UUID
    at: datetime
    event: str
    by: str
    on_behalf_of: str | None
    subject_type: str
    subject_id: str
    instance_id: UUID | None
    definition_id: UUID | None
    definition_key: str | None
    annotation: str | None


def acts(actor: Actor, filters: OperationFilter, *, descending: bool, limit: int, after: Key | None = None, skip: int = 0) -> Page[Act]:
    """A page of acts that the person may read of. Raises NotPermitted."""
    order = Order(E.id, E.id, descending, False)
    statement = in_order(_seen_by(actor, sa.select(E), filters), order, after).limit(limit + 1).offset(skip or None)
    rows = session.scalars(statement).all()
    instances = _instances({found for row in rows[:limit] if (found := _instance_of(row)) is not None})
    return page(rows, limit, item=lambda row: _act(row, instances), key=order.key)


def count(actor: Actor, filters: OperationFilter) -> int:
    """How many acts a list has in all. Raises NotPermitted."""
    found = _seen_by(actor, sa.select(E.id), filters)
    return session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0


def _seen_by(actor: Actor, statement: sa.Select[Any], filters: OperationFilter) -> sa.Select[Any]:
    permissions.require(actor, Permission.JOURNAL_READ)
    reach = permissions.where(actor, Permission.JOURNAL_READ)
    found = statement.where(E.actor.is_not(None), E.subject_type.in_(SUBJECTS), *conditions.of(filters, _TABLE))
    return found if reach is EVERYWHERE else found.where(E.body_id.in_(reach))


def _about_instances(instances: Collection[UUID]) -> sa.ColumnElement[bool]:
    """Whether an entry is about an instance, or about something that is in it by its history."""
    parts: list[sa.Select[str, str]] = [sa.select(sa.literal("process_instance"), sa.literal(str(one))) for one in instances]
    for kind, model in (("user_task", TaskRow), ("job", JobRow), ("job", TimerRow), ("job", ActivityRow), ("incident", IncidentRow)):
        parts.append(sa.select(sa.literal(kind), _as_text(model.id)).where(model.instance_id.in_(instances)))
    ended = sa.select(sa.literal("user_task"), _as_text(ActivityRow.id))  # the id of what is over is that of its activity
    parts.append(ended.where(ActivityRow.instance_id.in_(instances), ActivityRow.kind == "userTask"))
    return sa.tuple_(E.subject_type, E.subject_id).in_(sa.union_all(*parts))


def _as_text(identifier: Any) -> sa.ColumnElement[str]:
    """An id as the journal writes it, however the database keeps ids."""
    digits = sa.func.replace(sa.cast(identifier, sa.String), "-", "")
    first, *others = (sa.func.substr(digits, start, length) for start, length in ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12)))
    text: sa.ColumnElement[str] = first
    for part in others:
        text = text.concat("-").concat(part)
    return text


def _about(kind: str, subject_id: UUID) -> sa.ColumnElement[bool]:
    return sa.and_(E.subject_type == kind, E.subject_id == str(subject_id))


_TABLE: conditions.Table = {
    "ids": lambda ids: E.id.in_(ids),
    "events": lambda events: E.event.in_(events),
    "people": lambda people: E.actor.in_(people),
    "instance_ids": _about_instances,
    "task_id": lambda found: _about("user_task", found),
    "job_id": lambda found: _about("job", found),
    "deployment_id": lambda found: _about("deployment", found),
    "before": lambda moment: E.at < moment,
    "after": lambda moment: E.at > moment,
}


def _instance_of(row: JournalEntry) -> UUID | None:
    named = row.subject_id if row.subject_type == "process_instance" else row.details.get("instance_id")
    return UUID(named) if named else None


def _instances(ids: Collection[UUID]) -> dict[UUID, Any]:
    """The definitions of instances that are still kept."""
    columns = (InstanceRow.id, InstanceRow.definition_id, InstanceRow.definition_key)
    return {row.id: row for row in session.execute(sa.select(*columns).where(InstanceRow.id.in_(ids)))} if ids else {}


def _act(row: JournalEntry, instances: dict[UUID, Any]) -> Act:
    instance_id = _instance_of(row)
    instance = None if instance_id is None else instances.get(instance_id)
    own = UUID(row.subject_id) if row.subject_type == "process_definition" else None
    told = row.details.get("definition_key") or row.details.get("key")
    return Act(
        id=row.id,
        at=row.at,
        event=row.event,
        by=row.actor or "",
        on_behalf_of=row.on_behalf_of,
        subject_type=row.subject_type,
        subject_id=row.subject_id,
        instance_id=instance_id,
        definition_id=own if instance is None else instance.definition_id,
        definition_key=told if instance is None else instance.definition_key,
        annotation=row.details.get("annotation") or row.details.get("reason"),
    )
