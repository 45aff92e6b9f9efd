"""The edge: one step, one transaction, one commit."""

from datetime import UTC, datetime

import pytest

from refusals import Conflict
from storage import journal
from storage.transaction import transaction

AT = datetime(2026, 10, 1, tzinfo=UTC)


class TooSoon(Conflict):
    """Only for these tests."""


def test_what_a_transaction_wrote_is_there_afterwards(database):
    with transaction():
        journal.record("report:opened", at=AT, subject=("report", 1), share="0.1")

    assert [entry.details for entry in journal.entries_about("report", 1)] == [{"share": "0.1"}]


def test_a_refusal_undoes_everything_and_then_runs_its_aftermath(database):
    refusal = TooSoon()
    refusal.aftermath = lambda: journal.record("step:failed", at=AT, subject=("report", 1))

    with pytest.raises(TooSoon), transaction():
        journal.record("report:opened", at=AT, subject=("report", 1))
        raise refusal

    assert [entry.event for entry in journal.entries_about("report", 1)] == ["step:failed"]


def test_a_transaction_inside_a_transaction_is_a_programming_error(database):
    with pytest.raises(RuntimeError, match="inside a transaction"), transaction(), transaction():
        pass


def test_moments_come_back_aware_and_in_utc(database):
    with transaction():
        journal.record("report:opened", at=datetime.fromisoformat("2026-10-01T09:00:00+05:00"), subject=("report", 2))

    assert journal.entries_about("report", 2)[0].at == datetime(2026, 10, 1, 4, tzinfo=UTC)
