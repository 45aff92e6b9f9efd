"""Starting, walking and ending instances."""

import pytest

from engine.errors import TaskNotFound, TaskNotOpen
from storage.identifiers import new_id
from storage.transaction import transaction
from tests.engine.factories import PARALLEL, TWO_TASKS, Desk


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
