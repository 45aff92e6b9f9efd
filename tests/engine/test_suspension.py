"""What waits in a suspended instance goes on waiting, whatever comes for it, and takes it up when the instance goes on."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.errors import DefinitionNotStartable, InstanceNotActive
from engine.external_tasks import Topic
from engine.instances import Instance
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flows, model, service_task, user_task
from tests.engine.test_jobs import ASYNC
from tests.engine.test_signals import SEND, SIGNAL, catching
from tests.engine.test_timers import PAUSE
from tests.engine.test_undelivered import CYCLE, started_by

CONDITION = '<bpmn:conditionalEventDefinition><bpmn:condition xsi:type="bpmn:tFormalExpression">${ready}</bpmn:condition>'
CONDITIONAL = model(
    START
    + f'<bpmn:intermediateCatchEvent id="wait">{CONDITION}</bpmn:conditionalEventDefinition></bpmn:intermediateCatchEvent>'
    + user_task("after")
    + END
    + flows("start wait after end")
)
SENDING = model(
    START
    + '<bpmn:serviceTask id="send" camunda:type="external" camunda:topic="send"/>'
    + user_task("after")
    + END
    + flows("start send after end")
)
ASKING = model(START + user_task("ask") + user_task("after") + END + flows("start ask after end"))


def suspend(desk: Desk, instance: Instance) -> None:
    with transaction():
        desk.engine.instances.suspend(instance.id, by="admin")


def resume(desk: Desk, instance: Instance) -> None:
    with transaction():
        desk.engine.instances.resume(instance.id, by="admin")


def in_background(desk: Desk) -> None:
    """All that the worker does, a moment later; what was put off is due again by then."""
    desk.move(minutes=2)
    for _ in range(3):
        desk.engine.timers.fire_due()
        desk.engine.start_timers.fire_due()
        desk.engine.jobs.run_due()
        desk.engine.deliveries.deliver_due()


def refused(act: Callable[[], object]) -> None:
    with pytest.raises(InstanceNotActive):
        act()


def test_a_user_task_is_neither_claimed_nor_completed(desk: Desk):
    instance = desk.started(ASKING)
    task = desk.task(instance, "ask")
    suspend(desk, instance)
    assert desk.task(instance, "ask").suspended

    refused(lambda: desk.complete(instance, "ask"))
    with transaction(), pytest.raises(InstanceNotActive):
        desk.engine.tasks.claim(task.id, by="ann")
    resume(desk, instance)

    assert not desk.task(instance, "ask").suspended
    desk.complete(instance, "ask")
    assert desk.tasks(instance) == ["after"]


def test_a_timer_that_falls_due_fires_when_the_instance_goes_on(desk: Desk):
    instance = desk.started(PAUSE)
    suspend(desk, instance)
    desk.move(hours=2)
    in_background(desk)
    assert desk.tasks(instance) == []

    resume(desk, instance)
    in_background(desk)

    assert desk.tasks(instance) == ["after"]


def test_a_job_waits(desk: Desk):
    desk.offer("send", lambda call: None)
    instance = desk.started(ASYNC)
    suspend(desk, instance)
    in_background(desk)
    assert desk.calls == []

    resume(desk, instance)
    in_background(desk)

    assert desk.tasks(instance) == ["after"]


def test_a_message_is_refused_to_who_brings_it_and_kept_where_it_was_sent(desk: Desk):
    desk.deploy(catching(SEND))
    instance = desk.start("q", business_key="K")
    suspend(desk, instance)
    with transaction(), pytest.raises(InstanceNotActive):
        desk.engine.messages.correlate("ready", business_key="K")
    with transaction():
        desk.engine.messages.send("ready", business_key="K", time_to_live=timedelta(days=1))
    in_background(desk)
    assert [one.reason for one in desk.engine.undelivered.list().items] == ["under_way"]

    resume(desk, instance)
    in_background(desk)

    assert desk.tasks(instance) == ["after"]
    assert desk.engine.undelivered.list().items == ()


def test_a_signal_is_heard_when_the_instance_goes_on(desk: Desk):
    desk.deploy(catching(SIGNAL))
    going, resting = desk.start("q"), desk.start("q")
    suspend(desk, resting)
    with transaction():
        desk.engine.messages.broadcast("holiday")
    in_background(desk)
    assert (desk.tasks(going), desk.tasks(resting)) == (["after"], [])

    resume(desk, resting)
    in_background(desk)

    assert desk.tasks(resting) == ["after"]


def test_an_external_task_is_not_fetched_and_one_that_was_is_not_completed(desk: Desk):
    instance = desk.started(SENDING)

    def fetched() -> list:
        with transaction():
            return desk.engine.external_tasks.fetch_and_lock("w", [Topic("send", timedelta(minutes=5))], 10)

    (task,) = fetched()
    suspend(desk, instance)
    desk.move(hours=1)
    assert fetched() == []
    with transaction(), pytest.raises(InstanceNotActive):
        desk.engine.external_tasks.complete(task.id, "w", {}, by="worker")

    resume(desk, instance)

    assert [one.id for one in fetched()] == [task.id]
    with transaction():
        desk.engine.external_tasks.complete(task.id, "w", {}, by="worker")
    assert desk.tasks(instance) == ["after"]


def test_a_condition_is_not_asked_because_no_variable_can_be_set(desk: Desk):
    instance = desk.started(CONDITIONAL, variables={"ready": False})
    suspend(desk, instance)
    with transaction(), pytest.raises(InstanceNotActive):
        desk.engine.instances.set_variables(instance.id, {"ready": True}, by="admin")

    resume(desk, instance)
    with transaction():
        desk.engine.instances.set_variables(instance.id, {"ready": True}, by="admin")

    assert desk.tasks(instance) == ["after"]


def test_a_suspended_instance_can_be_cancelled_and_is_suspended_once(desk: Desk):
    instance = desk.started(PAUSE)
    suspend(desk, instance)
    with transaction(), pytest.raises(InstanceNotActive):
        desk.engine.instances.suspend(instance.id, by="admin")

    with transaction():
        desk.engine.instances.cancel(instance.id, "no longer wanted", by="admin")

    assert desk.state(instance) == "cancelled"
    with transaction(), pytest.raises(InstanceNotActive):
        desk.engine.instances.resume(instance.id, by="admin")


def test_a_suspended_definition_starts_nothing_by_hand_or_by_its_timer_and_what_runs_goes_on(desk: Desk):
    desk.offer("work", lambda call: None)
    desk.deploy(started_by(CYCLE), ASKING.replace(b'process id="p"', b'process id="r"'))
    running = desk.start("r")
    for key in ("p", "r"):
        with transaction():
            desk.engine.definitions.suspend(desk.engine.definitions.latest(key).id, by="admin")
    with pytest.raises(DefinitionNotStartable):
        desk.start("r")
    desk.move(hours=5)
    in_background(desk)
    assert len(desk.engine.instances.list().items) == 1
    desk.complete(running, "ask")

    with transaction():
        desk.engine.definitions.activate(desk.engine.definitions.latest("p").id, by="admin")
    in_background(desk)

    assert len(desk.engine.instances.list(definition_key="p").items) == 1, "one for all the rounds that were missed"


def test_a_service_task_behind_what_was_waited_for_is_not_run_meanwhile(desk: Desk):
    instance = desk.started(model(START + user_task("ask") + service_task("send", "note") + END + flows("start ask send end")))
    suspend(desk, instance)

    refused(lambda: desk.complete(instance, "ask"))

    assert desk.calls == []
    assert desk.passed(instance) == ["start"]
