"""Compensation: which completed activities are undone, in which order, with which variables, and who waits for it."""

import itertools
import random
from datetime import timedelta

import pytest

from engine import snapshots
from engine.errors import BpmnError, ModificationRefused, StepFailed
from engine.external_tasks import Topic
from engine.models import InstanceRow
from engine.parsing.specs import memory
from storage import database
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flow, flows, mapping, model, service_task, user_task
from tests.engine.mending.models import before, cancel, modify

MARKED = 'isForCompensation="true"'
UNDO_ALL = "<bpmn:compensateEventDefinition/>"


def undone(activity: str, handler: str) -> str:
    """A compensation event on an activity, joined to a handler that stands elsewhere."""
    event = f'<bpmn:boundaryEvent id="on_{activity}" attachedToRef="{activity}">{UNDO_ALL}</bpmn:boundaryEvent>'
    return event + f'<bpmn:association id="{activity}_{handler}" sourceRef="on_{activity}" targetRef="{handler}"/>'


def undoable(activity: str) -> str:
    """A user task, with a user task that undoes it."""
    return user_task(activity) + undone(activity, f"undo_{activity}") + user_task(f"undo_{activity}", MARKED)


def throw(attributes: str = "", kind: str = "intermediateThrowEvent") -> str:
    return f'<bpmn:{kind} id="undo"><bpmn:compensateEventDefinition {attributes}/></bpmn:{kind}>'


def sub(element_id: str, inside: str, attributes: str = "", kind: str = "subProcess") -> str:
    return f'<bpmn:{kind} id="{element_id}" {attributes}>{inside}</bpmn:{kind}>'


TWO = START + undoable("book") + undoable("pay")
AFTER = user_task("after") + END


def test_what_has_completed_is_undone_the_last_first_and_the_thrower_waits(desk: Desk):
    instance = desk.started(model(TWO + throw() + AFTER + flows("start book pay undo after end")))
    desk.complete(instance, "book")
    desk.complete(instance, "pay")

    assert desk.tasks(instance) == ["undo_pay"]
    desk.complete(instance, "undo_pay")
    assert desk.tasks(instance) == ["undo_book"]
    desk.complete(instance, "undo_book")

    assert desk.tasks(instance) == ["after"]
    desk.complete(instance, "after")
    assert desk.state(instance) == "completed"
    assert desk.passed(instance) == ["start", "book", "pay", "undo_pay", "undo", "undo_book", "after", "end"]


def test_an_end_event_undoes_before_it_ends(desk: Desk):
    instance = desk.started(model(TWO + throw(kind="endEvent") + flows("start book pay undo")))
    desk.complete(instance, "book")
    desk.complete(instance, "pay")

    desk.complete(instance, "undo_pay")
    assert desk.state(instance) == "active"
    desk.complete(instance, "undo_book")

    assert desk.state(instance) == "completed"


def test_one_activity_is_undone_when_it_is_named(desk: Desk):
    instance = desk.started(model(TWO + throw('activityRef="book"') + AFTER + flows("start book pay undo after end")))
    desk.complete(instance, "book")
    desk.complete(instance, "pay")

    assert desk.tasks(instance) == ["undo_book"]
    desk.complete(instance, "undo_book")

    assert desk.tasks(instance) == ["after"]


def test_a_thrower_that_does_not_wait_goes_on_and_the_process_ends_after_the_handlers(desk: Desk):
    parts = TWO + throw('waitForCompletion="false"') + AFTER + flows("start book pay undo after end")
    instance = desk.started(model(parts))
    desk.complete(instance, "book")
    desk.complete(instance, "pay")

    assert desk.tasks(instance) == ["after", "undo_pay"]
    desk.complete(instance, "after")
    desk.complete(instance, "undo_pay")
    assert desk.state(instance) == "active"
    desk.complete(instance, "undo_book")

    assert desk.state(instance) == "completed"


def test_what_has_not_completed_is_not_undone(desk: Desk):
    parts = START + '<bpmn:parallelGateway id="fork"/>' + undoable("book") + undoable("pay") + throw() + AFTER
    instance = desk.started(model(parts + flows("start fork book undo after end", "fork pay")))

    desk.complete(instance, "book")

    assert desk.tasks(instance) == ["pay", "undo_book"]
    desk.complete(instance, "undo_book")
    assert desk.tasks(instance) == ["after", "pay"]


