"""What begins an instance besides a plain or a message start: what instantiates, conditions, several start events."""

import pytest

from engine.definition_errors import ConditionNotBoolean
from engine.instances import Instance
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flows, model, user_task
from tests.engine.test_timers import timer

NAMED = (
    '<bpmn:message id="m" name="paid"/><bpmn:message id="m2" name="signed"/><bpmn:message id="m3" name="sealed"/>'
    '<bpmn:signal id="s" name="closed"/>'
)
RECEIVED = '<bpmn:receiveTask id="get" messageRef="m" instantiate="true"/>'
MANY = "<bpmn:conditionalEventDefinition><bpmn:condition>= figures &gt; {}</bpmn:condition></bpmn:conditionalEventDefinition>"


def event(element_id: str, message: str) -> str:
    awaited = f'<bpmn:messageEventDefinition messageRef="{message}"/>'
    return f'<bpmn:intermediateCatchEvent id="{element_id}">{awaited}</bpmn:intermediateCatchEvent>'


def behind_gateway(kind: str) -> bytes:
    """A process that a gateway begins, with two messages and, in the exclusive case, a signal behind it."""
    gateway = f'<bpmn:eventBasedGateway id="which" instantiate="true" eventGatewayType="{kind}"/>'
    parts = gateway + event("one", "m") + event("two", "m2") + user_task("a") + user_task("b")
    way = ["which one a", "which two b"]
    if kind == "Exclusive":
        parts += '<bpmn:intermediateCatchEvent id="three"><bpmn:signalEventDefinition signalRef="s"/></bpmn:intermediateCatchEvent>'
        way.append("which three b")
    return model(parts + END + flows(*way, "a end", "b end"), before=NAMED)


def tell(desk: Desk, name: str, key: str | None = None, **variables: object) -> Instance:
    with transaction():
        return desk.engine.messages.correlate(name, business_key=key, variables=variables, by="ann")


def evaluate(desk: Desk, variables: dict[str, object], **how: object) -> list[Instance]:
    with transaction():
        return desk.engine.conditional_starts.evaluate(variables, by="ann", **how)


def test_a_receive_task_begins_an_instance_with_its_message(desk: Desk):
    desk.deploy(model(RECEIVED + user_task("after") + END + flows("get after end"), before=NAMED))

    instance = tell(desk, "paid", "K", sum=5)

    assert (desk.tasks(instance), desk.variables(instance), instance.business_key) == (["after"], {"sum": 5}, "K")
    assert desk.passed(instance) == ["get"]
    desk.complete(instance, "after")
    assert desk.state(instance) == "completed"


def test_a_receive_task_begins_an_instance_beside_a_plain_start(desk: Desk):
    parts = START + RECEIVED + user_task("after") + END + flows("start after end", "get after")
    desk.deploy(model(parts, before=NAMED))

    by_hand, by_message, named = desk.start(), tell(desk, "paid"), desk.start(message="paid")

    assert [desk.passed(instance) for instance in (by_hand, by_message, named)] == [["start"], ["get"], ["get"]]


@pytest.mark.parametrize(("message", "task"), [("paid", "a"), ("signed", "b")])
def test_an_exclusive_gateway_begins_an_instance_with_the_first_event_and_awaits_no_other(desk: Desk, message: str, task: str):
    desk.deploy(behind_gateway("Exclusive"))

    instance = tell(desk, message, "K")

    assert desk.tasks(instance) == [task]
    assert list(desk.engine.messages.of_instance(instance.id)) == []
    assert desk.passed(instance) == ["which", "one" if task == "a" else "two"]
    desk.complete(instance, task)
    assert desk.state(instance) == "completed"


def test_a_signal_begins_an_instance_behind_a_gateway(desk: Desk):
    desk.deploy(behind_gateway("Exclusive"))

    with transaction():
        desk.engine.messages.broadcast("closed")
    desk.engine.deliveries.deliver_due()

    [instance] = desk.engine.instances.list(definition_key="p").items
    assert desk.tasks(instance) == ["b"]


