"""Which version a call activity calls and a business rule task asks, and the business key of what is called."""

import time

import pytest

from engine.errors import StepFailed
from engine.instances import Instance
from engine.parsing.specs.activities import MAX_DEPTH
from storage.transaction import transaction
from tests.engine.decisions.factories import decision, definitions, literal
from tests.engine.factories import END, HEAD, START, Desk, flow, flows, model, service_task, user_task


def called(element_id: str, tag: str = "", inside: str | None = None) -> bytes:
    """A process `q` whose one task says which version it is."""
    middle = inside or user_task(element_id)
    parts = f'<bpmn:startEvent id="in"/>{middle}<bpmn:endEvent id="out"/>' + flows(f"in {element_id} out")
    return model(parts, key="q", attributes=f'camunda:versionTag="{tag}"' if tag else "")


def calling(attributes: str, inside: str = "", element: str = "q", zeebe: str | None = None) -> bytes:
    """A process `p` that calls."""
    target = "" if zeebe is not None else f'calledElement="{element}"'
    box = f"<bpmn:extensionElements>{inside}{zeebe or ''}</bpmn:extensionElements>"
    call = f'<bpmn:callActivity id="call" {target} {attributes}>{box}</bpmn:callActivity>'
    return model(START + user_task("before") + call + END + flows("start before call end"))


def reached(desk: Desk, *files: bytes, **details: object) -> Instance:
    """An instance of `p` that was started before another version of `q` came, and has reached its call after that."""
    desk.deploy(called("first", tag="stable"))
    desk.deploy(*files)
    instance = desk.start(**details)
    desk.deploy(called("third", tag="beta"))
    desk.complete(instance, "before")
    return instance


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("", "third"),
        ('camunda:calledElementBinding="latest"', "third"),
        ('camunda:calledElementBinding="deployment"', "second"),
        ('camunda:calledElementBinding="version" camunda:calledElementVersion="1"', "first"),
        ('camunda:calledElementBinding="version" camunda:calledElementVersion="${number}"', "second"),
        ('camunda:calledElementBinding="versionTag" camunda:calledElementVersionTag="stable"', "first"),
        ('camunda:calledElementBinding="versionTag" camunda:calledElementVersionTag="${tag}"', "third"),
    ],
)
def test_a_call_names_its_version(desk: Desk, attributes: str, expected: str):
    instance = reached(desk, calling(attributes), called("second", tag="stable-2"), variables={"number": 2, "tag": "beta"})

    assert desk.tasks(instance) == [expected]
    desk.complete(instance, expected)
    assert desk.state(instance) == "completed"


def test_a_global_task_has_versions_like_a_process_and_keeps_its_people_and_its_form(desk: Desk):
    def asked(name: str, tag: str) -> bytes:
        facts = f'name="{name}" camunda:versionTag="{tag}" camunda:assignee="${{boss}}" camunda:formKey="{name}" camunda:priority="70"'
        return f'{HEAD}<bpmn:globalUserTask id="q" {facts} camunda:candidateGroups="head"/></bpmn:definitions>'.encode()

    passed = '<camunda:in variables="all"/>'
    desk.deploy(asked("first", "stable"))
    desk.deploy(calling('camunda:calledElementBinding="versionTag" camunda:calledElementVersionTag="stable"', passed))
    desk.deploy(asked("second", "beta"))
    old = desk.start(variables={"boss": "dora"})
    desk.complete(old, "before")
    desk.deploy(calling("", passed))
    new = desk.start(variables={"boss": "eve"})
    desk.complete(new, "before")

    was, now = desk.task(old, "q_task"), desk.task(new, "q_task")
    assert (was.name, was.assignee, was.form_key, was.priority) == ("first", "dora", "first", 70)
    assert (now.name, now.assignee, now.form_key) == ("second", "eve", "second")
    desk.complete(old, "q_task", by="dora")
    assert desk.state(old) == "completed"
    assert [(one.key, one.version, one.name) for one in desk.engine.definitions.list(key="q").items] == [
        ("q", 1, "first"),
        ("q", 2, "second"),
    ]


@pytest.mark.parametrize(
    ("binding", "expected"),
    [("", "third"), ('bindingType="deployment"', "second"), ('bindingType="versionTag" versionTag="stable"', "first")],
)
def test_a_call_of_the_newer_family_of_editors_names_its_version(desk: Desk, binding: str, expected: str):
    call = calling("", zeebe=f'<zeebe:calledElement processId="q" {binding}/>')

    instance = reached(desk, call, called("second"))

    assert desk.tasks(instance) == [expected]


def test_a_called_file_that_was_no_part_of_the_deployment_because_nothing_had_changed_is_found(desk: Desk):
    call = calling('camunda:calledElementBinding="deployment"')
    with transaction():
        desk.engine.definitions.deploy("test", {"q.bpmn": called("first")}, by="ann")
    with transaction():
        desk.engine.definitions.deploy("test", {"q.bpmn": called("first"), "p.bpmn": call}, by="ann", changed_only=True)
    desk.deploy(called("later"))

    instance = desk.start()
    desk.complete(instance, "before")

    assert desk.tasks(instance) == ["first"]


