"""Event subprocesses: what starts them, what they interrupt, and what they leave alone."""

import pytest

from engine.errors import BpmnError
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flow, flows, model, service_task, user_task

NAMED = (
    '<bpmn:message id="m" name="stop"/><bpmn:error id="e" errorCode="refused"/><bpmn:escalation id="late" escalationCode="late"/>'
    '<bpmn:escalation id="other" escalationCode="other"/>'
)
STOPPED = '<bpmn:messageEventDefinition messageRef="m"/>'
AFTER_AN_HOUR = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
EVERY_HOUR = "<bpmn:timerEventDefinition><bpmn:timeCycle>R2/PT1H</bpmn:timeCycle></bpmn:timerEventDefinition>"
REFUSED = '<bpmn:errorEventDefinition errorRef="e" camunda:errorCodeVariable="code"/>'
LATE = '<bpmn:escalationEventDefinition escalationRef="late"/>'
MANY = "<bpmn:conditionalEventDefinition><bpmn:condition>= figures &gt; 10</bpmn:condition></bpmn:conditionalEventDefinition>"


def beside(event: str, *, interrupting: bool = True, inside: str = "") -> str:
    """An event subprocess with one user task in it."""
    kept = "" if interrupting else 'isInterrupting="false"'
    parts = f'<bpmn:startEvent id="happened" {kept}>{event}</bpmn:startEvent>' + user_task("handle") + '<bpmn:endEvent id="handled"/>'
    return f'<bpmn:subProcess id="handler" triggeredByEvent="true">{parts}{flows("happened handle handled")}{inside}</bpmn:subProcess>'


def process(event: str, *, interrupting: bool = True, work: str = "", way: str = "start prepare end", ends: bool = True) -> bytes:
    parts = START + user_task("prepare") + work + (END if ends else "") + beside(event, interrupting=interrupting)
    return model(parts + flows(way), before=NAMED)


def tell(desk: Desk, name: str = "stop", **variables: object) -> None:
    with transaction():
        desk.engine.messages.correlate(name, variables=variables)


def test_a_message_ends_everything_beside_and_starts_the_handler(desk: Desk):
    instance = desk.started(process(STOPPED))

    tell(desk, reason="over")

    assert desk.tasks(instance) == ["handle"]
    assert desk.variables(instance) == {"reason": "over"}
    desk.complete(instance, "handle")
    assert desk.state(instance) == "completed"
    assert desk.passed(instance) == ["start", "-prepare", "happened", "handler", "handle", "handled"]


def test_a_handler_that_does_not_interrupt_runs_beside_as_often_as_it_is_called(desk: Desk):
    instance = desk.started(process(STOPPED, interrupting=False))

    tell(desk)
    tell(desk)

    assert desk.tasks(instance) == ["handle", "handle", "prepare"]
    desk.complete(instance, "prepare")
    assert desk.state(instance) == "active"
    desk.complete(instance, "handle")
    desk.complete(instance, "handle")
    assert desk.state(instance) == "completed"


def test_a_process_ends_though_its_handlers_were_never_called(desk: Desk):
    instance = desk.started(process(STOPPED))

    desk.complete(instance, "prepare")

    assert desk.state(instance) == "completed"
    assert desk.passed(instance) == ["start", "prepare", "end"]
    assert list(desk.engine.messages.of_instance(instance.id)) == []


def test_a_timer_starts_a_handler(desk: Desk):
    instance = desk.started(process(AFTER_AN_HOUR))

    desk.move(hours=1)
    desk.engine.timers.fire_due()

    assert desk.tasks(instance) == ["handle"]


def test_a_repeated_timer_starts_a_handler_again_and_again(desk: Desk):
    instance = desk.started(process(EVERY_HOUR, interrupting=False))

    for _ in range(3):
        desk.move(hours=1)
        desk.engine.timers.fire_due()

    assert desk.tasks(instance) == ["handle", "handle", "prepare"]


