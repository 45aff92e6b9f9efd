"""Work in the background: tried, tried again, then told."""

from datetime import timedelta

import pytest

from engine.errors import StepFailed
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flows, model, service_task, user_task

ASYNC = model(START + service_task("send", "send", 'camunda:asyncBefore="true"') + user_task("after") + END + flows("start send after end"))


def test_an_asynchronous_task_is_left_to_a_worker(desk: Desk):
    desk.offer("send", lambda call: {"sent": True})
    instance = desk.started(ASYNC)
    assert desk.calls == []
    assert desk.tasks(instance) == []

    assert desk.engine.jobs.run_due() == 1
    assert desk.engine.jobs.run_due() == 0

    assert desk.tasks(instance) == ["after"]
    assert desk.variables(instance) == {"sent": True}
    assert desk.engine.jobs.of_instance(instance.id) == []


def test_a_failing_job_is_tried_three_times_and_then_told(desk: Desk):
    desk.offer("send", lambda call: 1 / 0)
    instance = desk.started(ASYNC)

    for expected in (1, 2, 3):
        assert desk.engine.jobs.run_due() == 0
        assert len(desk.calls) == expected
        assert desk.engine.jobs.run_due() == 0, "not before the pause is over"
        assert len(desk.calls) == expected
        desk.move(hours=1)
    assert desk.engine.jobs.run_due() == 0
    assert len(desk.calls) == 3

    (incident,) = desk.engine.incidents.list(instance.id).items
    assert (incident.kind, incident.element_id) == ("job", "send")
    with pytest.raises(StepFailed), transaction():
        desk.engine.incidents.retry(incident.id, by="admin")
    assert desk.engine.incidents.get(incident.id).failures == 2

    desk.offer("send", lambda call: None)
    with transaction():
        desk.engine.incidents.retry(incident.id, by="admin")
    assert desk.tasks(instance) == ["after"]


def test_the_pauses_are_those_of_the_model(desk: Desk):
    desk.offer("send", lambda call: 1 / 0)
    cycle = "<bpmn:extensionElements><camunda:failedJobRetryTimeCycle>R2/PT7M</camunda:failedJobRetryTimeCycle></bpmn:extensionElements>"
    instance = desk.started(
        model(START + service_task("send", "send", 'camunda:asyncBefore="true"', inside=cycle) + END + flows("start send end"))
    )

    desk.engine.jobs.run_due()

    (job,) = desk.engine.jobs.of_instance(instance.id)
    assert job.due_at - desk.clock.now() == timedelta(minutes=7)
    assert job.retries == 1
    assert "ZeroDivisionError" in (job.failure or "")


def test_a_user_task_can_wait_for_a_worker_too(desk: Desk):
    instance = desk.started(model(START + user_task("work", 'camunda:asyncBefore="true"') + END + flows("start work end")))
    assert desk.tasks(instance) == []

    desk.engine.jobs.run_due()

    assert desk.tasks(instance) == ["work"]
    desk.complete(instance, "work")
    assert desk.state(instance) == "completed"
