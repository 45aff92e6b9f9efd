"""Boxed expressions mean what the text means that they stand for; functions travel between decisions."""

from decimal import Decimal
from typing import Any

import pytest

from engine.decisions.reading import read
from engine.findings import errors_of
from tests.engine.decisions.factories import decision, definitions, knowledge, literal, table
from tests.engine.decisions.test_evaluating import decided

NUMBERS = f"<in>{literal('[1, 2, 3, 4]')}</in>"


def entry(name: str, logic: str) -> str:
    variable = f'<variable name="{name}"/>' if name else ""
    return f"<contextEntry>{variable}{logic}</contextEntry>"


def context(*entries: tuple[str, str]) -> str:
    return f"<context>{''.join(entry(name, logic) for name, logic in entries)}</context>"


def function(parameter: str, text: str) -> str:
    return f'<functionDefinition><formalParameter name="{parameter}"/>{literal(text)}</functionDefinition>'


def chosen(condition: str) -> str:
    return f"<conditional><if>{literal(condition)}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>"


def asked(kind: str) -> str:
    return f'<{kind} iteratorVariable="n">{NUMBERS}<satisfies>{literal("n > 3")}</satisfies></{kind}>'


RELATION = '<relation><column name="n"/><column name="full name"/><row>{}{}</row></relation>'
INVOCATION = '<invocation>{}<binding><parameter name="n"/>{}</binding></invocation>'
FACTORIAL = function("n", "if n < 2 then 1 else n * f(n - 1)")
BOXED: dict[str, tuple[str, Any]] = {
    "a context": (context(("a", literal("1")), ("b", literal("a + 1"))), {"a": 1, "b": 2}),
    "a context with a result": (context(("a", literal("1")), ("", literal("a + 1"))), 2),
    "a context in a context": (context(("a", context(("x", literal("1")))), ("", literal("a.x"))), 1),
    "a list": (f"<list>{literal('1')}{literal('x')}</list>", [1, 20]),
    "a relation": (RELATION.format(literal("1"), literal("'one'")), [{"n": 1, "full name": "one"}]),
    "a condition": (chosen("x > 1"), 1),
    "a condition that is not boolean": (chosen("x"), None),
    "a filter": (f"<filter>{NUMBERS}<match>{literal('item > 2')}</match></filter>", [3, 4]),
    "a loop": (f'<for iteratorVariable="n">{NUMBERS}<return>{literal("n + count(partial)")}</return></for>', [1, 3, 5, 7]),
    "some": (asked("some"), True),
    "every": (asked("every"), False),
    "a function that calls itself": (context(("f", FACTORIAL), ("", INVOCATION.format(literal("f"), literal("5")))), 120),
    "a table in a context": (context(("a", table(["x"], ["y"], ["> 1 | x * 2"])), ("", literal("a + 1"))), 41),
}


@pytest.mark.parametrize("name", BOXED)
def test_a_boxed_expression_comes_to_what_its_text_would(name: str):
    logic, expected = BOXED[name]

    assert decided(definitions(decision("d", logic)), x=20).value == expected


def test_a_knowledge_model_is_a_function_with_typed_parameters():
    rate = knowledge("rate", literal("part / whole * 100"), part="number", whole="number")
    asking = decision("d", literal("rate(part, whole)"), knows=["rate"])

    assert decided(definitions(rate, asking), part=1, whole=4).value == 25
    wrong = decided(definitions(rate, asking), part="1", whole=4)
    assert (wrong.value, [fault.code for fault in wrong.faults]) == (None, ["type_mismatched"])


def test_knowledge_models_call_each_other_and_themselves_until_they_are_too_deep():
    even = knowledge("is_even", literal("if n = 0 then true else is_odd(n - 1)"), knows=["is_odd"], n="number")
    odd = knowledge("is_odd", literal("if n = 0 then false else is_even(n - 1)"), knows=["is_even"], n="number")
    file = definitions(even, odd, decision("d", literal("is_even(10)"), knows=["is_even"]))

    assert decided(file).value is True


def test_a_decision_may_be_a_function_for_those_that_require_it():
    twice = decision("twice", f'<functionDefinition><formalParameter name="n" typeRef="number"/>{literal("n * 2")}</functionDefinition>')
    file = definitions(twice, decision("d", literal("twice(4) + abs(-1)"), requires=["twice"]))

    assert decided(file).value == 9
    assert decided(file, "twice").value is None


def test_a_decision_service_decides_with_what_it_is_given():
    inside = '<outputDecision href="#sum"/><inputDecision href="#base"/><inputData href="#add"/>'
    service = f'<decisionService id="s" name="s">{inside}</decisionService>'
    parts = [
        decision("base", literal("1")),
        decision("sum", literal("base + add"), requires=["base"], inputs=["add"]),
        decision("d", literal("s(10, 200) + sum"), requires=["sum"], knows=["s"]),
        service,
    ]

    assert decided(definitions(*parts, inputs={"add": "add"}), add=5).value == 216


def test_functions_in_java_are_refused():
    logic = f'<functionDefinition kind="Java">{literal("1")}</functionDefinition>'

    found = errors_of(read(definitions(decision("d", logic)), "d.dmn").findings)

    assert [(finding.code, finding.element_id) for finding in found] == [("decision_function_external", "d")]


def test_what_has_no_meaning_is_null_with_a_warning_and_the_reason():
    file = definitions(decision("d", literal("[abs(1, 2, 3), unknown(1), 5]")))

    outcome = decided(file)

    assert outcome.value == [None, None, Decimal(5)]
    assert [fault.code for fault in outcome.faults] == ["arguments_mismatched", "function_unknown"]
    assert [finding.code for finding in read(file, "d.dmn").findings] == ["arguments_mismatched"]
