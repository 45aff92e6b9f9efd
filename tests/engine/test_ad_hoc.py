"""Ad-hoc subprocesses: what is inside begins when somebody says so, as often as they like, until it is over."""

from typing import Any

import pytest

from engine.errors import AdHocNotOpen, AdHocNotOver, AdHocRefused, StepFailed
from engine.instances import Instance
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flows, model, service_task, user_task

INSIDE = user_task("ask") + user_task("visit") + user_task("report") + flows("visit report")


def process(condition: str = "", attributes: str = "", active: str = "", inside: str = INSIDE, more: str = "") -> bytes:
    asked = f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>" if condition else ""
    chosen = f'<bpmn:extensionElements><zeebe:adHoc activeElementsCollection="{active}"/></bpmn:extensionElements>' if active else ""
    case = f'<bpmn:adHocSubProcess id="case" name="Case" {attributes}>{chosen}{inside}{asked}</bpmn:adHocSubProcess>'
    return model(
        START + case + user_task("after") + END + flows("start case after end") + more, before='<bpmn:message id="m" name="word"/>'
    )


def begin(desk: Desk, instance: Instance, *elements: str, **details: Any) -> None:
    with transaction():
        desk.engine.ad_hoc.begin(instance.id, elements, by="ann", **details)


def finish(desk: Desk, instance: Instance) -> None:
    with transaction():
        desk.engine.ad_hoc.complete(instance.id, by="ann")


def test_nothing_begins_by_itself_and_what_can_be_begun_is_told(desk: Desk):
    instance = desk.started(process())

    assert desk.tasks(instance) == []
    (case,) = desk.engine.ad_hoc.of_instance(instance.id)

    assert (case.element_id, case.name) == ("case", "Case")
    assert [(choice.element_id, choice.kind) for choice in case.choices] == [("ask", "userTask"), ("visit", "userTask")]


def test_activities_begin_on_demand_as_often_as_wanted_and_flows_are_followed(desk: Desk):
    instance = desk.started(process())

    begin(desk, instance, "ask")
    begin(desk, instance, "ask", "visit")
    assert desk.tasks(instance) == ["ask", "ask", "visit"]
    desk.complete(instance, "visit")

    assert desk.tasks(instance) == ["ask", "ask", "report"]
    for name in ("ask", "report", "ask"):
        desk.complete(instance, name)
    assert desk.state(instance) == "active", "nobody has said that it is done"
    finish(desk, instance)
    assert desk.tasks(instance) == ["after"]
    desk.complete(instance, "after")
    assert desk.state(instance) == "completed"
    assert desk.passed(instance) == ["start", "visit", "ask", "report", "ask", "case", "after", "end"]


def test_what_is_begun_has_variables_of_its_own(desk: Desk):
    instance = desk.started(process())

    begin(desk, instance, "ask", variables={"whom": "dora"})
    begin(desk, instance, "ask", variables={"whom": "bob"})

    tasks = desk.engine.tasks.of_instance(instance.id)
    assert [desk.engine.tasks.variables(task.id)["whom"] for task in tasks] == ["dora", "bob"]
    assert desk.variables(instance) == {}


@pytest.mark.parametrize(("cancels", "left"), [("true", ["after"]), ("false", ["visit"])])
def test_a_condition_ends_it_and_what_is_under_way_ends_too_or_is_waited_for(desk: Desk, cancels: str, left: list[str]):
    instance = desk.started(process("= enough", f'cancelRemainingInstances="{cancels}"'), variables={"enough": False})
    begin(desk, instance, "ask", "ask", "visit")
    desk.complete(instance, "ask")
    assert desk.tasks(instance) == ["ask", "visit"]

    desk.complete(instance, "ask", enough=True)

    assert desk.tasks(instance) == left
    if left == ["visit"]:
        with pytest.raises(AdHocNotOpen):
            begin(desk, instance, "ask")
        desk.complete(instance, "visit")
        desk.complete(instance, "report")
    assert desk.tasks(instance) == ["after"]


def test_flows_are_not_followed_when_it_is_over(desk: Desk):
    instance = desk.started(process("= true"))
    begin(desk, instance, "visit")

    desk.complete(instance, "visit")

    assert desk.tasks(instance) == ["after"]


def test_it_can_be_said_to_be_done_only_when_nothing_is_under_way_and_its_condition_holds(desk: Desk):
    instance = desk.started(process("= enough"), variables={"enough": False})
    begin(desk, instance, "ask")
    with pytest.raises(AdHocNotOver) as busy:
        finish(desk, instance)
    desk.complete(instance, "ask")
    with pytest.raises(AdHocNotOver) as unfit:
        finish(desk, instance)

    with transaction():
        desk.engine.instances.set_variables(instance.id, {"enough": True}, by="ann")
    finish(desk, instance)

    assert (busy.value.fields["reason"], unfit.value.fields["reason"]) == ("busy", "condition")
    assert desk.tasks(instance) == ["after"]