def test_a_bpmn_error_goes_to_the_handler_of_its_own_scope(desk: Desk):
    def refuse(_call):
        raise BpmnError("refused", "no")

    desk.offer("submit", refuse)
    instance = desk.started(process(REFUSED, work=service_task("send", "submit"), way="start prepare send end"))

    desk.complete(instance, "prepare")

    assert desk.tasks(instance) == ["handle"]
    assert desk.engine.tasks.variables(desk.task(instance, "handle").id)["code"] == "refused"
    assert "code" not in desk.variables(instance)


def test_an_error_end_event_starts_the_handler_of_its_scope(desk: Desk):
    wrong = '<bpmn:endEvent id="wrong"><bpmn:errorEventDefinition errorRef="e"/></bpmn:endEvent>'
    instance = desk.started(process(REFUSED, work=wrong, ends=False, way="start prepare wrong"))

    desk.complete(instance, "prepare")

    assert desk.tasks(instance) == ["handle"]
    desk.complete(instance, "handle")
    assert desk.state(instance) == "completed"


def test_a_handler_inside_a_subprocess_goes_before_the_event_on_it(desk: Desk):
    inner = (
        '<bpmn:startEvent id="in"/>'
        + user_task("prepare")
        + '<bpmn:endEvent id="wrong"><bpmn:errorEventDefinition errorRef="e"/></bpmn:endEvent>'
    )
    inner += flows("in prepare wrong") + beside(REFUSED)
    outer = '<bpmn:boundaryEvent id="caught" attachedToRef="sub"><bpmn:errorEventDefinition/></bpmn:boundaryEvent>' + user_task("mend")
    parts = START + f'<bpmn:subProcess id="sub">{inner}</bpmn:subProcess>' + outer + END + flows("start sub end", "caught mend end")
    instance = desk.started(model(parts, before=NAMED))

    desk.complete(instance, "prepare")

    assert desk.tasks(instance) == ["handle"]
    desk.complete(instance, "handle")
    assert desk.state(instance) == "completed"
    assert "sub" in desk.passed(instance)


