"""Messages that processes send each other, signals to all, and events that start processes."""

from datetime import timedelta

import pytest

from engine.errors import MessageAmbiguous
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flow, flows, mapping, model, user_task

NAMED = '<bpmn:message id="m" name="ready"/><bpmn:signal id="s" name="holiday"/>'
SEND = '<bpmn:messageEventDefinition messageRef="m"/>'
SIGNAL = '<bpmn:signalEventDefinition signalRef="s"/>'
INPUT = mapping(inputs={"figure": "${total}"})


def catching(event: str, key: str = "q") -> bytes:
    """A process that waits for something, then asks somebody."""
    parts = START + f'<bpmn:intermediateCatchEvent id="wait">{event}</bpmn:intermediateCatchEvent>' + user_task("after") + END
    return model(parts + flows("start wait after end"), key=key, before=NAMED)


def throwing(element: str) -> bytes:
    return model(START + element + END + flows("start send end"), before=NAMED)


SENDERS = [
    f'<bpmn:intermediateThrowEvent id="send">{INPUT}{SEND}</bpmn:intermediateThrowEvent>',
    f'<bpmn:sendTask id="send" messageRef="m">{INPUT}</bpmn:sendTask>',
]


def delivered(desk: Desk) -> int:
    return desk.engine.deliveries.deliver_due()


@pytest.mark.parametrize("sender", SENDERS)
def test_a_message_reaches_the_one_that_waits_with_the_senders_inputs(desk: Desk, sender: str):
    desk.deploy(catching(SEND), throwing(sender))
    receiver, other = desk.start("q", business_key="A"), desk.start("q", business_key="B")

    desk.start("p", business_key="A", variables={"total": 7})
    assert delivered(desk) == 1

    assert desk.tasks(receiver) == ["after"]
    assert desk.variables(receiver) == {"figure": 7}
    assert desk.tasks(other) == []
    assert delivered(desk) == 0


def test_a_message_end_event_sends(desk: Desk):
    end = f'<bpmn:endEvent id="send">{SEND}</bpmn:endEvent>'
    desk.deploy(catching(SEND), model(START + end + flows("start send"), before=NAMED))
    receiver = desk.start("q", business_key="A")

    desk.start("p", business_key="A")
    delivered(desk)

    assert desk.tasks(receiver) == ["after"]


def test_a_message_is_kept_until_somebody_waits_for_it_and_delivered_once(desk: Desk):
    desk.deploy(catching(SEND), throwing(SENDERS[0]))
    desk.start("p", business_key="A", variables={"total": 1})
    assert delivered(desk) == 1
    assert delivered(desk) == 0

    first = desk.start("q", business_key="A")
    delivered(desk)
    second = desk.start("q", business_key="A")
    delivered(desk)

    assert desk.tasks(first) == ["after"]
    assert desk.tasks(second) == []


def test_a_message_that_nobody_took_expires(desk: Desk):
    desk.deploy(catching(SEND), throwing(SENDERS[0]))
    desk.start("p", business_key="A", variables={"total": 1})
    delivered(desk)

    desk.move(days=8)
    delivered(desk)
    late = desk.start("q", business_key="A")
    delivered(desk)

    assert desk.tasks(late) == []


def test_a_message_names_another_receiver_by_its_key(desk: Desk):
    to = '<camunda:properties><camunda:property name="businessKey" value="${to}"/></camunda:properties>'
    key = f"<bpmn:extensionElements>{to}</bpmn:extensionElements>"
    desk.deploy(catching(SEND), throwing(f'<bpmn:intermediateThrowEvent id="send">{key}{SEND}</bpmn:intermediateThrowEvent>'))
    receiver = desk.start("q", business_key="B")

    desk.start("p", business_key="A", variables={"to": "B"})
    delivered(desk)

    assert desk.tasks(receiver) == ["after"]


def test_a_message_goes_to_none_of_several(desk: Desk):
    desk.deploy(catching(SEND), throwing(SENDERS[0]))
    both = [desk.start("q", business_key="A") for _ in range(2)]
    desk.start("p", business_key="A", variables={"total": 1})

    delivered(desk)

    assert [desk.tasks(each) for each in both] == [[], []]


def test_the_receiver_is_found_by_its_variables(desk: Desk):
    desk.deploy(catching(SEND))
    one, two = desk.start("q", variables={"region": "A", "year": 2026}), desk.start("q", variables={"region": "B", "year": 2026})

    with pytest.raises(MessageAmbiguous), transaction():
        desk.engine.messages.correlate("ready", correlation_keys={"year": 2026})
    with transaction():
        desk.engine.messages.correlate("ready", correlation_keys={"year": 2026, "region": "B"})

    assert desk.tasks(one) == []
    assert desk.tasks(two) == ["after"]


def test_a_message_starts_a_process_when_nobody_waits(desk: Desk):
    start = f'<bpmn:startEvent id="start">{SEND}</bpmn:startEvent>'
    desk.deploy(model(start + user_task("first") + END + flows("start first end"), key="q", before=NAMED), throwing(SENDERS[0]))

    with transaction():
        called = desk.engine.messages.correlate("ready", business_key="K", variables={"x": 1})
    assert desk.tasks(called) == ["first"]
    assert desk.variables(called) == {"x": 1}

    desk.start("p", business_key="L", variables={"total": 2})
    delivered(desk)
    found = desk.engine.instances.list(definition_key="q", business_key="L").items
    assert [desk.tasks(each) for each in found] == [["first"]]


