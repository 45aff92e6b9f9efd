"""Transactions: cancelled, completed, and left by an error."""

import pytest

from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flow, flows, mapping, model, user_task
from tests.engine.test_compensation import sub, throw, trip, undoable
from tests.engine.test_sleeping import asleep

CANCEL = '<bpmn:endEvent id="cancel"><bpmn:cancelEventDefinition/></bpmn:endEvent>'
CANCELLED = '<bpmn:boundaryEvent id="cancelled" attachedToRef="trip"><bpmn:cancelEventDefinition/></bpmn:boundaryEvent>'
ERROR = '<bpmn:error id="e" errorCode="refused"/><bpmn:message id="m" name="stop"/>'
AFTER = user_task("after") + user_task("apologise") + END
WAYS = flows("start trip after end", "cancelled apologise end")


def booking(inside: str, *, ways: str, around: str = "", variables: str = "") -> bytes:
    """A transaction that somebody decides about; what is in it, and what stands on it."""
    inner = '<bpmn:startEvent id="in"/>' + inside + user_task("decide") + CANCEL + '<bpmn:endEvent id="out"/>'
    inner += (
        '<bpmn:exclusiveGateway id="good" default="good__out"/>' + ways + flows("decide good out") + flow("good", "cancel", "${not ok}")
    )
    return model(START + sub("trip", inner + variables, kind="transaction") + CANCELLED + around + AFTER + WAYS, before=ERROR)


BOTH = booking(undoable("book") + undoable("pay"), ways=flows("in book pay decide"))
BESIDE = booking(
    '<bpmn:parallelGateway id="fork"/>' + undoable("book") + user_task("pack"), ways=flows("in fork book decide", "fork pack out")
)


def test_a_cancelled_transaction_is_undone_before_its_cancel_event_goes_on(desk: Desk):
    instance = desk.started(BOTH)
    desk.complete(instance, "book")
    desk.complete(instance, "pay")

    desk.complete(instance, "decide", ok=False)

    assert desk.tasks(instance) == ["undo_pay"]
    desk.complete(instance, "undo_pay")
    desk.complete(instance, "undo_book")
    assert desk.tasks(instance) == ["apologise"]
    desk.complete(instance, "apologise")
    assert desk.state(instance) == "completed"
    assert desk.passed(instance)[6:] == ["undo_pay", "-trip", "cancelled", "cancel", "undo_book", "apologise", "end"]


def test_a_transaction_that_succeeds_goes_on_and_nothing_is_undone(desk: Desk):
    instance = desk.started(BOTH)
    for name in ("book", "pay"):
        desk.complete(instance, name)

    desk.complete(instance, "decide", ok=True)

    assert desk.tasks(instance) == ["after"]
    desk.complete(instance, "after")
    assert desk.state(instance) == "completed"


def test_what_is_active_in_a_cancelled_transaction_ends_and_only_what_completed_is_undone(desk: Desk):
    instance = desk.started(BESIDE)
    desk.complete(instance, "book")

    desk.complete(instance, "decide", ok=False)

    assert desk.tasks(instance) == ["undo_book"]
    assert "-pack" in desk.passed(instance)
    desk.complete(instance, "undo_book")
    assert desk.tasks(instance) == ["apologise"]


def test_a_cancelled_transaction_with_nothing_to_undo_goes_on_at_once(desk: Desk):
    instance = desk.started(booking("", ways=flows("in decide")))

    desk.complete(instance, "decide", ok=False)

    assert desk.tasks(instance) == ["apologise"]


def test_what_completed_in_a_subprocess_that_was_active_is_undone_too(desk: Desk):
    inner = '<bpmn:startEvent id="in2"/>' + undoable("reserve") + user_task("confirm") + flows("in2 reserve confirm")
    inner += mapping(inputs={"seat": "${4}"})
    parts = '<bpmn:parallelGateway id="fork"/>' + undoable("book") + sub("seats", inner)
    instance = desk.started(booking(parts, ways=flows("in fork book decide", "fork seats out")))
    desk.complete(instance, "book")
    desk.complete(instance, "reserve")

    desk.complete(instance, "decide", ok=False)

    assert desk.tasks(instance) == ["undo_reserve"]
    assert desk.engine.tasks.variables(desk.task(instance, "undo_reserve").id)["seat"] == 4
    desk.complete(instance, "undo_reserve")
    desk.complete(instance, "undo_book")
    assert desk.tasks(instance) == ["apologise"]


def test_an_error_out_of_a_transaction_undoes_nothing(desk: Desk):
    wrong = undoable("book") + '<bpmn:endEvent id="wrong"><bpmn:errorEventDefinition errorRef="e"/></bpmn:endEvent>'
    wrong += '<bpmn:exclusiveGateway id="able" default="able__decide"/>'
    ways = flows("in book able decide") + flow("able", "wrong", "${broken}")
    around = '<bpmn:boundaryEvent id="hazard" attachedToRef="trip"><bpmn:errorEventDefinition/></bpmn:boundaryEvent>'
    around += user_task("look") + flows("hazard look end")
    instance = desk.started(booking(wrong, ways=ways, around=around))

    desk.complete(instance, "book", broken=True)

    assert desk.tasks(instance) == ["look"]
    desk.complete(instance, "look")
    assert desk.state(instance) == "completed"


