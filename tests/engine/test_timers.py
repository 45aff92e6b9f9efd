"""Timers fire once, when they are due, and never for what is over or suspended."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import current_app

from engine import attempts
from engine.errors import VariableRefused
from engine.models import JobRow, TimerRow
from storage import database as storage_database
from storage.identifiers import new_id
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flows, model, service_task, user_task


def timer(kind: str, value: str) -> str:
    """A timer event definition."""
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{value}</bpmn:{kind}></bpmn:timerEventDefinition>"


def boundary(element_id: str, on: str, inside: str, *, interrupting: bool = True) -> str:
    """A boundary event."""
    cancel = "true" if interrupting else "false"
    return f'<bpmn:boundaryEvent id="{element_id}" attachedToRef="{on}" cancelActivity="{cancel}">{inside}</bpmn:boundaryEvent>'


PAUSE = model(
    START
    + f'<bpmn:intermediateCatchEvent id="pause">{timer("timeDuration", "PT1H")}</bpmn:intermediateCatchEvent>'
    + user_task("after")
    + END
    + flows("start pause after end")
)
ESCALATED = model(
    START
    + user_task("review")
    + boundary("deadline_passed", "review", timer("timeDuration", "${wait}"))
    + user_task("escalate")
    + END
    + flows("start review end", "deadline_passed escalate end")
)
REMINDED = model(
    START
    + user_task("review")
    + boundary("due_soon", "review", timer("timeCycle", "R3/PT10M"), interrupting=False)
    + service_task("remind", "note")
    + END
    + flows("start review end", "due_soon remind end")
)


def test_a_timer_waits_for_its_moment_and_fires_once(desk: Desk):
    instance = desk.started(PAUSE)
    assert desk.engine.timers.fire_due() == 0

    desk.move(minutes=59)
    assert desk.engine.timers.fire_due() == 0
    desk.move(minutes=1)
    assert desk.engine.timers.fire_due() == 1
    assert desk.engine.timers.fire_due() == 0

    assert desk.tasks(instance) == ["after"]
    assert desk.engine.timers.of_instance(instance.id) == []


def test_an_interrupting_timer_takes_the_task_away(desk: Desk):
    instance = desk.started(ESCALATED, variables={"wait": "PT2H"})

    desk.move(hours=2)
    desk.engine.timers.fire_due()

    assert desk.tasks(instance) == ["escalate"]
    assert desk.passed(instance) == ["start", "-review", "deadline_passed"]
    desk.complete(instance, "escalate")
    assert desk.state(instance) == "completed"


def test_the_timers_of_a_task_go_with_it(desk: Desk):
    instance = desk.started(ESCALATED, variables={"wait": "PT2H"})

    desk.complete(instance, "review")
    desk.move(hours=3)

    assert desk.engine.timers.fire_due() == 0
    assert desk.state(instance) == "completed"
    assert "deadline_passed" not in " ".join(desk.passed(instance))


def test_a_cycle_fires_as_often_as_it_says_beside_the_task(desk: Desk):
    instance = desk.started(REMINDED)

    for _ in range(5):
        desk.move(minutes=10)
        desk.engine.timers.fire_due()

    assert len(desk.calls) == 3
    assert desk.tasks(instance) == ["review"]
    desk.complete(instance, "review")
    assert desk.state(instance) == "completed"


def test_an_endless_cycle_leaves_no_more_behind_than_its_first_round(desk: Desk):
    instance = desk.started(REMINDED.replace(b"R3/", b"R/"))
    sizes = []

    for _ in range(60):
        desk.move(minutes=10)
        assert desk.engine.timers.fire_due() == 1
        sizes.append(len(desk.engine.history.open_activities(instance.id)))

    assert len(desk.calls) == 60
    assert sizes[0] == sizes[-1] == 1
    assert len(desk.engine.timers.of_instance(instance.id)) == 1


def test_a_suspended_instance_lets_its_timers_wait(desk: Desk):
    instance = desk.started(PAUSE)
    with transaction():
        desk.engine.instances.suspend(instance.id, by="admin")
    desk.move(hours=5)
    assert desk.engine.timers.fire_due() == 0

    with transaction():
        desk.engine.instances.resume(instance.id, by="admin")
    assert desk.engine.timers.fire_due() == 1

    assert desk.tasks(instance) == ["after"]


def test_a_failing_timer_leaves_an_incident_and_does_not_stop_the_others(desk: Desk):
    broken = PAUSE.replace(b'<bpmn:userTask id="after"', service_task("compute", "break").encode() + b'<bpmn:userTask id="after"')
    broken = broken.replace(flows("start pause after end").encode(), flows("start pause compute after end").encode())
    desk.offer("break", lambda call: 1 / 0)
    instance = desk.started(broken)
    desk.move(hours=1)

    assert desk.engine.timers.fire_due() == 0
    assert desk.engine.timers.fire_due() == 0
    (incident,) = desk.engine.incidents.list(instance.id).items
    assert (incident.kind, incident.element_id, incident.failures) == ("timer", "compute", 1)

    desk.offer("break", lambda call: None)
    with transaction():
        desk.engine.incidents.retry(incident.id, by="admin")
    assert desk.tasks(instance) == ["after"]
    assert desk.engine.incidents.list(instance.id).items == ()


def test_several_workers_fire_each_timer_exactly_once(desk: Desk):
    desk.deploy(
        PAUSE.replace(b'<bpmn:userTask id="after"', service_task("compute", "note").encode() + b'<bpmn:userTask id="after"').replace(
            flows("start pause after end").encode(), flows("start pause compute after end").encode()
        )
    )
    instances = [desk.start() for _ in range(20)]
    desk.move(hours=1)
    app, counts = current_app._get_current_object(), []

    def work() -> None:
        with app.app_context():
            fired = 0
            for _ in range(40):
                fired += desk.engine.timers.fire_due(limit=3)
            counts.append(fired)
            storage_database.session.remove()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    storage_database.session.rollback()
    assert sum(counts) == 20
    assert sorted(call.instance_id for call in desk.calls) == sorted(instance.id for instance in instances)
    assert all(desk.tasks(instance) == ["after"] for instance in instances)


def test_a_timer_on_a_subprocess_ends_everything_inside(desk: Desk):
    inner = '<bpmn:startEvent id="in"/>' + user_task("work") + '<bpmn:endEvent id="out"/>' + flows("in work out")
    instance = desk.started(
        model(
            START
            + f'<bpmn:subProcess id="inside">{inner}</bpmn:subProcess>'
            + boundary("late", "inside", timer("timeDuration", "P1D"))
            + user_task("escalate")
            + END
            + flows("start inside end", "late escalate end")
        )
    )
    assert desk.tasks(instance) == ["work"]

    desk.move(days=1)
    desk.engine.timers.fire_due()

    assert desk.tasks(instance) == ["escalate"]
    assert {"-work", "-inside"} <= set(desk.passed(instance))


def test_working_days_can_be_asked_for_in_an_expression(desk: Desk):
    data = PAUSE.replace(timer("timeDuration", "PT1H").encode(), timer("timeDate", "=add_working_days(now(), 5)").encode())
    instance = desk.started(data)

    (found,) = desk.engine.timers.of_instance(instance.id)

    assert found.due_at == desk.clock.now() + timedelta(days=5)


def test_of_an_event_gateway_only_what_happens_first_goes_on(desk: Desk):
    message = '<bpmn:message id="m" name="answered"/>'
    instance = desk.started(
        model(
            START
            + '<bpmn:eventBasedGateway id="either"/>'
            + f'<bpmn:intermediateCatchEvent id="late">{timer("timeDuration", "P1D")}</bpmn:intermediateCatchEvent>'
            + '<bpmn:intermediateCatchEvent id="answer"><bpmn:messageEventDefinition messageRef="m"/></bpmn:intermediateCatchEvent>'
            + user_task("escalate")
            + user_task("read")
            + END
            + flows("start either late escalate end", "either answer read end"),
            before=message,
        )
    )

    with transaction():
        desk.engine.messages.correlate("answered", instance_id=instance.id, variables={"answer": "yes"})

    assert desk.tasks(instance) == ["read"]
    assert desk.engine.timers.of_instance(instance.id) == []
    assert desk.variables(instance) == {"answer": "yes"}


def test_the_row_of_a_timer_that_nothing_waits_with_does_not_hold_up_the_others(desk: Desk):
    instance = desk.started(PAUSE)
    with transaction():
        place = {"id": new_id(), "instance_id": instance.id, "task_id": None, "token_id": "0" * 32, "element_id": "pause"}
        stray = {**place, "state": "waiting"}
        storage_database.session.execute(sa.insert(TimerRow), [stray | {"due_at": desk.clock.now()}])
    desk.move(hours=2)

    assert desk.engine.timers.fire_due() == 1

    assert desk.tasks(instance) == ["after"]
    assert desk.engine.timers.of_instance(instance.id) == []


def test_a_timer_that_is_due_leaves_a_persons_step_alone(desk: Desk):
    desk.offer("note", lambda call: 1 / 0)
    instance = desk.started(REMINDED)
    with transaction():
        desk.engine.tasks.claim(desk.task(instance, "review").id, by="ann")
    desk.move(minutes=30)

    desk.complete(instance, "review")

    assert desk.state(instance) == "completed"
    assert desk.calls == []


@pytest.mark.parametrize(("model_of", "index"), [(TimerRow, "ix_timers_due_at"), (JobRow, "ix_jobs_due_at")])
def test_what_is_due_is_found_by_its_partial_index(database: str, model_of: type, index: str):
    session = storage_database.session
    query = attempts.due(model_of, datetime(2026, 10, 1, tzinfo=UTC)).limit(1)
    text = str(query.compile(storage_database.engine(), compile_kwargs={"literal_binds": True}))
    session.rollback()
    session.connection(execution_options=storage_database.snapshot())
    if database == "postgresql":
        session.execute(sa.text("SET LOCAL enable_seqscan = off"))

    plan = session.execute(sa.text(("EXPLAIN " if database == "postgresql" else "EXPLAIN QUERY PLAN ") + text)).all()

    assert index in str(plan)


UNKEEPABLE = model(
    START
    + f'<bpmn:intermediateCatchEvent id="pause">{timer("timeDuration", "PT1H")}</bpmn:intermediateCatchEvent>'
    + '<bpmn:userTask id="after" camunda:candidateGroups="${group}"/>'
    + END
    + flows("start pause after end")
)


def test_a_timer_whose_step_names_people_that_no_database_can_keep_does_not_stop_the_others(desk: Desk):
    bad = desk.started(UNKEEPABLE, variables={"group": "г" * 5000})
    good = desk.start(variables={"group": "executor"})
    desk.move(hours=1)

    desk.engine.timers.fire_due()
    desk.engine.timers.fire_due()

    assert desk.tasks(good) == ["after"]
    incidents = desk.engine.incidents.list(instance_id=bad.id).items
    assert [incident.cause for incident in incidents] == ["people_unreadable"]


def test_a_text_with_a_nul_is_no_variable(desk: Desk):
    with pytest.raises(VariableRefused):
        desk.started(PAUSE, variables={"note": "a\0b"})
