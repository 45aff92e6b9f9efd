"""Files against the schema of the standard."""

from engine.linting import lint
from engine.parsing import read
from tests.engine.parsing.factories import AROUND, codes, findings, straight, text


def test_what_stands_in_the_wrong_order_is_told_with_its_line():
    late = '<textAnnotation id="t"/>' + straight('<task id="x"/>')

    (finding,) = findings(late)

    assert (finding.code, finding.severity, finding.line) == ("schema_departed_from", "warning", 3)
    assert "startEvent" in finding.fields["reason"]
    assert "http" not in finding.fields["reason"]


def test_what_must_be_there_and_is_not_is_told():
    association = straight('<task id="x"/>') + '<association id="a" sourceRef="x"/>'
    assert codes(association) == ["schema_departed_from"]


def test_what_was_told_already_is_not_told_again():
    assert codes(straight('<task id="x" colour="red"/>')) == ["attribute_unknown"]


def test_processes_that_are_only_shown_are_left_in_peace():
    beside = '<process id="q"><flowNode id="odd"/></process>'
    data = text(straight('<task id="x"/>')).replace(b"</definitions>", f"{beside}</definitions>".encode())

    assert lint(read(data, "p.bpmn"), AROUND) == []
