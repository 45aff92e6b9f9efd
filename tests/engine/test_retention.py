"""The history of ended instances goes when it is past its time to live, whole and in batches, unless somebody holds it."""

from datetime import UTC, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from engine.errors import InstanceNotFound, LegalHoldLifted, LegalHoldNotFound
from engine.instances import Instance
from engine.job_tables import FailedAttemptRow
from engine.models import ActivityRow, IncidentRow, InstanceRow
from engine.retention import Keeping, LegalHold, Retention
from storage import backups, journal
from storage.clock import SetClock
from storage.database import session
from storage.files import FileStore
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flows, model, user_task

ASKED = model(START + user_task("ask") + END + flows("start ask end"))
THIRTY_DAYS = ASKED.replace(b'isExecutable="true"', b'isExecutable="true" camunda:historyTimeToLive="30"')


def ended(desk: Desk, **details: object) -> Instance:
    instance = desk.start(**details)
    desk.complete(instance, "ask", figure=1)
    return instance


def clean(desk: Desk, limit: int | None = None) -> int:
    with transaction():
        return desk.engine.retention.clean(limit)


def held(desk: Desk, **what: object) -> LegalHold:
    with transaction():
        return desk.engine.retention.hold(**what, reason="the court asks", by="admin")


def kept() -> set[str | None]:
    """The business keys of the instances that are there."""
    return set(session.scalars(sa.select(InstanceRow.business_key)))


def test_what_is_past_its_time_goes_whole_and_the_rest_stays(desk: Desk):
    desk.deploy(THIRTY_DAYS)
    old = ended(desk, business_key="old")
    desk.move(days=20)
    ended(desk, business_key="young")
    desk.start(business_key="open")
    desk.move(days=11)

    assert clean(desk) == 1

    assert kept() == {"young", "open"}
    assert session.scalar(sa.select(sa.func.count()).select_from(ActivityRow).where(ActivityRow.instance_id == old.id)) == 0
    with pytest.raises(InstanceNotFound):
        desk.engine.instances.get(old.id)
    assert clean(desk) == 0


def test_the_journal_stays_and_tells_of_the_cleanup(desk: Desk):
    desk.deploy(THIRTY_DAYS)
    old = ended(desk, business_key="old")
    before = len(journal.entries_about("process_instance", old.id))
    desk.move(days=31)

    clean(desk)

    assert len(journal.entries_about("process_instance", old.id)) == before > 0
    definition = desk.engine.definitions.latest("p")
    (told,) = [one for one in journal.entries_about("process_definition", definition.id) if one.event == "history:cleaned"]
    assert told.details["instances"] == 1


def test_the_incidents_and_failed_attempts_of_an_instance_go_with_it(desk: Desk):
    desk.offer("send", lambda call: 1 / 0)
    failing = ASKED.replace(b'<bpmn:userTask id="ask"', b'<bpmn:userTask camunda:asyncBefore="true" camunda:assignee="${nobody}" id="ask"')
    instance = desk.started(failing.replace(b'isExecutable="true"', b'isExecutable="true" camunda:historyTimeToLive="P1D"'))
    for _ in range(3):
        desk.engine.jobs.run_due()
        desk.move(hours=1)
    with transaction():
        desk.engine.instances.cancel(instance.id, "given up", by="admin")
    assert session.query(FailedAttemptRow).count() == 3
    desk.move(days=2)

    assert clean(desk) == 1

    assert session.query(FailedAttemptRow).count() == session.query(IncidentRow).count() == 0


def test_where_a_definition_says_nothing_the_settings_do_and_without_them_it_is_for_ever(desk: Desk):
    desk.deploy(ASKED)
    ended(desk, business_key="old")
    desk.move(days=400)
    assert clean(desk) == 0

    desk.engine.retention.keeping = Keeping(days=365)

    assert clean(desk) == 1


