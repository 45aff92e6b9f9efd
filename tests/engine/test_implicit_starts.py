"""Levels without a start event begin at everything that no flow leads to (BPMN 2.0.2, 10.5.2)."""

from tests.engine.factories import END, START, Desk, flows, model, user_task


def test_a_process_without_start_event_begins_everywhere_at_once(desk: Desk):
    instance = desk.started(model(user_task("a") + user_task("b") + user_task("c") + END + flows("a c end", "b end")))
    assert desk.tasks(instance) == ["a", "b"]

    desk.complete(instance, "a")
    desk.complete(instance, "b")
    desk.complete(instance, "c")

    assert desk.state(instance) == "completed"
    assert desk.passed(instance) == ["a", "b", "end", "c", "end"]


def test_a_subprocess_without_start_event_begins_everywhere_at_once(desk: Desk):
    inside = user_task("a") + user_task("b")
    instance = desk.started(model(START + f'<bpmn:subProcess id="sub">{inside}</bpmn:subProcess>' + END + flows("start sub end")))
    assert desk.tasks(instance) == ["a", "b"]

    desk.complete(instance, "b")
    desk.complete(instance, "a")

    assert desk.state(instance) == "completed"
    assert desk.passed(instance)[-1] == "end"
    assert set(desk.passed(instance)) == {"start", "sub", "a", "b", "end"}


def test_what_an_event_or_a_compensation_begins_does_not_begin_by_itself(desk: Desk):
    timer = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
    late = f'<bpmn:boundaryEvent id="late" attachedToRef="a">{timer}</bpmn:boundaryEvent>'
    undo = '<bpmn:boundaryEvent id="undo" attachedToRef="a"><bpmn:compensateEventDefinition/></bpmn:boundaryEvent>'
    handler = user_task("mend", 'isForCompensation="true"') + '<bpmn:association id="x" sourceRef="undo" targetRef="mend"/>'
    starts = f'<bpmn:startEvent id="again">{timer}</bpmn:startEvent>'
    event = f'<bpmn:subProcess id="beside" triggeredByEvent="true">{starts}{user_task("b")}{flows("again b")}</bpmn:subProcess>'

    instance = desk.started(model(user_task("a") + late + undo + event + END + flows("a end", "late end") + handler))

    assert desk.tasks(instance) == ["a"]
