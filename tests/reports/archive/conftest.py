"""The office with its archive, over each database."""

import pytest

from storage.clock import SetClock
from tests.reports.archive.repository import Repository


@pytest.fixture
def archive(database: str, clock: SetClock) -> Repository:
    """The rooms and people of `tests/reports/office.py`, with kinds that are kept for a year, for three, and for ever."""
    return Repository(clock)
