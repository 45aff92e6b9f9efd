"""What is read of data associations."""

import pytest

from engine.definition_errors import PartNotSettable
from engine.parsing.elements import Element
from tests.engine.parsing.factories import codes, model, straight

DATA = '<dataObject id="o"/><dataObjectReference id="r" name="report" dataObjectRef="o"/><dataStoreReference id="st" name="archive"/>'
OWNED = (
    '<ioSpecification id="io"><dataInput id="in" name="draft"/><dataInput id="unnamed"/><dataOutput id="out" name="text"/>'
    '<inputSet id="i"/><outputSet id="s1"/></ioSpecification><property id="drawn" name="__targetRef_placeholder"/>'
)


def task(inputs: str = "", outputs: str = "", loop: str = "") -> Element:
    given = f'<dataInputAssociation id="a1">{inputs}</dataInputAssociation>' if inputs else ""
    left = f'<dataOutputAssociation id="a2">{outputs}</dataOutputAssociation>' if outputs else ""
    read = model(straight(f'<task id="x">{OWNED}{given}{left}{loop}</task>', more=DATA))
    assert not read.findings, list(read.findings)
    return read.processes["p"].elements["x"]


def told(element: Element) -> list[tuple[str, str, str | None]]:
    return [(mapping.target, mapping.source.text, mapping.declared_in) for mapping in (*element.inputs, *element.outputs)]


def test_a_plain_association_copies_between_what_has_names():
    element = task("<sourceRef>r</sourceRef><targetRef>in</targetRef>", "<sourceRef>out</sourceRef><targetRef>r</targetRef>")

    assert told(element) == [("draft", "report", None), ("report", "text", "p")]


@pytest.mark.parametrize("target", ["drawn", "unnamed"])
def test_what_editors_draw_copies_nothing(target: str):
    element = task(f"<sourceRef>r</sourceRef><targetRef>{target}</targetRef>", "<targetRef>r</targetRef>")
    store = task(f"<sourceRef>st</sourceRef><targetRef>{target}</targetRef>", "<sourceRef>out</sourceRef><targetRef>st</targetRef>")

    assert told(element) == told(store) == []


def test_a_transformation_comes_before_the_assignments():
    assigned = "<assignment><from>= report.sum + 1</from><to>${unnamed}</to></assignment>"
    element = task(
        f"<sourceRef>r</sourceRef><targetRef>in</targetRef><transformation>= report.body</transformation>{assigned}",
        "<targetRef>r</targetRef><assignment><from>= draft</from><to>= report</to></assignment>"
        "<assignment><from>= 1</from><to>other</to></assignment>",
    )

    assert told(element) == [
        ("draft", "= report.body", None),
        ("unnamed", "= report.sum + 1", None),
        ("report", "= draft", "p"),
        ("other", "= 1", None),
    ]


def test_an_assignment_may_lead_to_a_part_of_its_target():
    assigned = "<assignment><from>= 1</from><to>{}</to></assignment>"
    element = task(
        f"<targetRef>in</targetRef>{assigned.format('in.sum')}",
        f"<targetRef>r</targetRef>{assigned.format('${report.a.b}')}{assigned.format('= report')}",
    )

    assert [(one.target, one.path, one.declared_in) for one in (*element.inputs, *element.outputs)] == [
        ("draft", ("sum",), None),
        ("report", ("a", "b"), "p"),
        ("report", (), "p"),
    ]


def test_a_part_is_set_beside_the_others_and_only_in_a_context():
    (mapping,) = task(outputs="<targetRef>r</targetRef><assignment><from>= 1</from><to>r.a.b</to></assignment>").outputs
    before = {"a": {"c": 2}, "d": 3}

    assert mapping.placed(before, 1) == {"a": {"c": 2, "b": 1}, "d": 3}
    assert before == {"a": {"c": 2}, "d": 3}
    assert mapping.placed(None, 1) == {"a": {"b": 1}}
    with pytest.raises(PartNotSettable) as refused:
        mapping.placed({"a": [5]}, 1)
    assert refused.value.fields == {"part": "report.a.b", "whole": "report.a"}


def test_the_list_of_a_loop_may_be_transformed_and_is_not_copied_for_each_instance():
    loop = '<multiInstanceLoopCharacteristics id="l"><loopDataInputRef>in</loopDataInputRef></multiInstanceLoopCharacteristics>'
    plain = task("<sourceRef>r</sourceRef><targetRef>in</targetRef>", loop=loop)
    made = task("<sourceRef>r</sourceRef><targetRef>in</targetRef><transformation>= report.rows</transformation>", loop=loop)

    assert plain.multi_instance is not None
    assert made.multi_instance is not None
    assert (plain.multi_instance.collection.text, made.multi_instance.collection.text) == ("report", "= report.rows")
    assert told(plain) == told(made) == []


def test_data_belong_to_the_subprocess_that_holds_them_not_to_the_one_that_refers_to_them():
    data = '<dataObjectReference id="r2" dataObjectRef="outer"/><dataObject id="own"/>'
    inner = data + '<startEvent id="i"/><task id="t">{}</task><sequenceFlow id="g" sourceRef="i" targetRef="t"/>'
    outputs = "".join(
        f'<dataOutputAssociation id="{name}"><targetRef>{name}</targetRef><transformation>= 1</transformation></dataOutputAssociation>'
        for name in ("r2", "own")
    )
    body = straight(f'<subProcess id="x">{inner.format(outputs)}</subProcess>', more='<dataObject id="outer"/>')

    assert told(model(body).processes["p"].elements["t"]) == [("outer", "= 1", "p"), ("own", "= 1", "x")]


def test_a_reference_that_leads_nowhere_is_told():
    body = straight(
        '<task id="x"><dataOutputAssociation id="a"><targetRef>gone</targetRef></dataOutputAssociation></task>',
    )

    assert codes(body) == ["pointer_dangling"]
