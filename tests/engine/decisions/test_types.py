"""Item definitions: what is given and what comes out is of the type it is said to be, else it is null with the reason."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from engine.decisions.linting import warnings_of
from engine.decisions.reading import read
from engine.findings import errors_of
from tests.engine.decisions.factories import decision, definitions, literal, table
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


def column(type_: str, cell: str, *, tested: bool, policy: str = "UNIQUE") -> bytes:
    """A decision whose table tests, or gives, values of a type."""
    rule = f"{cell} | 'yes'" if tested else f"- | {cell}"
    made = table(["x"], ["y"], [rule], policy)
    place = ("<inputExpression>", f'<inputExpression typeRef="{type_}">') if tested else ('name="y"', f'name="y" typeRef="{type_}"')
    return definitions(TYPES, decision("d", made.replace(*place)))


@pytest.mark.parametrize(
    ("type_", "cell", "given", "tested"),
    [
        ("number", "> 5", 7, 7),
        ("number", "> 5", [7], 7),
        ("level", "'rural'", "rural", "rural"),
        ("dateTime", "date and time('2026-10-01T00:00:00Z')", date(2026, 10, 1), datetime(2026, 10, 1, tzinfo=UTC)),
        ("number", "null", "7", None),
        ("string", "null", 7, None),
        ("level", "null", "moon", None),
    ],
)
def test_what_a_column_tests_is_of_its_type_or_null(type_: str, cell: str, given: Any, tested: Any):
    outcome = decided(column(type_, cell, tested=True), x=given)

    assert (outcome.value, outcome.inputs) == ("yes", {"x": tested})
    assert [fault.code for fault in outcome.faults] == ([] if tested is not None else ["type_mismatched"])


@pytest.mark.parametrize(
    ("type_", "cell", "policy", "expected"),
    [
        ("number", "1", "UNIQUE", 1),
        ("number", "[1]", "UNIQUE", 1),
        ("number", "x", "UNIQUE", None),
        ("level", "'moon'", "FIRST", None),
        ("number", "x", "COLLECT", [None]),
        ("levels", "'rural'", "UNIQUE", ["rural"]),
    ],
)
def test_what_a_column_gives_is_of_its_type_or_null(type_: str, cell: str, policy: str, expected: Any):
    outcome = decided(column(type_, cell, tested=False, policy=policy), x="text")

    assert outcome.value == expected
    assert [fault.code for fault in outcome.faults] == (["type_mismatched"] if expected in (None, [None]) else [])


@pytest.mark.parametrize(
    ("type_", "cell", "tested", "value"),
    [("string", "> 5", True, "5"), ("string", "5", False, "5"), ("number", "'a', 1", True, "a"), ("date", "true", False, "true")],
)
def test_a_cell_of_another_type_than_its_column_is_warned_of(type_: str, cell: str, tested: bool, value: str):
    found = [one for one in warnings_of(read(column(type_, cell, tested=tested), "d.dmn")) if one.code == "decision_cell_of_other_type"]

    assert [(one.element_id, one.fields["place"], one.fields["value"], one.fields["type"]) for one in found] == [("d", 1, value, type_)]


@pytest.mark.parametrize(
    ("type_", "cell"),
    [("number", "1"), ("dateTime", "date('2026-10-01')"), ("levels", "'rural'"), ("number", "x"), ("any", "'x'"), ("feel:ANY", "1")],
)
def test_a_cell_that_may_be_of_its_type_is_not_warned_of(type_: str, cell: str):
    assert warnings_of(read(column(type_, cell, tested=False), "d.dmn")) == []


def test_a_type_tells_of_itself_in_few_words_however_often_it_shares_others():
    shared = "".join(
        f'<itemDefinition name="t{n}"><itemComponent name="a"><typeRef>t{n - 1}</typeRef></itemComponent>'
        f'<itemComponent name="b"><typeRef>t{n - 1}</typeRef></itemComponent></itemDefinition>'
        for n in range(1, 19)
    )
    base = '<itemDefinition name="t0"><typeRef>number</typeRef></itemDefinition>'

    model = read(definitions(base, shared, decision("d", literal("1"))), "d.dmn")

    assert not errors_of(model.findings)
    assert len(repr(model.types["t18"])) < 200


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
