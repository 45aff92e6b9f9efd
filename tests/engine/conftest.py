"""An engine over each database, with operations that tests can look into."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from storage import database as storage_database
from storage.clock import SetClock
from storage.database import session
from tests.engine.factories import Desk


@pytest.fixture
def desk(database: str, clock: SetClock) -> Iterator[Desk]:
    """A process engine on the database, and short words for what tests do with it. At the end, rows and states must fit together."""
    made = Desk(clock)
    yield made
    session.rollback()
    session.expunge_all()
    assert made.is_damaged or list(made.engine.instances.check()) == []


@pytest.fixture
def statements(database: str):
    """Every statement that is sent while the test runs."""
    sent: list[str] = []

    def keep(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    sa.event.listen(storage_database.engine(), "before_cursor_execute", keep)
    yield sent
    sa.event.remove(storage_database.engine(), "before_cursor_execute", keep)
