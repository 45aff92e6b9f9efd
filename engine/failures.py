"""Rows of failed steps, kept with their cause and all that a new attempt needs. What people do with them: `engine.incidents`.

A step that failed while an instance starts in the background leaves no instance behind: its incident stands at the definition.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

import sqlalchemy as sa

from engine import values
from engine.errors import StepBroken
from engine.models import IncidentRow, InstanceRow
from engine.situation import Situation, body_id
from engine.values import TypedValue
from storage import database
from storage.identifiers import new_id
from storage.journal import record

Kind = Literal["task", "timer", "message", "signal", "job", "external"]
#: The kind of the incidents of instances that could not be started.
START = "start"


@dataclass(frozen=True)
class Attempt:
    """An attempt to take a step: which wait of an instance it ends, with which variables, by whom."""

    kind: Kind
    subject_id: UUID
    variables: Mapping[str, Any] = field(default_factory=dict)
    by: str | None = None
    on_behalf_of: str | None = None


@dataclass(frozen=True)
class Start:
    """An attempt to start an instance in the background: at which start event of which definition, for what (a start event of a timer or
    signal, a delivery of a message), with which variables."""

    subject_id: UUID
    definition_id: UUID
    definition_key: str
    element_id: str
    business_key: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    by: str | None = None


def keep(situation: Situation, attempt: Attempt, broken: StepBroken, now: datetime) -> None:
    """Keep an incident of a failed attempt, or count one more failure of the one that is open for the same step."""
    row = _open_one(attempt.kind, attempt.subject_id)
    if row is None:
        place = {"instance_id": situation.instance_id, "definition_id": situation.definition_id, "body": situation.body}
        who = {"by": attempt.by, "on_behalf_of": attempt.on_behalf_of}
        row = _new_row(situation, attempt.kind, attempt.subject_id, {"variables": _all_kept(attempt.variables), **who}, now, **place)
        more = sa.update(InstanceRow).where(InstanceRow.id == situation.instance_id).values(incidents=InstanceRow.incidents + 1)
        database.session.execute(more)
    _tell(row, broken, attempt.by, now, broken.element_id)


def keep_start(start: Start, broken: StepBroken, now: datetime) -> None:
    """Keep an incident of an instance that could not be started, with all that a new attempt needs."""
    row = _open_one(START, start.subject_id)
    if row is None:
        details = {"variables": _all_kept(start.variables), "by": start.by, "start_event": start.element_id}
        row = _new_row(start, START, start.subject_id, details, now, definition_id=start.definition_id)
    _tell(row, broken, start.by, now, broken.element_id or start.element_id)


def resolve(instance: InstanceRow, over: Collection[UUID], *, by: str | None, now: datetime) -> int:
    """Resolve the incidents of steps that have now been taken, or of all when the instance has ended; gives how many."""
    query = sa.select(IncidentRow).where(IncidentRow.instance_id == instance.id, IncidentRow.resolved_at.is_(None))
    if instance.ended_at is None:
        query = query.where(IncidentRow.subject_id.in_([str(identifier) for identifier in over]))
    rows = database.session.scalars(query).all()
    for row in rows:
        close(row, by=by, now=now)
    return len(rows)


def close(row: IncidentRow, *, by: str | None, now: datetime, reason: str | None = None) -> None:
    """Mark one incident as resolved; the count of its instance is the caller's."""
    row.resolved_at, row.resolved_by, row.resolution = now, by, reason
    about = {"kind": row.kind, "reason": reason} if reason else {"kind": row.kind}
    record("incident:resolved", at=now, subject=("incident", row.id), actor=by, body_id=body_id(row.body), **about)


def attempt_of(row: IncidentRow) -> Attempt:
    """The attempt that an incident tells of, to be made again."""
    return Attempt(cast(Kind, row.kind), UUID(row.subject_id), _variables(row), row.details["by"], row.details["on_behalf_of"])


def start_of(row: IncidentRow) -> Start:
    """The start that an incident of kind START tells of, to be made again."""
    place = (UUID(row.subject_id), row.definition_id or UUID(int=0), row.definition_key, row.details["start_event"])
    return Start(*place, row.business_key, _variables(row), row.details["by"])


def _open_one(kind: str, subject_id: UUID) -> IncidentRow | None:
    same = (IncidentRow.kind == kind, IncidentRow.subject_id == str(subject_id), IncidentRow.resolved_at.is_(None))
    return database.session.scalar(sa.select(IncidentRow).where(*same))


def _new_row(of: Situation | Start, kind: str, subject_id: UUID, details: dict[str, Any], now: datetime, **place: Any) -> IncidentRow:
    row = IncidentRow(
        id=new_id(),
        definition_key=of.definition_key,
        business_key=of.business_key,
        kind=kind,
        subject_id=str(subject_id),
        details=details,
        created_at=now,
        failures=0,
        **place,
    )
    database.session.add(row)
    return row


def _tell(row: IncidentRow, broken: StepBroken, by: str | None, now: datetime, element_id: str | None) -> None:
    row.failures += 1
    row.element_id, row.cause, row.message = element_id, broken.cause, broken.message[:4000]
    instance_id = None if row.instance_id is None else str(row.instance_id)
    about = {"instance_id": instance_id, "element_id": row.element_id, "cause": row.cause, "kind": row.kind}
    about |= {"definition_key": row.definition_key} if instance_id is None else {}
    record("incident:raised", at=now, subject=("incident", row.id), actor=by, body_id=body_id(row.body), **about)
    database.session.flush()


def _variables(row: IncidentRow) -> dict[str, Any]:
    return {name: _given(value) for name, value in row.details["variables"].items()}


def _all_kept(variables: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _kept(value) for name, value in variables.items()}


def _kept(value: Any) -> list[Any]:
    """A variable of an attempt as JSON; a plain value has no type, so that it can still take that of the variable it replaces."""
    return values.typed_to_json(value if isinstance(value, TypedValue) else TypedValue("", values.plain(value)))


def _given(saved: list[Any]) -> Any:
    value = values.typed_from_json(saved)
    return value if value.type else value.value
