"""No evaluation runs for long, grows large, or reaches what it was not given."""

import time
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import uuid4

import pytest

from expressions import EvaluationFailed, Range, YearsMonths, parse, parse_template
from expressions.errors import EvaluationTooDeep, ResultTooLarge, TooManySteps, ValueForeign

LONG = "x" * 30_000
#: Lists of lists, small inside and endless outside: 8⁶ values.
FOLDED = ", ".join(f"{name}: [{', '.join([inner] * 8)}]" for name, inner in zip("abcdef", "1abcde", strict=True))
GREEDY = [
    "for a in 1..9999 return for b in 1..9999 return a * b",
    "count(for a in 1..100, b in 1..100, c in 1..100 return 1)",
    "some a in 1..9999 satisfies (some b in 1..9999 satisfies a + b < 0)",
    "{f: function(n) f(n + 1), r: f(1)}.r",
    "for i in 1..2000 return long + string(i)",
    "sort(1..5000)",
    "sort(for i in 1..3000 return 3000 - i, function(a, b) a < b)",
    "flatten([rows, rows, rows, rows, rows, rows, rows, rows, rows, rows, rows, rows])",
    "for i in 1..3000 return rows = rows",
    "string join(for i in 1..5000 return long)",
    'replace(long, "x", long)',
    'matches(long, "(x+x+)+y")',
    'matches(long, "(.*)(.*)(.*)(.*)(.*)\\\\1y")',
    'for i in 1..3000 return matches("a", "(a{900})" + string(i))',
    f"{{{FOLDED}}}.f",
    f"{{{FOLDED}, g: count(flatten(f))}}.g",
    "for i in 1..60 return [partial[-1]]",
    "1..99999",
    "count(for i in 1..99999 return i)",
]


@pytest.mark.parametrize("text", GREEDY)
def test_greed_is_stopped_soon(text):
    variables = {"long": LONG, "rows": [[number] * 10 for number in range(500)]}
    started = time.process_time()

    with pytest.raises((EvaluationFailed, Exception)) as stopped:
        assert parse(text).evaluate(variables) is None
        raise ResultTooLarge(limit=0)

    assert time.process_time() - started < 3
    assert type(stopped.value).__module__ == "expressions.errors"


def test_a_pattern_that_hangs_other_engines_is_harmless():
    text = 'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+$")'

    assert parse(text).evaluate({}) is False


def test_the_allowance_is_enough_for_all_rural_bodies_at_once():
    bodies = [{"level": "rural", "reports": number} for number in range(2300)]

    assert parse('count(bodies[level = "rural"])').evaluate({"bodies": bodies}) == 2300
    assert parse("sum(bodies.reports)").evaluate({"bodies": bodies}) == sum(range(2300))


def test_steps_and_sizes_are_told():
    with pytest.raises(TooManySteps) as stopped:
        parse("for a in 1..200 return for b in 1..200 return a * b").evaluate({})
    with pytest.raises(ResultTooLarge):
        parse("long + long").evaluate({"long": LONG})

    assert stopped.value.fields == {"limit": 10_000}


def test_a_function_may_call_itself_but_not_for_ever():
    factorial = "{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(%d)}.r"

    assert parse(factorial % 10).evaluate({}) == 3628800
    with pytest.raises(EvaluationTooDeep):
        parse(factorial % 100).evaluate({})


def test_a_value_that_is_nested_without_end_is_refused():
    endless: list[object] = []
    endless.append(endless)

    with pytest.raises(EvaluationTooDeep):
        parse("count(a)").evaluate({"a": endless})


@pytest.mark.parametrize(
    "text",
    [
        "a.__class__",
        "a.real",
        'a["__class__"]',
        "d.__dict__",
        "d.keys",
        "t.__len__",
        "day.today",
        "day.resolution",
        "l.append",
        "f.call",
        'get value(d, "__class__")',
    ],
)
def test_no_attribute_of_an_object_is_reachable(text):
    variables = {"a": 1, "d": {"x": 1}, "t": "text", "day": date(2026, 10, 1), "l": []}

    assert parse(f"{{f: function(x) x, r: {text}}}.r").evaluate(variables) in (None, [])
    if '"' not in text and not text.startswith("f"):
        assert parse_template(f"${{{text}}}").evaluate(variables) in (None, [])


class Level(StrEnum):
    """Only for these tests."""

    RURAL = "rural"


@pytest.mark.parametrize(
    ("given", "inside"),
    [
        (1, Decimal(1)),
        (0.1, Decimal("0.1")),
        (True, True),
        (Decimal("NaN"), None),
        (float("inf"), None),
        (Level.RURAL, "rural"),
        ((1, 2), [Decimal(1), Decimal(2)]),
        ({"a": {1}}, {"a": [Decimal(1)]}),
        (Decimal("1." + "1" * 50), Decimal("1." + "1" * 33)),
        (Decimal("-0.00"), Decimal(0)),
        (YearsMonths(14), YearsMonths(14)),
        (Range(1, 2, True, False), Range(Decimal(1), Decimal(2), True, False)),
    ],
)
def test_values_of_python_are_taken_in(given, inside):
    value = parse("a").evaluate({"a": given})

    assert value == inside
    assert type(value) is type(inside)
    assert str(value) == str(inside)


def test_a_number_of_thousands_of_digits_is_null():
    assert parse("a").evaluate({"a": 1 << 21_000}) is None


@pytest.mark.parametrize("given", [uuid4(), object(), b"bytes", {1: 2}, [len], lambda: None, 1j])
def test_foreign_values_are_refused(given):
    with pytest.raises(ValueForeign):
        parse("a").evaluate({"a": given})


def test_a_foreign_value_that_nobody_asks_for_does_no_harm():
    assert parse("a + 1").evaluate({"a": 1, "b": object()}) == 2