def test_nothing_is_undone_twice(desk: Desk):
    again = '<bpmn:intermediateThrowEvent id="again"><bpmn:compensateEventDefinition/></bpmn:intermediateThrowEvent>'
    instance = desk.started(model(TWO + throw() + again + AFTER + flows("start book pay undo again after end")))
    for name in ("book", "pay", "undo_pay", "undo_book"):
        desk.complete(instance, name)

    assert desk.tasks(instance) == ["after"]


def test_an_activity_that_was_ended_by_an_event_is_not_undone(desk: Desk):
    timer = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
    late = f'<bpmn:boundaryEvent id="late" attachedToRef="pay">{timer}</bpmn:boundaryEvent>'
    instance = desk.started(model(TWO + late + throw() + AFTER + flows("start book pay end", "late undo after end")))
    desk.complete(instance, "book")

    desk.move(hours=1)
    desk.engine.timers.fire_due()

    assert desk.tasks(instance) == ["undo_book"]
    desk.complete(instance, "undo_book")
    assert desk.tasks(instance) == ["after"]


def test_a_loop_is_undone_as_often_as_it_ran(desk: Desk):
    back = '<bpmn:exclusiveGateway id="done" default="done__undo"/>'
    parts = START + undoable("book") + back + throw() + AFTER + flows("start book done undo after end")
    instance = desk.started(model(parts + flow("done", "book", "${more}")))
    for more in (True, True, False):
        desk.complete(instance, "book", more=more)

    for _ in range(3):
        desk.complete(instance, "undo_book")

    assert desk.tasks(instance) == ["after"]


@pytest.mark.parametrize("sequential", [True, False])
def test_each_instance_of_a_repeated_activity_is_undone_with_what_it_knew(desk: Desk, sequential: bool):
    loop = f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}" camunda:collection="names" '
    loop += 'camunda:elementVariable="who"/>'
    undo = user_task("undo_book", MARKED)
    parts = START + user_task("book", inside=loop) + undone("book", "undo_book") + undo + throw() + AFTER
    instance = desk.started(model(parts + flows("start book undo after end")), variables={"names": ["a", "b", "c"]})
    for _ in range(3):
        desk.complete(instance, "book")

    seen = []
    for _ in range(3):
        seen.append(desk.engine.tasks.variables(desk.task(instance, "undo_book").id)["who"])
        desk.complete(instance, "undo_book")

    assert seen == ["c", "b", "a"]
    assert desk.tasks(instance) == ["after"]


def trip(attributes: str = "", more: str = "", kind: str = "subProcess") -> str:
    """A subprocess with two activities that can be undone."""
    inner = '<bpmn:startEvent id="in"/>' + undoable("book") + undoable("pay") + '<bpmn:endEvent id="out"/>'
    return sub("trip", inner + flows("in book pay out") + more, attributes, kind)


def test_a_completed_subprocess_is_undone_from_the_inside_with_the_variables_it_had(desk: Desk):
    inside = mapping(inputs={"price": "${0}"})
    parts = START + trip(more=inside) + user_task("decide") + throw() + AFTER + flows("start trip decide undo after end")
    instance = desk.started(model(parts))
    desk.complete(instance, "book", price=7)
    desk.complete(instance, "pay", seats=2)
    desk.complete(instance, "decide")

    task = desk.task(instance, "undo_pay")
    assert desk.engine.tasks.variables(task.id) == {"price": 7, "seats": 2}
    desk.complete(instance, "undo_pay", price=8, refunded=True)
    assert desk.engine.tasks.variables(desk.task(instance, "undo_book").id) == {"price": 8, "seats": 2, "refunded": True}
    desk.complete(instance, "undo_book")

    assert desk.tasks(instance) == ["after"]
    assert desk.variables(instance) == {}


def test_an_activity_inside_a_subprocess_is_not_undone_by_itself_from_outside(desk: Desk):
    instance = desk.started(
        model(START + undoable("plan") + trip() + throw('activityRef="trip"') + AFTER + flows("start plan trip undo after end"))
    )
    for name in ("plan", "book", "pay", "undo_pay", "undo_book"):
        desk.complete(instance, name)

    assert desk.tasks(instance) == ["after"]


