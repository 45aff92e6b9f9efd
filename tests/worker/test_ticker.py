"""What is due happens when the worker looks, and what fails does not keep the rest from happening."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

import app as composition
from config import Config
from organisations.change_lines import ChangeKind, ChangeLine
from organisations.tables import FailureRow
from organisations.territory_changes import Act
from storage import database as storage_database
from storage import idempotency, journal, outbox, sealer
from storage.idempotency import IdempotentRequest
from storage.identifiers import earlier, new_id
from storage.transaction import transaction
from tests.engine.factories import END, START, TWO_TASKS, flows, model, user_task
from tests.installation import eventually
from worker import Ticker

PAUSE = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
#: A timer, and behind it a job.
LATER = model(
    START
    + f'<bpmn:intermediateCatchEvent id="pause">{PAUSE}</bpmn:intermediateCatchEvent>'
    + '<bpmn:scriptTask id="sum" camunda:asyncBefore="true" scriptFormat="feel" camunda:resultVariable="sum">'
    + "<bpmn:script>1 + 1</bpmn:script></bpmn:scriptTask>"
    + user_task("after")
    + END
    + flows("start pause sum after end"),
    key="later",
)

TERRITORIES = """id;parent_id;code;name
1;0;100000000;область Абай
2;1;103200000;Абайский район
3;2;103230000;Карааульский с.о.
4;1;103400000;Аягозский район
""".encode()


@pytest.fixture
def waiting(esep):
    """An instance that waits for its hour to pass."""
    with transaction():
        esep.engine.definitions.deploy("test", {"later.bpmn": LATER}, by=None)
        return esep.engine.instances.start("later")


def test_a_due_timer_fires_and_the_job_behind_it_runs_in_one_tick(esep, ticker, waiting, clock):
    assert ticker.tick() == 0

    clock.advance(timedelta(hours=1))

    assert ticker.tick() == 2
    assert [task.element_id for task in esep.engine.tasks.of_instance(waiting.id)] == ["after"]
    assert esep.engine.instances.variables(waiting.id) == {"sum": 2}
    assert ticker.tick() == 0


def test_the_outbox_is_delivered(esep, ticker, delivered):
    with transaction():
        for to in ("ann", "ben"):
            outbox.put("letter", {"to": to}, due_at=esep.clock.now())

    assert ticker.deliver() == 2

    assert sorted(delivered) == ["ann", "ben"]
    assert ticker.deliver() == 0


def test_every_new_entry_of_the_journal_is_sealed_however_many_there_are(ticker, clock):
    with transaction():
        for number in range(2345):
            journal.record("report:opened", at=clock.now(), subject=("report", number))

    assert ticker.seal() == 2345

    assert sealer.heads()["common"][0] == 2345
    assert list(sealer.check()) == []


def test_a_worker_that_starts_seals_what_was_left_long_ago(esep, ticker, clock):
    with transaction():
        journal.record("report:opened", at=clock.now(), subject=("report", 1))
    ticker.seal()
    long_ago = journal.entry("report:opened", at=clock.now(), subject=("report", 2))
    with transaction():
        journal.record_all([long_ago | {"id": earlier(long_ago["id"], 2 * sealer.LOOK_BACK)}])

    assert ticker.seal() == 0
    assert Ticker(esep).seal() == 1


def test_what_has_run_out_is_forgotten(ticker, clock):
    with transaction():
        storage_database.session.add(FailureRow(id=new_id(), at=clock.now(), login_hash=b"ann"))
        idempotency.claim("ann", "a-key", "f", clock.now())

    clock.advance(timedelta(days=2))
    ticker.sweep()

    assert storage_database.session.scalars(sa.select(FailureRow)).all() == []
    assert storage_database.session.scalars(sa.select(IdempotentRequest)).all() == []


def test_akimats_follow_when_the_day_of_a_change_has_come(esep, ticker, clock):
    house, day = esep.organisations, clock.now().date() + timedelta(days=5)
    with transaction():
        house.territories.load(TERRITORIES)
        house.akimats.make()
        lines = [ChangeLine(place=1, kind=ChangeKind.TRANSFER, code="103230000", parent="103400000")]
        house.territory_changes.enter(Act("1", clock.now().date(), day), lines)
    assert ticker.follow_territories() == 0

    clock.advance(timedelta(days=6))

    assert ticker.follow_territories() == 1
    assert house.bodies.superior_of(house.bodies.find(kato="103230000").id).kato == "103400000"
    assert ticker.follow_territories() == 0


def test_a_diagram_that_is_dropped_in_or_changed_is_deployed_once(esep, ticker, processes):
    assert ticker.deploy_shipped() == []

    (processes / "two.bpmn").write_bytes(TWO_TASKS)
    assert ticker.deploy_shipped() == ["p:1"]
    assert ticker.deploy_shipped() == []

    (processes / "two.bpmn").write_bytes(TWO_TASKS.replace(b'name="prepare"', b'name="Prepare it"'))
    assert ticker.deploy_shipped() == ["p:2"]
    assert Ticker(esep, processes).deploy_shipped() == [], "another worker finds it done"


def test_a_diagram_that_the_linter_refuses_is_told_once_and_keeps_none_from_being_deployed(ticker, processes):
    (processes / "a.bpmn").write_text("<no>")
    (processes / "b.bpmn").write_bytes(TWO_TASKS)

    with capture_logs() as told:
        assert ticker.deploy_shipped() == ["p:1"]
        assert ticker.deploy_shipped() == []

    assert [event["file"] for event in told if event["event"] == "process_refused"] == ["a.bpmn"]


def test_timers_that_cannot_be_fired_keep_no_job_from_running(esep, ticker, waiting, clock):
    clock.advance(timedelta(hours=1))
    assert esep.engine.timers.fire_due() == 1

    with without_table("timers"), capture_logs() as told:
        assert ticker.tick() == 1

    assert {event["work"] for event in told} == {"fire_due"}
    assert [task.element_id for task in esep.engine.tasks.of_instance(waiting.id)] == ["after"]


@contextmanager
def without_table(name: str) -> Iterator[None]:
    """The present database as if somebody had lost one of its tables."""
    _rename(name, "lost")
    try:
        yield
    finally:
        _rename("lost", name)


def _rename(before: str, after: str) -> None:
    with storage_database.engine().begin() as connection:
        connection.execute(sa.text(f"ALTER TABLE {before} RENAME TO {after}"))


def test_a_failing_tick_does_not_stop_the_ticking(tmp_path, processes):
    """Nothing works, for the database has no tables: every look fails, and the next one is taken."""
    esep = composition.build(Config(database_url=f"sqlite:///{tmp_path}/none.db", secret_key="x", data_dir=tmp_path, tick_seconds=0.05))
    ticker = Ticker(esep, processes)

    with capture_logs() as told:
        ticker.start()
        eventually(lambda: len(told) > 12, "ticks that fail")
        ticker.stop()

    assert {(event["event"], event["reason"]) for event in told if event["work"] == "run_due"} == {
        ("database_failed", "no such table: process_instances")
    }


def test_a_ticker_that_is_stopped_leaves_no_thread(ticker):
    ticker.start()

    ticker.stop()

    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("APScheduler")] == []


def test_the_history_is_cleaned_by_night_and_left_alone_by_day(esep, ticker, clock):
    with transaction():
        short = TWO_TASKS.replace(b'isExecutable="true"', b'isExecutable="true" camunda:historyTimeToLive="1"')
        esep.engine.definitions.deploy("test", {"short.bpmn": short}, by=None)
        instance = esep.engine.instances.start("p")
        esep.engine.instances.cancel(instance.id, "over", by=None)
    clock.advance(timedelta(days=2))
    assert ticker.clean_history_by_night() == 0

    clock.advance(timedelta(hours=17))  # from nine in the morning to two at night

    assert ticker.clean_history_by_night() == 1
    assert ticker.clean_history_by_night() == 0
