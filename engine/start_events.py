"""Start events that wait for a message, a signal or a moment. Only the newest version of a process waits; a new one takes over."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

import sqlalchemy as sa

from engine.definition_errors import TimerValueInvalid
from engine.definition_models import DefinitionRow, StartEventRow
from engine.findings import Finding
from engine.parsing import Model, timers
from engine.parsing.elements import Element, ProcessModel
from engine.parsing.event_facts import Event, Timer
from expressions import EvaluationFailed
from storage import database
from storage.identifiers import new_id

#: Kinds of event that start an instance without a person.
_KINDS = frozenset({"message", "signal", "timer", "conditional"})
#: What the row of a conditional start event has as its kind.
CONDITION = "condition"

Functions = Mapping[str, Callable[..., Any]]


def wait(newest: Sequence[tuple[DefinitionRow, ProcessModel]], functions: Functions, now: datetime, zone: tzinfo) -> None:
    """Let the start events of new versions wait, and those of the versions before them no longer.

    Raises TimerValueInvalid for a timer that gives no moment.
    """
    keys = [definition.key for definition, _ in newest]
    database.session.execute(sa.delete(StartEventRow).where(StartEventRow.definition_key.in_(keys)))
    for definition, process in newest:
        starts = process.beginnings() if definition.executable else ()
        events = [(start, event) for start, _ in starts for event in start.event.alternatives if event.kind in _KINDS]
        database.session.add_all([_row(definition, start, event, functions, now, zone) for start, event in events])


def faults(models: Iterable[Model], functions: Functions, now: datetime, zone: tzinfo) -> list[Finding]:
    """Timers of start events that give no moment when they are deployed at this one; no variables are there then."""
    found: list[Finding] = []
    for process in (process for model in models for process in model.executable):
        for start, _ in process.beginnings():
            for timer in (event.timer for event in start.event.alternatives if event.timer is not None):
                try:
                    set_due(StartEventRow(), start.id, timer, functions, now, zone)
                except (TimerValueInvalid, EvaluationFailed) as invalid:
                    reason = str(invalid.fields.get("value", invalid.code))
                    found.append(
                        Finding("start_timer_without_moment", "error", process.resource, start.line, None, start.id, {"reason": reason})
                    )
    return found


def waiting(kind: str, name: str) -> Sequence[StartEventRow]:
    """The start events that a message or signal of this name starts; suspended definitions start nothing."""
    query = (
        sa.select(StartEventRow)
        .join(DefinitionRow, DefinitionRow.id == StartEventRow.definition_id)
        .where(StartEventRow.kind == kind, StartEventRow.name == name, ~DefinitionRow.suspended)
    )
    return database.session.scalars(query.order_by(StartEventRow.definition_key, StartEventRow.id)).all()


def _row(definition: DefinitionRow, start: Element, event: Event, functions: Functions, now: datetime, zone: tzinfo) -> StartEventRow:
    row = StartEventRow(
        id=new_id(),
        definition_id=definition.id,
        definition_key=definition.key,
        element_id=start.id,
        kind=CONDITION if event.kind == "conditional" else event.kind,
        name=event.message or event.signal,
    )
    if event.timer is not None:
        set_due(row, start.id, event.timer, functions, now, zone)
    return row


def set_due(row: StartEventRow, element_id: str, timer: Timer, functions: Functions, begun: datetime, zone: tzinfo) -> None:
    """Give a start event the moment that its timer means, counted from when it was deployed. Raises TimerValueInvalid."""
    value = timer.value.evaluate({}, functions=functions, now=begun.astimezone(zone))
    try:
        row.due_at = timers.due(value, begun, zone)
        if timer.kind == "cycle":
            row.cycle, row.left = str(value).strip(), timers.cycle(str(value), zone).count
    except (ValueError, TypeError, OverflowError) as invalid:
        raise TimerValueInvalid(element_id, str(value)[:200]) from invalid
