"""Names and keys that are worked out, times to live, payloads: a message goes to at most one receiver, never to the wrong one."""

from datetime import timedelta

import pytest

from engine.errors import MessageAmbiguous, MessageNotExpected, StepFailed
from engine.models import DeliveryRow
from storage.database import session
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flows, model, user_task

KEYED = (
    '<bpmn:message id="m" name="paid"><bpmn:extensionElements><zeebe:subscription correlationKey="= order.number"/>'
    "</bpmn:extensionElements></bpmn:message>"
)
NAMED = '<bpmn:message id="m" name="order-${number}"/>'
RECEIVING = START + '<bpmn:receiveTask id="wait" messageRef="m"/>' + user_task("after") + END + flows("start wait after end")
WAITING = model(RECEIVING, before=KEYED)


def tell(desk: Desk, name: str, **how: object) -> None:
    with transaction():
        desk.engine.messages.correlate(name, **how)


def sending(definition: str, properties: str = "", before: str = NAMED) -> bytes:
    """A process `q` that throws."""
    box = f"<bpmn:extensionElements>{properties}</bpmn:extensionElements>" if properties else ""
    thrown = f'<bpmn:intermediateThrowEvent id="tell">{box}{definition}</bpmn:intermediateThrowEvent>'
    return model(START + user_task("before") + thrown + END + flows("start before tell end"), key="q", before=before)


MESSAGE = '<bpmn:messageEventDefinition messageRef="m"/>'


def test_a_message_finds_its_receiver_by_the_key_that_the_receiver_works_out(desk: Desk):
    desk.deploy(WAITING)
    one, two = (desk.start(business_key="K", variables={"order": {"number": number}}) for number in (7, 8))

    tell(desk, "paid", business_key="8")

    assert (desk.tasks(one), desk.tasks(two)) == ([], ["after"])
    assert [waiting.business_key for waiting in desk.engine.messages.of_instance(one.id)] == ["7"]


def test_the_business_key_finds_nobody_who_waits_with_a_key_of_another_kind(desk: Desk):
    desk.started(WAITING, business_key="K", variables={"order": {"number": 7}})

    with pytest.raises(MessageNotExpected):
        tell(desk, "paid", business_key="K")


def test_two_receivers_with_one_key_get_nothing(desk: Desk):
    desk.deploy(WAITING)
    both = [desk.start(variables={"order": {"number": 7}}) for _ in range(2)]

    with pytest.raises(MessageAmbiguous):
        tell(desk, "paid", business_key="7")

    assert [desk.tasks(instance) for instance in both] == [[], []]


@pytest.mark.parametrize("number", [None, "", "x" * 300, True])
def test_a_key_that_gives_nothing_usable_is_an_incident(desk: Desk, number: object):
    with pytest.raises(StepFailed) as failure:
        desk.started(WAITING, variables={"order": {"number": number}})

    assert failure.value.fields["cause"] == "correlation_key_unreadable"


def test_a_key_is_worked_out_once_and_stays(desk: Desk):
    instance = desk.started(WAITING, variables={"order": {"number": 7}})
    with transaction():
        desk.engine.instances.set_variables(instance.id, {"order": {"number": 9}}, by="ann")

    tell(desk, "paid", business_key="7")

    assert desk.tasks(instance) == ["after"]


def test_a_thrown_message_finds_its_receiver_by_that_key(desk: Desk):
    publish = '<zeebe:publishMessage correlationKey="= number"/>'
    desk.deploy(WAITING, sending(MESSAGE, publish, before=KEYED))
    one, two = (desk.start(variables={"order": {"number": number}}) for number in (7, 8))
    thrower = desk.start("q", variables={"number": 7})

    desk.complete(thrower, "before")
    desk.engine.deliveries.deliver_due()

    assert (desk.tasks(one), desk.tasks(two)) == (["after"], [])


def test_a_name_is_worked_out_where_a_message_is_awaited_and_where_it_is_thrown(desk: Desk):
    desk.deploy(model(RECEIVING, before=NAMED), sending(MESSAGE))
    one, two = (desk.start(variables={"number": number}) for number in (7, 8))
    assert [waiting.message for waiting in desk.engine.messages.of_instance(one.id)] == ["order-7"]

    thrower = desk.start("q", variables={"number": 8})
    desk.complete(thrower, "before")
    desk.engine.deliveries.deliver_due()

    assert (desk.tasks(one), desk.tasks(two)) == ([], ["after"])


def test_a_name_that_gives_no_text_is_an_incident(desk: Desk):
    with pytest.raises(StepFailed) as failure:
        desk.started(model(RECEIVING, before=NAMED.replace("order-${number}", "${number}")), variables={"number": 7})

    assert failure.value.fields["cause"] == "name_unreadable"


