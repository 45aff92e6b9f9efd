"""The history of variables of one instance: every value that an activity, or somebody from outside, has given one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine import values
from engine.models import ActivityRow, InstanceRow
from engine.scopes import PROCESS, REMOVED
from engine.values import TypedValue
from operate.filters import UpdateFilter
from operate.reach import within
from organisations.actors import Actor
from organisations.permissions import Permission
from storage.database import session

A, I = ActivityRow, InstanceRow  # noqa: E741


@dataclass(frozen=True)
class VariableUpdate:
    """A value that was given to a variable, at the end of the activity that gave it.

    `scope` is where it was set, empty for the process; `revision` counts the values of the variable there from 0. `initial` ones were there
    before anything was done.
    """

    id: str
    at: datetime
    instance_id: UUID
    definition_id: UUID
    definition_key: str
    body: str | None
    activity_id: UUID
    in_task: bool
    scope: str
    name: str
    value: TypedValue
    revision: int
    initial: bool


def updates(actor: Actor, filters: UpdateFilter) -> list[VariableUpdate]:
    """The values that variables of one instance were given, in that order; none where the person may not see the instance."""
    columns = (A.id, A.instance_id, A.kind, A.ended_at, A.step, A.variables, I.definition_id, I.definition_key, I.body)
    query = sa.select(*columns).join(I, I.id == A.instance_id).where(*within(actor, Permission.PROCESS_READ, I.body))
    of = A.instance_id == filters.instance_id
    if filters.instance_id is None:
        of = A.instance_id == sa.select(A.instance_id).where(A.id == filters.activity_id).scalar_subquery()
    rows = session.execute(query.where(of).order_by(A.step, A.place, A.id)).all()
    return [one for one in _all(rows) if _fits(one, filters)]


def _all(rows: Sequence[Any]) -> Iterator[VariableUpdate]:
    revisions: dict[tuple[str, str], int] = {}
    for place, row in enumerate(rows):
        for number, (scope, name, *saved) in enumerate(row.variables):
            value = values.typed_from_json(saved)
            if value == REMOVED:
                continue
            revision = revisions[scope, name] = revisions.get((scope, name), -1) + 1
            yield VariableUpdate(
                id=f"{row.id}:{number}",
                at=row.ended_at,
                instance_id=row.instance_id,
                definition_id=row.definition_id,
                definition_key=row.definition_key,
                body=row.body,
                activity_id=row.id,
                in_task=row.kind == "userTask",
                scope=scope,
                name=name,
                value=value,
                revision=revision,
                initial=scope == PROCESS and place == 0,
            )


def _fits(one: VariableUpdate, filters: UpdateFilter) -> bool:
    return (
        filters.activity_id in (None, one.activity_id)
        and filters.initial in (None, one.initial)
        and (filters.types is None or one.value.type.lower() in filters.types)
        and (filters.before is None or one.at < filters.before)
        and (filters.after is None or one.at > filters.after)
    )
