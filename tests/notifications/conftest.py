"""The office of the reports with a room that tells its people what has happened."""

import pytest

from storage.clock import SetClock
from tests.notifications.desk import NewsDesk
from tests.reports.office import Office


@pytest.fixture
def desk(database: str, clock: SetClock) -> NewsDesk:
    """The office over each database, with a desk of its own for news."""
    return NewsDesk(Office(clock), clock)
