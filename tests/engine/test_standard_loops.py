"""Standard loops: an activity that is done again while its condition holds."""

import pytest

from engine.errors import StepFailed
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flows, model, service_task, user_task


def loop(condition: str = "", attributes: str = "") -> str:
    asked = f"<bpmn:loopCondition>{condition}</bpmn:loopCondition>" if condition else ""
    return f"<bpmn:standardLoopCharacteristics {attributes}>{asked}</bpmn:standardLoopCharacteristics>"


def around(activity: str, name: str = "prepare", more: str = "") -> bytes:
    return model(START + activity + user_task("after") + END + flows(f"start {name} after end") + more)


def test_a_task_is_done_again_while_its_condition_holds(desk: Desk):
    instance = desk.started(around(user_task("prepare", inside=loop("${decision == 'return'}"))))

    for decision in ("return", "return", "accept"):
        assert desk.tasks(instance) == ["prepare"]
        desk.complete(instance, "prepare", decision=decision)

    assert desk.tasks(instance) == ["after"]
    assert desk.variables(instance) == {"decision": "accept"}
    assert desk.passed(instance) == ["start", "prepare", "prepare", "prepare", "prepare"], "three rounds and the loop around them"


def test_each_round_sees_how_many_were_before_it(desk: Desk):
    instance = desk.started(around(user_task("prepare", inside=loop("= loopCounter &lt; 3"))))

    seen = []
    while desk.tasks(instance) == ["prepare"]:
        seen.append(desk.engine.tasks.local_variables(desk.task(instance, "prepare").id))
        desk.complete(instance, "prepare")

    assert seen == [{"loopCounter": 0}, {"loopCounter": 1}, {"loopCounter": 2}]
    assert "loopCounter" not in desk.variables(instance)


@pytest.mark.parametrize(("before", "rounds"), [("true", 0), ("false", 1)])
def test_a_condition_that_never_holds_is_asked_before_the_first_round_or_after_it(desk: Desk, before: str, rounds: int):
    desk.offer("count", lambda call: None)

    instance = desk.started(around(service_task("work", "count", inside=loop("${1 &gt; 2}", f'testBefore="{before}"')), "work"))

    assert len(desk.calls) == rounds
    assert desk.tasks(instance) == ["after"]


def test_a_maximum_ends_a_loop_whatever_its_condition_says(desk: Desk):
    desk.offer("count", lambda call: {"n": call.variables["n"] + 1})

    instance = desk.started(
        around(service_task("work", "count", inside=loop("${n &gt; 0}", 'loopMaximum="4"')), "work"), variables={"n": 1}
    )

    assert desk.tasks(instance) == ["after"]
    assert desk.variables(instance) == {"n": 5}


def test_a_loop_that_never_ends_stops_the_step_with_its_cause(desk: Desk):
    desk.offer("count", lambda call: None)
    instance = desk.started(
        model(
            START + user_task("prepare") + service_task("work", "count", inside=loop("${1 &lt; 2}")) + END + flows("start prepare work end")
        )
    )

    with pytest.raises(StepFailed) as failure:
        desk.complete(instance, "prepare")

    assert failure.value.fields["element_id"] == "work"
    assert failure.value.fields["cause"] in ("step_endless", "loop_too_long")
    assert desk.tasks(instance) == ["prepare"]


def test_a_condition_that_is_neither_true_nor_false_is_told_with_its_loop(desk: Desk):
    instance = desk.started(around(user_task("prepare", inside=loop("= more"))))

    with pytest.raises(StepFailed) as failure:
        desk.complete(instance, "prepare")

    assert (failure.value.fields["element_id"], failure.value.fields["cause"]) == ("prepare", "condition_not_boolean")


def test_a_subprocess_goes_round_with_variables_of_its_own(desk: Desk):
    inner = '<bpmn:startEvent id="in"/>' + user_task("prepare") + '<bpmn:endEvent id="out"/>' + flows("in prepare out")
    instance = desk.started(around(f'<bpmn:subProcess id="sub">{inner}{loop("= more")}</bpmn:subProcess>', "sub"))

    desk.complete(instance, "prepare", more=True)
    assert desk.tasks(instance) == ["prepare"]
    assert "more" not in desk.engine.tasks.variables(desk.task(instance, "prepare").id)
    desk.complete(instance, "prepare", more=False)

    assert desk.tasks(instance) == ["after"]
    assert desk.variables(instance) == {}


