"""Multi-instance activities: over what they are repeated, what comes out of them, what they throw and what stops them."""

from datetime import timedelta
from typing import Any

import pytest

from engine.errors import StepFailed
from engine.external_tasks import Topic
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flow, flows, model, service_task, user_task

NAMED = (
    '<bpmn:signal id="s" name="one is done"/><bpmn:signalEventDefinition id="told" signalRef="s"/>'
    '<bpmn:escalation id="e" escalationCode="one"/><bpmn:escalationEventDefinition id="escalated" escalationRef="e"/>'
    '<bpmn:error id="x" errorCode="one"/><bpmn:errorEventDefinition id="failed" errorRef="x"/>'
    '<bpmn:message id="m" name="word"/>'
)
OVER_BODIES = 'camunda:collection="bodies" camunda:elementVariable="who"'


def each(attributes: str = OVER_BODIES, inside: str = "") -> str:
    return f"<bpmn:multiInstanceLoopCharacteristics {attributes}>{inside}</bpmn:multiInstanceLoopCharacteristics>"


def process(activity: str, name: str = "answer", more: str = "") -> bytes:
    return model(START + activity + user_task("after") + END + flows(f"start {name} after end") + more, before=NAMED)


def caught(definition: str, *, interrupting: bool, on: str = "answer") -> str:
    """An event on the activity, and a task for what it leads to."""
    kept = "" if interrupting else 'cancelActivity="false"'
    event = f'<bpmn:boundaryEvent id="heard" attachedToRef="{on}" {kept}>{definition}</bpmn:boundaryEvent>'
    return event + user_task("react") + flows("heard react")


SIGNAL = '<bpmn:signalEventDefinition signalRef="s"/>'


def failure_of(desk: Desk, instance: Any) -> tuple[Any, Any]:
    with pytest.raises(StepFailed) as failure:
        desk.complete(instance, "prepare")
    return failure.value.fields["element_id"], failure.value.fields["cause"]


def test_lists_and_items_may_be_named_as_bpmn_does(desk: Desk):
    data = (
        '<bpmn:dataObject id="d1"/><bpmn:dataObjectReference id="r1" name="bodies" dataObjectRef="d1"/>'
        '<bpmn:dataObject id="d2" name="answers"/><bpmn:dataObjectReference id="r2" dataObjectRef="d2"/>'
    )
    loop = each(
        "",
        "<bpmn:loopDataInputRef>r1</bpmn:loopDataInputRef><bpmn:loopDataOutputRef>r2</bpmn:loopDataOutputRef>"
        '<bpmn:inputDataItem id="i1" name="who"/><bpmn:outputDataItem id="i2" name="answer"/>',
    )
    instance = desk.started(process(data + user_task("answer", inside=loop)), variables={"bodies": ["a", "b"]})

    for task in desk.engine.tasks.of_instance(instance.id):
        who = desk.engine.tasks.variables(task.id)["who"]
        with transaction():
            desk.engine.tasks.complete(task.id, {"answer": who.upper()}, by="ann")

    assert desk.tasks(instance) == ["after"]
    assert desk.variables(instance)["answers"] == ["A", "B"]


@pytest.mark.parametrize("count", [-1, 1.5, 1001, "many", None, True])
def test_a_number_that_is_none_stops_the_step_with_its_cause(desk: Desk, count: Any):
    loop = each("", "<bpmn:loopCardinality>= count</bpmn:loopCardinality>")
    parts = START + user_task("prepare") + user_task("answer", inside=loop) + END + flows("start prepare answer end")
    instance = desk.started(model(parts), variables={"count": count})

    assert failure_of(desk, instance) == ("answer", "loop_value_invalid")
    assert desk.tasks(instance) == ["prepare"]


@pytest.mark.parametrize("bodies", [None, "abc", {"a": 1}, list(range(1001))])
def test_what_is_no_list_stops_the_step_with_its_cause(desk: Desk, bodies: Any):
    parts = START + user_task("prepare") + user_task("answer", inside=each()) + END + flows("start prepare answer end")
    instance = desk.started(model(parts), variables={"bodies": bodies})

    assert failure_of(desk, instance) == ("answer", "loop_value_invalid")


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_an_empty_list_is_passed_at_once(desk: Desk, sequential: str):
    instance = desk.started(
        process(user_task("answer", inside=each(f'{OVER_BODIES} isSequential="{sequential}"'))), variables={"bodies": []}
    )

    assert desk.tasks(instance) == ["after"]


