"""The rows of what an instance waits with, after it was brought over: the same rows, telling of the element that each of them is at now."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, cast
from uuid import UUID

import sqlalchemy as sa

from engine.account import Opening
from engine.models import ExternalTaskRow, IncidentRow, InstanceRow, JobRow, SubscriptionRow, TaskRow, TimerRow
from storage import database

_MODELS: Final[Mapping[str, type[database.Base]]] = {
    "task": TaskRow,
    "timer": TimerRow,
    "message": SubscriptionRow,
    "signal": SubscriptionRow,
    "job": JobRow,
    "external": ExternalTaskRow,
}


def follow(row: InstanceRow, openings: Sequence[Opening], was: Mapping[UUID, str], anew: Collection[str]) -> None:
    """Let rows follow their instance. `was` has the element of everything that was open before, `anew` the tokens that wait anew.

    A user task shows the name and the form of its new element; who has it, until when, and what was typed in it stays.
    """
    _of_definition(row)
    kept = [opening for opening in openings if opening.wait in _MODELS and opening.id in was]
    for wait, model in _MODELS.items():
        columns = cast(sa.Table, model.__table__).c
        changes = [_changed(opening, anew) for opening in kept if opening.wait == wait]
        for names in {tuple(change) for change in changes}:
            same = [change for change in changes if tuple(change) == names]
            statement = sa.update(columns.id.table).where(columns.id == sa.bindparam("row"))
            database.session.execute(statement.values({name: sa.bindparam(name) for name in names if name != "row"}), same)
    moved = [opening for opening in kept if was[opening.id] != opening.element.drawn_id]
    if moved:
        incidents = cast(sa.Table, IncidentRow.__table__)
        places = sa.update(incidents).where(incidents.c.subject_id == sa.bindparam("row"), incidents.c.resolved_at.is_(None))
        told = [{"row": str(opening.id), "place": opening.element.drawn_id} for opening in moved]
        database.session.execute(places.values(element_id=sa.bindparam("place")), told)


def _of_definition(row: InstanceRow) -> None:
    now: dict[str, Any] = {"definition_id": row.definition_id, "definition_key": row.definition_key}
    for model in (TaskRow, ExternalTaskRow, IncidentRow):
        one = sa.update(model).where(model.instance_id == row.id)
        one = one.where(IncidentRow.resolved_at.is_(None)) if model is IncidentRow else one
        database.session.execute(one.values(now), execution_options={"synchronize_session": False})


def _changed(opening: Opening, anew: Collection[str]) -> dict[str, Any]:
    element = opening.element
    change: dict[str, Any] = {"row": opening.id, "element_id": element.drawn_id}
    if opening.wait == "task":
        change |= {"name": element.name, "form_key": None if element.user_task is None else element.user_task.form_key}
    elif opening.wait in ("message", "signal") and opening.token_id in anew:
        change["message"] = element.event.message or element.event.signal
    return change
