"""Many instances of one activity: those that a step does not concern sleep through it, and nothing is lost of them."""

from uuid import UUID

import pytest

from engine import snapshots
from engine.instances import Instance
from engine.models import InstanceRow
from engine.sleeping import AT_LEAST
from storage import database
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flows, model, user_task

MANY = AT_LEAST + 4
NAMED = '<bpmn:message id="m" name="word"/>'
EVENT = '<bpmn:messageEventDefinition messageRef="m"/>'


def each(inside: str = "") -> str:
    attributes = 'camunda:collection="bodies" camunda:elementVariable="who"'
    return f"<bpmn:multiInstanceLoopCharacteristics {attributes}>{inside}</bpmn:multiInstanceLoopCharacteristics>"


def process(activity: str, name: str = "answer", more: str = "") -> bytes:
    return model(START + activity + user_task("after") + END + flows(f"start {name} after end") + more, before=NAMED)


def sub(inner: str, way: str, loop: str) -> str:
    ends = '<bpmn:startEvent id="in"/><bpmn:endEvent id="out"/>'
    return f'<bpmn:subProcess id="sub">{ends}{inner}{flows(way)}{loop}</bpmn:subProcess>'


def begun(desk: Desk, *files: bytes, number: int = MANY) -> Instance:
    return desk.started(*files, variables={"bodies": [f"body {place}" for place in range(number)]})


def asleep(instance: Instance) -> int:
    """How many sleep when a step about something else is taken."""
    row = database.session.get(InstanceRow, instance.id, populate_existing=True)
    document = snapshots.unpacked(row.snapshot, UUID(int=0))
    return sum(len(sleepers) for sleepers in document.get("asleep", {}).values())


def test_a_step_wakes_the_one_it_is_about(desk: Desk):
    instance = begun(desk, process(user_task("answer", inside=each())))
    assert asleep(instance) == MANY

    desk.complete(instance, "answer")

    assert asleep(instance) == MANY - 1
    for _ in range(MANY - 1):
        desk.complete(instance, "answer")
    assert desk.tasks(instance) == ["after"]
    assert desk.passed(instance).count("answer") == MANY + 1


def test_few_stay_awake(desk: Desk):
    instance = begun(desk, process(user_task("answer", inside=each())), number=AT_LEAST - 1)

    assert asleep(instance) == 0


def test_those_who_sleep_are_seen_by_all_who_read(desk: Desk):
    instance = begun(desk, process(user_task("answer", inside=each())))

    last = desk.engine.tasks.of_instance(instance.id)[-1]
    assert desk.engine.tasks.variables(last.id)["who"] == f"body {MANY - 1}"
    open_ones = [activity for activity in desk.engine.history.activities(instance.id) if activity.ended_at is None]

    assert len(open_ones) == MANY + 1


def test_variables_of_a_sleeping_task_can_be_set(desk: Desk):
    instance = begun(desk, process(user_task("answer", inside=each())))
    last = desk.engine.tasks.of_instance(instance.id)[-1]

    with transaction():
        desk.engine.tasks.set_variables(last.id, {"draft": 1}, by="ann")

    assert desk.engine.tasks.variables(last.id)["draft"] == 1
    assert "draft" not in desk.variables(instance)
    assert asleep(instance) == MANY


def test_an_event_on_the_activity_ends_those_who_sleep(desk: Desk):
    event = f'<bpmn:boundaryEvent id="stop" attachedToRef="answer">{EVENT}</bpmn:boundaryEvent>' + user_task("late") + flows("stop late")
    instance = begun(desk, process(user_task("answer", inside=each()) + event))
    desk.complete(instance, "answer")

    with transaction():
        desk.engine.messages.correlate("word")

    assert desk.tasks(instance) == ["late"]
    assert desk.passed(instance).count("-answer") == MANY


def test_a_condition_that_ends_the_activity_ends_those_who_sleep(desk: Desk):
    two = "<bpmn:completionCondition>= nrOfCompletedInstances = 2</bpmn:completionCondition>"
    instance = begun(desk, process(user_task("answer", inside=each(two))))

    for _ in range(2):
        desk.complete(instance, "answer")

    assert desk.tasks(instance) == ["after"]
    assert desk.passed(instance).count("-answer") == MANY - 2