def test_the_version_of_a_running_call_stays(desk: Desk):
    instance = reached(desk, calling(""), called("second"))

    desk.deploy(called("fourth"))

    assert desk.tasks(instance) == ["third"]
    desk.complete(instance, "third")
    assert desk.state(instance) == "completed"


def test_a_call_inside_a_call_is_bound_to_the_deployment_of_the_process_that_makes_it(desk: Desk):
    inner = '<bpmn:callActivity id="deeper" calledElement="r" camunda:calledElementBinding="deployment"/>'
    work = START + user_task("old") + END + flows("start old end")
    desk.deploy(called("deeper", inside=inner), model(work, key="r"))
    desk.deploy(model(work.replace("old", "new"), key="r"))
    desk.deploy(calling(""))
    instance = desk.start()

    desk.complete(instance, "before")

    assert desk.tasks(instance) == ["old"]


def test_what_is_called_can_be_worked_out(desk: Desk):
    desk.deploy(called("first"))
    instance = desk.started(calling("", element="${which}"), variables={"which": "q"})

    desk.complete(instance, "before")

    assert desk.tasks(instance) == ["first"]


@pytest.mark.parametrize(
    ("attributes", "element", "cause"),
    [
        ("", "${which}", "version_not_found"),
        ("", "${nothing}", "reference_unreadable"),
        ('camunda:calledElementBinding="version" camunda:calledElementVersion="9"', "q", "version_not_found"),
        ('camunda:calledElementBinding="version" camunda:calledElementVersion="99999999999999"', "q", "version_not_found"),
        ('camunda:calledElementBinding="version" camunda:calledElementVersion="${which}"', "q", "reference_unreadable"),
        ('camunda:calledElementBinding="versionTag" camunda:calledElementVersionTag="gone"', "q", "version_not_found"),
    ],
)
def test_a_call_of_nothing_is_an_incident_at_the_call(desk: Desk, attributes: str, element: str, cause: str):
    desk.deploy(called("first"))
    instance = desk.started(calling(attributes, element=element), variables={"which": "unheard", "nothing": None})

    with pytest.raises(StepFailed) as failure:
        desk.complete(instance, "before")

    assert (failure.value.fields["element_id"], failure.value.fields["cause"]) == ("call", cause)
    assert desk.tasks(instance) == ["before"]


def test_a_suspended_version_is_not_called(desk: Desk):
    desk.deploy(called("first"))
    instance = desk.started(calling('camunda:calledElementBinding="version" camunda:calledElementVersion="1"'))
    with transaction():
        desk.engine.definitions.suspend(desk.engine.definitions.latest("q").id, by="ann")

    with pytest.raises(StepFailed):
        desk.complete(instance, "before")

    with transaction():
        desk.engine.definitions.activate(desk.engine.definitions.latest("q").id, by="ann")
    desk.complete(instance, "before")
    assert desk.tasks(instance) == ["first"]


def test_an_older_version_does_not_stand_in_for_a_suspended_one(desk: Desk):
    desk.deploy(called("first"))
    desk.deploy(called("second"))
    instance = desk.started(calling(""))
    with transaction():
        desk.engine.definitions.suspend(desk.engine.definitions.latest("q").id, by="ann")

    with pytest.raises(StepFailed):
        desk.complete(instance, "before")

    assert desk.tasks(instance) == ["before"]


def asks(key: str, called: str) -> bytes:
    """A process that only calls another."""
    return model(f'{START}<bpmn:callActivity id="call" calledElement="{called}"/>{END}{flows("start call end")}', key=key)


def test_a_version_is_asked_for_once_in_a_step_however_often_it_is_called(desk: Desk, statements: list[str]):
    cycle = '<bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:loopCardinality>4</bpmn:loopCardinality>'
    repeated = f"{cycle}</bpmn:multiInstanceLoopCharacteristics>"
    call = f'<bpmn:callActivity id="call" calledElement="q">{repeated}</bpmn:callActivity>'
    decide = f'<bpmn:businessRuleTask id="decide" camunda:decisionRef="size">{repeated}</bpmn:businessRuleTask>'
    with transaction():
        files = {"q.bpmn": called("done", inside='<bpmn:task id="done"/>'), "size.dmn": definitions(decision("size", literal("1")))}
        desk.engine.definitions.deploy("test", files, by="ann")
    instance = desk.started(model(START + user_task("before") + call + decide + END + flows("start before call decide end")))
    statements.clear()

    desk.complete(instance, "before")

    asked = [sent for sent in statements if "ORDER BY" in sent and "definitions.version" in sent]
    assert sorted("decision_definitions" in sent for sent in asked) == [False, True]
    assert desk.passed(instance).count("done") == 4


