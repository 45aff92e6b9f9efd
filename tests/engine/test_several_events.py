"""Events with several definitions: any one of them, all of them, all thrown."""

import pytest

from engine.models import InstanceRow
from storage.database import session
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flows, model, service_task, user_task
from tests.engine.test_timers import boundary, timer

NAMED = (
    '<bpmn:message id="m" name="paid"/><bpmn:message id="m2" name="signed"/><bpmn:signal id="s" name="closed"/>'
    '<bpmn:error id="e" errorCode="refused"/><bpmn:escalation id="late" escalationCode="late"/>'
)
PAID = '<bpmn:messageEventDefinition messageRef="m"/>'
SIGNED = '<bpmn:messageEventDefinition messageRef="m2"/>'
CLOSED = '<bpmn:signalEventDefinition signalRef="s"/>'
MANY = "<bpmn:conditionalEventDefinition><bpmn:condition>= figures &gt; 10</bpmn:condition></bpmn:conditionalEventDefinition>"
NAMING = ' camunda:errorCodeVariable="code"'
REFUSED = f'<bpmn:errorEventDefinition errorRef="e"{NAMING}/>'
LATE = '<bpmn:escalationEventDefinition escalationRef="late"/>'
AN_HOUR = timer("timeDuration", "PT1H")


def catching(*events: str, together: bool = False) -> bytes:
    """A process that waits for several things and then has a task."""
    parallel = 'parallelMultiple="true"' if together else ""
    event = f'<bpmn:intermediateCatchEvent id="wait" {parallel}>{"".join(events)}</bpmn:intermediateCatchEvent>'
    return model(START + event + user_task("after") + END + flows("start wait after end"), before=NAMED)


def attached(*events: str, interrupting: bool = True, together: bool = False, host: str = "") -> bytes:
    """A process with several things that may happen while somebody works."""
    on = boundary("happened", "work", "".join(events), interrupting=interrupting)
    on = on.replace("<bpmn:boundaryEvent", '<bpmn:boundaryEvent parallelMultiple="true"', 1) if together else on
    parts = START + (host or user_task("work")) + on + user_task("handle") + '<bpmn:endEvent id="handled"/>' + END
    return model(parts + flows("start work end", "happened handle handled"), before=NAMED)


def beside(*events: str, interrupting: bool = True, together: bool = False) -> bytes:
    """A process with an event subprocess that several things may start."""
    kind = ("" if interrupting else 'isInterrupting="false" ') + ('parallelMultiple="true"' if together else "")
    parts = f'<bpmn:startEvent id="happened" {kind}>{"".join(events)}</bpmn:startEvent>' + user_task("handle")
    handler = f'<bpmn:subProcess id="handler" triggeredByEvent="true">{parts}{flows("happened handle")}</bpmn:subProcess>'
    return model(START + user_task("work") + END + flows("start work end") + handler, before=NAMED)


def tell(desk: Desk, name: str, **variables: object) -> None:
    with transaction():
        desk.engine.messages.correlate(name, variables=variables)


def signal(desk: Desk) -> None:
    with transaction():
        desk.engine.messages.broadcast("closed")
    desk.engine.deliveries.deliver_due()


def waits(desk: Desk, instance) -> int:
    """How many timers, messages and signals an instance waits for."""
    return len(desk.engine.timers.of_instance(instance.id)) + len(desk.engine.messages.of_instance(instance.id))


def test_any_one_of_several_things_is_enough(desk: Desk):
    instance = desk.started(catching(PAID, CLOSED, AN_HOUR, MANY))
    assert waits(desk, instance) == 3

    tell(desk, "paid", sum=5)

    assert desk.tasks(instance) == ["after"]
    assert desk.variables(instance) == {"sum": 5}
    assert waits(desk, instance) == 0
    assert desk.passed(instance) == ["start", "wait"]
    desk.complete(instance, "after")
    assert desk.passed(instance) == ["start", "wait", "after", "end"]


@pytest.mark.parametrize("which", ["signal", "timer", "condition"])
def test_it_may_be_any_of_them(desk: Desk, which: str):
    instance = desk.started(catching(PAID, CLOSED, AN_HOUR, MANY))

    if which == "signal":
        signal(desk)
    elif which == "timer":
        desk.move(hours=1)
        assert desk.engine.timers.fire_due() == 1
    else:
        with transaction():
            desk.engine.instances.set_variables(instance.id, {"figures": 11}, by="ann")

    assert desk.tasks(instance) == ["after"]
    assert waits(desk, instance) == 0


def test_a_condition_that_holds_already_is_enough(desk: Desk):
    instance = desk.started(catching(PAID, MANY), variables={"figures": 11})

    assert desk.tasks(instance) == ["after"]


