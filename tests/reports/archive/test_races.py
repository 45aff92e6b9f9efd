"""A hold and a purge at one moment: the one that has the lock first wins, and the other is told, never both."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import current_app

from reports.archive.errors import ReportPurged
from storage import database as storage_database
from storage.transaction import transaction
from tests.installation import eventually
from tests.reports.archive.repository import GROUND, KEPT, Repository

POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


class Beside:
    """Something that is done in a thread with a session of its own; it is there when it waits for the lock."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work, self._app = work, current_app._get_current_object()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        eventually(_somebody_waits, "the other waits for the lock")

    def outcome(self) -> BaseException | None:
        """What it raised, once it has ended."""
        self._thread.join()
        return self._failure

    def _run(self) -> None:
        with self._app.app_context():
            try:
                self._work()
            except BaseException as failure:  # noqa: BLE001
                self._failure = failure
            finally:
                storage_database.session.remove()


def _somebody_waits() -> bool:
    with storage_database.engine().connect() as connection:
        return bool(connection.scalar(sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")))


@contextmanager
def stopped_before(statement: str, meanwhile: Callable[[], object]) -> Iterator[None]:
    """Do something right before the first statement that begins so."""
    met = threading.Event()

    def halt(_connection, _cursor, sent: str, *_rest) -> None:
        if sent.startswith(statement) and not met.is_set():
            met.set()
            meanwhile()

    sa.event.listen(storage_database.engine(), "before_cursor_execute", halt)
    try:
        yield
    finally:
        sa.event.remove(storage_database.engine(), "before_cursor_execute", halt)


@POSTGRESQL
def test_a_hold_that_comes_while_its_report_is_purged_is_too_late(archive: Repository):
    reports = [archive.finished(period=period) for period in ("2026Q1", "2026Q2")]
    archive.passes()
    archive.approves(archive.drafts())

    for report, hold, outcome in (
        (reports[0], lambda: archive.holds(reports[0]), ReportPurged),
        (reports[1], lambda: archive.holds(who="admin", kind=KEPT), type(None)),  # it covers what is left, and what is to come
    ):
        waiting: list[Beside] = []
        with stopped_before("INSERT INTO report_tombstones", lambda hold=hold, waiting=waiting: waiting.append(Beside(hold))):
            archive.archive.purging.purge_next()
        assert type(waiting[0].outcome()) is outcome
        assert archive.now(report).purged_at is not None


@POSTGRESQL
def test_a_purge_that_comes_while_a_hold_is_placed_waits_and_keeps_the_report(archive: Repository):
    kinds = ("TST-A", "TST-B", "TST-C")
    for kind in kinds:
        archive.puts(kind, retention={"years": 1, "item": "363"})
    reports = [archive.finished(kind) for kind in kinds]
    [instance] = archive.engine.instances.list(business_key=reports[2].business_key).items
    engine, reason = archive.engine.retention, "the court asks"
    archive.passes()

    for kind, hold in (
        ("TST-A", lambda: archive.archive.holds.hold_report(archive.people["chancery"], reports[0].id, GROUND)),
        ("TST-B", lambda: engine.hold(business_key=reports[1].business_key, reason=reason, by=None)),
        ("TST-C", lambda: engine.hold(instance_id=instance.id, reason=reason, by=None)),
    ):
        archive.approves(archive.drafts(kinds=[kind]))
        with transaction():
            hold()
            purge = Beside(archive.purges)
        assert purge.outcome() is None

    assert [archive.now(report).purged_at for report in reports] == [None, None, None]


@POSTGRESQL
def test_two_workers_on_one_act_purge_each_report_once(archive: Repository):
    for period in ("2026Q1", "2026Q2", "2026Q3"):
        archive.finished(period=period)
    archive.passes()
    archive.approves(archive.drafts())
    app = current_app._get_current_object()

    def works() -> None:
        with app.app_context():
            archive.purges()
            storage_database.session.remove()

    threads = [threading.Thread(target=works) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert archive.purges() == 3
    assert list(archive.archive.purging.faults()) == []


@POSTGRESQL
def test_a_report_that_is_opened_in_place_of_a_withdrawn_one_while_that_is_purged_is_not_touched(archive: Repository):
    first = archive.opens(KEPT)
    with transaction():
        archive.reports.withdraw(archive.people["head"], first.id, "Қате ашылды")
    archive.passes()
    archive.approves(archive.drafts())
    app, opened = current_app._get_current_object(), []

    def opens() -> None:
        with app.app_context():
            opened.append(archive.opens(KEPT).id)
            storage_database.session.remove()

    def meanwhile() -> None:
        thread = threading.Thread(target=opens)
        thread.start()
        thread.join()

    with stopped_before("DELETE FROM report_words", meanwhile):
        archive.archive.purging.purge_next()

    [second] = [archive.reports.get(archive.people["head"], report_id) for report_id in opened]
    assert archive.now(first).purged_at is not None
    assert (second.business_key, second.purged_at) == (first.business_key, None)
    archive.brings(second, "review")
    assert list(archive.archive.purging.faults()) == []
