import pytest

from engine.definition_errors import LoopValueInvalid
from tests.engine.parsing.factories import flows
from tests.engine.parsing.walking import walk

START = '<startEvent id="s"/><userTask id="next"/>'


def task(loop: str, *, sequential: bool = False, kind: str = "userTask") -> str:
    inner = '<startEvent id="ss"/><userTask id="in"/><sequenceFlow id="g" sourceRef="ss" targetRef="in"/>' if kind == "subProcess" else ""
    attributes = f'isSequential="{str(sequential).lower()}" camunda:collection="people" camunda:elementVariable="one"'
    loop = f"<multiInstanceLoopCharacteristics {attributes}>{loop}</multiInstanceLoopCharacteristics>"
    return f'{START}<{kind} id="x">{loop}{inner}</{kind}>' + flows("s > x", "x > next")


COLLECT = '<extensionElements><zeebe:loopCharacteristics outputCollection="answers" outputElement="=answer"/></extensionElements>'
MAJORITY = "<completionCondition>${nrOfCompletedInstances / nrOfInstances &gt; 0.5}</completionCondition>"


def test_parallel_instances_are_open_together_each_with_its_own_item():
    process = walk(task(""), people=["a", "b", "c"])

    assert process.sees("x", "one") == ["a", "b", "c"]
    assert process.sees("x", "loopCounter") == [0, 1, 2]
    assert process.does("x", 1).does("x").does("x").open == ["next"]


def test_sequential_instances_come_one_after_the_other():
    process = walk(task("", sequential=True), people=["a", "b"])

    assert process.sees("x", "one") == ["a"]
    assert process.does("x").sees("x", "one") == ["b"]
    assert process.does("x").open == ["next"]


@pytest.mark.parametrize("sequential", [True, False])
def test_outputs_are_collected_in_the_order_of_the_items(sequential):
    process = walk(task(COLLECT, sequential=sequential), people=["a", "b", "c"])

    last = 0 if sequential else -1
    for answer in ("1", "2", "3"):
        process.does("x", last, answer=answer)

    assert process.variable("answers") == (["1", "2", "3"] if sequential else ["3", "2", "1"])
    assert process.variable("answer") is None


@pytest.mark.parametrize("sequential", [True, False])
def test_a_completion_condition_ends_the_rest(sequential):
    process = walk(task(MAJORITY, sequential=sequential), people=["a", "b", "c"])

    assert process.does("x").does("x").open == ["next"]


@pytest.mark.parametrize("sequential", [True, False])
def test_nothing_to_repeat_is_passed(sequential):
    assert walk(task("", sequential=sequential), people=[]).open == ["next"]


@pytest.mark.parametrize("kind", ["userTask", "subProcess"])
def test_a_boundary_event_ends_all_instances_and_what_is_inside(kind):
    event = '<boundaryEvent id="w" attachedToRef="x"><messageEventDefinition messageRef="m"/></boundaryEvent><userTask id="late"/>'
    link = '<sequenceFlow id="w1" sourceRef="w" targetRef="late"/>'
    process = walk(task("", kind=kind) + event + link, people=["a", "b"]).gets("w")

    assert process.open == ["late"]
    assert process.does("late").completed


@pytest.mark.parametrize("people", [None, "abc", 3, ["x"] * 1001])
def test_what_is_no_list_or_too_long_is_an_error(people):
    with pytest.raises(LoopValueInvalid):
        walk(task(""), people=people)


@pytest.mark.parametrize("count", [-1, 1.5, "3", None, True, 1001])
def test_a_number_of_instances_that_is_none_is_an_error(count):
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>${n}</loopCardinality></multiInstanceLoopCharacteristics>"

    with pytest.raises(LoopValueInvalid):
        walk(f'{START}<userTask id="x">{loop}</userTask>' + flows("s > x"), n=count)


def test_three_hundred_instances_are_done_one_by_one():
    process = walk(task(""), people=[str(number) for number in range(300)])

    for _ in range(300):
        process.does("x")

    assert process.open == ["next"]