@pytest.mark.parametrize("names", ["nrOf", "numberOf"])
def test_a_completion_condition_may_count_in_either_words(desk: Desk, names: str):
    half = f"<bpmn:completionCondition>= {names}CompletedInstances / {names}Instances &gt;= 0.5</bpmn:completionCondition>"
    instance = desk.started(process(user_task("answer", inside=each(inside=half))), variables={"bodies": list("abcd")})

    desk.complete(instance, "answer")
    assert desk.tasks(instance) == ["answer"] * 3
    desk.complete(instance, "answer")

    assert desk.tasks(instance) == ["after"]


def nested(inner: str, more: str = "", loop: str = each()) -> str:
    parts = '<bpmn:startEvent id="in"/>' + inner + '<bpmn:endEvent id="out"/>' + flows("in answer out") + more
    return f'<bpmn:subProcess id="sub">{parts}{loop}</bpmn:subProcess>'


def test_an_instance_may_be_repeated_inside(desk: Desk):
    inner = user_task("answer", inside=each("camunda:collection='${who.people}' camunda:elementVariable='one'"))
    bodies = [{"people": ["a", "b"]}, {"people": []}, {"people": ["c"]}]
    instance = desk.started(process(nested(inner), "sub"), variables={"bodies": bodies})

    tasks = desk.engine.tasks.of_instance(instance.id)
    assert sorted(desk.engine.tasks.variables(task.id)["one"] for task in tasks) == ["a", "b", "c"]
    for _ in tasks:
        desk.complete(instance, "answer")

    assert desk.tasks(instance) == ["after"]
    assert desk.passed(instance).count("sub") == 4


def test_a_loop_may_hold_instances_and_an_instance_a_loop(desk: Desk):
    loop = "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>= again</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
    instance = desk.started(
        process(nested(user_task("answer", inside=each()), loop=loop), "sub"), variables={"bodies": ["a", "b"], "again": True}
    )

    for again in (True, False):
        with transaction():
            desk.engine.instances.set_variables(instance.id, {"again": again}, by="ann")
        assert desk.tasks(instance) == ["answer", "answer"]
        for _ in range(2):
            desk.complete(instance, "answer")

    assert desk.tasks(instance) == ["after"]


def test_calls_are_made_for_each_item_and_collected(desk: Desk):
    called = model(START + user_task("work") + END + flows("start work end"), key="called")
    passed = '<bpmn:extensionElements><camunda:in source="who" target="who"/><camunda:out source="made" target="made"/>'
    output = 'outputCollection="all" outputElement="=made" inputCollection="=bodies" inputElement="who"'
    loop = each("", f"<bpmn:extensionElements><zeebe:loopCharacteristics {output}/></bpmn:extensionElements>")
    call = f'<bpmn:callActivity id="answer" calledElement="called">{passed}</bpmn:extensionElements>{loop}</bpmn:callActivity>'
    instance = desk.started(called, process(call), variables={"bodies": [1, 2, 3]})

    for task in reversed(desk.engine.tasks.of_instance(instance.id)):
        who = desk.engine.tasks.variables(task.id)["who"]
        with transaction():
            desk.engine.tasks.complete(task.id, {"made": who * 10}, by="ann")

    assert desk.tasks(instance) == ["after"]


def test_external_tasks_are_made_for_each_item(desk: Desk):
    external = f'<bpmn:serviceTask id="answer" camunda:type="external" camunda:topic="sum">{each()}</bpmn:serviceTask>'
    instance = desk.started(process(external), variables={"bodies": ["a", "b"]})

    with transaction():
        locked = desk.engine.external_tasks.fetch_and_lock("w", [Topic("sum", timedelta(minutes=1))], 10)
    assert sorted(task.variables["who"].value for task in locked) == ["a", "b"]
    for task in locked:
        with transaction():
            desk.engine.external_tasks.complete(task.id, "w", {}, by=None)

    assert desk.tasks(instance) == ["after"]


def test_each_receive_task_takes_the_message_that_is_meant_for_it(desk: Desk):
    instance = desk.started(
        process(f'<bpmn:receiveTask id="answer" messageRef="m">{each()}</bpmn:receiveTask>'), variables={"bodies": ["a", "b"]}
    )

    for who, open_after in (("b", []), ("a", ["after"])):
        with transaction():
            desk.engine.messages.correlate("word", correlation_keys={"who": who})
        assert desk.tasks(instance) == open_after


@pytest.mark.parametrize(
    ("attributes", "expected"), [('behavior="None" noneBehaviorEventRef="told"', 3), ('behavior="One" oneBehaviorEventRef="told"', 1)]
)
def test_the_end_of_an_instance_throws_to_the_events_on_the_activity(desk: Desk, attributes: str, expected: int):
    activity = user_task("answer", inside=each(f"{OVER_BODIES} {attributes}")) + caught(SIGNAL, interrupting=False)
    instance = desk.started(process(activity), variables={"bodies": list("abc")})

    for _ in range(3):
        desk.complete(instance, "answer")

    assert desk.tasks(instance) == ["after", *["react"] * expected]
    for name in desk.tasks(instance):
        desk.complete(instance, name)
    assert desk.state(instance) == "completed"


