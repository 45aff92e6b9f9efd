"""Jobs before and after every kind of element, and how urgent they are."""

import pytest

from engine.instances import Instance
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flow, flows, mapping, model, service_task, user_task

BEFORE, AFTER = 'camunda:asyncBefore="true"', 'camunda:asyncAfter="true"'
TIMER = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
MESSAGE = '<bpmn:message id="m" name="go"/>'
INSIDE = '<bpmn:startEvent id="in"/>' + user_task("work") + '<bpmn:endEvent id="out"/>' + flows("in work out")
EACH = '<bpmn:multiInstanceLoopCharacteristics {} camunda:collection="bodies" camunda:elementVariable="body"/>'


def jobs(desk: Desk, instance: Instance) -> list[str]:
    return [job.element_id for job in desk.engine.jobs.of_instance(instance.id)]


def run(desk: Desk) -> int:
    return desk.engine.jobs.run_due()


@pytest.mark.parametrize(
    "element",
    [
        f'<bpmn:task id="x" {BEFORE}/>',
        f'<bpmn:scriptTask id="x" {BEFORE}><bpmn:script>seen = 1</bpmn:script></bpmn:scriptTask>',
        f'<bpmn:exclusiveGateway id="x" {BEFORE}/>',
        f'<bpmn:inclusiveGateway id="x" {BEFORE}/>',
        f'<bpmn:parallelGateway id="x" {BEFORE}/>',
        f'<bpmn:intermediateThrowEvent id="x" {BEFORE}/>',
        f'<bpmn:task id="x" {AFTER}/>',
        f'<bpmn:exclusiveGateway id="x" {AFTER}/>',
        f'<bpmn:parallelGateway id="x" {AFTER}/>',
        f'<bpmn:intermediateThrowEvent id="x" {AFTER}/>',
    ],
)
def test_a_job_stands_before_or_after_what_runs_by_itself(desk: Desk, element: str):
    instance = desk.started(model(START + element + user_task("after") + END + flows("start x after end")))
    assert (jobs(desk, instance), desk.tasks(instance)) == (["x"], [])

    run(desk)

    assert (jobs(desk, instance), desk.tasks(instance)) == ([], ["after"])
    assert desk.passed(instance) == ["start", "x"]


@pytest.mark.parametrize("where", [BEFORE, AFTER])
def test_a_job_stands_before_or_after_the_work_of_a_person(desk: Desk, where: str):
    instance = desk.started(model(START + user_task("x", where) + user_task("next") + END + flows("start x next end")))

    run(desk)
    desk.complete(instance, "x")
    run(desk)

    assert desk.tasks(instance) == ["next"]
    assert desk.passed(instance) == ["start", "x"]


def test_a_task_that_a_job_has_opened_sees_its_inputs(desk: Desk):
    task = user_task("x", BEFORE, inside=mapping(inputs={"asked": "${year}"}))
    instance = desk.started(model(START + task + END + flows("start x end")), variables={"year": 2026})

    run(desk)

    assert desk.engine.tasks.variables(desk.task(instance, "x").id) == {"asked": 2026, "year": 2026}


@pytest.mark.parametrize(
    "element",
    [
        f'<bpmn:subProcess id="x" {BEFORE}>{INSIDE}</bpmn:subProcess>',
        f'<bpmn:callActivity id="x" calledElement="q" {BEFORE}/>',
        f'<bpmn:subProcess id="x" {AFTER}>{INSIDE}</bpmn:subProcess>',
        f'<bpmn:callActivity id="x" calledElement="q" {AFTER}/>',
    ],
)
def test_a_job_stands_before_or_after_what_holds_others(desk: Desk, element: str):
    desk.deploy(model(INSIDE, key="q"))
    instance = desk.started(model(START + element + user_task("next") + END + flows("start x next end")))
    first = desk.tasks(instance)

    run(desk)
    assert first == [] if BEFORE in element else first == ["work"]
    desk.complete(instance, "work")
    run(desk)

    assert desk.tasks(instance) == ["next"]
    assert desk.passed(instance)[0] == "start"
    assert "x" in desk.passed(instance)
    desk.complete(instance, "next")
    assert desk.state(instance) == "completed"


@pytest.mark.parametrize(
    "element",
    [
        f'<bpmn:intermediateCatchEvent id="x" {BEFORE}><bpmn:messageEventDefinition messageRef="m"/></bpmn:intermediateCatchEvent>',
        f'<bpmn:receiveTask id="x" messageRef="m" {BEFORE}/>',
    ],
)
def test_nobody_waits_for_a_message_before_the_job_has_come(desk: Desk, element: str):
    instance = desk.started(model(START + element + user_task("next") + END + flows("start x next end"), before=MESSAGE))
    assert list(desk.engine.messages.of_instance(instance.id)) == []

    run(desk)
    with transaction():
        desk.engine.messages.correlate("go")

    assert desk.tasks(instance) == ["next"]


def test_a_timer_begins_to_run_when_the_job_has_come(desk: Desk):
    event = f'<bpmn:intermediateCatchEvent id="x" {BEFORE}>{TIMER}</bpmn:intermediateCatchEvent>'
    instance = desk.started(model(START + event + user_task("next") + END + flows("start x next end")))
    desk.move(hours=2)

    run(desk)
    assert desk.engine.timers.fire_due() == 0

    desk.move(hours=1)
    desk.engine.timers.fire_due()
    assert desk.tasks(instance) == ["next"]


