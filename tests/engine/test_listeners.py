"""Listeners: what they hear, when they run, what they may decide, and what becomes of the step when they refuse."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.errors import BpmnError, StepFailed
from engine.ports import OperationCall
from refusals import Conflict
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flows, model, service_task, user_task

TIMER = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
EVERY = "<bpmn:timerEventDefinition><bpmn:timeCycle>R2/PT1H</bpmn:timeCycle></bpmn:timerEventDefinition>"
LATE = f'<bpmn:boundaryEvent id="late" attachedToRef="x">{TIMER}</bpmn:boundaryEvent><bpmn:endEvent id="over"/>'
EACH = '<bpmn:multiInstanceLoopCharacteristics camunda:collection="bodies" camunda:elementVariable="body"/>'
ERROR = '<bpmn:error id="e" errorCode="no"/>'
CAUGHT = '<bpmn:boundaryEvent id="caught" attachedToRef="x"><bpmn:errorEventDefinition errorRef="e"/></bpmn:boundaryEvent>'


class NotToday(Conflict):
    """A refusal of this office."""


def listener(kind: str, *events: str, by: str = 'delegateExpression="${hear}"', inside: str = "") -> str:
    made = "".join(f'<camunda:{kind}Listener event="{event}" {by}>{inside}</camunda:{kind}Listener>' for event in events)
    return f"<bpmn:extensionElements>{made}</bpmn:extensionElements>"


def straight(element: str, more: str = "", *ways: str, **around: str) -> bytes:
    return model(START + element + user_task("after") + END + more + flows("start x after end", *ways), **around)


@pytest.fixture
def heard(desk: Desk) -> list[str]:
    """What the operation `hear` has heard: events with their element."""
    told: list[str] = []
    desk.offer("hear", lambda call: told.append(f"{call.event} {call.element_id}"))
    return told


@pytest.mark.parametrize(
    "element",
    [
        '<bpmn:task id="x">{}</bpmn:task>',
        '<bpmn:exclusiveGateway id="x">{}</bpmn:exclusiveGateway>',
        '<bpmn:intermediateThrowEvent id="x">{}</bpmn:intermediateThrowEvent>',
        '<bpmn:subProcess id="x">{}<bpmn:startEvent id="in"/></bpmn:subProcess>',
        '<bpmn:callActivity id="x" calledElement="q">{}</bpmn:callActivity>',
    ],
)
def test_an_element_tells_of_its_start_and_its_end(desk: Desk, heard: list[str], element: str):
    desk.deploy(model(START + END + flows("start end"), key="q"))

    desk.started(straight(element.format(listener("execution", "start", "end"))))

    assert heard == ["start x", "end x"]


def test_a_task_tells_of_its_start_when_it_opens_and_of_its_end_when_it_is_done(desk: Desk, heard: list[str]):
    instance = desk.started(straight(user_task("x", inside=listener("execution", "start", "end"))))
    assert heard == ["start x"]

    desk.complete(instance, "x")

    assert heard == ["start x", "end x"]


def test_a_message_event_tells_of_its_start_when_it_begins_to_wait(desk: Desk, heard: list[str]):
    receive = f'<bpmn:receiveTask id="x" messageRef="m">{listener("execution", "start", "end")}</bpmn:receiveTask>'
    desk.started(straight(receive, before='<bpmn:message id="m" name="go"/>'))
    assert heard == ["start x"]

    with transaction():
        desk.engine.messages.correlate("go")

    assert heard == ["start x", "end x"]


def test_a_flow_tells_when_it_is_taken(desk: Desk, heard: list[str]):
    taken = '<bpmn:sequenceFlow id="yes" sourceRef="ask" targetRef="a"><bpmn:conditionExpression>${good}</bpmn:conditionExpression>'
    parts = START + '<bpmn:exclusiveGateway id="ask" default="ask__b"/>' + user_task("a") + user_task("b") + flows("start ask b")
    parts += f"{taken}{listener('execution', 'take')}</bpmn:sequenceFlow>"
    desk.deploy(model(parts))

    assert desk.passed(desk.start(variables={"good": False})) == ["start", "ask"]
    assert heard == []
    instance = desk.start(variables={"good": True})

    assert heard == ["take yes"]
    assert (desk.tasks(instance), desk.passed(instance)) == (["a"], ["start", "ask"])


def test_a_process_tells_of_its_start_and_end_also_when_it_is_called(desk: Desk, heard: list[str]):
    listening = listener("execution", "start", "end")
    desk.deploy(model(listening + START + END + flows("start end"), key="q"))

    instance = desk.started(straight('<bpmn:callActivity id="x" calledElement="q"/>', listening))
    desk.complete(instance, "after")

    assert heard == ["start start", "start start", "end q", "end p"]


def test_a_listener_sets_variables_by_its_operation_or_by_assignments(desk: Desk):
    desk.offer("hear", lambda call: {"year": call.variables["year"] + 1})
    script = "<camunda:script scriptFormat='feel'>next = year + 1\nlast = year - 1</camunda:script>"
    inside = listener("execution", "start").replace("</bpmn:extensionElements>", "") + listener(
        "execution", "end", by="", inside=script
    ).replace("<bpmn:extensionElements>", "")

    instance = desk.started(straight(f'<bpmn:task id="x">{inside}</bpmn:task>'), variables={"year": 2025})

    assert desk.variables(instance) == {"year": 2026, "next": 2027, "last": 2025}


@pytest.mark.parametrize("expression", ["${next = year + 1}", "next = year + 1", "#{next = year + 1}"])
def test_an_expression_of_a_listener_assigns(desk: Desk, expression: str):
    inside = listener("execution", "start", by=f'expression="{expression}"')

    instance = desk.started(straight(f'<bpmn:task id="x">{inside}</bpmn:task>'), variables={"year": 2025})

    assert desk.variables(instance)["next"] == 2026


def test_an_expression_of_a_listener_may_name_an_operation(desk: Desk, heard: list[str]):
    desk.started(
        straight(f'<bpmn:task id="x">{listener("execution", "start", by="expression=" + chr(34) + "${hear}" + chr(34))}</bpmn:task>')
    )

    assert heard == ["start x"]


def test_task_listeners_hear_what_people_do(desk: Desk, heard: list[str]):
    instance = desk.started(straight(user_task("x", inside=listener("task", "create", "assignment", "update", "complete", "delete"))))
    task = desk.task(instance, "x")
    assert heard == ["create x"]

    with transaction():
        desk.engine.tasks.claim(task.id, by="ann")
    with transaction():
        desk.engine.tasks.update(task.id, priority=70, by="ann")
    desk.complete(instance, "x")

    assert heard == ["create x", "update x", "assignment x", "update x", "complete x"]


def test_a_listener_is_told_of_the_task_and_its_assignee(desk: Desk):
    told: list[OperationCall] = []
    desk.offer("hear", lambda call: told.append(call))
    instance = desk.started(straight(user_task("x", 'camunda:assignee="eve"', inside=listener("task", "create", "assignment"))))
    task = desk.task(instance, "x")

    with transaction():
        desk.engine.tasks.assign(task.id, "bob", by="ann")

    assert [(call.event, call.task and call.task.id, call.task and call.task.assignee) for call in told] == [
        ("create", task.id, None),
        ("assignment", task.id, "eve"),
        ("assignment", task.id, "bob"),
    ]


def test_a_listener_decides_about_a_new_task(desk: Desk):
    def decide(_call):
        return {"task": {"assignee": "bob", "dueDate": "2026-12-01", "candidateGroups": ["head"], "priority": 80}, "asked": True}

    desk.offer("hear", decide)
    instance = desk.started(straight(user_task("x", inside=listener("task", "create"))))

    task = desk.task(instance, "x")
    assert (task.assignee, task.priority, task.candidate_groups) == ("bob", 80, ("head",))
    assert task.due_at == datetime(2026, 12, 1, tzinfo=UTC)
    assert desk.variables(instance) == {"asked": True}


def test_a_script_decides_about_a_new_task(desk: Desk):
    script = '<camunda:script scriptFormat="feel">task.assignee = officer</camunda:script>'
    instance = desk.started(straight(user_task("x", inside=listener("task", "create", by="", inside=script))), variables={"officer": "eve"})

    assert desk.task(instance, "x").assignee == "eve"


@pytest.mark.parametrize(
    ("event", "facts", "cause"), [("complete", "assignee", "task_fact_too_late"), ("create", "colour", "task_fact_unknown")]
)
def test_what_a_listener_cannot_decide_is_told(desk: Desk, event: str, facts: str, cause: str):
    script = f'<camunda:script scriptFormat="feel">task.{facts} = "bob"</camunda:script>'
    desk.deploy(straight(user_task("x", inside=listener("task", event, by="", inside=script))))

    with pytest.raises(StepFailed) as failure:
        desk.complete(desk.start(), "x")

    assert failure.value.fields["cause"] == cause


def test_a_refusal_takes_the_persons_step_back(desk: Desk):
    def refuse(_call):
        raise NotToday()

    desk.offer("hear", refuse)
    instance = desk.started(straight(user_task("x", inside=listener("task", "complete", "assignment"))))
    task = desk.task(instance, "x")

    with pytest.raises(NotToday):
        desk.complete(instance, "x", done=True)
    with pytest.raises(NotToday), transaction():
        desk.engine.tasks.claim(task.id, by="ann")

    assert desk.tasks(instance) == ["x"]
    assert desk.task(instance, "x").assignee is None
    assert desk.variables(instance) == {}


@pytest.mark.parametrize("kind", ["task", "execution"])
def test_a_bpmn_error_of_a_listener_goes_to_what_catches_it(desk: Desk, kind: str):
    def refuse(_call):
        raise BpmnError("no", "not so", {"why": "late"})

    desk.offer("hear", refuse)
    inside = listener(kind, "create" if kind == "task" else "start")
    instance = desk.started(straight(user_task("x", inside=inside), CAUGHT + user_task("mend"), "caught mend end", before=ERROR))

    assert desk.tasks(instance) == ["mend"]
    assert desk.variables(instance) == {"why": "late"}


def test_an_interrupted_task_tells_of_its_end_before_what_follows_tells_of_its_start(desk: Desk, heard: list[str]):
    inside = listener("task", "delete").replace("</bpmn:extensionElements>", "") + listener("execution", "end").replace(
        "<bpmn:extensionElements>", ""
    )
    mend = user_task("mend", inside=listener("execution", "start"))
    instance = desk.started(straight(user_task("x", inside=inside), LATE + mend, "late mend over"))

    desk.move(hours=1)
    desk.engine.timers.fire_due()

    assert heard == ["delete x", "end x", "start mend"]
    assert desk.tasks(instance) == ["mend"]


def test_what_sleeps_in_a_loop_still_tells_of_its_end(desk: Desk, heard: list[str]):
    task = user_task("x", inside=listener("task", "delete") + EACH)
    desk.started(straight(task, LATE, "late over"), variables={"bodies": list(range(40))})

    desk.move(hours=1)
    desk.engine.timers.fire_due()

    assert heard == ["delete x"] * 40


def test_a_timeout_of_a_task_is_heard_while_the_task_goes_on(desk: Desk, heard: list[str]):
    inside = listener("task", "timeout", by='id="t1" delegateExpression="${hear}"', inside=EVERY)
    instance = desk.started(straight(user_task("x", inside=inside)))

    for _ in range(3):
        desk.move(hours=1)
        desk.engine.timers.fire_due()

    assert heard == ["timeout x", "timeout x"]
    assert desk.tasks(instance) == ["x"]
    desk.complete(instance, "x")
    assert desk.passed(instance) == ["start", "x"]


def test_the_timer_of_a_timeout_goes_with_its_task(desk: Desk, heard: list[str]):
    inside = listener("task", "timeout", by='id="t1" delegateExpression="${hear}"', inside=TIMER)
    instance = desk.started(straight(user_task("x", inside=inside)))
    desk.complete(instance, "x")

    desk.move(hours=2)

    assert desk.engine.timers.fire_due() == 0
    assert heard == []


def test_listeners_of_the_other_family_name_operations(desk: Desk, heard: list[str]):
    inside = (
        '<bpmn:extensionElements><zeebe:executionListeners><zeebe:executionListener eventType="start" type="hear"/>'
        '</zeebe:executionListeners><zeebe:taskListeners><zeebe:taskListener eventType="creating" type="hear" retries="3"/>'
        '<zeebe:taskListener eventType="completing" type="hear"/></zeebe:taskListeners></bpmn:extensionElements>'
    )
    instance = desk.started(straight(user_task("x", inside=inside)))

    desk.complete(instance, "x")

    assert heard == ["start x", "create x", "complete x"]


def test_a_listener_in_a_called_process_hears_of_claims_too(desk: Desk, heard: list[str]):
    desk.deploy(model(START + user_task("work", inside=listener("task", "assignment")) + END + flows("start work end"), key="q"))
    instance = desk.started(straight('<bpmn:callActivity id="x" calledElement="q"/>'))

    with transaction():
        desk.engine.tasks.claim(desk.task(instance, "work").id, by="ann")

    assert heard == ["assignment work"]


def test_a_failing_listener_in_the_background_is_an_incident_with_a_retry(desk: Desk):
    desk.offer("hear", lambda call: 1 / 0)
    element = service_task("x", "note", 'camunda:asyncBefore="true"', inside=listener("execution", "end"))
    instance = desk.started(straight(element))

    for _ in range(3):
        desk.engine.jobs.run_due()
        desk.clock.advance(timedelta(hours=1))
    (incident,) = desk.engine.incidents.list(instance.id).items
    desk.offer("hear", lambda call: None)
    with transaction():
        desk.engine.incidents.retry(incident.id, by="admin")

    assert incident.element_id == "x"
    assert desk.tasks(instance) == ["after"]