def test_a_handler_of_a_subprocess_takes_the_place_of_those_inside(desk: Desk):
    whole = undone("trip", "call_off") + sub(
        "call_off", '<bpmn:startEvent id="c"/>' + user_task("phone") + user_task("write") + flows("c phone write"), MARKED
    )
    parts = START + trip() + whole + throw() + AFTER + flows("start trip undo after end")
    instance = desk.started(model(parts))
    desk.complete(instance, "book")
    desk.complete(instance, "pay")

    desk.complete(instance, "phone")
    desk.complete(instance, "write")

    assert desk.tasks(instance) == ["after"]


def test_a_compensation_event_subprocess_takes_the_place_of_the_default_and_can_throw_it(desk: Desk):
    start = f'<bpmn:startEvent id="wanted">{UNDO_ALL}</bpmn:startEvent>'
    only = '<bpmn:endEvent id="only"><bpmn:compensateEventDefinition activityRef="pay"/></bpmn:endEvent>'
    own = sub("own", start + user_task("ask") + only + flows("wanted ask only"), 'triggeredByEvent="true"')
    parts = START + trip(more=own) + throw() + AFTER + flows("start trip undo after end")
    instance = desk.started(model(parts))
    desk.complete(instance, "book")
    desk.complete(instance, "pay")

    assert desk.tasks(instance) == ["ask"]
    desk.complete(instance, "ask")
    assert desk.tasks(instance) == ["undo_pay"]
    desk.complete(instance, "undo_pay")

    assert desk.tasks(instance) == ["after"]


def test_an_event_subprocess_undoes_what_completed_around_it(desk: Desk):
    error = '<bpmn:error id="e" errorCode="refused"/>'
    handler = '<bpmn:startEvent id="failed"><bpmn:errorEventDefinition errorRef="e"/></bpmn:startEvent>' + throw() + user_task("tell")
    beside = sub("rescue", handler + flows("failed undo tell"), 'triggeredByEvent="true"')

    def refuse(_call):
        raise BpmnError("refused", "no")

    desk.offer("submit", refuse)
    instance = desk.started(model(TWO + service_task("send", "submit") + END + beside + flows("start book pay send end"), before=error))
    desk.complete(instance, "book")
    desk.complete(instance, "pay")

    desk.complete(instance, "undo_pay")
    desk.complete(instance, "undo_book")

    assert desk.tasks(instance) == ["tell"]
    desk.complete(instance, "tell")
    assert desk.state(instance) == "completed"


def test_service_tasks_undo_at_once_in_the_same_step(desk: Desk):
    order: list[str] = []
    for name in ("one", "two"):
        desk.offer(f"cancel_{name}", lambda call: order.append(call.name))
    parts = START + "".join(
        user_task(name) + undone(name, f"undo_{name}") + service_task(f"undo_{name}", f"cancel_{name}", MARKED) for name in ("one", "two")
    )
    instance = desk.started(model(parts + throw() + AFTER + flows("start one two undo after end")))
    desk.complete(instance, "one")
    desk.complete(instance, "two")

    assert order == ["cancel_two", "cancel_one"]
    assert desk.tasks(instance) == ["after"]


def test_an_error_in_a_handler_is_caught_around_it_and_the_rest_can_still_be_undone(desk: Desk):
    def refuse(_call):
        raise BpmnError("refused", "no")

    desk.offer("refund", refuse)
    inner = '<bpmn:startEvent id="in"/>' + undoable("book") + user_task("pay") + undone("pay", "undo_pay")
    inner += service_task("undo_pay", "refund", MARKED) + throw()
    handler = '<bpmn:startEvent id="failed"><bpmn:errorEventDefinition/></bpmn:startEvent>'
    handler += '<bpmn:endEvent id="rest"><bpmn:compensateEventDefinition/></bpmn:endEvent>'
    inner += sub("rescue", handler + flows("failed rest"), 'triggeredByEvent="true"')
    instance = desk.started(model(START + sub("trip", inner + flows("in book pay undo")) + AFTER + flows("start trip after end")))
    desk.complete(instance, "book")
    desk.complete(instance, "pay")

    assert desk.tasks(instance) == ["undo_book"]
    desk.complete(instance, "undo_book")

    assert desk.tasks(instance) == ["after"]


