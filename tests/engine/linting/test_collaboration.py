"""Pools, lanes and the flows between them."""

from engine.linting import lint
from engine.parsing import read
from tests.engine.parsing.factories import AROUND, NAMESPACES, flows

WORK = '<startEvent id="s"/><userTask id="a" camunda:assignee="x"/><endEvent id="e"/>' + flows("s > a", "a > e")


def said(*, inside: str = WORK, beside: str = "") -> list[tuple[str, str | None]]:
    data = (
        f'<definitions {NAMESPACES} id="d" targetNamespace="x">{beside}<process id="p" isExecutable="true">{inside}</process></definitions>'
    )
    found = lint(read(data.encode(), "p.bpmn"), AROUND)
    return [(finding.code, finding.element_id) for finding in found]


def test_a_sequence_flow_stays_in_its_pool():
    other = '<process id="q"><startEvent id="there"/></process>'
    crossing = WORK + '<sequenceFlow id="over" sourceRef="a" targetRef="there"/>'
    assert ("flow_crosses_pool", "over") in said(inside=crossing, beside=other)


def test_a_message_flow_goes_between_pools():
    pools = '<participant id="ours" processRef="p"/><participant id="theirs"/>'
    good = f'<collaboration id="c">{pools}<messageFlow id="m" sourceRef="a" targetRef="theirs"/></collaboration>'
    inside = f'<collaboration id="c">{pools}<messageFlow id="m" sourceRef="a" targetRef="a"/></collaboration>'
    nowhere = f'<collaboration id="c">{pools}<messageFlow id="m" sourceRef="a" targetRef="gone"/></collaboration>'
    assert said(beside=good) == []
    assert said(beside=inside) == [("message_flow_inside_pool", "m")]
    assert said(beside=nowhere) == [("message_flow_dangling", "m")]


def test_a_pool_of_a_process_that_is_not_there_is_told():
    assert said(beside='<collaboration id="c"><participant id="ours" processRef="gone"/></collaboration>') == [
        ("pool_process_unknown", "ours")
    ]


def test_a_task_stands_in_one_lane():
    lanes = (
        '<laneSet id="ls"><lane id="l1"><flowNodeRef>{}</flowNodeRef></lane><lane id="l2"><flowNodeRef>{}</flowNodeRef></lane></laneSet>'
    )
    assert said(inside=lanes.format("a", "e") + WORK) == []
    assert said(inside=lanes.format("a", "a") + WORK) == [("lane_twice", "a")]
    assert said(inside=lanes.format("s", "e") + WORK) == [("lane_missing", "a")]
    assert ("lane_member_unknown", "l2") in said(inside=lanes.format("a", "gone") + WORK)


def test_lanes_in_lanes_hold_an_element_together():
    nested = (
        '<laneSet id="ls"><lane id="outer"><flowNodeRef>a</flowNodeRef><childLaneSet id="cs"><lane id="inner">'
        "<flowNodeRef>a</flowNodeRef></lane></childLaneSet></lane></laneSet>"
    )
    assert said(inside=nested + WORK) == []


def test_a_message_flow_does_not_stand_on_a_start_of_its_own_side():
    pools = '<participant id="ours" processRef="p"/><participant id="theirs"/>'
    wrong = f'<collaboration id="c">{pools}<messageFlow id="m" sourceRef="s" targetRef="theirs"/></collaboration>'
    assert said(beside=wrong) == [("message_flow_end_wrong", "m")]
