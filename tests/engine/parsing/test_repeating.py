"""What is read of loops, quantities, complex gateways and ad-hoc subprocesses."""

import pytest

from engine.parsing.activity_facts import AdHoc, StandardLoop
from engine.parsing.elements import Element
from tests.engine.parsing.factories import flows, model, straight


def element(body: str, name: str = "x") -> Element:
    read = model(body)
    assert not read.findings, list(read.findings)
    return read.processes["p"].elements[name]


def repeated(inside: str, attributes: str = "", around: str = "") -> Element:
    loop = f"<multiInstanceLoopCharacteristics {attributes}>{inside}</multiInstanceLoopCharacteristics>"
    return element(straight(f'<task id="x">{around}{loop}</task>', more=DATA))


DATA = (
    '<dataObject id="d1"/><dataObjectReference id="r1" name="bodies" dataObjectRef="d1"/>'
    '<dataObject id="d2" name="answers"/><dataObjectReference id="r2" dataObjectRef="d2"/><dataObject id="d3"/>'
)


def test_a_standard_loop_has_a_condition_a_maximum_and_the_moment_it_is_asked():
    loop = (
        '<standardLoopCharacteristics testBefore="true" loopMaximum="3"><loopCondition>= more</loopCondition></standardLoopCharacteristics>'
    )
    read = element(straight(f'<task id="x">{loop}</task>')).standard_loop
    plain = element(straight('<task id="x"><standardLoopCharacteristics loopMaximum="2"/></task>')).standard_loop

    assert read is not None
    assert (read.test_before, read.maximum, read.condition.text) == (True, 3, "= more")
    assert plain == StandardLoop(test_before=False, maximum=2)


@pytest.mark.parametrize(
    ("reference", "variable"),
    [("r1", "bodies"), ("r2", "answers"), ("d2", "answers"), ("d3", "d3"), ("people", "people"), ("x:r1", "bodies")],
)
def test_a_reference_to_data_is_the_variable_of_its_name(reference: str, variable: str):
    loop = repeated(f'<loopDataInputRef>{reference}</loopDataInputRef><inputDataItem name="one"/>').multi_instance

    assert loop is not None
    assert (loop.collection.text, loop.item) == (variable, "one")


def test_a_data_input_stands_for_the_object_that_an_association_brings():
    inside = '<ioSpecification><dataInput id="in"/><inputSet/><outputSet/></ioSpecification>'
    inside += '<dataInputAssociation id="a"><sourceRef>r1</sourceRef><targetRef>in</targetRef></dataInputAssociation>'
    loop = repeated("<loopDataInputRef>in</loopDataInputRef>", around=inside).multi_instance

    assert loop is not None
    assert loop.collection.text == "bodies"


def test_what_is_collected_is_named_by_the_output_item():
    inside = '<loopDataInputRef>r1</loopDataInputRef><loopDataOutputRef>r2</loopDataOutputRef><outputDataItem name="answer"/>'
    loop = repeated(inside).multi_instance

    assert loop is not None
    assert (loop.output_collection, loop.output_element.text) == ("answers", "answer")


@pytest.mark.parametrize(
    ("attributes", "first_only"),
    [('behavior="None" noneBehaviorEventRef="told"', False), ('behavior="One" oneBehaviorEventRef="told"', True)],
)
def test_a_behaviour_is_what_the_end_of_an_instance_throws(attributes: str, first_only: bool):
    loop = repeated("<loopCardinality>2</loopCardinality>", attributes).multi_instance

    assert loop is not None
    (thrown,) = loop.throws
    assert (thrown.event.kind, thrown.event.signal, thrown.first_only, thrown.condition) == ("signal", "one is done", first_only, None)


def test_a_complex_behaviour_has_conditions():
    event = '<event id="ev"><errorEventDefinition errorRef="e1"/></event>'
    inside = (
        f"<loopCardinality>2</loopCardinality><complexBehaviorDefinition><condition>= bad</condition>{event}</complexBehaviorDefinition>"
    )
    loop = repeated(inside, 'behavior="Complex"').multi_instance

    assert loop is not None
    (thrown,) = loop.throws
    assert thrown.condition is not None
    assert (thrown.event.error_code, thrown.condition.text) == ("REFUSED", "= bad")


def test_quantities_are_one_unless_something_else_is_said():
    counted = element(straight('<task id="x" startQuantity="2" completionQuantity="3"/>'))
    plain = element(straight('<task id="x"/>'))

    assert (counted.start_quantity, counted.completion_quantity) == (2, 3)
    assert (plain.start_quantity, plain.completion_quantity) == (1, 1)


def test_a_complex_gateway_has_the_condition_that_starts_it():
    gateway = '<complexGateway id="x"><activationCondition>${activationCount &gt; 1}</activationCondition></complexGateway>'
    read = element('<startEvent id="s"/><task id="a"/>' + gateway + flows("s > x", "x > a"))

    assert read.is_gateway
    assert "activationCount" in read.activation.text


def test_an_ad_hoc_subprocess_is_parallel_and_cancels_what_is_left():
    condition = "<completionCondition>= enough</completionCondition>"
    chosen = '<extensionElements><zeebe:adHoc activeElementsCollection="=wanted"/></extensionElements>'
    plain = element(straight('<adHocSubProcess id="x"><task id="t"/></adHocSubProcess>')).ad_hoc
    attributes = 'ordering="Sequential" cancelRemainingInstances="false"'
    read = element(straight(f'<adHocSubProcess id="x" {attributes}>{chosen}<task id="t"/>{condition}</adHocSubProcess>')).ad_hoc

    assert plain == AdHoc(sequential=False)
    assert read is not None
    assert (read.sequential, read.cancels, read.condition.text, read.active.text) == (True, False, "= enough", "=wanted")


def test_only_what_nothing_leads_to_can_be_begun_by_hand():
    inside = '<task id="a"/><task id="b"/><sequenceFlow id="ab" sourceRef="a" targetRef="b"/>'
    body = straight(f'<adHocSubProcess id="x">{inside}</adHocSubProcess>')

    assert [element(body, name).can_be_begun for name in ("a", "b")] == [True, False]
