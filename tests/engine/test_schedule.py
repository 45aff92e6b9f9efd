"""Jobs under one word: timers, work in the background, timers that start instances; hurried, put off, tried again, suspended, in turn."""

from datetime import timedelta
from uuid import uuid4

import pytest

from engine.definition_models import StartEventRow
from engine.errors import InstanceNotActive, JobDefinitionNotFound, JobNeeded, JobNotFound, JobWithoutPriority, StepFailed
from engine.instances import Instance
from engine.job_definitions import JobDefinition, id_of
from storage import journal
from storage.database import session
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flows, model, service_task
from tests.engine.test_jobs import ASYNC
from tests.engine.test_timers import PAUSE, REMINDED
from tests.engine.test_undelivered import CYCLE, started_by

FORKED = model(
    START
    + '<bpmn:parallelGateway id="fork"/>'
    + "".join(service_task(f"work{n}", "note", 'camunda:asyncBefore="true"') for n in range(5))
    + '<bpmn:parallelGateway id="join"/>'
    + END
    + flows("start fork work0 join end", *(f"fork work{n} join" for n in range(1, 5)))
)


def does(desk: Desk, act: str, *arguments: object, **named: object) -> None:
    with transaction():
        getattr(desk.engine.schedule, act)(*arguments, by="admin", **named)


def only_timer(desk: Desk, instance: Instance):
    (timer,) = desk.engine.timers.of_instance(instance.id)
    return timer


def only_job(desk: Desk, instance: Instance):
    (job,) = desk.engine.jobs.of_instance(instance.id)
    return job


def start_timer() -> StartEventRow:
    return session.query(StartEventRow).populate_existing().one()


def switched(desk: Desk, kind: str, element_id: str, *, suspended: bool, existing: bool = False) -> JobDefinition:
    with transaction():
        place = id_of(desk.engine.definitions.latest("p").id, kind, element_id)
        return desk.engine.job_definitions.switch(place, suspended=suspended, existing=existing, by="admin")


def test_a_timer_is_moved_and_fires_at_its_new_moment_and_no_sooner(desk: Desk):
    instance = desk.started(PAUSE)
    moment = desk.clock.now() + timedelta(hours=3)

    does(desk, "set_due", only_timer(desk, instance).id, moment)

    assert only_timer(desk, instance).due_at == moment
    desk.move(hours=2)
    assert desk.engine.timers.fire_due() == 0
    desk.move(hours=1)
    assert desk.engine.timers.fire_due() == 1
    assert desk.tasks(instance) == ["after"]


def test_the_further_rounds_of_a_cycle_follow_the_one_that_was_moved(desk: Desk):
    instance = desk.started(REMINDED)
    does(desk, "set_due", only_timer(desk, instance).id, None)

    desk.engine.timers.fire_due()

    assert only_timer(desk, instance).due_at - desk.clock.now() == timedelta(minutes=10)


def test_a_job_or_timer_is_done_at_once_whoever_it_waits_for(desk: Desk):
    desk.offer("send", lambda call: {"sent": True})
    paused, sending = desk.started(PAUSE), None
    does(desk, "execute", only_timer(desk, paused).id)
    assert desk.tasks(paused) == ["after"]

    sending = desk.started(ASYNC)
    does(desk, "execute", only_job(desk, sending).id)

    assert desk.variables(sending) == {"sent": True}
    with pytest.raises(JobNotFound):
        does(desk, "execute", uuid4())


def test_a_job_that_had_failed_for_good_is_tried_again_when_it_gets_retries(desk: Desk):
    desk.offer("send", lambda call: 1 / 0)
    instance = desk.started(ASYNC)
    for _ in range(3):
        desk.engine.jobs.run_due()
        desk.move(hours=1)
    job = only_job(desk, instance)
    assert job.state == "failed"
    assert "ZeroDivisionError" in (desk.engine.schedule.failure(job.id) or "")

    does(desk, "set_retries", job.id, 1)
    assert desk.engine.incidents.list(instance.id).items == ()
    desk.offer("send", lambda call: None)
    assert desk.engine.jobs.run_due() == 1

    assert desk.tasks(instance) == ["after"]
    events = [entry.event for entry in journal.entries_about("job", job.id)]
    assert events == ["job:retries_set"]


def test_a_failed_timer_fires_again_when_it_gets_retries(desk: Desk):
    desk.offer("note", lambda call: 1 / 0)
    instance = desk.started(REMINDED)
    desk.move(minutes=10)
    desk.engine.timers.fire_due()
    timer = only_timer(desk, instance)
    assert timer.state == "failed"

    desk.offer("note", lambda call: None)
    does(desk, "set_retries", timer.id, 1)

    assert desk.engine.timers.fire_due() == 1
    assert desk.engine.incidents.list(instance.id).items == ()


def test_executing_a_job_that_fails_again_says_so_and_counts(desk: Desk):
    desk.offer("note", lambda call: 1 / 0)
    instance = desk.started(REMINDED)

    with pytest.raises(StepFailed):
        does(desk, "execute", only_timer(desk, instance).id)

    (incident,) = desk.engine.incidents.list(instance.id).items
    assert (incident.kind, incident.failures) == ("timer", 1)