def test_what_a_boundary_event_leads_to_is_left_to_a_worker(desk: Desk):
    event = f'<bpmn:boundaryEvent id="late" attachedToRef="x" {BEFORE}>{TIMER}</bpmn:boundaryEvent>'
    parts = START + user_task("x") + event + user_task("mend") + END + flows("start x end", "late mend end")
    instance = desk.started(model(parts))

    desk.move(hours=1)
    desk.engine.timers.fire_due()
    assert (jobs(desk, instance), desk.tasks(instance)) == (["late"], [])

    run(desk)
    assert desk.tasks(instance) == ["mend"]


def test_one_job_stands_before_all_instances_of_a_loop_and_one_before_each(desk: Desk):
    loop = EACH.format(BEFORE)
    parts = START + user_task("x", BEFORE, inside=loop) + END + flows("start x end")
    instance = desk.started(model(parts), variables={"bodies": ["a", "b"]})
    assert jobs(desk, instance) == ["x"]

    assert run(desk) == 3

    assert desk.tasks(instance) == ["x", "x"]


@pytest.mark.parametrize(
    "element", ['<bpmn:subProcess id="x">{}{}</bpmn:subProcess>', '<bpmn:callActivity id="x" calledElement="q">{}{}</bpmn:callActivity>']
)
def test_each_instance_of_a_subprocess_or_call_can_have_its_job(desk: Desk, element: str):
    desk.deploy(model(INSIDE, key="q"))
    held = element.format(INSIDE if "subProcess" in element else "", EACH.format(BEFORE))
    instance = desk.started(model(START + held + END + flows("start x end")), variables={"bodies": ["a", "b"]})
    assert jobs(desk, instance) == ["x", "x"]

    assert run(desk) == 2

    assert desk.tasks(instance) == ["work", "work"]
    desk.complete(instance, "work")
    desk.complete(instance, "work")
    assert desk.state(instance) == "completed"


def test_branches_behind_a_gateway_become_jobs_of_their_own(desk: Desk):
    fork = f'<bpmn:parallelGateway id="fork" {AFTER}/><bpmn:parallelGateway id="join" {BEFORE}/>'
    parts = START + fork + user_task("a") + user_task("b") + END + flows("start fork a join end", "fork b join")
    instance = desk.started(model(parts))
    assert jobs(desk, instance) == ["fork", "fork"]

    run(desk)
    desk.complete(instance, "a")
    desk.complete(instance, "b")

    assert jobs(desk, instance) == ["join"]
    run(desk)
    assert desk.state(instance) == "completed"


def test_the_job_behind_a_choice_comes_after_the_choice(desk: Desk):
    choice = f'<bpmn:exclusiveGateway id="ask" default="ask__no" {AFTER}/>'
    parts = START + choice + user_task("yes") + user_task("no") + END
    parts += flow("ask", "yes", "${good}") + flows("start ask", "ask no", "yes end", "no end")
    instance = desk.started(model(parts), variables={"good": True})

    run(desk)

    assert desk.tasks(instance) == ["yes"]


def test_the_job_after_an_end_keeps_the_instance_open(desk: Desk):
    instance = desk.started(model(START + f'<bpmn:endEvent id="end" {AFTER}/>' + flows("start end")))
    assert desk.state(instance) == "active"

    run(desk)

    assert desk.state(instance) == "completed"


def test_a_failing_job_between_elements_is_an_incident_at_the_element_it_leads_to(desk: Desk):
    desk.offer("send", lambda call: 1 / 0)
    parts = START + f'<bpmn:task id="x" {AFTER}/>' + service_task("send", "send") + END + flows("start x send end")
    instance = desk.started(model(parts))

    for _ in range(3):
        run(desk)
        desk.move(hours=1)

    (incident,) = desk.engine.incidents.list(instance.id).items
    assert (incident.kind, incident.element_id) == ("job", "send")


def test_urgent_jobs_go_first(desk: Desk):
    done: list[str] = []
    desk.offer("send", lambda call: done.append(call.element_id))
    fork = '<bpmn:parallelGateway id="fork"/>'
    parts = START + fork + service_task("slow", "send", BEFORE) + service_task("fast", "send", f'{BEFORE} camunda:jobPriority="${{haste}}"')
    desk.started(model(parts + END + flows("start fork slow end", "fork fast end")), variables={"haste": 7})

    run(desk)

    assert done == ["fast", "slow"]


def test_the_priority_of_a_process_is_that_of_its_jobs(desk: Desk):
    parts = START + service_task("send", "note", BEFORE) + END + flows("start send end")

    instance = desk.started(model(parts, attributes='camunda:jobPriority="5"'))

    assert [job.priority for job in desk.engine.jobs.of_instance(instance.id)] == [5]


def test_a_hundred_rounds_leave_no_trace_of_places_for_jobs(desk: Desk):
    back = f'<bpmn:exclusiveGateway id="again" default="again__end" {AFTER}/>'
    parts = START + user_task("x", f"{BEFORE} {AFTER}") + back + END + flows("start x again end") + flow("again", "x", "${more}")
    instance = desk.started(model(parts))

    for _ in range(100):
        run(desk)
        desk.complete(instance, "x", more=True)
        run(desk)

    run(desk)
    assert desk.tasks(instance) == ["x"]
    assert len(desk.engine.history.open_activities(instance.id)) == 1
