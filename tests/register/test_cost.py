"""What reading many kinds costs: as many statements as reading a few, whether they were read before or not."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from register.changes.models import Edition, EditionEntry
from register.forecast import plans
from register.register import Register
from storage.clock import SetClock
from storage.database import session
from storage.identifiers import new_id
from storage.transaction import transaction
from tests.organisations.statements import counted
from tests.register.board import Board
from tests.register.factories import document

NOW = datetime(2026, 10, 1, 4, tzinfo=UTC)


def due(register: Register) -> list[str]:
    """The periods of all kinds of which reports may have to be opened."""
    spans = register.lately_in_force(NOW)
    kinds = register.kind_versions(span[:2] for span in spans)
    return [period for kind, span in zip(kinds, spans, strict=True) for period in register.periods_due(kind, NOW, span.last)]


QUESTIONS: dict[str, Callable[[Register], Any]] = {
    "due": due,
    "kinds": lambda register: register.kinds(NOW.date()),
    "every_version": lambda register: register.every_version(),
    "uses": lambda register: register.catalogue.uses("X.PEOPLE"),
    "words": lambda register: register.words.having("kind", frozenset({"kind"})),
    "planned": lambda register: plans.in_force(register, NOW.date(), date(2027, 10, 1)),
    "package": lambda register: register.exchange.package(),
}


@pytest.fixture
def board(database: str, clock: SetClock) -> Board:
    return Board(clock)


def more_kinds(register: Register, first: int, last: int) -> None:
    with transaction():
        for number in range(first, last):
            register.import_kind(document(code=f"Q-{number:02}"), act_number="1", act_date=date(2026, 1, 1))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_many_kinds_cost_no_more_statements_than_few(register: Register):
    more_kinds(register, 0, 3)
    few = {name: costs(register, ask) for name, ask in QUESTIONS.items()}

    more_kinds(register, 3, 30)
    many = {name: costs(register, ask) for name, ask in QUESTIONS.items()}

    assert many == few
    assert all(warm <= cold <= 6 for cold, warm in many.values()), many


def costs(register: Register, ask: Callable[[Register], Any]) -> tuple[int, int]:
    """The statements of a question that is asked for the first time, and of the same once more."""
    register.forget()
    session.expunge_all()
    register.calendar.is_working_day(NOW.date())  # its acts are remembered for a while
    with counted() as cold:
        ask(register)
    with counted() as warm:
        ask(register)
    return len(cold), len(warm)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_editions_with_many_kinds_are_compared_and_read_in_few_statements(board: Board):
    more_kinds(board.register, 0, 30)
    with transaction():
        first, second = (edition_of(board, number, range(30)) for number in (1, 2))

    board.register.forget()
    with counted() as compared:
        assert board.changes.editions.compared(second.id) == []
    with counted() as read:
        assert len(board.changes.editions.contents(first)) == 30

    assert (len(compared), len(read)) <= (6, 4), (len(compared), len(read))


def edition_of(board: Board, number: int, kinds: range) -> Edition:
    """An approved edition that holds some kinds."""
    body, now = board.tree.ministry.id, board.clock.now()
    edition = Edition(id=new_id(), number=number, body_id=body, edits=1, created_at=now, created_by="author", approved_at=now)
    session.add(edition)
    session.flush()
    session.add_all(EditionEntry(edition_id=edition.id, kind_code=f"Q-{kind:02}", kind_version=1) for kind in kinds)
    session.flush()
    return edition