def test_what_is_thrown_may_end_the_activity(desk: Desk):
    loop = each(f'{OVER_BODIES} behavior="One" oneBehaviorEventRef="told"')
    instance = desk.started(
        process(user_task("answer", inside=loop) + caught(SIGNAL, interrupting=True)), variables={"bodies": list("abc")}
    )

    desk.complete(instance, "answer")

    assert desk.tasks(instance) == ["react"]
    desk.complete(instance, "react")
    assert desk.state(instance) == "completed"


def test_the_last_instance_too_may_end_the_activity_by_what_it_throws(desk: Desk):
    loop = each(f'{OVER_BODIES} behavior="None" noneBehaviorEventRef="told"')
    instance = desk.started(process(user_task("answer", inside=loop) + caught(SIGNAL, interrupting=True)), variables={"bodies": ["a"]})

    desk.complete(instance, "answer")

    assert desk.tasks(instance) == ["react"]


def test_conditions_decide_what_the_end_of_an_instance_throws(desk: Desk):
    condition = "<bpmn:condition>= answer = &quot;no&quot; and nrOfCompletedInstances &gt; 1</bpmn:condition>"
    event = '<bpmn:event id="thrown"><bpmn:escalationEventDefinition escalationRef="e"/></bpmn:event>'
    definition = f"<bpmn:complexBehaviorDefinition>{condition}{event}</bpmn:complexBehaviorDefinition>"
    inner = nested(user_task("answer"), loop=each(f'{OVER_BODIES} behavior="Complex"', definition).replace("answer", "given"))
    catcher = caught('<bpmn:escalationEventDefinition escalationRef="e"/>', interrupting=False, on="sub")
    instance = desk.started(process(inner + catcher, "sub"), variables={"bodies": list("abc")})

    for given in ("no", "no", "yes"):
        desk.complete(instance, "answer", given=given)

    assert desk.tasks(instance) == ["after", "react"]


def test_a_signal_that_an_instance_throws_goes_to_nobody_else(desk: Desk):
    loop = each(f'{OVER_BODIES} behavior="None" noneBehaviorEventRef="told"')
    waiting = f'<bpmn:intermediateCatchEvent id="wait">{SIGNAL}</bpmn:intermediateCatchEvent>' + user_task("woken")
    desk.deploy(model(START + waiting + END + flows("start wait woken end"), key="other", before=NAMED).replace(b'id="d"', b'id="d2"'))
    other = desk.start("other")
    desk.deploy(process(user_task("answer", inside=loop) + caught(SIGNAL, interrupting=False)))
    instance = desk.start(variables={"bodies": ["a"]})

    desk.complete(instance, "answer")
    desk.engine.deliveries.deliver_due()

    assert desk.tasks(other) == []


def test_events_on_the_activity_end_every_instance_and_what_is_inside(desk: Desk):
    event = caught('<bpmn:messageEventDefinition messageRef="m"/>', interrupting=True, on="sub")
    instance = desk.started(process(nested(user_task("answer")) + event, "sub"), variables={"bodies": list("abc")})
    desk.complete(instance, "answer")

    with transaction():
        desk.engine.messages.correlate("word")

    assert desk.tasks(instance) == ["react"]
    assert desk.passed(instance).count("-answer") == 2
    desk.complete(instance, "react")
    assert desk.state(instance) == "completed"


def test_a_hundred_rounds_of_instances_leave_no_trace(desk: Desk):
    back = '<bpmn:exclusiveGateway id="again" default="again__end"/>'
    parts = START + user_task("answer", inside=each()) + back + END + flows("start answer again end") + flow("again", "answer", "${more}")
    instance = desk.started(model(parts), variables={"bodies": ["a", "b"], "more": True})

    sizes = []
    for _ in range(100):
        for _ in range(2):
            desk.complete(instance, "answer")
        sizes.append(desk.size_of(instance))

    assert max(sizes[-20:]) <= max(sizes[:20]) + 20


def test_operations_are_called_for_each_item(desk: Desk):
    desk.offer("sum", lambda call: {"doubled": call.variables["who"] * 2})
    output = 'outputCollection="all" outputElement="=doubled" inputCollection="=bodies" inputElement="who"'
    loop = each("", f"<bpmn:extensionElements><zeebe:loopCharacteristics {output}/></bpmn:extensionElements>")

    instance = desk.started(process(service_task("answer", "sum", inside=loop)), variables={"bodies": [1, 2, 3]})

    assert desk.variables(instance) == {"bodies": [1, 2, 3], "all": [2, 4, 6]}