def test_one_after_another_when_it_is_sequential(desk: Desk):
    instance = desk.started(process(attributes='ordering="Sequential"'))
    with pytest.raises(AdHocRefused):
        begin(desk, instance, "ask", "visit")
    begin(desk, instance, "visit")

    with pytest.raises(AdHocRefused):
        begin(desk, instance, "ask")
    assert desk.engine.ad_hoc.of_instance(instance.id)[0].choices == []
    desk.complete(instance, "visit")
    desk.complete(instance, "report")
    begin(desk, instance, "ask")

    assert desk.tasks(instance) == ["ask"]


def test_elements_of_a_collection_begin_at_once_and_it_is_over_with_them(desk: Desk):
    instance = desk.started(process(active="=wanted"), variables={"wanted": ["ask", "visit"]})
    assert desk.tasks(instance) == ["ask", "visit"]

    for name in ("visit", "ask", "report"):
        desk.complete(instance, name)

    assert desk.tasks(instance) == ["after"]


def test_elements_of_a_collection_come_one_after_another_in_a_sequence(desk: Desk):
    instance = desk.started(process(active="=wanted", attributes='ordering="Sequential"'), variables={"wanted": ["visit", "ask", "ask"]})

    for name in ("visit", "report", "ask", "ask"):
        assert desk.tasks(instance) == [name]
        desk.complete(instance, name)

    assert desk.tasks(instance) == ["after"]


def test_an_empty_collection_is_passed(desk: Desk):
    assert desk.tasks(desk.started(process(active="=[]"))) == ["after"]


@pytest.mark.parametrize("wanted", [None, "ask", ["report"], ["nowhere"], [1]])
def test_a_collection_of_anything_else_is_told_with_the_subprocess(desk: Desk, wanted: Any):
    with pytest.raises(StepFailed) as failure:
        desk.started(process(active="=wanted"), variables={"wanted": wanted})

    assert (failure.value.fields["element_id"], failure.value.fields["cause"]) == ("case", "ad_hoc_elements_invalid")


@pytest.mark.parametrize("element", ["report", "after", "nowhere", "case"])
def test_what_a_flow_leads_to_or_is_elsewhere_cannot_be_begun(desk: Desk, element: str):
    instance = desk.started(process())

    with pytest.raises(AdHocRefused):
        begin(desk, instance, element)

    assert desk.tasks(instance) == []


def test_there_must_be_one_that_is_open(desk: Desk):
    instance = desk.started(process())
    finish(desk, instance)

    with pytest.raises(AdHocNotOpen):
        begin(desk, instance, "ask")
    assert list(desk.engine.ad_hoc.of_instance(instance.id)) == []


def test_automatic_activities_and_loops_can_be_begun(desk: Desk):
    each = '<bpmn:multiInstanceLoopCharacteristics camunda:collection="bodies" camunda:elementVariable="who"/>'
    desk.offer("count", lambda call: {"n": call.variables["n"] + 1})
    inside = service_task("work", "count") + user_task("ask", inside=each)
    instance = desk.started(process("= n &gt;= 3", inside=inside), variables={"n": 1, "bodies": ["a", "b"]})

    begin(desk, instance, "work")
    begin(desk, instance, "ask")
    assert desk.tasks(instance) == ["ask", "ask"]
    begin(desk, instance, "work")

    assert desk.tasks(instance) == ["after"]
    assert desk.passed(instance).count("-ask") == 3


def test_events_on_activities_and_on_the_subprocess_itself_work_as_ever(desk: Desk):
    timer = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
    inside = user_task("ask") + f'<bpmn:boundaryEvent id="due" attachedToRef="ask">{timer}</bpmn:boundaryEvent>'
    inside += user_task("remind") + flows("due remind")
    stop = '<bpmn:boundaryEvent id="stop" attachedToRef="case"><bpmn:messageEventDefinition messageRef="m"/></bpmn:boundaryEvent>'
    instance = desk.started(process(inside=inside, more=stop + user_task("late") + flows("stop late")))
    begin(desk, instance, "ask")

    desk.move(hours=1)
    desk.engine.timers.fire_due()
    assert desk.tasks(instance) == ["remind"]
    with transaction():
        desk.engine.messages.correlate("word")

    assert desk.tasks(instance) == ["late"]


def test_several_that_are_open_are_told_apart_by_their_activity(desk: Desk):
    each = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    instance = desk.started(process(inside=INSIDE + each))
    first, second = desk.engine.ad_hoc.of_instance(instance.id)
    with pytest.raises(AdHocNotOpen):
        begin(desk, instance, "ask")

    begin(desk, instance, "ask", activity_id=second.activity_id)
    with transaction():
        desk.engine.ad_hoc.complete(instance.id, activity_id=first.activity_id, by="ann")

    assert [case.activity_id for case in desk.engine.ad_hoc.of_instance(instance.id)] == [second.activity_id]
    assert desk.tasks(instance) == ["ask"]


def test_a_hundred_visits_leave_no_trace(desk: Desk):
    instance = desk.started(process())

    sizes = []
    for _ in range(60):
        begin(desk, instance, "visit")
        desk.complete(instance, "visit")
        desk.complete(instance, "report")
        sizes.append(desk.size_of(instance))

    assert max(sizes[-10:]) <= max(sizes[:10]) + 20