def test_all_of_several_things_must_come_in_any_order(desk: Desk):
    instance = desk.started(catching(PAID, SIGNED, AN_HOUR, together=True))

    tell(desk, "signed", who="akim")
    assert (desk.tasks(instance), waits(desk, instance)) == ([], 2)
    desk.move(hours=1)
    assert desk.engine.timers.fire_due() == 1
    assert (desk.tasks(instance), waits(desk, instance)) == ([], 1)
    tell(desk, "paid")

    assert desk.tasks(instance) == ["after"]
    assert desk.variables(instance) == {"who": "akim"}
    assert desk.passed(instance) == ["start", "p", "wait"]  # the variable came while nothing had ended yet


def test_several_things_interrupt_an_activity_by_any_one_of_them(desk: Desk):
    instance = desk.started(attached(PAID, AN_HOUR))

    tell(desk, "paid")

    assert desk.tasks(instance) == ["handle"]
    assert waits(desk, instance) == 0
    assert desk.passed(instance) == ["start", "-work", "happened"]


def test_an_activity_that_is_over_waits_for_none_of_them_any_more(desk: Desk):
    instance = desk.started(attached(PAID, AN_HOUR, CLOSED))

    desk.complete(instance, "work")

    assert desk.state(instance) == "completed"
    assert desk.passed(instance) == ["start", "work", "end"]


def test_all_of_several_things_interrupt_an_activity_together(desk: Desk):
    instance = desk.started(attached(PAID, SIGNED, together=True))

    tell(desk, "paid")
    assert desk.tasks(instance) == ["work"]
    tell(desk, "signed")

    assert desk.tasks(instance) == ["handle"]


def test_what_interrupts_nothing_comes_as_often_as_it_happens_and_its_timer_once(desk: Desk):
    instance = desk.started(attached(PAID, AN_HOUR, interrupting=False))

    tell(desk, "paid")
    desk.move(minutes=50)
    tell(desk, "paid")
    desk.move(minutes=10)
    assert desk.engine.timers.fire_due() == 1
    tell(desk, "paid")

    assert desk.tasks(instance) == ["handle"] * 4 + ["work"]
    assert waits(desk, instance) == 1
    desk.complete(instance, "work")
    assert waits(desk, instance) == 0
    for _ in range(4):
        desk.complete(instance, "handle")
    assert desk.state(instance) == "completed"


def test_things_that_come_together_come_again_when_each_of_them_can(desk: Desk):
    instance = desk.started(attached(PAID, SIGNED, interrupting=False, together=True))

    for name in ("paid", "signed", "signed", "paid"):
        tell(desk, name)

    assert desk.tasks(instance) == ["handle", "handle", "work"]


def test_things_that_come_together_come_once_when_one_of_them_can_only_come_once(desk: Desk):
    instance = desk.started(attached(PAID, AN_HOUR, interrupting=False, together=True))

    tell(desk, "paid")
    desk.move(hours=1)
    desk.engine.timers.fire_due()

    assert desk.tasks(instance) == ["handle", "work"]
    assert waits(desk, instance) == 0


def test_a_condition_among_them_must_cease_to_hold_before_it_comes_again(desk: Desk):
    instance = desk.started(attached(PAID, MANY, interrupting=False), variables={"figures": 11})
    assert desk.tasks(instance) == ["handle", "work"]

    tell(desk, "paid")
    assert desk.tasks(instance) == ["handle", "handle", "work"]
    for figures in (12, 3, 13):
        with transaction():
            desk.engine.instances.set_variables(instance.id, {"figures": figures}, by="ann")

    assert desk.tasks(instance) == ["handle", "handle", "handle", "work"]


@pytest.mark.parametrize("thrown", [REFUSED, LATE])
def test_an_error_or_escalation_may_be_one_of_them(desk: Desk, thrown: str):
    ends = f'<bpmn:endEvent id="wrong">{thrown.replace(NAMING, "")}</bpmn:endEvent>'
    inside = '<bpmn:startEvent id="in"/>' + user_task("inner") + ends + flows("in inner wrong")
    instance = desk.started(attached(PAID, thrown, host=f'<bpmn:subProcess id="work">{inside}</bpmn:subProcess>'))

    desk.complete(instance, "inner")

    assert desk.tasks(instance) == ["handle"]
    assert waits(desk, instance) == 0
    assert desk.variables(instance) == ({"code": "refused"} if thrown == REFUSED else {})


@pytest.mark.parametrize("interrupting", [True, False])
def test_several_things_may_start_an_event_subprocess(desk: Desk, interrupting: bool):
    instance = desk.started(beside(PAID, CLOSED, interrupting=interrupting))
    assert waits(desk, instance) == 2

    signal(desk)

    assert desk.tasks(instance) == (["handle"] if interrupting else ["handle", "work"])
    assert waits(desk, instance) == (0 if interrupting else 2)
    if not interrupting:
        tell(desk, "paid")
        assert desk.tasks(instance) == ["handle", "handle", "work"]
        desk.complete(instance, "handle")
        desk.complete(instance, "work")
    desk.complete(instance, "handle")
    assert desk.state(instance) == "completed"


def test_all_of_several_things_may_start_an_event_subprocess(desk: Desk):
    instance = desk.started(beside(PAID, SIGNED, together=True))

    tell(desk, "paid")
    assert desk.tasks(instance) == ["work"]
    tell(desk, "signed")

    assert desk.tasks(instance) == ["handle"]


