"""The check of what is kept: silent over sound instances, and naming every kind of damage."""

import pytest
import sqlalchemy as sa

from engine import integrity
from engine.definition_models import ResourceRow
from engine.models import InstanceRow, JobRow, SubscriptionRow, TaskRow, TimerRow
from storage import database as storage_database
from storage.identifiers import new_id
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flows, model, service_task, user_task
from tests.engine.test_timers import boundary, timer

MESSAGE = '<bpmn:message id="m" name="withdrawn"/>'
#: An instance of it waits with a task, a timer, a message and a job.
WAITING = model(
    START
    + '<bpmn:parallelGateway id="all"/>'
    + user_task("review")
    + boundary("late", "review", timer("timeDuration", "PT1H"))
    + '<bpmn:intermediateCatchEvent id="told"><bpmn:messageEventDefinition messageRef="m"/></bpmn:intermediateCatchEvent>'
    + service_task("send", "note", 'camunda:asyncBefore="true"')
    + END
    + flows("start all review end", "all told end", "all send end", "late end"),
    before=MESSAGE,
)
ROWS = {"task": TaskRow, "timer": TimerRow, "message": SubscriptionRow, "job": JobRow}


@pytest.fixture
def instance(desk: Desk):
    """One that waits with everything there is to wait with."""
    return desk.started(WAITING)


def found(desk: Desk) -> list[str]:
    with transaction():
        return [fault for _, fault in desk.engine.instances.check()]


def test_sound_instances_are_passed_over_in_silence_suspended_and_ended_ones_too(desk: Desk, instance, monkeypatch):
    monkeypatch.setattr(integrity, "_BATCH", 2)
    others = [desk.start() for _ in range(4)]
    with transaction():
        desk.engine.instances.suspend(others[0].id, by="ann")
        desk.engine.instances.cancel(others[1].id, "enough", by="ann")

    assert found(desk) == []


@pytest.mark.parametrize("kind", ROWS)
def test_a_row_that_is_gone_is_told(desk: Desk, instance, kind):
    desk.is_damaged = True
    with transaction():
        storage_database.session.execute(sa.delete(ROWS[kind]))

    assert f"{kind}: 1 rows missing, 0 too many" in found(desk)


def test_a_row_that_nothing_waits_with_is_told(desk: Desk, instance):
    desk.is_damaged = True
    with transaction():
        row = storage_database.session.scalars(sa.select(TimerRow)).one()
        columns = {column.key: getattr(row, column.key) for column in sa.inspect(TimerRow).columns}
        storage_database.session.execute(sa.insert(TimerRow).values(columns | {"id": new_id()}))

    assert found(desk) == ["timer: 0 rows missing, 1 too many"]


def test_state_that_cannot_be_read_is_told_and_the_others_are_still_looked_at(desk: Desk, instance):
    desk.is_damaged = True
    other = desk.start()
    with transaction():
        storage_database.session.execute(sa.update(InstanceRow).where(InstanceRow.id == instance.id).values(snapshot=b"no state"))
        storage_database.session.execute(sa.delete(JobRow).where(JobRow.instance_id == other.id))

    with transaction():
        faults = dict(desk.engine.instances.check())

    assert set(faults) == {instance.id, other.id}
    assert faults[other.id] == "job: 1 rows missing, 0 too many"


def test_a_definition_that_can_no_longer_be_read_is_told(desk: Desk, instance):
    with transaction():
        storage_database.session.execute(sa.update(ResourceRow).values(content=b"<no>"))

    [fault] = found(Desk(desk.clock))

    assert fault.startswith("its definition: model_refused")
