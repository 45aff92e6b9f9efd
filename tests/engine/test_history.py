"""What happened, when, by whom, and what it changed."""

from datetime import timedelta

from storage.journal import entries_about
from storage.transaction import transaction
from tests.engine.factories import TWO_TASKS, Desk


def test_a_user_task_is_told_with_its_beginning_and_end_its_people_and_what_it_set(desk: Desk):
    instance = desk.started(TWO_TASKS, variables={"year": 2026})
    task = desk.task(instance, "prepare")
    begun = desk.clock.now()
    with transaction():
        desk.engine.tasks.claim(task.id, by="ann")
    desk.move(hours=3)
    with transaction():
        desk.engine.tasks.complete(task.id, {"figures": 3}, by="ann", on_behalf_of="bob")

    found = desk.engine.history.activity(task.id)
    assert (found.element_id, found.kind, found.cancelled) == ("prepare", "userTask", False)
    assert (found.started_at, found.ended_at - found.started_at) == (begun, timedelta(hours=3))
    assert (found.by, found.on_behalf_of, found.task["assignee"]) == ("ann", "bob", "ann")
    assert [(change.name, change.value.value, change.local) for change in found.variables] == [("figures", 3, False)]


def test_what_is_open_is_told_after_what_has_ended(desk: Desk):
    instance = desk.started(TWO_TASKS)
    desk.complete(instance, "prepare")

    told = desk.engine.history.activities(instance.id)

    assert [(activity.element_id, activity.ended_at is None) for activity in told] == [
        ("start", False),
        ("prepare", False),
        ("approve", True),
    ]
    assert told[-1].id == desk.task(instance, "approve").id


def test_the_last_values_of_an_ended_instance_are_known_with_their_types(desk: Desk):
    instance = desk.started(TWO_TASKS, variables={"year": 2026})
    desk.complete(instance, "prepare", year=2027)
    desk.complete(instance, "approve", decision="ok")

    found = desk.engine.instances.variables(instance.id, typed=True)

    assert {name: (value.type, value.value) for name, value in found.items()} == {"year": ("Integer", 2027), "decision": ("String", "ok")}
    assert desk.engine.history.variables(instance.id) == found


def test_the_journal_tells_of_every_step(desk: Desk):
    instance = desk.started(TWO_TASKS, business_key="R-1")
    prepare = desk.complete(instance, "prepare", by="bob")
    desk.complete(instance, "approve", decision="ok")

    assert [entry.event for entry in entries_about("process_instance", instance.id)] == [
        "process_instance:started",
        "process_instance:completed",
    ]
    entries = entries_about("user_task", prepare)
    assert [(entry.event, entry.actor) for entry in entries] == [("user_task:created", "ann"), ("user_task:completed", "bob")]
    assert entries[0].details["business_key"] == "R-1"
