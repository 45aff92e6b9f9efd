"""An engine over each database, with operations that tests can look into."""

import pytest

from storage.clock import SetClock
from tests.engine.factories import Desk


@pytest.fixture
def desk(database: str, clock: SetClock) -> Desk:
    """A process engine on the database, and short words for what tests do with it."""
    return Desk(clock)