def test_a_parallel_gateway_begins_one_instance_that_awaits_the_other_messages(desk: Desk):
    desk.deploy(behind_gateway("Parallel"))

    first = tell(desk, "signed", "K1", who="akim")
    other = tell(desk, "signed", "K2")
    again = tell(desk, "paid", "K1")

    assert (first.id, other.id == first.id) == (again.id, False)
    assert (desk.tasks(first), desk.tasks(other)) == (["a", "b"], ["b"])
    assert [waiting.message for waiting in desk.engine.messages.of_instance(other.id)] == ["paid"]
    for task in ("a", "b"):
        desk.complete(first, task)
    assert desk.state(first) == "completed"
    desk.complete(other, "b")
    assert desk.state(other) == "active"


def test_the_other_messages_find_the_instance_by_their_correlation_key(desk: Desk):
    keyed = behind_gateway("Parallel").replace(
        b'<bpmn:message id="m" name="paid"/>',
        b'<bpmn:message id="m" name="paid"><bpmn:extensionElements><zeebe:subscription correlationKey="= number"/>'
        b"</bpmn:extensionElements></bpmn:message>",
    )
    desk.deploy(keyed)
    instance = tell(desk, "signed", number=7)

    assert tell(desk, "paid", "7").id == instance.id

    assert desk.tasks(instance) == ["a", "b"]


def test_a_condition_begins_an_instance_when_it_holds_for_what_is_brought(desk: Desk):
    start = f'<bpmn:startEvent id="start">{MANY.format(10)}</bpmn:startEvent>'
    desk.deploy(model(start + user_task("work") + END + flows("start work end")))
    desk.deploy(model(start.replace("10", "20") + user_task("work") + END + flows("start work end"), key="q"))

    assert evaluate(desk, {"figures": 5}) == []
    assert evaluate(desk, {"other": 5}) == []
    [one] = evaluate(desk, {"figures": 15}, business_key="K")
    both = evaluate(desk, {"figures": 25})

    assert (one.definition_key, one.business_key, desk.variables(one), desk.tasks(one)) == ("p", "K", {"figures": 15}, ["work"])
    assert sorted(instance.definition_key for instance in both) == ["p", "q"]


def test_conditions_are_asked_of_the_newest_version_or_of_the_one_that_is_named(desk: Desk):
    start = f'<bpmn:startEvent id="start">{MANY.format(10)}</bpmn:startEvent>'
    desk.deploy(model(start + user_task("old") + END + flows("start old end")))
    before = desk.engine.definitions.latest("p").id
    desk.deploy(model(start + user_task("new") + END + flows("start new end")))

    assert [desk.tasks(instance) for instance in evaluate(desk, {"figures": 11})] == [["new"]]
    assert [desk.tasks(instance) for instance in evaluate(desk, {"figures": 11}, definition_id=before)] == [["old"]]
    with transaction():
        desk.engine.definitions.suspend(desk.engine.definitions.latest("p").id, by="ann")
    assert evaluate(desk, {"figures": 11}) == []


def test_a_condition_that_is_none_starts_nothing(desk: Desk):
    start = f'<bpmn:startEvent id="start">{MANY.format(10).replace("= figures &gt; 10", "= figures")}</bpmn:startEvent>'
    desk.deploy(model(start + user_task("work") + END + flows("start work end")))

    with pytest.raises(ConditionNotBoolean):
        evaluate(desk, {"figures": 11})

    assert list(desk.engine.instances.list(definition_key="p").items) == []


def test_a_process_has_as_many_start_events_as_it_needs(desk: Desk):
    starts = [
        START,
        '<bpmn:startEvent id="paid"><bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent>',
        f'<bpmn:startEvent id="due">{timer("timeDuration", "PT1H")}</bpmn:startEvent>',
        f'<bpmn:startEvent id="many">{MANY.format(10)}</bpmn:startEvent>',
    ]
    way = flows("start work end", "paid work", "due work", "many work")
    desk.deploy(model("".join(starts) + user_task("work") + END + way, before=NAMED))
    desk.move(hours=1)
    assert desk.engine.start_timers.fire_due() == 1

    started = [desk.start(), tell(desk, "paid"), *evaluate(desk, {"figures": 11})]

    assert [desk.passed(instance)[0] for instance in started] == ["start", "paid", "many"]
    assert len(desk.engine.instances.list(definition_key="p").items) == 4
