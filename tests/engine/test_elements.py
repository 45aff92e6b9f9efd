"""What each kind of element does in a running instance."""

import pytest

from engine.errors import BpmnError, StepFailed
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flow, flows, mapping, model, service_task, user_task

ERROR = '<bpmn:error id="e" name="refused" errorCode="refused"/>'


def caught(on: str, code: bool = True) -> str:
    """A boundary error event."""
    reference = 'errorRef="e"' if code else ""
    event = f'<bpmn:errorEventDefinition {reference} camunda:errorCodeVariable="code" camunda:errorMessageVariable="text"/>'
    return f'<bpmn:boundaryEvent id="caught" attachedToRef="{on}">{event}</bpmn:boundaryEvent>'


def throwing(code: str):
    def operation(_call):
        raise BpmnError(code, "no such year", {"year": 0})

    return operation


def test_a_bpmn_error_goes_to_the_event_that_catches_it_and_nothing_is_rolled_back(desk: Desk):
    desk.offer("submit", throwing("refused"))
    parts = START + user_task("prepare") + service_task("send", "submit") + caught("send") + user_task("mend") + END
    instance = desk.started(model(parts + flows("start prepare send end", "caught mend end"), before=ERROR))

    desk.complete(instance, "prepare", figures=1)

    assert desk.tasks(instance) == ["mend"]
    assert desk.variables(instance) == {"figures": 1, "code": "refused", "text": "no such year", "year": 0}
    assert len(desk.calls) == 1
    assert desk.passed(instance) == ["start", "prepare", "-send", "caught"]


def test_a_bpmn_error_that_nobody_catches_is_a_failure(desk: Desk):
    desk.offer("submit", throwing("unheard_of"))
    parts = START + user_task("prepare") + service_task("send", "submit") + caught("send") + user_task("mend") + END
    instance = desk.started(model(parts + flows("start prepare send end", "caught mend end"), before=ERROR))

    with pytest.raises(StepFailed):
        desk.complete(instance, "prepare")

    assert desk.tasks(instance) == ["prepare"]


def test_an_error_end_inside_a_subprocess_ends_it(desk: Desk):
    inner = (
        '<bpmn:startEvent id="in"/><bpmn:parallelGateway id="fork"/>'
        + user_task("a")
        + user_task("b")
        + '<bpmn:endEvent id="wrong"><bpmn:errorEventDefinition errorRef="e"/></bpmn:endEvent><bpmn:endEvent id="out"/>'
        + flows("in fork a wrong", "fork b out")
    )
    parts = START + f'<bpmn:subProcess id="inside">{inner}</bpmn:subProcess>' + caught("inside", code=False) + user_task("mend") + END
    instance = desk.started(model(parts + flows("start inside end", "caught mend end"), before=ERROR))

    desk.complete(instance, "a")

    assert desk.tasks(instance) == ["mend"]
    assert {"-b", "-inside"} <= set(desk.passed(instance))


def test_a_called_process_sees_only_what_it_is_given(desk: Desk):
    called = model(START + user_task("work") + END + flows("start work end"), key="called")
    call = (
        '<bpmn:callActivity id="call" calledElement="called"><bpmn:extensionElements>'
        '<camunda:in source="figure" target="given"/><camunda:out source="made" target="answer"/>'
        "</bpmn:extensionElements></bpmn:callActivity>"
    )
    instance = desk.started(
        called, model(START + call + user_task("after") + END + flows("start call after end")), variables={"figure": 3, "own": 1}
    )
    assert desk.engine.tasks.variables(desk.task(instance, "work").id) == {"given": 3}

    desk.deploy(model(START + user_task("newer") + END + flows("start newer end"), key="called"))
    desk.complete(instance, "work", made=7, own=2)

    assert desk.tasks(instance) == ["after"]
    assert desk.variables(instance) == {"figure": 3, "own": 1, "answer": 7}
    parent = next(activity for activity in desk.engine.history.activities(instance.id) if activity.element_id == "call")
    work = next(activity for activity in desk.engine.history.activities(instance.id) if activity.element_id == "work")
    assert work.parent_id == parent.id


