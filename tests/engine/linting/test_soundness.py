"""Gateways that don't fit together, and references that disagree."""

from tests.engine.parsing.factories import codes, findings, flows


def split_and_meet(split: str, meet: str) -> str:
    elements = f'<startEvent id="s"/><{split} id="g"/><task id="a"/><task id="b"/><{meet} id="j"/><endEvent id="e"/>'
    condition = " ? ${x}" if split == "exclusiveGateway" else ""
    return elements + flows("s > g", f"g > a{condition}", "g > b", "a > j", "b > j", "j > e")


def test_a_parallel_join_of_the_branches_of_a_choice_may_wait_for_ever():
    assert "join_may_wait_for_ever" in codes(split_and_meet("exclusiveGateway", "parallelGateway"))


def test_parallel_branches_that_meet_without_a_join_repeat_what_follows():
    assert codes(split_and_meet("parallelGateway", "exclusiveGateway")) == ["merge_repeats"]
    assert codes(split_and_meet("parallelGateway", "task")) == ["merge_repeats"]


def test_what_was_split_in_parallel_is_joined_in_parallel_or_at_an_end():
    assert codes(split_and_meet("parallelGateway", "parallelGateway")) == []
    assert codes(split_and_meet("parallelGateway", "inclusiveGateway")) == []


def test_a_way_that_stops_beside_an_end_event_is_told():
    body = '<startEvent id="s"/><task id="a"/><task id="b"/><endEvent id="e"/>' + flows("s > a", "s > b", "a > e")
    found = findings(body)
    assert [(finding.code, finding.element_id) for finding in found] == [("end_event_missing", "b")]


def test_a_gateway_with_one_way_in_and_one_out_is_superfluous():
    body = '<startEvent id="s"/><parallelGateway id="g"/><endEvent id="e"/>' + flows("s > g", "g > e")
    assert codes(body) == ["gateway_superfluous"]


def test_a_default_flow_must_leave_its_gateway():
    body = '<startEvent id="s"/><exclusiveGateway id="g" default="f0"/><task id="a"/><endEvent id="e"/>'
    assert "default_not_outgoing" in codes(body + flows("s > g", "g > a ? ${x}", "g > e ? ${y}", "a > e"))


def test_a_default_flow_of_a_gateway_that_does_not_choose_is_refused():
    body = '<startEvent id="s"/><parallelGateway id="g" default="f1"/><task id="a"/><parallelGateway id="j"/><endEvent id="e"/>'
    assert "default_has_no_effect" in codes(body + flows("s > g", "g > a", "g > j", "a > j", "j > e"))


def test_two_flows_between_the_same_elements_do_the_next_step_twice():
    body = '<startEvent id="s"/><task id="a"/><endEvent id="e"/>' + flows("s > a", "a > e", "a > e")
    assert "flow_doubled" in codes(body)


def test_what_attributes_say_of_flows_is_compared_with_the_flows():
    body = '<startEvent id="s"/><parallelGateway id="g" gatewayDirection="Converging"><incoming>f9</incoming></parallelGateway>'
    found = codes(body + '<task id="a"/><task id="b"/>' + flows("s > g", "g > a", "g > b"))
    assert found == ["gateway_direction_wrong", "flow_list_disagrees"]


def test_a_condition_on_what_leaves_an_event_is_told():
    body = '<startEvent id="s"/><task id="a"/><task id="b"/>' + flows("s > a ? ${x}", "s > b ? ${y}")
    assert codes(body).count("condition_on_event") == 2