def test_a_signal_reaches_everybody_who_waits_and_starts_what_it_starts(desk: Desk):
    start = f'<bpmn:startEvent id="start">{SIGNAL}</bpmn:startEvent>'
    desk.deploy(
        catching(SIGNAL),
        model(start + user_task("first") + END + flows("start first end"), key="r", before=NAMED),
        throwing(f'<bpmn:intermediateThrowEvent id="send">{SIGNAL}</bpmn:intermediateThrowEvent>'),
    )
    waiting = [desk.start("q", business_key=key) for key in ("A", "B", None)]

    desk.start("p")
    while delivered(desk):
        pass
    late = desk.start("q")

    assert [desk.tasks(each) for each in waiting] == [["after"]] * 3
    assert [desk.tasks(each) for each in desk.engine.instances.list(definition_key="r").items] == [["first"]]
    assert desk.tasks(late) == []


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_signal_on_a_task(desk: Desk, interrupting: bool):
    kept = "true" if interrupting else "false"
    boundary = f'<bpmn:boundaryEvent id="heard" attachedToRef="prepare" cancelActivity="{kept}">{SIGNAL}</bpmn:boundaryEvent>'
    parts = START + user_task("prepare") + boundary + user_task("look") + END + flows("start prepare end", "heard look end")
    instance = desk.started(model(parts, before=NAMED))

    for _ in range(2):
        with transaction():
            desk.engine.messages.broadcast("holiday", variables={"day": "2026-03-22"})
        while delivered(desk):
            pass

    assert desk.tasks(instance) == (["look"] if interrupting else ["look", "look", "prepare"])
    assert desk.variables(instance) == {"day": "2026-03-22"}


def test_a_signal_that_fails_at_one_receiver_is_an_incident_there_and_reaches_the_others(desk: Desk):
    condition = '<bpmn:exclusiveGateway id="asks" default="asks__end"/>'
    parts = START + f'<bpmn:intermediateCatchEvent id="wait">{SIGNAL}</bpmn:intermediateCatchEvent>' + condition + user_task("after") + END
    asking = flow("asks", "after", "${good}")
    desk.deploy(model(parts + flows("start wait asks end", "after end") + asking, key="q", before=NAMED))
    bad, good = desk.start("q"), desk.start("q", variables={"good": True})

    with transaction():
        desk.engine.messages.broadcast("holiday")
    for _ in range(4):
        delivered(desk)

    assert desk.tasks(good) == ["after"]
    (incident,) = desk.engine.incidents.list(bad.id).items
    assert incident.kind == "signal"
    with transaction():
        desk.engine.instances.set_variables(bad.id, {"good": True}, by="ann")
        desk.engine.incidents.retry(incident.id, by="ann")
    assert desk.tasks(bad) == ["after"]


def timed(value: str, kind: str = "timeCycle") -> bytes:
    timer = f"<bpmn:timerEventDefinition><bpmn:{kind}>{value}</bpmn:{kind}></bpmn:timerEventDefinition>"
    start = f'<bpmn:startEvent id="start">{timer}</bpmn:startEvent>'
    return model(start + user_task("first") + END + flows("start first end"), key="q")


def started(desk: Desk) -> int:
    return len(desk.engine.instances.list(definition_key="q").items)


def test_a_cycle_starts_a_process_again_and_again(desk: Desk):
    desk.deploy(timed("R3/PT1H"))

    for _ in range(5):
        desk.move(hours=1)
        desk.engine.start_timers.fire_due()

    assert started(desk) == 3


def test_a_new_version_takes_over_the_timer_of_the_old(desk: Desk):
    desk.deploy(timed("R/PT1H"))
    desk.deploy(timed("PT1H", "timeDuration"))

    for _ in range(3):
        desk.move(hours=1)
        desk.engine.start_timers.fire_due()

    assert started(desk) == 1


def test_a_suspended_definition_starts_nothing_until_it_is_active_again(desk: Desk):
    desk.deploy(timed("R/PT1H"))
    definition = desk.engine.definitions.latest("q")
    with transaction():
        desk.engine.definitions.suspend(definition.id, by="ann")
    desk.move(hours=1)
    desk.engine.start_timers.fire_due()
    assert started(desk) == 0

    with transaction():
        desk.engine.definitions.activate(definition.id, by="ann")
    desk.engine.start_timers.fire_due()
    assert started(desk) == 1


def test_whoever_starts_a_process_is_its_initiator(desk: Desk):
    start = '<bpmn:startEvent id="start" camunda:initiator="author"/>'
    instance = desk.started(model(start + user_task("first") + END + flows("start first end")))

    assert desk.variables(instance) == {"author": "ann"}


def test_a_timer_counts_working_days(desk: Desk):
    wait = "<bpmn:timerEventDefinition><bpmn:timeDate>= workdays(5)</bpmn:timeDate></bpmn:timerEventDefinition>"
    parts = START + f'<bpmn:intermediateCatchEvent id="wait">{wait}</bpmn:intermediateCatchEvent>' + END + flows("start wait end")
    instance = desk.started(model(parts))

    (timer,) = desk.engine.timers.of_instance(instance.id)

    assert timer.due_at == desk.clock.now() + timedelta(days=5)
