import pytest

from engine.definition_errors import ConditionNotBoolean, NoConditionHolds
from tests.engine.parsing.factories import flows
from tests.engine.parsing.walking import walk

TASKS = '<startEvent id="s"/><userTask id="a"/><userTask id="b"/><userTask id="c"/><userTask id="d"/><endEvent id="e"/>'


def test_an_exclusive_gateway_asks_in_the_order_of_the_file_whatever_the_drawing_says():
    body = TASKS + '<exclusiveGateway id="x" default="f3"/>' + flows("s > x", "x > b ? =n = 2", "x > a ? =n = n", "x > c")

    assert walk(body, n=2).open == ["b"]
    assert walk(body, n=1).open == ["a"]
    assert walk(body, n=None).open == ["a"]


def test_the_default_is_taken_when_nothing_holds():
    body = TASKS + '<exclusiveGateway id="x" default="f1"/>' + flows("s > x", "x > a", "x > b ? =n = 2")

    assert walk(body, n=1).open == ["a"]


def test_a_single_flow_without_condition_is_the_default():
    body = TASKS + '<exclusiveGateway id="x"/>' + flows("s > x", "x > a", "x > b ? =n = 2")

    assert walk(body, n=2).open == ["b"]
    assert walk(body, n=1).open == ["a"]


@pytest.mark.parametrize("kind", ["exclusiveGateway", "inclusiveGateway"])
def test_a_gateway_where_nothing_holds_is_an_error(kind):
    body = TASKS + f'<{kind} id="x"/>' + flows("s > x", "x > a ? =n = 1", "x > b ? =n = 2")

    with pytest.raises(NoConditionHolds) as raised:
        walk(body, n=3)

    assert raised.value.fields == {"element": "x"}


@pytest.mark.parametrize("value", [None, 1, "true"])
def test_a_condition_that_is_not_boolean_is_an_error(value):
    body = TASKS + '<exclusiveGateway id="x" default="f2"/>' + flows("s > x", "x > a ? =n", "x > b")

    with pytest.raises(ConditionNotBoolean) as raised:
        walk(body, n=value)

    assert (raised.value.fields["element"], raised.value.fields["flow"]) == ("x", "f1")


def test_a_parallel_join_inside_a_loop_waits_for_both_in_every_round_and_in_any_order():
    gateways = '<parallelGateway id="split"/><parallelGateway id="join"/><exclusiveGateway id="x" default="f7"/>'
    body = (
        TASKS
        + gateways
        + flows("s > a", "a > split", "split > b", "split > c", "b > join", "c > join", "join > x", "x > e", "x > a ? =again")
    )
    process = walk(body, again=True)

    for first, second in ("bc", "cb", "bc", "cb", "cb"):
        process.does("a").does(first)
        assert process.open == sorted([second, "join"])
        process.does(second)
        assert process.open == ["a"]

    process.sets(again=False)
    assert process.does("a").does("c").does("b").completed


def test_a_join_in_a_loop_is_not_confused_by_a_branch_that_stays_open_outside():
    gateways = '<parallelGateway id="fork"/><parallelGateway id="split"/><parallelGateway id="join"/>'
    body = (
        TASKS
        + gateways
        + flows("s > fork", "fork > d", "fork > a", "a > split", "split > b", "split > c", "b > join", "c > join", "join > a")
    )
    process = walk(body)

    for first, second in ("bc", "cb", "bc"):
        assert process.does("a").does(first).open == sorted(["d", second, "join"])
        assert process.does(second).open == ["a", "d"]


def test_a_second_token_on_one_flow_does_not_open_a_join():
    gateways = '<parallelGateway id="split"/><exclusiveGateway id="merge"/><parallelGateway id="join"/>'
    body = (
        TASKS
        + gateways
        + flows("s > split", "split > a", "split > b", "split > c", "a > merge", "b > merge", "merge > join", "c > join", "join > d")
    )
    process = walk(body)

    assert process.does("a").does("b").open == ["c", "join", "join"]
    assert process.does("c").open == ["d", "join"]


def test_an_inclusive_join_waits_only_for_what_can_still_arrive():
    gateways = '<inclusiveGateway id="split"/><inclusiveGateway id="join"/>'
    body = (
        TASKS
        + gateways
        + flows("s > split", "split > a ? =x", "split > b ? =y", "split > c ? =z", "a > join", "b > join", "c > join", "join > d")
    )

    assert walk(body, x=True, y=False, z=False).does("a").open == ["d"]
    assert walk(body, x=True, y=True, z=False).does("a").open == ["b", "join"]
    assert walk(body, x=True, y=True, z=False).does("a").does("b").open == ["d"]
    assert walk(body, x=True, y=True, z=True).does("c").does("b").does("a").open == ["d"]


def test_an_inclusive_join_goes_on_when_the_token_it_waits_for_turns_off():
    gateways = '<inclusiveGateway id="split"/><inclusiveGateway id="join"/><exclusiveGateway id="x" default="f6"/>'
    body = (
        TASKS
        + gateways
        + flows("s > split", "split > a ? =true", "split > b ? =true", "a > join", "b > x", "x > join ? =back", "x > c", "join > d")
    )
    process = walk(body, back=False).does("a")

    assert process.open == ["b", "join"]
    assert process.does("b").open == ["c", "d"]


def test_an_activity_with_several_flows_splits_and_conditions_choose_among_them():
    plain = TASKS + flows("s > a", "a > b", "a > c")
    chosen = TASKS.replace('id="a"', 'id="a" default="f3"') + flows("s > a", "a > b ? =n &gt; 1", "a > c ? =n &gt; 2", "a > d")

    assert walk(plain).does("a").open == ["b", "c"]
    assert walk(chosen).does("a", n=3).open == ["b", "c"]
    assert walk(chosen).does("a", n=2).open == ["b"]
    assert walk(chosen).does("a", n=1).open == ["d"]


def test_an_event_based_gateway_takes_the_first_event_and_forgets_the_others():
    hour = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    timer = f'<intermediateCatchEvent id="t">{hour}</intermediateCatchEvent>'
    message = '<intermediateCatchEvent id="m1"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>'
    body = TASKS + timer + message + '<eventBasedGateway id="g"/>' + flows("s > g", "g > t", "g > m1", "t > a", "m1 > b")

    assert walk(body).open == ["m1", "t"]
    assert walk(body).passes(minutes=59).open == ["m1", "t"]
    assert walk(body).passes(hours=1).open == ["a"]
    assert walk(body).gets("m1").open == ["b"]
    assert walk(body).gets("m1").passes(days=1).open == ["b"]


def test_what_nothing_follows_ends_its_token():
    assert walk('<startEvent id="s"/><userTask id="a"/>' + flows("s > a")).does("a").completed


def test_all_branches_must_end_before_the_process_does():
    body = TASKS + flows("s > a", "s > b", "a > e", "b > e")
    process = walk(body).does("a")

    assert not process.completed
    assert process.does("b").completed