def test_handlers_of_a_called_process_are_left_alone_and_the_call_has_its_own(desk: Desk):
    called = model(START + undoable("book") + END + flows("start book end"), key="q").replace(b'id="d"', b'id="d2"')
    call = '<bpmn:callActivity id="call" calledElement="q"/>' + undone("call", "call_off") + user_task("call_off", MARKED)
    desk.deploy(called)
    instance = desk.started(model(START + call + throw() + AFTER + flows("start call undo after end")))

    desk.complete(instance, "book")

    assert desk.tasks(instance) == ["call_off"]
    desk.complete(instance, "call_off")
    assert desk.tasks(instance) == ["after"]


def test_a_repeated_handler_is_over_when_all_of_it_is(desk: Desk):
    loop = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    parts = START + undoable("plan") + user_task("book") + undone("book", "undo_book") + user_task("undo_book", MARKED, loop)
    instance = desk.started(model(parts + throw() + AFTER + flows("start plan book undo after end")))
    desk.complete(instance, "plan")
    desk.complete(instance, "book")

    desk.complete(instance, "undo_book")
    assert desk.tasks(instance) == ["undo_book"]
    desk.complete(instance, "undo_book")

    assert desk.tasks(instance) == ["undo_plan"]


def test_an_instance_can_be_cancelled_while_it_undoes(desk: Desk):
    instance = desk.started(model(START + trip() + throw() + AFTER + flows("start trip undo after end")))
    desk.complete(instance, "book")
    desk.complete(instance, "pay")

    with transaction():
        desk.engine.instances.cancel(instance.id, reason="no more", by="ann")

    assert desk.state(instance) == "cancelled"
    assert desk.passed(instance)[-2:] == ["-undo", "-undo_pay"]


def test_a_subprocess_in_a_subprocess_is_undone_where_it_was(desk: Desk):
    inner = '<bpmn:startEvent id="in2"/>' + undoable("seat") + mapping(inputs={"row": "${12}"}) + flows("in2 seat")
    outer = '<bpmn:startEvent id="in"/>' + undoable("book") + sub("inner", inner) + undoable("pay") + flows("in book inner pay")
    instance = desk.started(model(START + sub("outer", outer) + throw() + AFTER + flows("start outer undo after end")))
    for name in ("book", "seat", "pay", "undo_pay"):
        desk.complete(instance, name)

    assert desk.engine.tasks.variables(desk.task(instance, "undo_seat").id) == {"row": 12}
    desk.complete(instance, "undo_seat")
    desk.complete(instance, "undo_book")

    assert desk.tasks(instance) == ["after"]


def test_an_event_subprocess_that_completed_is_undone_like_any_other(desk: Desk):
    message = '<bpmn:message id="m" name="go"/>'
    start = '<bpmn:startEvent id="told" isInterrupting="false"><bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent>'
    beside = sub("beside", start + undoable("extra") + flows("told extra"), 'triggeredByEvent="true"')
    instance = desk.started(model(TWO + throw() + AFTER + beside + flows("start book pay undo after end"), before=message))
    desk.complete(instance, "book")
    with transaction():
        desk.engine.messages.correlate("go")
    desk.complete(instance, "extra")
    desk.complete(instance, "pay")

    for name in ("undo_pay", "undo_extra", "undo_book"):
        desk.complete(instance, name)

    assert desk.tasks(instance) == ["after"]


def test_an_event_that_ends_the_scope_ends_its_handlers_with_all_they_hold(desk: Desk):
    timer = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
    handler = sub("call_off", '<bpmn:startEvent id="c"/>' + user_task("phone") + flows("c phone"), MARKED)
    inner = '<bpmn:startEvent id="in"/>' + user_task("book") + undone("book", "call_off") + handler + throw() + flows("in book undo")
    late = f'<bpmn:boundaryEvent id="late" attachedToRef="trip">{timer}</bpmn:boundaryEvent>'
    instance = desk.started(model(START + sub("trip", inner) + late + AFTER + flows("start trip end", "late after end")))
    desk.complete(instance, "book")
    assert desk.tasks(instance) == ["phone"]

    desk.move(hours=1)
    desk.engine.timers.fire_due()

    assert desk.tasks(instance) == ["after"]
    assert {"-phone", "-call_off", "-undo", "-trip"} <= set(desk.passed(instance))