def test_a_call_goes_round_and_returns_what_the_condition_asks(desk: Desk):
    called = model(START + user_task("work") + END + flows("start work end"), key="called")
    passed = '<bpmn:extensionElements><camunda:out source="made" target="made"/></bpmn:extensionElements>'
    call = f'<bpmn:callActivity id="call" calledElement="called">{passed}{loop("= made &lt; 2")}</bpmn:callActivity>'
    instance = desk.started(called, around(call, "call"))

    for made in (1, 2):
        desk.complete(instance, "work", made=made)

    assert desk.tasks(instance) == ["after"]
    assert desk.variables(instance) == {"made": 2}


def test_a_receive_task_waits_for_its_message_in_every_round(desk: Desk):
    twice = loop("", 'loopMaximum="2"')
    waiting = f'<bpmn:receiveTask id="hear" messageRef="m">{twice}</bpmn:receiveTask>'
    parts = START + waiting + user_task("after") + END + flows("start hear after end")
    instance = desk.started(model(parts, before='<bpmn:message id="m" name="word"/>'))

    for _ in range(2):
        assert desk.tasks(instance) == []
        with transaction():
            desk.engine.messages.correlate("word")

    assert desk.tasks(instance) == ["after"]


def test_an_event_on_a_loop_ends_it_in_whatever_round_it_is(desk: Desk):
    event = '<bpmn:boundaryEvent id="stop" attachedToRef="prepare"><bpmn:messageEventDefinition messageRef="m"/></bpmn:boundaryEvent>'
    parts = START + user_task("prepare", inside=loop("= loopCounter &lt; 9")) + event + user_task("after") + END
    instance = desk.started(model(parts + flows("start prepare end", "stop after end"), before='<bpmn:message id="m" name="word"/>'))
    desk.complete(instance, "prepare")

    with transaction():
        desk.engine.messages.correlate("word")

    assert desk.tasks(instance) == ["after"]
    desk.complete(instance, "after")
    assert desk.state(instance) == "completed"


def test_two_hundred_rounds_leave_no_trace(desk: Desk):
    instance = desk.started(around(user_task("prepare", inside=loop("= loopCounter &lt; 200"))))

    sizes = []
    for _ in range(199):
        desk.complete(instance, "prepare")
        sizes.append(desk.size_of(instance))

    assert max(sizes[-50:]) <= max(sizes[:50]) + 20


ACTIVITIES = {
    "task": '<bpmn:task id="work">{}</bpmn:task>',
    "manualTask": '<bpmn:manualTask id="work">{}</bpmn:manualTask>',
    "scriptTask": '<bpmn:scriptTask id="work">{}<bpmn:script>n = n + 1</bpmn:script></bpmn:scriptTask>',
    "serviceTask": '<bpmn:serviceTask id="work" camunda:delegateExpression="${{note}}">{}</bpmn:serviceTask>',
    "adHocSubProcess": '<bpmn:adHocSubProcess id="work"><bpmn:extensionElements><zeebe:adHoc activeElementsCollection="=[&quot;in&quot;]"/>'
    '</bpmn:extensionElements><bpmn:task id="in"/>{}</bpmn:adHocSubProcess>',
    "transaction": '<bpmn:transaction id="work"><bpmn:startEvent id="in"/>{}</bpmn:transaction>',
}


@pytest.mark.parametrize("kind", ACTIVITIES)
def test_every_kind_of_activity_can_go_round(desk: Desk, kind: str):
    instance = desk.started(around(ACTIVITIES[kind].format(loop("", 'loopMaximum="3"')), "work"), variables={"n": 0})

    assert desk.tasks(instance) == ["after"]
    assert desk.passed(instance).count("work") == 4
    assert desk.variables(instance) == {"n": 3 if kind == "scriptTask" else 0}
