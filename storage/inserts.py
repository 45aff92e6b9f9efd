"""Rows that are added past the unit of work: any number of rows of one table in one statement, which is put together once.

PostgreSQL is sent all rows as one JSON document. With parameters of its own for each row an INSERT costs us seven times as much of the
processor, and the server more as well.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import database
from storage.columns import Moment, to_json

#: Columns that the database works out, made of what else is given with each row, by name.
Computed = Callable[[Mapping[str, sa.ColumnElement[Any]]], Mapping[str, sa.ColumnElement[Any]]]


class Insert:
    """Adds rows to one table: dicts of the same columns. One that is left out has its default; `computed` ones are made of `given`."""

    def __init__(
        self, table: sa.Table, *, given: Mapping[str, sa.types.TypeEngine[Any]] | None = None, computed: Computed | None = None
    ) -> None:
        given = given or {}
        self._moments = [str(column.key) for column in table.columns if isinstance(column.type, Moment)]
        self._bytes = [str(column.key) for column in table.columns if isinstance(column.type, sa.LargeBinary)]
        defaults = {str(column.key): column.default for column in table.columns}
        self._defaults = {
            name: default.arg for name, default in defaults.items() if isinstance(default, sa.ColumnDefault) and default.is_scalar
        }
        self._row_by_row = sa.insert(table)
        made: Mapping[str, sa.ColumnElement[Any]] = {}
        if computed is not None:
            self._row_by_row = self._row_by_row.values(computed({name: sa.bindparam(name, type_=kind) for name, kind in given.items()}))
            made = computed({name: sa.column(name, kind) for name, kind in given.items()})
        self._at_once = _at_once(table, given, made)

    def run(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows to the present transaction."""
        if not rows:
            return
        if database.is_postgresql():
            database.session.execute(self._at_once, {"rows": self._document(rows)})
        else:
            database.session.execute(self._row_by_row, list(rows))

    def _document(self, rows: Sequence[Mapping[str, Any]]) -> str:
        left_out = {name: value for name, value in self._defaults.items() if name not in rows[0]}
        if left_out:
            rows = [{**left_out, **row} for row in rows]
        for name in self._moments:
            if any(_is_naive(row.get(name)) for row in rows):
                raise ValueError("a moment without a time zone")
        for name in self._bytes:
            rows = [{**row, name: None if row.get(name) is None else f"\\x{row[name].hex()}"} for row in rows]
        return to_json(rows)


def _at_once(
    table: sa.Table, given: Mapping[str, sa.types.TypeEngine[Any]], made: Mapping[str, sa.ColumnElement[Any]]
) -> sa.sql.dml.Insert:
    plain = [sa.column(column.key, column.type) for column in table.columns if column.key not in made]
    document = sa.cast(sa.bindparam("rows", type_=sa.Text()), sa.JSON())
    sent = sa.func.json_to_recordset(document).table_valued(*plain, *(sa.column(name, kind) for name, kind in given.items()), name="sent")
    query = sa.select(*plain, *made.values()).select_from(sent.render_derived(with_types=True))
    return sa.insert(table).from_select([*(column.key for column in plain), *made], query, include_defaults=False)


def _is_naive(moment: datetime | None) -> bool:
    return moment is not None and moment.tzinfo is None
