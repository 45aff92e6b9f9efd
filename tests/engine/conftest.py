"""An engine over each database, with operations that tests can look into."""

from collections.abc import Iterator

import pytest

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
