"""Jobs and timers that wait until somebody lets them on: one by one, with their instance, or all of one element of a definition.

The state of a row says whether it waits to be done (`waiting`) or to be let on (`paused`). New ones of an element whose jobs are suspended
are made paused; letting an instance go on leaves those paused, letting the element's jobs go on leaves those of suspended instances.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine.definition_models import StartEventRow
from engine.job_tables import SuspendedJobsRow
from engine.models import SUSPENDED, InstanceRow, JobRow, TimerRow
from storage import database
from storage.inserts import Insert

#: The tables of what an instance waits with, and the kind of job that their rows are.
KINDS: dict[type[TimerRow | JobRow], str] = {TimerRow: "timer", JobRow: "job"}
#: The kind of job that starts instances.
START = "start"
WAITING, PAUSED = "waiting", "paused"

S = SuspendedJobsRow


def insert(table: sa.Table, kind: str) -> Insert:
    """An INSERT of rows that also say where they stand (`of_definition`, `of_element`): their state follows from that."""

    def computed(of: Mapping[str, sa.ColumnElement[Any]]) -> dict[str, sa.ColumnElement[Any]]:
        place = (S.definition_id == of["of_definition"], S.element_id == of["of_element"])
        return {"state": sa.case((sa.exists().where(S.kind == sa.literal(kind), *place), PAUSED), else_=WAITING)}

    return Insert(table, given={"of_definition": sa.Uuid(), "of_element": sa.String()}, computed=computed)


def is_suspended(definition_id: UUID, kind: str, element_id: str) -> bool:
    """Whether new jobs of an element are made paused."""
    return database.session.get(S, (definition_id, kind, element_id)) is not None


def pause_instance(instance_id: UUID) -> None:
    """Let the timers and jobs of an instance wait."""
    for model in KINDS:
        one = sa.update(model).where(model.instance_id == instance_id, model.state == WAITING)
        database.session.execute(one.values(state=PAUSED))


def resume_instance(instance_id: UUID, definition_id: UUID) -> None:
    """Let the timers and jobs of an instance go on, but for those of elements whose jobs are suspended."""
    for model, kind in KINDS.items():
        held = sa.exists().where(S.definition_id == definition_id, S.kind == kind, S.element_id == model.element_id)
        one = sa.update(model).where(model.instance_id == instance_id, model.state == PAUSED, ~held)
        database.session.execute(one.values(state=WAITING), execution_options={"synchronize_session": False})


def switch(definition_id: UUID, kind: str, element_id: str, *, suspended: bool, existing: bool) -> None:
    """Make the new jobs of an element paused, or no longer; with `existing` also those that are there."""
    known = database.session.get(S, (definition_id, kind, element_id))
    if suspended and known is None:
        database.session.add(S(definition_id=definition_id, kind=kind, element_id=element_id))
    elif not suspended and known is not None:
        database.session.delete(known)
    database.session.flush()
    if kind == START:
        place = (StartEventRow.definition_id == definition_id, StartEventRow.element_id == element_id, StartEventRow.kind == "timer")
        database.session.execute(sa.update(StartEventRow).where(*place).values(suspended=suspended))
    elif existing:
        _switch_rows(definition_id, kind, element_id, suspended=suspended)


def _switch_rows(definition_id: UUID, kind: str, element_id: str, *, suspended: bool) -> None:
    model = next(model for model, name in KINDS.items() if name == kind)
    instances = sa.select(InstanceRow.id).where(InstanceRow.definition_id == definition_id)
    instances = instances if suspended else instances.where(InstanceRow.state != SUSPENDED)
    before, after = (WAITING, PAUSED) if suspended else (PAUSED, WAITING)
    rows = sa.update(model).where(model.element_id == element_id, model.state == before, model.instance_id.in_(instances))
    database.session.execute(rows.values(state=after), execution_options={"synchronize_session": False})
