"""Ways that end, and events with flows too many."""

from engine.linting import faults_of_modelling
from tests.engine.parsing.factories import codes, findings, flows, model, straight

PEOPLE = '<userTask id="a" camunda:assignee="x"/><userTask id="b" camunda:assignee="x"/>'
CATCH = '<intermediateCatchEvent id="{}"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>'


def test_a_circle_that_nothing_leads_out_of_is_told():
    body = '<startEvent id="s"/><exclusiveGateway id="g" default="f2"/><endEvent id="e"/>' + PEOPLE
    found = findings(body + flows("s > g", "g > a ? ${x}", "g > e", "a > b", "b > a"))

    assert [(finding.code, finding.element_id) for finding in found] == [("never_ends", "a")]


def test_a_process_that_cannot_end_is_told_once():
    assert codes('<startEvent id="s"/>' + PEOPLE + flows("s > a", "a > b", "b > a")) == ["never_ends"]


def test_a_circle_that_an_event_leads_out_of_can_end():
    event = '<boundaryEvent id="out" attachedToRef="a"><messageEventDefinition messageRef="m"/></boundaryEvent>'
    body = '<startEvent id="s"/>' + PEOPLE + event + '<endEvent id="e"/>'

    assert codes(body + flows("s > a", "a > b", "b > a", "out > e")) == []


def test_a_level_without_an_end_event_departs_from_the_rules_of_modelling():
    found = faults_of_modelling(model('<startEvent id="s"/><task id="a"/>' + flows("s > a")))
    assert ("end_missing", "s") in [(finding.code, finding.element_id) for finding in found]


def test_flows_on_the_wrong_side_of_a_link_are_refused():
    throw = '<intermediateThrowEvent id="t"><linkEventDefinition name="q"/></intermediateThrowEvent>'
    catch = '<intermediateCatchEvent id="c"><linkEventDefinition name="q"/></intermediateCatchEvent>'
    body = '<startEvent id="s"/><task id="a"/><endEvent id="e"/>' + throw + catch

    assert codes(body + flows("s > a", "a > t", "c > e")) == []
    assert "link_with_flow" in codes(body + flows("s > a", "a > t", "t > e", "c > e"))
    assert "link_with_flow" in codes(body + flows("s > a", "a > t", "a > c", "c > e"))


def test_an_event_based_gateway_awaits_messages_in_one_way():
    body = '<startEvent id="s"/><eventBasedGateway id="g"/><receiveTask id="r" messageRef="m"/><endEvent id="e"/>' + CATCH.format("c")
    assert codes(body + flows("s > g", "g > r", "g > c", "r > e", "c > e")) == ["event_gateway_mixes"]


def test_a_receive_task_behind_an_event_based_gateway_holds_no_boundary_event():
    event = '<boundaryEvent id="w" attachedToRef="r"><errorEventDefinition errorRef="e1"/></boundaryEvent>'
    timer = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    body = (
        '<startEvent id="s"/><eventBasedGateway id="g"/><receiveTask id="r" messageRef="m"/><endEvent id="e"/>'
        + event
        + f'<intermediateCatchEvent id="c">{timer}</intermediateCatchEvent>'
    )
    assert codes(body + flows("s > g", "g > r", "g > c", "r > e", "c > e", "w > e")) == ["event_gateway_boundary"]


def test_conditions_that_say_nothing_new_are_told():
    body = '<startEvent id="s"/><exclusiveGateway id="g" default="f4"/>' + PEOPLE + '<task id="c"/><endEvent id="e"/>'
    found = codes(body + flows("s > g", "g > a ? ${x}", "g > b ? ${x}", "g > c ? ${true}", "g > e", "a > e", "b > e", "c > e"))

    assert sorted(found) == ["condition_constant", "condition_twice"]


def test_a_straight_way_is_in_order():
    assert codes(straight('<task id="x"/>')) == []


def test_a_level_without_a_start_event_is_told_where_it_begins():
    found = findings(PEOPLE + '<endEvent id="e"/>' + flows("a > e", "b > e"))

    assert [(finding.code, finding.element_id, finding.fields) for finding in found] == [("start_implicit", "a", {"begun": "a, b"})]
