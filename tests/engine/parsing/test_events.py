import pytest

from engine.definition_errors import BpmnErrorUncaught, TimerValueInvalid
from engine.parsing import build
from tests.engine.parsing.factories import flows, model
from tests.engine.parsing.walking import Walk, walk

START = '<startEvent id="s"/><userTask id="a"/><userTask id="b"/><userTask id="c"/><endEvent id="e"/>'


def boundary(name: str, host: str, what: str, *, interrupting: bool = True) -> str:
    return f'<boundaryEvent id="{name}" attachedToRef="{host}" cancelActivity="{str(interrupting).lower()}">{what}</boundaryEvent>'


def timer(kind: str, value: str) -> str:
    return f"<timerEventDefinition><{kind}>{value}</{kind}></timerEventDefinition>"


def subprocess(end: str = '<endEvent id="se"/>', loop: str = "") -> str:
    inside = '<startEvent id="ss"/><userTask id="in"/>' + end
    links = '<sequenceFlow id="g1" sourceRef="ss" targetRef="in"/><sequenceFlow id="g2" sourceRef="in" targetRef="se"/>'
    return f'<subProcess id="sp">{loop}{inside}{links}</subProcess>'


ERROR = '<errorEventDefinition errorRef="{}"/>'
ERROR_END = f'<endEvent id="se">{ERROR.format("e1")}</endEvent>'


@pytest.mark.parametrize("value", ["PT1H", "${pause}", "=duration(pause)", "=@&quot;PT1H&quot;"])
def test_a_timer_waits_for_a_duration_however_it_is_written(value):
    body = START + f'<intermediateCatchEvent id="t">{timer("timeDuration", value)}</intermediateCatchEvent>' + flows("s > t", "t > a")

    assert walk(body, pause="PT1H").passes(minutes=59).open == ["t"]
    assert walk(body, pause="PT1H").passes(minutes=60).open == ["a"]


def test_a_timer_waits_for_a_date():
    body = START + f'<intermediateCatchEvent id="t">{timer("timeDate", "2026-10-02")}</intermediateCatchEvent>' + flows("s > t", "t > a")

    assert walk(body).passes(hours=19).open == ["t"]
    assert walk(body).passes(hours=20).open == ["a"]


@pytest.mark.parametrize("pause", ["soon", None, 5])
def test_a_timer_with_a_value_that_is_no_time_is_an_error(pause):
    body = START + f'<intermediateCatchEvent id="t">{timer("timeDuration", "${pause}")}</intermediateCatchEvent>' + flows("s > t", "t > a")

    with pytest.raises(TimerValueInvalid):
        walk(body, pause=pause)


def test_an_interrupting_timer_ends_its_activity():
    body = START + boundary("t", "a", timer("timeDuration", "PT1H")) + flows("s > a", "a > b", "t > c")

    assert walk(body).passes(hours=1).open == ["c"]
    assert walk(body).does("a").passes(hours=1).open == ["b"]


def test_a_timer_that_does_not_interrupt_leaves_its_activity_open():
    body = START + boundary("t", "a", timer("timeDuration", "PT1H"), interrupting=False) + flows("s > a", "a > b", "t > c")

    assert walk(body).passes(hours=1).open == ["a", "c"]
    assert walk(body).passes(hours=9).does("a").open == ["b", "c"]


def test_a_cycle_comes_as_often_as_it_says_and_what_it_began_goes_on_after_its_activity():
    body = START + boundary("t", "a", timer("timeCycle", "R3/PT10M"), interrupting=False) + flows("s > a", "a > b", "t > c")
    process = walk(body)

    rounds = [process.passes(minutes=10).open.count("c") for _ in range(5)]

    assert rounds == [1, 2, 3, 3, 3]
    assert process.does("a").open == ["b", "c", "c", "c"]


def test_a_cycle_makes_up_for_no_rounds_it_missed():
    body = START + boundary("t", "a", timer("timeCycle", "R/PT10M"), interrupting=False) + flows("s > a", "a > b", "t > c")
    process = walk(body).passes(days=1)

    assert process.open.count("c") == 1
    assert process.passes(minutes=10).open.count("c") == 2


