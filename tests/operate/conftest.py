"""An office over each database."""

import pytest

from storage.clock import SetClock
from tests.worklist.office import Office


@pytest.fixture
def office(database: str, clock: SetClock, tmp_path) -> Office:
    """An office that has just opened."""
    return Office(clock, tmp_path)