def test_processes_that_call_each_other_in_a_circle_are_stopped_before_it_costs_too_much(desk: Desk):
    desk.deploy(asks("p", "q"), asks("q", "p"))
    started = time.process_time()

    with pytest.raises(StepFailed) as failure:
        desk.start()

    assert (failure.value.fields["element_id"], failure.value.fields["cause"]) == ("call", "calls_too_deep")
    assert time.process_time() - started < 2


def test_the_bound_of_calls_in_calls_counts_those_of_earlier_steps(desk: Desk):
    deeper = '<bpmn:extensionElements><camunda:in sourceExpression="${depth + 1}" target="depth"/></bpmn:extensionElements>'
    rests = '<bpmn:exclusiveGateway id="rests" default="rests__deeper"/>' + flow("rests", "work", f"${{depth == {MAX_DEPTH}}}")
    call = f'<bpmn:callActivity id="deeper" calledElement="p">{deeper}</bpmn:callActivity>'
    instance = desk.started(
        model(START + rests + user_task("work") + call + END + flows("start rests deeper end", "work deeper")), variables={"depth": 0}
    )

    with pytest.raises(StepFailed) as failure:
        desk.complete(instance, "work")

    assert failure.value.fields["cause"] == "calls_too_deep"
    assert desk.tasks(instance) == ["work"]


WAITING = (
    '<bpmn:process id="q" isExecutable="true"><bpmn:startEvent id="in"/><bpmn:receiveTask id="wait" messageRef="m"/>'
    + service_task("tell", "note")
    + '<bpmn:endEvent id="out"/>'
    + flows("in wait tell out")
    + '</bpmn:process><bpmn:message id="m" name="paid"/>'
)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ('<camunda:in businessKey="order-${number}"/>', "order-7"),
        ('<camunda:in businessKey="#{execution.processBusinessKey}"/>', "K"),
        ('<camunda:in businessKey="${nobody}"/>', "K"),
        ("", "K"),
    ],
)
def test_what_is_called_has_a_business_key_of_its_own_when_it_is_given_one(desk: Desk, given: str, expected: str):
    both = calling("", inside=given).replace(b"<bpmn:process", WAITING.encode() + b"<bpmn:process", 1)
    instance = desk.started(both, business_key="K", variables={"number": 7, "nobody": None})
    desk.complete(instance, "before")
    assert [waiting.business_key for waiting in desk.engine.messages.of_instance(instance.id)] == [expected]

    with transaction():
        desk.engine.messages.correlate("paid", business_key=expected)

    assert desk.state(instance) == "completed"
    assert desk.calls[0].business_key == expected


def test_an_empty_business_key_is_an_incident(desk: Desk):
    desk.deploy(called("first"))
    instance = desk.started(calling("", inside='<camunda:in businessKey="${key}"/>'), variables={"key": ""})

    with pytest.raises(StepFailed) as failure:
        desk.complete(instance, "before")

    assert failure.value.fields["cause"] == "business_key_unreadable"


def terms(days: int, tag: str = "") -> bytes:
    """A decision that says how many days there are."""
    tagged = f'xmlns:c="http://camunda.org/schema/1.0/dmn" c:versionTag="{tag}" id="terms"' if tag else 'id="terms"'
    return definitions(decision("terms", literal(str(days)))).replace(b'id="terms"', tagged.encode(), 1)


def decided(desk: Desk, attributes: str = "", inside: str = "") -> object:
    """What the task of `p` gets that is deployed with 2 days, after 1 and before 3."""
    task = (
        f'<bpmn:businessRuleTask id="decide" {attributes}><bpmn:extensionElements>{inside}</bpmn:extensionElements></bpmn:businessRuleTask>'
    )
    process = model(START + task + user_task("after") + END + flows("start decide after end"))
    for files in ({"d.dmn": terms(1, "law")}, {"d.dmn": terms(2), "p.bpmn": process}, {"d.dmn": terms(3, "draft")}):
        with transaction():
            desk.engine.definitions.deploy("test", files, by="ann")
    return desk.variables(desk.start(variables={"number": 1}))["term"]


@pytest.mark.parametrize(
    ("binding", "expected"),
    [
        ("", 3),
        ('camunda:decisionRefBinding="deployment"', 2),
        ('camunda:decisionRefBinding="version" camunda:decisionRefVersion="${number}"', 1),
        ('camunda:decisionRefBinding="versionTag" camunda:decisionRefVersionTag="law"', 1),
    ],
)
def test_a_business_rule_task_names_the_version_of_its_decision(desk: Desk, binding: str, expected: int):
    task = f'camunda:decisionRef="terms" camunda:resultVariable="term" camunda:mapDecisionResult="singleEntry" {binding}'

    assert decided(desk, task) == expected


@pytest.mark.parametrize(("binding", "expected"), [('bindingType="deployment"', 2), ('bindingType="versionTag" versionTag="draft"', 3)])
def test_a_business_rule_task_of_the_newer_family_of_editors_does_too(desk: Desk, binding: str, expected: int):
    assert decided(desk, inside=f'<zeebe:calledDecision decisionId="terms" resultVariable="term" {binding}/>') == expected
