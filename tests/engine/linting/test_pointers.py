"""What is only shown points to something, too."""

from tests.engine.parsing.factories import NAMED, codes, straight

TASK = straight('<task id="x"/>', more='<dataObject id="o"/>')


def test_a_data_object_that_is_not_there_is_told():
    assert codes(straight('<task id="x"/>', more='<dataObjectReference id="r" dataObjectRef="gone"/>')) == ["pointer_dangling"]


def test_a_data_object_reference_to_something_else_is_told():
    assert codes(straight('<task id="x"/>', more='<dataObjectReference id="r" dataObjectRef="x"/>')) == ["pointer_of_wrong_kind"]


def test_an_association_joins_what_is_there():
    note = '<textAnnotation id="t"><text>x</text></textAnnotation>'
    assert codes(TASK + note + '<association id="a" sourceRef="x" targetRef="t"/>') == []
    assert codes(TASK + note + '<association id="a" sourceRef="x" targetRef="gone"/>') == ["pointer_dangling"]


def test_an_item_that_is_not_there_is_told():
    assert codes(TASK, head=NAMED + '<message id="m2" name="x" itemRef="gone"/>') == ["pointer_dangling"]


def test_a_plain_association_joins_data_of_one_item_definition():
    head = NAMED + '<itemDefinition id="i1"/><itemDefinition id="i2"/>'
    data = '<dataObject id="o" itemSubjectRef="{}"/><dataObjectReference id="r" name="b" dataObjectRef="o"/>'
    ends = "<sourceRef>r</sourceRef><targetRef>in</targetRef>{}"
    task = '<task id="x"><property id="in" name="a" itemSubjectRef="i1"/><dataInputAssociation id="a">{}</dataInputAssociation></task>'
    made = "<transformation>= b.a</transformation>"

    assert codes(straight(task.format(ends.format("")), more=data.format("i2")), head=head) == ["data_items_differ"]
    assert codes(straight(task.format(ends.format("")), more=data.format("i1")), head=head) == []
    assert codes(straight(task.format(ends.format(made)), more=data.format("i2")), head=head) == []
