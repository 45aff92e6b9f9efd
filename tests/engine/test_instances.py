"""Starting, walking and ending instances."""

import pytest
import sqlalchemy as sa

from engine.errors import (
    BusinessKeyInUse,
    DefinitionNotStartable,
    InstanceCannotContinue,
    InstanceNotActive,
    StepFailed,
    TaskNotFound,
    TaskNotOpen,
)
from engine.models import InstanceRow, TaskRow
from storage import database as storage_database
from storage.identifiers import new_id
from storage.journal import entries_about
from storage.transaction import transaction
from tests.engine.factories import END, PARALLEL, START, TWO_TASKS, Desk, flows, model, service_task, user_task


def test_an_instance_goes_from_task_to_task_and_ends(desk: Desk):
    instance = desk.started(TWO_TASKS, business_key="R-1", variables={"year": 2026})

    desk.complete(instance, "prepare", figures=3)
    desk.complete(instance, "approve", decision="accept")

    assert desk.state(instance) == "completed"
    assert desk.passed(instance) == ["start", "prepare", "approve", "decided", "end"]
    assert desk.variables(instance) == {"year": 2026, "figures": 3, "decision": "accept"}


def test_a_returned_report_comes_back_to_its_author(desk: Desk):
    instance = desk.started(TWO_TASKS)

    desk.complete(instance, "prepare")
    desk.complete(instance, "approve", decision="return")

    assert desk.tasks(instance) == ["prepare"]


def test_two_parallel_tasks_are_joined_in_any_order_and_in_every_round(desk: Desk):
    instance = desk.started(PARALLEL)

    for first, second in (("approve", "check"), ("check", "approve")) * 3:
        desk.complete(instance, "prepare")
        desk.complete(instance, first)
        assert desk.tasks(instance) == [second]
        desk.complete(instance, second, decision="return")

    assert desk.tasks(instance) == ["prepare"]


def test_a_task_that_is_completed_twice_is_refused(desk: Desk):
    instance = desk.started(TWO_TASKS)
    task_id = desk.complete(instance, "prepare")

    with pytest.raises(TaskNotOpen), transaction():
        desk.engine.tasks.complete(task_id, {}, by="bob")
    with pytest.raises(TaskNotFound), transaction():
        desk.engine.tasks.complete(new_id(), {}, by="bob")


def test_a_suspended_instance_stands_still_until_it_is_resumed(desk: Desk):
    instance = desk.started(TWO_TASKS)
    with transaction():
        desk.engine.instances.suspend(instance.id, by="admin")
    assert desk.task(instance, "prepare").suspended

    with pytest.raises(InstanceNotActive):
        desk.complete(instance, "prepare")
    with pytest.raises(InstanceNotActive), transaction():
        desk.engine.tasks.claim(desk.task(instance, "prepare").id, by="ann")
    with pytest.raises(InstanceNotActive), transaction():
        desk.engine.instances.suspend(instance.id, by="admin")

    with transaction():
        desk.engine.instances.resume(instance.id, by="admin")
    desk.complete(instance, "prepare")
    assert desk.tasks(instance) == ["approve"]


def test_a_cancelled_instance_leaves_nothing_open(desk: Desk):
    instance = desk.started(PARALLEL)
    desk.complete(instance, "prepare")

    with transaction():
        found = desk.engine.instances.cancel(instance.id, "a mistake", by="admin")

    assert (found.state, found.end_reason) == ("cancelled", "a mistake")
    assert desk.tasks(instance) == []
    assert desk.passed(instance)[-2:] == ["-approve", "-check"]
    with pytest.raises(InstanceNotActive), transaction():
        desk.engine.instances.cancel(instance.id, "again", by="admin")
    assert [entry.event for entry in entries_about("process_instance", instance.id)] == [
        "process_instance:started",
        "process_instance:cancelled",
    ]


def test_an_instance_whose_state_is_damaged_can_still_be_ended(desk: Desk):
    instance = desk.started(TWO_TASKS)
    with transaction():
        storage_database.session.execute(sa.update(InstanceRow).values(snapshot=b"\x01broken"))

    with pytest.raises(InstanceCannotContinue):
        desk.complete(instance, "prepare")
    with transaction():
        desk.engine.instances.cancel(instance.id, "damaged", by="admin")

    assert desk.state(instance) == "cancelled"
    assert desk.tasks(instance) == []


def test_a_business_key_is_unique_while_open_where_the_definition_wants_it(desk: Desk):
    attributes = 'esep:uniqueBusinessKey="true"'
    data = model(START + user_task("prepare") + END + flows("start prepare end"), attributes=attributes)
    instance = desk.started(data, business_key="R-1")

    with pytest.raises(BusinessKeyInUse):
        desk.start(business_key="R-1")
    desk.start(business_key="R-2")
    desk.complete(instance, "prepare")

    assert desk.state(desk.start(business_key="R-1")) == "active"


def test_a_step_that_fails_at_the_start_starts_nothing(desk: Desk):
    desk.offer("break", lambda call: 1 / 0)

    with pytest.raises(StepFailed):
        desk.started(model(START + service_task("compute", "break") + END + flows("start compute end")))

    assert desk.engine.instances.list().items == ()


def test_a_suspended_definition_and_an_unknown_start_are_refused(desk: Desk):
    desk.deploy(TWO_TASKS)
    with pytest.raises(DefinitionNotStartable):
        desk.start(message="unheard_of")

    with transaction():
        desk.engine.definitions.suspend(desk.engine.definitions.latest("p").id, by="admin")

    with pytest.raises(DefinitionNotStartable):
        desk.start()


def test_instances_are_listed_page_by_page_the_newest_first(desk: Desk):
    desk.deploy(TWO_TASKS)
    ids = [desk.start(business_key=f"R-{number % 2}", body=f"b{number}").id for number in range(5)]

    first = desk.engine.instances.list(limit=2)
    second = desk.engine.instances.list(limit=2, after=first.next)
    last = desk.engine.instances.list(limit=2, after=second.next)

    assert [found.id for page in (first, second, last) for found in page.items] == ids[::-1]
    assert last.next is None
    assert len(desk.engine.instances.list(business_key="R-1").items) == 2
    assert len(desk.engine.instances.list(body_in=["b0", "b3"], state="active").items) == 2


def test_a_running_instance_stays_with_the_version_it_was_started_on(desk: Desk):
    instance = desk.started(TWO_TASKS)
    desk.deploy(model(START + user_task("other") + END + flows("start other end")))

    desk.complete(instance, "prepare")

    assert desk.tasks(instance) == ["approve"]
    assert desk.tasks(desk.start()) == ["other"]


def test_what_is_kept_of_open_instances_can_be_checked(desk: Desk):
    good, bad, odd = desk.started(PARALLEL), desk.start(), desk.start()
    assert list(desk.engine.instances.check()) == []

    with transaction():
        damaged = sa.update(InstanceRow).where(InstanceRow.id == bad.id).values(snapshot=b"\x01broken")
        storage_database.session.execute(damaged)
        storage_database.session.execute(sa.delete(TaskRow).where(TaskRow.instance_id == odd.id))

    desk.is_damaged = True
    found = dict(desk.engine.instances.check())
    assert set(found) == {bad.id, odd.id}
    assert good.id not in found
    assert found[odd.id] == "task: 1 rows missing, 0 too many"
