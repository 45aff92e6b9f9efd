"""Rows that steps add: gathered while they are saved, then written by one statement for each kind of row, however many steps there are."""

from collections.abc import Sequence
from typing import Any, cast

import sqlalchemy as sa

from engine import suspended_jobs
from engine.decisions.tables import DecisionInstanceRow
from engine.models import ActivityRow, CandidateRow, DeliveryRow, ExternalTaskRow, InstanceRow, JobRow, SubscriptionRow, TaskRow, TimerRow
from storage import database
from storage.inserts import Insert
from storage.journal import record_all

#: In the order in which they may be written: what is referred to comes first.
_WRITTEN: tuple[type[database.Base], ...] = (
    InstanceRow,
    TaskRow,
    CandidateRow,
    TimerRow,
    SubscriptionRow,
    JobRow,
    DeliveryRow,
    ExternalTaskRow,
    DecisionInstanceRow,
    ActivityRow,
)
TABLES = {model: cast(sa.Table, model.__table__) for model in _WRITTEN}
_INSERT = {model: Insert(table) for model, table in TABLES.items() if model not in suspended_jobs.KINDS}
_INSERT |= {model: suspended_jobs.insert(TABLES[model], kind) for model, kind in suspended_jobs.KINDS.items()}


class NewRows:
    """What is to be written at the end of a step, or of several that are saved together."""

    def __init__(self) -> None:
        self._rows: dict[type[database.Base], list[dict[str, Any]]] = {model: [] for model in _WRITTEN}
        self._told: list[dict[str, Any]] = []

    def add(self, model: type[database.Base], rows: Sequence[dict[str, Any]]) -> None:
        """Rows of one kind."""
        self._rows[model].extend(rows)

    def tell(self, entries: Sequence[dict[str, Any]]) -> None:
        """Entries of the journal; they follow what others have told of in the same transaction."""
        self._told.extend(entries)

    def write(self) -> None:
        """Write everything, past the unit of work, which would do more than a step can spare."""
        for model, rows in self._rows.items():
            _INSERT[model].run(rows)
        database.session.flush()
        record_all(self._told)
