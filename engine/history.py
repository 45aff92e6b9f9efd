"""What has happened in instances: activities with their beginning and end, who did them, and what they set."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from engine import snapshots, values
from engine.account import ATTENDING
from engine.models import ActivityRow, InstanceRow
from engine.scopes import PROCESS, REMOVED, Change
from engine.values import TypedValue
from storage import database


@dataclass(frozen=True)
class VariableChange:
    """A variable that an activity set, or removed: then its type is "removed".

    `local` says that only the activity or what encloses it in the process could see it.
    """

    name: str
    value: TypedValue
    local: bool


@dataclass(frozen=True)
class Activity:
    """One visit of an element; `ended_at` is null while it is open. `kind` is the BPMN name, or multiInstanceBody, or variableUpdate.

    `by` took the step that ended it, for `on_behalf_of` when that was an acting person. `task` holds the facts that a user task ended with.
    `waits_for_job` says that it is open and not begun: a worker has to begin it.
    """

    id: UUID
    instance_id: UUID
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
    variables: tuple[VariableChange, ...]
    waits_for_job: bool = False


class History:
    """Reads the history; only a step writes to it."""

    def activities(self, instance_id: UUID) -> list[Activity]:
        """All activities of an instance: those that have ended, step by step, then those that are open (`open_activities`)."""
        return [*self._ended(instance_id, ActivityRow.step, ActivityRow.id), *self.open_activities(instance_id)]

    def open_activities(self, instance_id: UUID) -> list[Activity]:
        """Where an instance stands: what has begun and not ended. Events that only wait beside an activity or in a scope are left out."""
        row = database.session.get(InstanceRow, instance_id)
        if row is None or row.snapshot is None:
            return []
        saved = snapshots.unpacked(row.snapshot)["open"]
        return [_open_activity(instance_id, item) for item in saved if item[3] not in ATTENDING]

    def _ended(self, instance_id: UUID, *order: InstrumentedAttribute[Any]) -> list[Activity]:
        query = sa.select(ActivityRow).where(ActivityRow.instance_id == instance_id).order_by(*order)
        return [_activity(row) for row in database.session.scalars(query)]

    def _as_they_ended(self, instance_id: UUID) -> list[Activity]:
        return self._ended(instance_id, ActivityRow.step, ActivityRow.place, ActivityRow.id)

    def activity(self, activity_id: UUID) -> Activity | None:
        """One activity that has ended, e.g. a completed user task by the task's id."""
        row = database.session.get(ActivityRow, activity_id)
        return None if row is None else _activity(row)

    def variables(self, instance_id: UUID) -> dict[str, TypedValue]:
        """The last known values of the process scope, whether or not the instance has ended."""
        row = database.session.get(InstanceRow, instance_id)
        if row is not None and row.snapshot is not None:
            from_snapshot = snapshots.unpacked(row.snapshot)["scopes"].get(PROCESS, {})
            return {name: values.typed_from_json(value) for name, value in from_snapshot.items()}
        return self.last_values(instance_id)

    def last_values(self, instance_id: UUID) -> dict[str, TypedValue]:
        """The last values of the process scope by the history alone."""
        return _values_after(self._as_they_ended(instance_id))

    def first_values(self, instance_id: UUID) -> dict[str, TypedValue]:
        """The values of the process scope that an instance began with: what was set until its start was over."""
        return _values_after(self._as_they_ended(instance_id)[:1])


def _values_after(activities: Sequence[Activity]) -> dict[str, TypedValue]:
    found: dict[str, TypedValue] = {}
    for activity in activities:
        found.update({change.name: change.value for change in activity.variables if not change.local})
    return {name: value for name, value in found.items() if value != REMOVED}


def change_to_json(change: Change) -> list[Any]:
    """A change as the history keeps it."""
    return [change.scope, change.name, *values.typed_to_json(change.value)]


def _open_activity(instance_id: UUID, saved: list[Any]) -> Activity:
    _token, identifier, started_at, kind, wait, _due, parent_id, _task, element_id, name, _path = saved
    return Activity(
        id=UUID(identifier),
        instance_id=instance_id,
        element_id=element_id,
        kind=kind,
        name=name,
        parent_id=UUID(parent_id) if parent_id else None,
        started_at=datetime.fromisoformat(started_at),
        ended_at=None,
        cancelled=False,
        by=None,
        on_behalf_of=None,
        task=None,
        variables=(),
        waits_for_job=wait == "job",
    )


def _activity(row: ActivityRow) -> Activity:
    return Activity(
        id=row.id,
        instance_id=row.instance_id,
        element_id=row.element_id,
        kind=row.kind,
        name=row.name,
        parent_id=row.parent_id,
        started_at=row.started_at,
        ended_at=row.ended_at,
        cancelled=row.cancelled,
        by=row.by,
        on_behalf_of=row.on_behalf_of,
        task=row.task,
        variables=tuple(
            VariableChange(name, values.typed_from_json(value), local=scope != PROCESS) for scope, name, *value in row.variables
        ),
    )