def test_an_error_out_of_a_handler_goes_outwards(desk: Desk):
    inside = '<bpmn:endEvent id="worse"><bpmn:errorEventDefinition errorRef="e"/></bpmn:endEvent>'
    handler = (
        '<bpmn:subProcess id="handler" triggeredByEvent="true"><bpmn:startEvent id="happened">'
        + STOPPED
        + "</bpmn:startEvent>"
        + inside
        + flows("happened worse")
        + "</bpmn:subProcess>"
    )
    inner = '<bpmn:startEvent id="in"/>' + user_task("prepare") + '<bpmn:endEvent id="out"/>' + flows("in prepare out") + handler
    outer = '<bpmn:boundaryEvent id="caught" attachedToRef="sub"><bpmn:errorEventDefinition/></bpmn:boundaryEvent>' + user_task("mend")
    parts = START + f'<bpmn:subProcess id="sub">{inner}</bpmn:subProcess>' + outer + END + flows("start sub end", "caught mend end")
    instance = desk.started(model(parts, before=NAMED))

    tell(desk)

    assert desk.tasks(instance) == ["mend"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_escalation_starts_a_handler_and_the_work_goes_on_or_not(desk: Desk, interrupting: bool):
    thrown = f'<bpmn:intermediateThrowEvent id="warn">{LATE}</bpmn:intermediateThrowEvent>' + user_task("send")
    instance = desk.started(process(LATE, interrupting=interrupting, work=thrown, way="start prepare warn send end"))

    desk.complete(instance, "prepare")

    assert desk.tasks(instance) == (["handle"] if interrupting else ["handle", "send"])


def test_a_condition_starts_a_handler_when_it_comes_to_hold_and_only_then(desk: Desk):
    instance = desk.started(process(MANY, interrupting=False), variables={"figures": 1})

    def put(figures: int) -> None:
        with transaction():
            desk.engine.instances.set_variables(instance.id, {"figures": figures}, by="ann")

    put(5)
    assert desk.tasks(instance) == ["prepare"]
    put(11)
    put(12)
    assert desk.tasks(instance) == ["handle", "prepare"]
    put(1)
    put(20)
    assert desk.tasks(instance) == ["handle", "handle", "prepare"]


def test_a_handler_in_a_repeated_subprocess_belongs_to_one_instance(desk: Desk):
    loop = '<bpmn:multiInstanceLoopCharacteristics camunda:collection="bodies" camunda:elementVariable="body"/>'
    condition = "<bpmn:conditionalEventDefinition><bpmn:condition>= figures = body</bpmn:condition></bpmn:conditionalEventDefinition>"
    inner = '<bpmn:startEvent id="in"/>' + user_task("prepare") + '<bpmn:endEvent id="out"/>' + flows("in prepare out") + beside(condition)
    parts = START + f'<bpmn:subProcess id="sub">{inner}{loop}</bpmn:subProcess>' + END + flows("start sub end")
    instance = desk.started(model(parts, before=NAMED), variables={"bodies": [1, 2, 3], "figures": 0})

    with transaction():
        desk.engine.instances.set_variables(instance.id, {"figures": 2}, by="ann")

    assert desk.tasks(instance) == ["handle", "prepare", "prepare"]
    for name in ("handle", "prepare", "prepare"):
        desk.complete(instance, name)
    assert desk.state(instance) == "completed"


def test_handlers_of_a_called_process_live_as_long_as_it(desk: Desk):
    parts = START + '<bpmn:callActivity id="call" calledElement="q"/>' + user_task("after") + END + flows("start call after end")
    desk.deploy(process(STOPPED).replace(b'id="p"', b'id="q"').replace(b'id="d"', b'id="d2"'))
    instance = desk.started(model(parts))

    tell(desk)
    assert desk.tasks(instance) == ["handle"]
    desk.complete(instance, "handle")

    assert desk.tasks(instance) == ["after"]
    assert list(desk.engine.messages.of_instance(instance.id)) == []


def test_a_hundred_rounds_leave_no_trace_of_handlers(desk: Desk):
    back = '<bpmn:exclusiveGateway id="again" default="again__end"/>'
    parts = START + user_task("prepare") + back + END + beside(STOPPED, interrupting=False)
    parts += flows("start prepare again end") + flow("again", "prepare", "${more}")
    instance = desk.started(model(parts, before=NAMED))

    for _ in range(100):
        tell(desk)
        desk.complete(instance, "handle")
        desk.complete(instance, "prepare", more=True)

    assert desk.tasks(instance) == ["prepare"]
    assert len(list(desk.engine.messages.of_instance(instance.id))) == 1


def test_a_handler_that_interrupts_leaves_nothing_of_repeated_subprocesses_behind(desk: Desk):
    loop = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    each = '<bpmn:startEvent id="in2"/>' + user_task("prepare") + flows("in2 prepare") + loop
    inner = f'<bpmn:startEvent id="in"/><bpmn:subProcess id="each">{each}</bpmn:subProcess>' + flows("in each")
    parts = START + f'<bpmn:subProcess id="sub">{inner}</bpmn:subProcess>' + END + flows("start sub end") + beside(STOPPED)
    instance = desk.started(model(parts, before=NAMED))

    tell(desk)

    assert desk.tasks(instance) == ["handle"]
    desk.complete(instance, "handle")
    assert desk.state(instance) == "completed"


@pytest.mark.parametrize("depth", [0, 1])
def test_an_error_from_one_of_several_instances_ends_the_others_on_its_way_out(desk: Desk, depth: int):
    loop = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    failed = '<bpmn:endEvent id="failed"><bpmn:errorEventDefinition errorRef="e"/></bpmn:endEvent>'
    work = '<bpmn:startEvent id="in"/>' + user_task("prepare") + failed + flows("in prepare failed")
    inner = f'<bpmn:subProcess id="each">{loop}{work}</bpmn:subProcess>'
    for level in range(depth):
        inner = f'<bpmn:subProcess id="around"><bpmn:startEvent id="in{level}"/>{inner}{flows(f"in{level} each")}</bpmn:subProcess>'
    way = flows(f"start {'around' if depth else 'each'} end")
    instance = desk.started(model(START + inner + END + way + beside(REFUSED), before=NAMED))

    desk.complete(instance, "prepare")

    assert desk.tasks(instance) == ["handle"]
    assert desk.passed(instance).count("-prepare") == 1
    desk.complete(instance, "handle")
    assert desk.state(instance) == "completed"