def test_a_time_to_live_can_be_changed_for_instances_that_have_ended_before(desk: Desk):
    desk.deploy(THIRTY_DAYS)
    definition = desk.engine.definitions.latest("p")
    instance = ended(desk)
    end = desk.engine.instances.get(instance.id)
    assert desk.engine.retention.removal_times([end]) == {end.id: desk.clock.now() + timedelta(days=30)}

    with transaction():
        desk.engine.retention.set_time_to_live(definition.id, 1, by="admin")
    desk.move(days=2)

    assert clean(desk) == 1
    assert desk.engine.definitions.latest("p").history_ttl_days == 1


def test_what_is_held_is_kept_until_the_hold_is_lifted(desk: Desk):
    desk.deploy(THIRTY_DAYS)
    one, other = ended(desk, business_key="one"), ended(desk, business_key="other")
    on_one, on_key = held(desk, instance_id=one.id), held(desk, business_key="other")
    ended(desk, business_key="free")
    desk.move(days=31)

    assert clean(desk) == 1
    assert kept() == {"one", "other"}
    assert desk.engine.retention.removal_times([desk.engine.instances.get(other.id)]) == {}
    with transaction():
        desk.engine.retention.lift(on_key.id, "the case is closed", by="admin")
    assert clean(desk) == 1
    assert kept() == {"one"}

    assert [hold.id for hold in desk.engine.retention.holds().items] == [on_one.id]
    assert {hold.id for hold in desk.engine.retention.holds(active_only=False).items} == {on_one.id, on_key.id}
    assert [entry.event for entry in journal.entries_about("legal_hold", on_key.id)] == ["legal_hold:set", "legal_hold:lifted"]
    with pytest.raises(LegalHoldLifted), transaction():
        desk.engine.retention.lift(on_key.id, "again", by="admin")


def test_what_is_not_there_can_neither_be_held_nor_let_go(desk: Desk):
    with pytest.raises(InstanceNotFound):
        held(desk, instance_id=uuid4())
    with pytest.raises(LegalHoldNotFound), transaction():
        desk.engine.retention.lift(uuid4(), "no reason", by="admin")


def test_a_cleanup_goes_in_batches_the_oldest_first(desk: Desk):
    desk.deploy(THIRTY_DAYS)
    for number in range(5):
        ended(desk, business_key=str(number))
        desk.move(minutes=1)
    desk.move(days=31)

    assert clean(desk, 2) == 2
    assert kept() == {"2", "3", "4"}
    assert clean(desk, 10) == 3


def test_a_backup_after_a_cleanup_is_whole_and_holds_the_legal_holds(desk: Desk, tmp_path):
    desk.deploy(THIRTY_DAYS)
    ended(desk, business_key="old")
    held(desk, business_key="kept")
    desk.move(days=31)
    clean(desk)

    backups.make(tmp_path / "backup", FileStore(tmp_path / "files"), desk.clock)

    tables = backups.verify(tmp_path / "backup")["tables"]
    assert (tables["legal_holds"]["rows"], tables["process_instances"]["rows"], tables["history_activities"]["rows"]) == (1, 0, 0)


@pytest.mark.parametrize(
    ("hours", "at", "is_time"),
    [((1, 5), 3, True), ((1, 5), 5, False), ((1, 5), 23, False), ((22, 4), 23, True), ((22, 4), 12, False), ((0, 0), 12, True)],
)
def test_the_hours_of_the_cleanup_are_local_and_may_pass_midnight(hours: tuple[int, int], at: int, is_time: bool):
    zone = ZoneInfo("Asia/Almaty")
    clock = SetClock(datetime(2026, 10, 1, at, tzinfo=zone).astimezone(UTC))

    retention = Retention(clock, zone, Keeping(begins=time(hours[0]), ends=time(hours[1])))

    assert retention.is_time() == is_time
    begins, ends = retention.window()
    assert (begins.hour, ends.hour) == hours
    assert begins < ends
