"""The office, and the people around the Register, over each database."""

import pytest

from storage.clock import SetClock
from tests.register.board import Board
from tests.reports.office import Office


@pytest.fixture
def office(database: str, clock: SetClock) -> Office:
    """The rooms and people of `tests/reports/office.py`, with the shipped diagrams deployed."""
    return Office(clock)


@pytest.fixture
def board(database: str, clock: SetClock) -> Board:
    """The people around the Register, of `tests/register/board.py`."""
    return Board(clock)