def test_an_event_subprocess_cancels_the_transaction_around_it(desk: Desk):
    start = '<bpmn:startEvent id="told"><bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent>'
    stop = '<bpmn:endEvent id="stop"><bpmn:cancelEventDefinition/></bpmn:endEvent>'
    beside = sub("stopping", start + user_task("why") + stop + flows("told why stop"), 'triggeredByEvent="true"')
    instance = desk.started(booking(undoable("book") + beside, ways=flows("in book decide")))
    desk.complete(instance, "book")
    with transaction():
        desk.engine.messages.correlate("stop")

    desk.complete(instance, "why")

    assert desk.tasks(instance) == ["undo_book"]
    desk.complete(instance, "undo_book")
    assert desk.tasks(instance) == ["apologise"]
    assert "-stopping" in desk.passed(instance)


def test_a_timer_on_a_transaction_does_not_end_it_while_it_is_undone(desk: Desk):
    timer = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
    around = f'<bpmn:boundaryEvent id="late" attachedToRef="trip">{timer}</bpmn:boundaryEvent>' + flows("late end")
    instance = desk.started(booking(undoable("book"), ways=flows("in book decide"), around=around))
    desk.complete(instance, "book")
    desk.complete(instance, "decide", ok=False)

    desk.move(hours=2)
    desk.engine.timers.fire_due()

    assert desk.tasks(instance) == ["undo_book"]
    desk.complete(instance, "undo_book")
    assert desk.tasks(instance) == ["apologise"]


def test_a_transaction_that_succeeded_is_undone_from_outside_like_a_subprocess(desk: Desk):
    instance = desk.started(
        model(START + trip(kind="transaction") + throw() + user_task("after") + END + flows("start trip undo after end"))
    )
    for name in ("book", "pay", "undo_pay", "undo_book"):
        desk.complete(instance, name)

    assert desk.tasks(instance) == ["after"]


def test_a_cancelled_transaction_in_a_loop_starts_again_with_nothing_remembered(desk: Desk):
    data = BOTH.replace(b'sourceRef="apologise" targetRef="end"', b'sourceRef="apologise" targetRef="trip"')
    instance = desk.started(data)
    for _ in range(3):
        desk.complete(instance, "book")
        desk.complete(instance, "pay")
        desk.complete(instance, "decide", ok=False)
        desk.complete(instance, "undo_pay")
        desk.complete(instance, "undo_book")
        desk.complete(instance, "apologise")

    assert desk.tasks(instance) == ["book"]


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_transactions_in_a_repeated_subprocess_are_cancelled_each_by_itself(desk: Desk, sequential: str):
    loop = f'<bpmn:multiInstanceLoopCharacteristics isSequential="{sequential}"><bpmn:loopCardinality>2</bpmn:loopCardinality>'
    loop += "</bpmn:multiInstanceLoopCharacteristics>"
    inner = '<bpmn:startEvent id="in"/>' + undoable("book") + user_task("decide") + CANCEL + flows("in book decide cancel")
    each = '<bpmn:startEvent id="each"/>' + sub("trip", inner, kind="transaction") + CANCELLED + user_task("apologise")
    each += flows("each trip", "cancelled apologise")
    instance = desk.started(model(START + sub("all", each + loop) + user_task("after") + END + flows("start all after end")))
    for _ in range(2):
        desk.complete(instance, "book")
        desk.complete(instance, "decide")
        desk.complete(instance, "undo_book")
        desk.complete(instance, "apologise")

    assert desk.tasks(instance) == ["after"]


def test_what_completed_in_many_instances_is_undone_whether_or_not_they_were_asked_for(desk: Desk):
    loop = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>20</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    inner = '<bpmn:startEvent id="in2"/>' + undoable("reserve") + user_task("confirm") + flows("in2 reserve confirm") + loop
    parts = '<bpmn:parallelGateway id="fork"/>' + sub("seats", inner)
    instance = desk.started(booking(parts, ways=flows("in fork decide", "fork seats out")))
    for _ in range(19):
        desk.complete(instance, "reserve")
    assert asleep(instance) < 20

    desk.complete(instance, "decide", ok=False)

    for _ in range(19):
        desk.complete(instance, "undo_reserve")
    assert desk.tasks(instance) == ["apologise"]


def test_transactions_that_are_repeated_sleep_with_what_they_remember(desk: Desk):
    loop = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>20</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    inner = '<bpmn:startEvent id="in"/>' + undoable("book") + user_task("decide") + CANCEL + flows("in book decide cancel")
    each = '<bpmn:startEvent id="each"/>' + sub("trip", inner, kind="transaction") + CANCELLED + user_task("apologise")
    each += flows("each trip", "cancelled apologise")
    instance = desk.started(model(START + sub("all", each + loop) + user_task("after") + END + flows("start all after end")))
    for _ in range(20):
        desk.complete(instance, "book")
    assert asleep(instance) == 20

    desk.complete(instance, "decide")

    assert desk.tasks(instance).count("undo_book") == 1


def test_a_cancel_event_waits_for_the_job_before_it(desk: Desk):
    data = BOTH.replace(b'<bpmn:endEvent id="cancel">', b'<bpmn:endEvent id="cancel" camunda:asyncBefore="true">')
    instance = desk.started(data)
    for name in ("book", "pay"):
        desk.complete(instance, name)
    desk.complete(instance, "decide", ok=False)
    assert desk.tasks(instance) == []

    desk.engine.jobs.run_due()

    assert desk.tasks(instance) == ["undo_pay"]