def test_a_subprocess_that_was_ended_is_not_undone(desk: Desk):
    timer = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
    late = f'<bpmn:boundaryEvent id="late" attachedToRef="trip">{timer}</bpmn:boundaryEvent>'
    instance = desk.started(model(START + trip() + late + throw() + AFTER + flows("start trip end", "late undo after end")))
    desk.complete(instance, "book")

    desk.move(hours=1)
    desk.engine.timers.fire_due()

    assert desk.tasks(instance) == ["after"]


def test_a_handler_waits_for_a_timer_like_anything_else(desk: Desk):
    timer = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
    wait = f'<bpmn:startEvent id="c"/><bpmn:intermediateCatchEvent id="wait">{timer}</bpmn:intermediateCatchEvent>' + flows("c wait")
    parts = START + user_task("book") + undone("book", "pause") + sub("pause", wait, MARKED) + throw() + AFTER
    instance = desk.started(model(parts + flows("start book undo after end")))
    desk.complete(instance, "book")
    assert desk.tasks(instance) == []

    desk.move(hours=1)
    desk.engine.timers.fire_due()

    assert desk.tasks(instance) == ["after"]


def test_a_handler_is_done_by_a_worker_outside_or_by_a_job(desk: Desk):
    outside = f'<bpmn:serviceTask id="refund" camunda:type="external" camunda:topic="bank" {MARKED}/>'
    later = service_task("tell", "note", f'camunda:asyncBefore="true" {MARKED}')
    parts = START + user_task("book") + undone("book", "refund") + outside + user_task("pay") + undone("pay", "tell") + later
    instance = desk.started(model(parts + throw() + AFTER + flows("start book pay undo after end")))
    desk.complete(instance, "book")
    desk.complete(instance, "pay")

    desk.engine.jobs.run_due()
    assert [call.element_id for call in desk.calls] == ["tell"]
    with transaction():
        tasks = desk.engine.external_tasks.fetch_and_lock("w", [Topic("bank", timedelta(minutes=5))], 10)
    with transaction():
        desk.engine.external_tasks.complete(tasks[0].id, "w", {}, by="w")

    assert desk.tasks(instance) == ["after"]


def test_a_handler_that_fails_leaves_the_step_undone_and_can_be_tried_again(desk: Desk):
    works: list[bool] = []

    def refund(_call):
        if not works:
            raise RuntimeError("the bank is closed")

    desk.offer("refund", refund)
    parts = START + user_task("book") + undone("book", "refund") + service_task("refund", "refund", MARKED) + throw() + AFTER
    instance = desk.started(model(parts + flows("start book undo after end")))

    with pytest.raises(StepFailed) as failure:
        desk.complete(instance, "book")
    assert failure.value.fields["element_id"] == "refund"
    assert desk.tasks(instance) == ["book"]
    works.append(True)
    desk.complete(instance, "book")

    assert desk.tasks(instance) == ["after"]


def test_a_called_process_can_be_the_handler(desk: Desk):
    called = model(START + user_task("phone") + END + flows("start phone end"), key="q").replace(b'id="d"', b'id="d2"')
    handler = f'<bpmn:callActivity id="call_off" calledElement="q" {MARKED}/>'
    parts = START + undoable("plan") + user_task("book") + undone("book", "call_off") + handler + throw() + AFTER
    desk.deploy(called)
    instance = desk.started(model(parts + flows("start plan book undo after end")))
    desk.complete(instance, "plan")
    desk.complete(instance, "book")

    desk.complete(instance, "phone")

    assert desk.tasks(instance) == ["undo_plan"]


def test_each_round_of_a_standard_loop_is_undone(desk: Desk):
    loop = '<bpmn:standardLoopCharacteristics loopMaximum="3"/>'
    parts = START + user_task("book", inside=loop) + undone("book", "undo_book") + user_task("undo_book", MARKED) + throw() + AFTER
    instance = desk.started(model(parts + flows("start book undo after end")))
    for _ in range(3):
        desk.complete(instance, "book")

    for _ in range(3):
        desk.complete(instance, "undo_book")

    assert desk.tasks(instance) == ["after"]


