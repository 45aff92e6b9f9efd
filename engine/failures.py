"""Rows of failed steps, kept with their cause and all that a new attempt needs. What people do with them: `engine.incidents`."""

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


@dataclass(frozen=True)
class Attempt:
    """An attempt to take a step: which wait of an instance it ends, with which variables, by whom."""

    kind: Kind
    subject_id: UUID
    variables: Mapping[str, Any] = field(default_factory=dict)
    by: str | None = None
    on_behalf_of: str | None = None


def keep(situation: Situation, attempt: Attempt, broken: StepBroken, now: datetime) -> None:
    """Keep an incident of a failed attempt, or count one more failure of the one that is open for the same step."""
    same = (IncidentRow.kind == attempt.kind, IncidentRow.subject_id == str(attempt.subject_id), IncidentRow.resolved_at.is_(None))
    row = database.session.scalar(sa.select(IncidentRow).where(*same))
    if row is None:
        row = _new_row(situation, attempt, now)
        database.session.add(row)
        more = sa.update(InstanceRow).where(InstanceRow.id == situation.instance_id).values(incidents=InstanceRow.incidents + 1)
        database.session.execute(more)
    else:
        row.failures += 1
    row.element_id, row.cause, row.message = broken.element_id, broken.cause, broken.message[:4000]
    about = {"instance_id": str(row.instance_id), "element_id": row.element_id, "cause": row.cause, "kind": row.kind}
    record("incident:raised", at=now, subject=("incident", row.id), actor=attempt.by, body_id=body_id(row.body), **about)
    database.session.flush()


def resolve(instance: InstanceRow, over: Collection[UUID], *, by: str | None, now: datetime) -> int:
    """Resolve the incidents of steps that have now been taken, or of all when the instance has ended; gives how many."""
    query = sa.select(IncidentRow).where(IncidentRow.instance_id == instance.id, IncidentRow.resolved_at.is_(None))
    if instance.ended_at is None:
        query = query.where(IncidentRow.subject_id.in_([str(identifier) for identifier in over]))
    rows = database.session.scalars(query).all()
    for row in rows:
        row.resolved_at, row.resolved_by = now, by
        record("incident:resolved", at=now, subject=("incident", row.id), actor=by, body_id=body_id(row.body), kind=row.kind)
    return len(rows)


def attempt_of(row: IncidentRow) -> Attempt:
    """The attempt that an incident tells of, to be made again."""
    variables = {name: _given(value) for name, value in row.details["variables"].items()}
    return Attempt(cast(Kind, row.kind), UUID(row.subject_id), variables, row.details["by"], row.details["on_behalf_of"])


def _new_row(situation: Situation, attempt: Attempt, now: datetime) -> IncidentRow:
    variables = {name: _kept(value) for name, value in attempt.variables.items()}
    return IncidentRow(
        id=new_id(),
        instance_id=situation.instance_id,
        definition_key=situation.definition_key,
        business_key=situation.business_key,
        body=situation.body,
        kind=attempt.kind,
        subject_id=str(attempt.subject_id),
        details={"variables": variables, "by": attempt.by, "on_behalf_of": attempt.on_behalf_of},
        created_at=now,
        failures=1,
    )


def _kept(value: Any) -> list[Any]:
    """A variable of an attempt as JSON; a plain value has no type, so that it can still take that of the variable it replaces."""
    return values.typed_to_json(value if isinstance(value, TypedValue) else TypedValue("", values.plain(value)))


def _given(saved: list[Any]) -> Any:
    value = values.typed_from_json(saved)
    return value if value.type else value.value
