"""The office over each database."""

import pytest

from storage.clock import SetClock
from tests.reports.office import Office


@pytest.fixture
def office(database: str, clock: SetClock) -> Office:
    """The rooms and people of `tests/reports/office.py`, with the shipped diagrams deployed."""
    return Office(clock)