def test_a_signal_has_a_name_that_is_worked_out_and_a_payload(desk: Desk):
    before = '<bpmn:signal id="s" name="closed-${year}"/>'
    caught = '<bpmn:intermediateCatchEvent id="wait"><bpmn:signalEventDefinition signalRef="s"/></bpmn:intermediateCatchEvent>'
    given = '<camunda:in source="total" target="sum"/><camunda:in sourceExpression="${total + 1}" target="more"/>'
    box = f"<bpmn:extensionElements>{given}</bpmn:extensionElements>"
    thrown = f'<bpmn:signalEventDefinition signalRef="s">{box}</bpmn:signalEventDefinition>'
    receiving = model(START + caught + user_task("after") + END + flows("start wait after end"), before=before)
    desk.deploy(receiving, sending(thrown, before=before))
    one, other = (desk.start(variables={"year": year}) for year in (2026, 2027))
    thrower = desk.start("q", variables={"year": 2026, "total": 5, "secret": 1})

    desk.complete(thrower, "before")
    desk.engine.deliveries.deliver_due()

    assert (desk.tasks(one), desk.tasks(other)) == (["after"], [])
    assert desk.variables(one) == {"year": 2026, "sum": 5, "more": 6}


def test_a_signal_gives_every_variable_when_it_is_told_to_and_starts_with_a_business_key(desk: Desk):
    before = '<bpmn:signal id="s" name="closed"/>'
    start = '<bpmn:startEvent id="start"><bpmn:signalEventDefinition signalRef="s"/></bpmn:startEvent>'
    given = '<bpmn:extensionElements><camunda:in variables="all"/><camunda:in businessKey="${key}"/></bpmn:extensionElements>'
    thrown = f'<bpmn:signalEventDefinition signalRef="s">{given}</bpmn:signalEventDefinition>'
    desk.deploy(model(start + user_task("work") + END + flows("start work end"), before=before), sending(thrown, before=before))
    thrower = desk.start("q", variables={"key": "K-1", "total": 5})

    desk.complete(thrower, "before")
    desk.engine.deliveries.deliver_due()

    [started] = desk.engine.instances.list(definition_key="p").items
    assert (started.business_key, desk.variables(started)) == ("K-1", {"key": "K-1", "total": 5})


@pytest.mark.parametrize(
    "live",
    [
        '<camunda:properties><camunda:property name="timeToLive" value="PT1H"/></camunda:properties>',
        '<camunda:properties><camunda:property name="timeToLive" value="${live}"/></camunda:properties>',
        '<zeebe:publishMessage timeToLive="PT1H"/>',
    ],
)
def test_a_thrown_message_waits_as_long_as_it_says(desk: Desk, live: str):
    desk.deploy(model(RECEIVING, before=NAMED), sending(MESSAGE, live))
    thrown = [desk.start("q", variables={"number": number, "live": "PT1H"}) for number in (7, 8)]
    for thrower in thrown:
        desk.complete(thrower, "before")
    desk.engine.deliveries.deliver_due()

    desk.move(minutes=59)
    in_time = desk.start(variables={"number": 7})
    desk.engine.deliveries.deliver_due()
    desk.move(minutes=1)
    too_late = desk.start(variables={"number": 8})
    desk.engine.deliveries.deliver_due()

    assert (desk.tasks(in_time), desk.tasks(too_late)) == (["after"], [])


def test_a_message_without_time_to_live_still_reaches_who_waits_already(desk: Desk):
    live = '<camunda:properties><camunda:property name="timeToLive" value="PT0S"/></camunda:properties>'
    desk.deploy(model(RECEIVING, before=NAMED), sending(MESSAGE, live))
    waiting = desk.start(variables={"number": 7})
    for number in (7, 8):
        desk.complete(desk.start("q", variables={"number": number}), "before")

    desk.move(seconds=1)
    desk.engine.deliveries.deliver_due()

    assert desk.tasks(waiting) == ["after"]
    session.rollback()
    assert [row.state for row in session.query(DeliveryRow)] == ["expired"]


def test_a_message_that_several_wait_for_does_not_outlive_its_time(desk: Desk):
    desk.deploy(model(RECEIVING, before=NAMED))
    both = [desk.start(variables={"number": 7}) for _ in range(2)]
    with transaction():
        desk.engine.messages.send("order-7", business_key=None, time_to_live=timedelta(minutes=1))

    desk.engine.deliveries.deliver_due()
    desk.move(minutes=2)
    desk.engine.deliveries.deliver_due()

    session.rollback()
    assert [row.state for row in session.query(DeliveryRow)] == ["expired"]
    assert [desk.tasks(instance) for instance in both] == [[], []]


@pytest.mark.parametrize("thrown", ["soon", 7, None])
def test_a_time_to_live_that_is_none_is_an_incident(desk: Desk, thrown: object):
    live = '<camunda:properties><camunda:property name="timeToLive" value="${live}"/></camunda:properties>'
    desk.deploy(sending(MESSAGE, live))
    thrower = desk.start("q", variables={"number": 7, "live": thrown})

    with pytest.raises(StepFailed) as failure:
        desk.complete(thrower, "before")

    assert failure.value.fields["cause"] == "time_to_live_unreadable"