def test_handlers_stand_in_the_history_inside_what_is_open_around_them(desk: Desk):
    inner = '<bpmn:startEvent id="into"/>' + trip() + throw() + flows("into trip undo")
    instance = desk.started(model(START + sub("journey", inner) + AFTER + flows("start journey after end")))
    for name in ("book", "pay"):
        desk.complete(instance, name)

    activities = {activity.element_id: activity for activity in desk.engine.history.activities(instance.id)}

    assert activities["undo_pay"].parent_id == activities["journey"].id
    assert activities["undo"].ended_at is None


def test_a_long_loop_keeps_no_more_than_its_own_records_up_to_a_limit(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    back = '<bpmn:exclusiveGateway id="done" default="done__after"/>'
    parts = START + undoable("book") + back + AFTER + flows("start book done after end") + flow("done", "book", "${more}")
    instance = desk.started(model(parts))
    monkeypatch.setattr(memory, "MAX_REMEMBERED", 60)

    for _ in range(60):
        desk.complete(instance, "book", more=True)
    with pytest.raises(StepFailed) as failure:
        desk.complete(instance, "book", more=True)

    assert failure.value.fields["cause"] == "too_much_to_compensate"
    with transaction():
        row = database.session.get(InstanceRow, instance.id)
        tree = snapshots.unpacked(row.snapshot)["tree"]
    assert sum(len(str(token)) for token in tree["tokens"]) < 60 * len("book\\n") + 1000


class Trip:
    """A random process of tasks that can be undone, in sequence, side by side and inside of subprocesses."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.names = itertools.count()
        self.xml = START + self.sequence("start", "undo", 0) + throw() + AFTER + flows("undo after end")

    def sequence(self, before: str, after: str, depth: int) -> str:
        made, last = "", before
        for _ in range(self.random.randint(1, 3)):
            kind = self.random.choice(("task", "task", "fork", "sub")) if depth < 3 else "task"
            name = f"{kind}{next(self.names)}"
            made += flows(f"{last} {name}") + self.element(kind, name, depth)
            last = f"{name}_joined" if kind == "fork" else name
        return made + flows(f"{last} {after}")

    def element(self, kind: str, name: str, depth: int) -> str:
        if kind == "task":
            return undoable(name)
        if kind == "sub":
            inside = f'<bpmn:startEvent id="{name}_in"/><bpmn:endEvent id="{name}_out"/>'
            return sub(name, inside + self.sequence(f"{name}_in", f"{name}_out", depth + 1))
        gates = f'<bpmn:parallelGateway id="{name}"/><bpmn:parallelGateway id="{name}_joined"/>'
        return gates + "".join(self.sequence(name, f"{name}_joined", depth + 1) for _ in range(2))


@pytest.mark.parametrize("seed", range(12))
def test_whatever_ran_in_whatever_order_is_undone_backwards_and_once(desk: Desk, seed: int):
    drawn = Trip(seed)
    instance = desk.started(model(drawn.xml))
    while not any(name.startswith("undo") for name in desk.tasks(instance)):
        desk.complete(instance, drawn.random.choice(desk.tasks(instance)))
    done = [name for name in desk.passed(instance) if name.startswith(("task", "sub"))]
    ended = [activity for activity in desk.engine.history.activities(instance.id) if activity.ended_at is not None]
    inside = {activity.element_id: activity.parent_id for activity in ended}
    ids = {activity.element_id: activity.id for activity in ended}

    def backwards(scope: object) -> list[str]:
        here = [name for name in reversed(done) if inside[name] == scope]
        return [undo for name in here for undo in (backwards(ids[name]) if name.startswith("sub") else [f"undo_{name}"])]

    undone_in_order = []
    while desk.tasks(instance) != ["after"]:
        undone_in_order += desk.tasks(instance)
        desk.complete(instance, undone_in_order[-1])

    assert undone_in_order == backwards(None)


def test_a_compensation_event_waits_for_the_job_before_it(desk: Desk):
    event = throw().replace('id="undo"', 'id="undo" camunda:asyncBefore="true"')
    instance = desk.started(model(START + undoable("book") + event + AFTER + flows("start book undo after end")))
    desk.complete(instance, "book")
    assert desk.tasks(instance) == []

    desk.engine.jobs.run_due()

    assert desk.tasks(instance) == ["undo_book"]
    desk.complete(instance, "undo_book")
    assert desk.tasks(instance) == ["after"]


def test_the_next_handler_begins_when_one_is_cancelled_by_hand(desk: Desk):
    instance = desk.started(model(TWO + throw() + AFTER + flows("start book pay undo after end")))
    desk.complete(instance, "book")
    desk.complete(instance, "pay")

    modify(desk, instance, cancel("undo_pay"))

    assert desk.tasks(instance) == ["undo_book"]
    modify(desk, instance, cancel("undo_book"))
    assert desk.tasks(instance) == ["after"]


def test_the_next_handler_begins_when_a_subprocess_is_cancelled_by_hand(desk: Desk):
    phone = sub("call_off", '<bpmn:startEvent id="c"/>' + user_task("phone") + flows("c phone"), MARKED)
    parts = START + undoable("plan") + user_task("book") + undone("book", "call_off") + phone + throw() + AFTER
    instance = desk.started(model(parts + flows("start plan book undo after end")))
    desk.complete(instance, "plan")
    desk.complete(instance, "book")

    modify(desk, instance, cancel("call_off"))

    assert desk.tasks(instance) == ["undo_plan"]


def test_handlers_are_not_begun_by_hand_but_compensation_is(desk: Desk):
    phone = sub("call_off", '<bpmn:startEvent id="c"/>' + user_task("phone") + flows("c phone"), MARKED)
    parts = START + undoable("plan") + user_task("book") + undone("book", "call_off") + phone + throw() + AFTER
    instance = desk.started(model(parts + flows("start plan book undo after end")))
    desk.complete(instance, "plan")

    for name in ("undo_plan", "call_off", "phone"):
        with pytest.raises(ModificationRefused) as refused:
            modify(desk, instance, before(name))
        assert [fault.code for fault in refused.value.faults] == ["instruction_for_compensation"]
    modify(desk, instance, cancel("book"), before("undo"))

    assert desk.tasks(instance) == ["undo_plan"]


def test_what_an_event_on_an_activity_began_is_undone_before_the_activity(desk: Desk):
    message = '<bpmn:message id="m" name="go"/>'
    told = '<bpmn:boundaryEvent id="told" attachedToRef="plan" cancelActivity="false"><bpmn:messageEventDefinition messageRef="m"/>'
    parts = START + undoable("book") + undoable("plan") + told + "</bpmn:boundaryEvent>" + undoable("extra") + undoable("more") + throw()
    instance = desk.started(model(parts + AFTER + flows("start book plan undo after end", "told extra more"), before=message))
    desk.complete(instance, "book")
    with transaction():
        desk.engine.messages.correlate("go")
    desk.complete(instance, "extra")
    desk.complete(instance, "more")
    desk.complete(instance, "plan")

    for name in ("undo_more", "undo_extra", "undo_plan", "undo_book"):
        assert desk.tasks(instance) == [name]
        desk.complete(instance, name)

    assert desk.tasks(instance) == ["after"]


def test_listeners_hear_the_event_that_throws_and_each_handler(desk: Desk):
    heard = "".join(f'<camunda:executionListener event="{event}" delegateExpression="${{note}}"/>' for event in ("start", "end"))
    heard = f"<bpmn:extensionElements>{heard}</bpmn:extensionElements>"
    parts = START + user_task("book") + undone("book", "undo_book") + user_task("undo_book", MARKED, heard)
    event = throw().replace("<bpmn:compensate", f"{heard}<bpmn:compensate")
    instance = desk.started(model(parts + event + AFTER + flows("start book undo after end")))

    desk.complete(instance, "book")
    desk.complete(instance, "undo_book")

    told = [(call.element_id, call.event) for call in desk.calls]
    assert told == [("undo", "start"), ("undo_book", "start"), ("undo_book", "end"), ("undo", "end")]