def test_an_instance_that_is_cancelled_takes_those_who_sleep_with_it(desk: Desk):
    instance = begun(desk, process(user_task("answer", inside=each())))

    with transaction():
        desk.engine.instances.cancel(instance.id, reason="over", by="ann")

    assert desk.tasks(instance) == []
    assert desk.passed(instance).count("-answer") == MANY + 1


def test_subprocesses_sleep_with_all_that_is_inside(desk: Desk):
    timer = '<bpmn:boundaryEvent id="due" attachedToRef="answer" cancelActivity="false">'
    timer += "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    inner = user_task("answer") + user_task("check") + timer + user_task("remind") + flows("due remind")
    instance = begun(desk, process(sub(inner, "in answer check out", each()), "sub"))
    assert asleep(instance) == MANY

    desk.complete(instance, "answer")
    assert asleep(instance) == MANY, "the one that went on sleeps again"
    desk.move(hours=1)
    desk.engine.timers.fire_due()

    assert desk.tasks(instance).count("remind") == MANY - 1
    for name in ("check", *["answer"] * (MANY - 1), *["remind"] * (MANY - 1), *["check"] * (MANY - 1)):
        desk.complete(instance, name)
    assert desk.tasks(instance) == ["after"]


def test_calls_sleep_too(desk: Desk):
    called = model(START + user_task("work") + END + flows("start work end"), key="called")
    instance = begun(desk, called, process(f'<bpmn:callActivity id="answer" calledElement="called">{each()}</bpmn:callActivity>'))
    assert asleep(instance) == MANY

    for _ in range(MANY):
        desk.complete(instance, "work")

    assert desk.tasks(instance) == ["after"]


def test_what_waits_for_a_condition_never_sleeps(desk: Desk):
    condition = "<bpmn:conditionalEventDefinition><bpmn:condition>= wanted = who</bpmn:condition></bpmn:conditionalEventDefinition>"
    inner = f'<bpmn:intermediateCatchEvent id="wait">{condition}</bpmn:intermediateCatchEvent>' + user_task("answer")
    instance = begun(desk, process(sub(inner, "in wait answer out", each()), "sub"))
    assert asleep(instance) == 0

    with transaction():
        desk.engine.instances.set_variables(instance.id, {"wanted": "body 3"}, by="ann")

    assert desk.tasks(instance) == ["answer"]


def test_listeners_hear_of_the_end_of_every_instance(desk: Desk):
    heard: list[str] = []
    desk.offer("told", lambda call: heard.append(call.variables["who"]))
    listener = '<bpmn:extensionElements><camunda:executionListener event="end" delegateExpression="${told}"/></bpmn:extensionElements>'
    event = f'<bpmn:boundaryEvent id="stop" attachedToRef="answer">{EVENT}</bpmn:boundaryEvent>' + user_task("late") + flows("stop late")
    instance = begun(desk, process(user_task("answer", inside=listener + each()) + event))
    desk.complete(instance, "answer")

    with transaction():
        desk.engine.messages.correlate("word")

    assert sorted(heard) == sorted(f"body {place}" for place in range(MANY))


@pytest.mark.parametrize("steps", [1, MANY])
def test_instances_within_instances_sleep_and_go_on(desk: Desk, steps: int):
    inner = user_task("answer", inside=each().replace("who", "one"))
    loop = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    event = f'<bpmn:boundaryEvent id="stop" attachedToRef="sub">{EVENT}</bpmn:boundaryEvent>' + user_task("late") + flows("stop late")
    instance = begun(desk, process(sub(inner, "in answer out", loop) + event, "sub"))
    assert asleep(instance) == 2 * MANY

    for _ in range(steps):
        desk.complete(instance, "answer")
    assert desk.tasks(instance).count("answer") == 2 * MANY - steps
    with transaction():
        desk.engine.messages.correlate("word")

    assert desk.tasks(instance) == ["late"]


def test_a_group_within_a_group_goes_on_to_its_end(desk: Desk):
    inner = user_task("answer", inside=each().replace("who", "one"))
    loop = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>16</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    instance = begun(desk, process(sub(inner, "in answer out", loop), "sub"), number=16)

    tasks = desk.engine.tasks.of_instance(instance.id)
    for task in tasks[::-1]:
        with transaction():
            desk.engine.tasks.complete(task.id, {}, by="ann")

    assert desk.tasks(instance) == ["after"]
