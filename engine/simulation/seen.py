"""What can be seen of the instances of a simulation from outside: the path they have gone, and what they wait for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from engine import values
from engine.history import Activity
from engine.incidents import Incident
from engine.instances import Instance
from engine.models import ExternalTaskRow
from engine.process_engine import ProcessEngine
from storage import database

#: Kinds of visits that nobody has made: what only waits, and what somebody set from outside.
_UNVISITED = frozenset({"boundaryEvent", "eventSubProcessStart"})
_BODY = "multiInstanceBody"


@dataclass(frozen=True)
class Seen:
    """One instance, as the parts of the engine tell of it."""

    engine: ProcessEngine
    instance: Instance

    @property
    def activities(self) -> list[Activity]:
        """All visits of elements."""
        return [activity for activity in self.engine.history.activities(self.instance.id) if activity.kind != "variableUpdate"]

    @property
    def path(self) -> list[str]:
        """The elements that have ended, in order; cancelled ones with a minus before, loops around instances with a `*` behind."""
        return [mark_of(activity) for activity in self.activities if activity.ended_at is not None]

    @property
    def visited(self) -> list[str]:
        """The elements that have been reached."""
        return sorted({activity.element_id for activity in self.activities if is_visit(activity)})

    @property
    def ends(self) -> list[str]:
        """The end events that were reached."""
        return [
            activity.element_id
            for activity in self.activities
            if activity.kind == "endEvent" and activity.ended_at is not None and not activity.cancelled
        ]

    @property
    def tasks(self) -> list[str]:
        """The open user tasks."""
        return sorted(task.element_id for task in self.engine.tasks.of_instance(self.instance.id))

    @property
    def waits(self) -> list[str]:
        """All that is open and waits for something from outside."""
        identity = self.instance.id
        parts: list[Sequence[Any]] = [self.engine.tasks.of_instance(identity), self.engine.timers.of_instance(identity)]
        parts += [self.engine.messages.of_instance(identity), self.engine.jobs.of_instance(identity), external_tasks(self.instance)]
        return sorted(each.element_id for part in parts for each in part)

    @property
    def variables(self) -> dict[str, Any]:
        """The variables of the process, as JSON would show them."""
        return {name: shown(value) for name, value in self.engine.instances.variables(self.instance.id).items()}

    @property
    def incidents(self) -> list[Incident]:
        """The open incidents."""
        return list(reversed(self.engine.incidents.list(self.instance.id).items))


def all_seen(engine: ProcessEngine) -> list[Seen]:
    """All instances of the database, the oldest first."""
    database.session.rollback()
    return [Seen(engine, instance) for instance in reversed(engine.instances.list(limit=1000).items)]


def external_tasks(instance: Instance) -> Sequence[ExternalTaskRow]:
    """The open external tasks of an instance, the oldest first."""
    query = sa.select(ExternalTaskRow).where(ExternalTaskRow.instance_id == instance.id).order_by(ExternalTaskRow.id)
    return database.session.scalars(query.execution_options(populate_existing=True)).all()


def is_visit(activity: Activity) -> bool:
    """Whether an element was reached, and is not only there to wait."""
    return activity.ended_at is not None or activity.kind not in _UNVISITED


def mark_of(activity: Activity) -> str:
    """A visit as a path shows it."""
    body = "*" if activity.kind == _BODY else ""
    return f"{'-' if activity.cancelled else ''}{activity.element_id}{body}"


def shown(value: Any) -> Any:
    """A value as JSON shows it: moments and durations are texts."""
    if isinstance(value, dict):
        return {name: shown(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shown(item) for item in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta | bytes) else values.plain(value)
