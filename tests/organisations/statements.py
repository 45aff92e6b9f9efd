"""Counting what a block sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from storage import database


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that the block executes."""
    seen: list[str] = []

    def note(connection, cursor, statement, parameters, context, executemany):
        if not statement.startswith("BEGIN"):  # said aloud on SQLite only
            seen.append(statement)

    event.listen(database.engine(), "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine(), "before_cursor_execute", note)