def test_an_error_among_them_starts_an_event_subprocess(desk: Desk):
    wrong = '<bpmn:endEvent id="end"><bpmn:errorEventDefinition errorRef="e"/></bpmn:endEvent>'
    instance = desk.started(beside(PAID, REFUSED).replace(END.encode(), wrong.encode()))

    desk.complete(instance, "work")

    assert desk.tasks(instance) == ["handle"]
    assert waits(desk, instance) == 0
    desk.complete(instance, "handle")
    assert desk.state(instance) == "completed"


def test_an_event_based_gateway_leads_to_an_event_with_several(desk: Desk):
    first = f'<bpmn:intermediateCatchEvent id="one">{PAID}{AN_HOUR}</bpmn:intermediateCatchEvent>'
    second = f'<bpmn:intermediateCatchEvent id="two">{SIGNED}</bpmn:intermediateCatchEvent>'
    parts = START + '<bpmn:eventBasedGateway id="which"/>' + first + second + user_task("a") + user_task("b") + END
    instance = desk.started(model(parts + flows("start which one a end", "which two b end"), before=NAMED))
    assert waits(desk, instance) == 3

    desk.move(hours=1)
    desk.engine.timers.fire_due()

    assert (desk.tasks(instance), waits(desk, instance)) == (["a"], 0)


def test_several_things_start_a_process_each_by_itself(desk: Desk):
    start = f'<bpmn:startEvent id="start">{PAID}{CLOSED}{timer("timeCycle", "R2/PT1H")}</bpmn:startEvent>'
    desk.deploy(model(start + user_task("work") + END + flows("start work end"), before=NAMED))

    tell(desk, "paid", sum=1)
    signal(desk)
    desk.move(hours=1)
    assert desk.engine.start_timers.fire_due() == 1

    started = desk.engine.instances.list(definition_key="p").items
    assert len(started) == 3
    assert desk.start(message="paid").definition_key == "p"


def test_several_things_are_all_thrown(desk: Desk):
    thrown = f'<bpmn:intermediateThrowEvent id="tell">{PAID}{CLOSED}</bpmn:intermediateThrowEvent>'
    sender = model(START + user_task("before") + thrown + END + flows("start before tell end"), key="q", before=NAMED)
    desk.deploy(sender, catching(PAID), catching(CLOSED).replace(b'id="p"', b'id="r"'))
    one, two, sending = desk.start("p", business_key="K"), desk.start("r"), desk.start("q", business_key="K")

    desk.complete(sending, "before")
    desk.engine.deliveries.deliver_due()

    assert (desk.tasks(one), desk.tasks(two), desk.state(sending)) == (["after"], ["after"], "completed")


def test_an_end_event_throws_all_it_holds_and_ends_the_rest_last(desk: Desk):
    ends = f'<bpmn:endEvent id="over">{LATE}{CLOSED}<bpmn:terminateEventDefinition/></bpmn:endEvent>'
    inside = '<bpmn:startEvent id="in"/><bpmn:parallelGateway id="both"/>' + user_task("one") + user_task("two") + ends
    sub = f'<bpmn:subProcess id="work">{inside}{flows("in both one over", "both two")}</bpmn:subProcess>'
    on = boundary("escalated", "work", LATE, interrupting=False)
    parts = START + sub + on + service_task("note", "note") + user_task("after") + END
    desk.deploy(catching(CLOSED).replace(b'id="p"', b'id="r"'))
    waiting = desk.start("r")
    instance = desk.started(model(parts + flows("start work after end", "escalated note"), before=NAMED))

    desk.complete(instance, "one")
    desk.engine.deliveries.deliver_due()

    assert desk.tasks(instance) == ["after"]
    assert len(desk.calls) == 1
    assert desk.tasks(waiting) == ["after"]


def test_a_hundred_rounds_leave_the_state_as_small_as_one(desk: Desk):
    def weight() -> int:
        session.rollback()
        return len(session.get_one(InstanceRow, instance.id, populate_existing=True).snapshot)

    instance = desk.started(attached(PAID, SIGNED, AN_HOUR, interrupting=False))
    tell(desk, "paid")
    desk.complete(instance, "handle")
    first = weight()

    for _ in range(100):
        tell(desk, "signed")
        desk.complete(instance, "handle")

    assert weight() <= first * 1.2


def test_what_interrupts_ends_the_activity_though_what_does_not_has_run_to_its_end_before(desk: Desk):
    reminder = boundary("reminded", "work", PAID, interrupting=False) + service_task("remind", "note")
    parts = START + user_task("work") + reminder + boundary("overdue", "work", AN_HOUR) + user_task("handle") + END
    instance = desk.started(model(parts + flows("start work end", "overdue handle end", "reminded remind"), before=NAMED))
    tell(desk, "paid")
    tell(desk, "paid")

    desk.move(hours=1)
    desk.engine.timers.fire_due()

    assert desk.tasks(instance) == ["handle"]
    assert waits(desk, instance) == 0
