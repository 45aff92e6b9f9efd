"""Item definitions: what is given and what comes out is of the type it is said to be, else it is null with the reason."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from engine.decisions.reading import read
from engine.findings import errors_of
from tests.engine.decisions.factories import decision, definitions, literal
from tests.engine.decisions.test_evaluating import decided

TYPES = """
<itemDefinition name="level"><typeRef>string</typeRef><allowedValues><text>"rural", "district"</text></allowedValues></itemDefinition>
<itemDefinition name="levels" isCollection="true"><typeRef>level</typeRef></itemDefinition>
<itemDefinition name="few" isCollection="true"><typeRef>number</typeRef>
  <typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>
<itemDefinition name="body"><itemComponent name="name"><typeRef>string</typeRef></itemComponent>
  <itemComponent name="own level"><typeRef>level</typeRef></itemComponent></itemDefinition>
"""


def typed(type_: str, given: Any, text: str = "x") -> Any:
    data = f'<inputData id="x" name="x"><variable name="x" typeRef="{type_}"/></inputData>'
    return decided(definitions(TYPES, data, decision("d", literal(text), inputs=["x"])), x=given)


@pytest.mark.parametrize(
    ("type_", "given", "expected"),
    [
        ("number", 1, 1),
        ("number", [1], 1),
        ("number", "1", None),
        ("integer", 1, 1),
        ("level", "rural", "rural"),
        ("level", "moon", None),
        ("levels", ["rural", "district"], ["rural", "district"]),
        ("levels", "rural", ["rural"]),
        ("levels", ["rural", "moon"], None),
        ("few", [1, 2], [1, 2]),
        ("few", [1, 2, 3], None),
        ("body", {"name": "a", "own level": "rural", "more": 1}, {"name": "a", "own level": "rural", "more": 1}),
        ("body", {"name": "a"}, None),
        ("dateTime", date(2026, 10, 1), datetime(2026, 10, 1, tzinfo=UTC)),
        ("Any", "1", "1"),
    ],
)
def test_what_is_given_is_of_its_type_or_null(type_: str, given: Any, expected: Any):
    outcome = typed(type_, given)

    assert outcome.value == expected
    assert [fault.code for fault in outcome.faults] == ([] if expected is not None else ["type_mismatched"])


def test_parts_of_several_words_and_types_are_known_in_expressions():
    assert typed("body", {"name": "a", "own level": "rural"}, 'x.own level + "!"').value == "rural!"
    assert typed("body", {"name": "a", "own level": "rural"}, "x instance of body").value is True


REFUSED = {
    "decision_type_unknown": "<typeRef>nothing</typeRef>",
    "decision_type_in_itself": '<itemComponent name="b"><typeRef>a</typeRef></itemComponent>',
    "expression_unreadable": "<typeRef>number</typeRef><allowedValues><text>1 +</text></allowedValues>",
}


@pytest.mark.parametrize("code", REFUSED)
def test_a_type_that_means_nothing_is_refused(code: str):
    defined = f'<itemDefinition name="a">{REFUSED[code]}</itemDefinition>'

    found = errors_of(read(definitions(defined, decision("d", literal("1"))), "d.dmn").findings)

    assert [finding.code for finding in found] == [code]
    assert found[0].line > 0