def test_only_a_suspended_job_waits_and_its_instance_goes_on(desk: Desk):
    instance = desk.started(REMINDED)
    timer = only_timer(desk, instance)
    does(desk, "suspend", timer.id, suspended=True)
    desk.move(hours=1)
    assert desk.engine.timers.fire_due() == 0

    does(desk, "suspend", timer.id, suspended=False)

    assert desk.engine.timers.fire_due() == 1
    with transaction():
        desk.engine.instances.suspend(instance.id, by="admin")
    with pytest.raises(InstanceNotActive):
        does(desk, "suspend", only_timer(desk, instance).id, suspended=False)


def test_the_jobs_of_an_element_wait_until_they_are_let_on(desk: Desk):
    before = desk.started(PAUSE)
    assert switched(desk, "timer", "pause", suspended=True).suspended
    after = desk.start()
    with transaction():
        desk.engine.instances.suspend(after.id, by="admin")
        desk.engine.instances.resume(after.id, by="admin")
    desk.move(hours=1)

    assert desk.engine.timers.fire_due() == 1, "what was there before is let be"
    assert (desk.tasks(before), desk.tasks(after)) == (["after"], [])

    assert not switched(desk, "timer", "pause", suspended=False, existing=True).suspended
    assert desk.engine.timers.fire_due() == 1
    assert desk.tasks(after) == ["after"]


def test_the_jobs_of_an_element_that_are_there_can_be_made_to_wait_too(desk: Desk):
    desk.offer("send", lambda call: None)
    going, resting = desk.started(ASYNC), desk.start()
    switched(desk, "job", "send", suspended=True, existing=True)
    assert desk.engine.jobs.run_due() == 0
    with transaction():
        desk.engine.instances.suspend(resting.id, by="admin")

    switched(desk, "job", "send", suspended=False, existing=True)

    assert desk.engine.jobs.run_due() == 1, "not that of a suspended instance"
    assert (desk.tasks(going), desk.tasks(resting)) == (["after"], [])


def test_a_timed_start_is_a_job_too(desk: Desk):
    desk.offer("work", lambda call: None)
    desk.deploy(started_by(CYCLE))
    job_id = start_timer().id
    does(desk, "set_due", job_id, desk.clock.now())
    does(desk, "suspend", job_id, suspended=True)
    assert desk.engine.start_timers.fire_due() == 0

    does(desk, "execute", job_id)
    assert len(desk.engine.instances.list().items) == 1
    assert start_timer().due_at == desk.clock.now() + timedelta(hours=1)
    switched(desk, "start", "begin", suspended=False)
    desk.move(hours=1)
    assert desk.engine.start_timers.fire_due() == 1

    does(desk, "delete", job_id)
    desk.move(hours=5)
    assert desk.engine.start_timers.fire_due() == 0


def test_a_timed_start_that_fails_when_it_is_executed_is_an_incident(desk: Desk):
    desk.offer("work", lambda call: 1 / 0)
    desk.deploy(started_by(CYCLE))

    with pytest.raises(StepFailed):
        does(desk, "execute", start_timer().id)

    (incident,) = desk.engine.incidents.list().items
    assert (incident.kind, incident.element_id) == ("start", "work")
    assert start_timer().due_at == desk.clock.now() + timedelta(hours=1)


def test_a_job_that_an_instance_waits_for_is_not_deleted_and_a_timer_has_no_priority(desk: Desk):
    instance = desk.started(PAUSE)
    timer = only_timer(desk, instance)

    with pytest.raises(JobNeeded):
        does(desk, "delete", timer.id)
    with pytest.raises(JobWithoutPriority):
        does(desk, "set_priority", timer.id, 5)


def test_the_definitions_of_jobs_are_told_from_the_model(desk: Desk):
    desk.deploy(REMINDED)
    definition = desk.engine.definitions.latest("p")

    (found,) = desk.engine.job_definitions.of(definition)

    assert (found.kind, found.element_id, found.trigger) == ("timer", "due_soon", "CYCLE: R3/PT10M")
    for unknown in ("x", f"{definition.id}:job:due_soon", f"{uuid4()}:timer:due_soon"):
        with pytest.raises(JobDefinitionNotFound):
            desk.engine.job_definitions.get(unknown)


def test_the_most_urgent_job_is_done_first(desk: Desk):
    desk.offer("send", lambda call: None)
    instances = [desk.started(ASYNC), desk.start(), desk.start()]
    does(desk, "set_priority", only_job(desk, instances[2]).id, 10)
    does(desk, "set_priority", only_job(desk, instances[1]).id, -10)

    desk.engine.jobs.run_due()

    assert [call.instance_id for call in desk.calls] == [instances[n].id for n in (2, 0, 1)]


def test_an_instance_with_many_due_jobs_lets_others_have_their_turn(desk: Desk):
    greedy, modest = desk.started(FORKED), desk.start()

    desk.engine.jobs.run_due()

    order = [call.instance_id for call in desk.calls]
    assert order[:4] == [greedy.id, modest.id, greedy.id, modest.id]
    assert desk.state(greedy) == desk.state(modest) == "completed"