def test_a_message_ends_or_does_not_end_its_activity():
    message = '<messageEventDefinition messageRef="m"/>'
    links = flows("s > a", "a > b", "w > c")

    assert walk(START + boundary("w", "a", message) + links).gets("w").open == ["c"]
    assert walk(START + boundary("w", "a", message, interrupting=False) + links).gets("w").open == ["a", "c", "w"]


def test_a_receive_task_waits_for_its_message():
    body = START + '<receiveTask id="r" messageRef="m"/>' + flows("s > r", "r > a")

    assert walk(body).open == ["r"]
    assert walk(body).gets("r").open == ["a"]


@pytest.mark.parametrize("what", [timer("timeDuration", "PT1H"), '<messageEventDefinition messageRef="m"/>'])
def test_an_event_on_a_subprocess_ends_everything_inside(what):
    body = START + subprocess() + boundary("w", "sp", what) + flows("s > sp", "sp > b", "w > c")
    process = walk(body)

    assert process.open == ["in", "sp", "w"]
    assert process.gets("w").open == ["c"]
    assert process.does("c").completed


def test_an_error_end_event_is_caught_around_its_subprocess():
    body = START + subprocess(ERROR_END) + boundary("w", "sp", ERROR.format("e1")) + flows("s > sp", "sp > b", "w > c")

    assert walk(body).does("in").open == ["c"]


def test_an_event_that_names_the_error_goes_before_one_that_catches_all():
    both = boundary("all", "sp", "<errorEventDefinition/>") + boundary("w", "sp", ERROR.format("e1"))
    other = boundary("all", "sp", "<errorEventDefinition/>") + boundary("w", "sp", ERROR.format("e2"))
    links = flows("s > sp", "sp > b", "w > c", "all > a")

    assert walk(START + subprocess(ERROR_END) + both + links).does("in").open == ["c"]
    assert walk(START + subprocess(ERROR_END) + other + links).does("in").open == ["a"]


def test_an_error_is_not_caught_at_another_activity():
    other = boundary("w", "a", ERROR.format("e1"))
    body = START + subprocess(ERROR_END) + other + '<parallelGateway id="g"/>' + flows("s > g", "g > sp", "g > a", "w > c")

    with pytest.raises(BpmnErrorUncaught) as raised:
        walk(body).does("in")

    assert raised.value.fields["error"] == "REFUSED"


def test_an_error_is_caught_two_subprocesses_further_out():
    inner = subprocess(ERROR_END)
    links = '<sequenceFlow id="h1" sourceRef="os" targetRef="sp"/>'
    body = START + f'<subProcess id="outer"><startEvent id="os"/>{inner}{links}</subProcess>' + boundary("w", "outer", ERROR.format("e1"))

    assert walk(body + flows("s > outer", "outer > b", "w > c")).does("in").open == ["c"]


def test_a_terminate_end_event_ends_its_own_scope_only():
    other = '<userTask id="other"/><sequenceFlow id="g3" sourceRef="ss" targetRef="other"/>'
    end = f'<endEvent id="se"><terminateEventDefinition/></endEvent>{other}'
    process = walk(START + subprocess(end) + flows("s > sp", "s > a", "sp > b", "a > e"))

    assert process.open == ["a", "in", "other", "sp"]
    assert process.does("in").open == ["a", "b"]


def test_a_terminate_end_event_of_the_process_ends_all():
    body = START + '<endEvent id="stop"><terminateEventDefinition/></endEvent>' + subprocess() + flows("s > a", "s > sp", "a > stop")
    process = walk(body).does("a")

    assert process.completed
    assert process.open == []


def test_a_process_begins_at_the_start_event_of_its_message():
    starts = (
        '<startEvent id="n"/><startEvent id="w"><messageEventDefinition messageRef="m"/></startEvent><userTask id="a"/><userTask id="b"/>'
    )
    executable = build(model(starts + flows("n > a", "w > b")), "p")

    assert executable.process.start_messages == ("go",)
    assert Walk(executable).open == ["a"]
    assert Walk(executable, begins_at="w").open == ["b"]