def test_an_inclusive_gateway_waits_for_the_branches_that_were_taken(desk: Desk):
    parts = START + '<bpmn:inclusiveGateway id="which" default="which__c"/>' + user_task("a") + user_task("b") + user_task("c")
    parts += '<bpmn:inclusiveGateway id="all"/>' + user_task("after") + END
    data = model(
        parts + flows("start which c all after end", "a all", "b all") + flow("which", "a", "${x > 0}") + flow("which", "b", "${x > 1}")
    )

    desk.deploy(data)
    one, two, none = (desk.start(variables={"x": x}) for x in (1, 2, 0))
    assert [desk.tasks(instance) for instance in (one, two, none)] == [["a"], ["a", "b"], ["c"]]

    desk.complete(one, "a")
    desk.complete(two, "b")
    assert [desk.tasks(instance) for instance in (one, two)] == [["after"], ["a"]]
    desk.complete(two, "a")
    assert desk.tasks(two) == ["after"]


def each(sequential: bool, **more: str) -> bytes:
    """A user task for each of `bodies`, collecting answers."""
    zeebe = 'outputCollection="answers" outputElement="=answer" inputCollection="=bodies" inputElement="who"'
    kind = f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}"><bpmn:extensionElements>'
    loop = f"{kind}<zeebe:loopCharacteristics {zeebe}/></bpmn:extensionElements>{more.get('until', '')}"
    loop += "</bpmn:multiInstanceLoopCharacteristics>"
    return model(START + user_task("answer", inside=loop) + user_task("after") + END + flows("start answer after end"))


@pytest.mark.parametrize("sequential", [True, False])
def test_a_multi_instance_task_collects_in_the_order_of_its_items(desk: Desk, sequential: bool):
    instance = desk.started(each(sequential), variables={"bodies": ["a", "b", "c"]})

    while "answer" in desk.tasks(instance):
        open_tasks = desk.engine.tasks.of_instance(instance.id)
        assert len(open_tasks) == 1 or not sequential
        task = open_tasks[-1]
        who = desk.engine.tasks.variables(task.id)["who"]
        with transaction():
            desk.engine.tasks.complete(task.id, {"answer": who.upper()}, by="ann")

    assert desk.tasks(instance) == ["after"]
    assert desk.variables(instance)["answers"] == ["A", "B", "C"]
    assert desk.passed(instance).count("answer") == 4, "three instances and the body around them"


def test_a_multi_instance_task_can_end_early(desk: Desk):
    until = "<bpmn:completionCondition>${nrOfCompletedInstances == 2}</bpmn:completionCondition>"
    instance = desk.started(each(sequential=False, until=until), variables={"bodies": ["a", "b", "c"]})

    for _ in range(2):
        desk.complete(instance, "answer", answer=1)

    assert desk.tasks(instance) == ["after"]
    assert desk.passed(instance).count("-answer") == 1


def test_three_hundred_parallel_tasks_are_opened_and_closed_in_one_instance(desk: Desk):
    instance = desk.started(each(sequential=False), variables={"bodies": [f"body {number}" for number in range(300)]})

    desk.complete(instance, "answer", answer=1)

    assert len(desk.engine.tasks.of_instance(instance.id)) == 299


def test_a_script_counts_in_the_type_its_variable_has(desk: Desk):
    script = '<bpmn:scriptTask id="count" scriptFormat="feel" camunda:resultVariable="n"><bpmn:script>n + 1</bpmn:script></bpmn:scriptTask>'
    instance = desk.started(model(START + script + user_task("after") + END + flows("start count after end")), variables={"n": 1})

    assert desk.engine.instances.variables(instance.id, typed=True)["n"].type == "Integer"
    assert desk.variables(instance) == {"n": 2}


def test_a_condition_on_an_unknown_variable_is_told_with_its_element(desk: Desk):
    parts = START + user_task("prepare") + '<bpmn:exclusiveGateway id="which" default="which__end"/>' + END
    instance = desk.started(model(parts + flows("start prepare which end") + flow("which", "prepare", "${nowhere == 1}")))

    with pytest.raises(StepFailed) as failure:
        desk.complete(instance, "prepare")

    assert (failure.value.fields["element_id"], failure.value.fields["cause"]) == ("which", "variable_unknown")


def test_an_output_of_a_user_task_is_mapped_out_of_its_own_variables(desk: Desk):
    inside = mapping(inputs={"draft": "${figures}"}, outputs={"final": "${draft}"})
    instance = desk.started(
        model(START + user_task("prepare", inside=inside) + user_task("after") + END + flows("start prepare after end")),
        variables={"figures": 1},
    )
    assert desk.engine.tasks.local_variables(desk.task(instance, "prepare").id) == {"draft": 1}

    desk.complete(instance, "prepare", draft=2)

    assert desk.variables(instance) == {"figures": 1, "final": 2}
