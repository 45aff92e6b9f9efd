"""Operators of FEEL: an expression and what it is worth, written as FEEL too."""

from decimal import Decimal

import pytest

from expressions import Surface, parse
from tests.expressions.worth import worth

ARITHMETIC = [
    ("0.1 + 0.2", "0.3"),
    ("1 / 3", "0.3333333333333333333333333333333333"),
    ("0.1 + 0.2 = 0.3", "true"),
    ("2 + 3 * 4 - 6 / 3", "12"),
    ("10 - 4 - 3", "3"),
    ("2 ** 3 ** 2", "64"),
    ("-2 ** 2", "4"),
    ("2 * -3", "-6"),
    ("1 / 0", "null"),
    ("9.999E6144 * 10", "null"),
    ('"Аб" + "ай"', '"Абай"'),
    ('"a" + 1', "null"),
    ("1 + null", "null"),
    ("(1 + 2) * 3", "9"),
    (".5 + 1.50", "2"),
    ("1.5e2", "150"),
    ("- (1 + 2)", "-3"),
    ('-"a"', "null"),
    ("1 + 2 // the rest is a remark", "3"),
    ("1 /* a remark */ + 2", "3"),
]
COMPARISON = [
    ("1 = 1.00", "true"),
    ('1 = "1"', "null"),
    ("null = null", "true"),
    ("1 != null", "true"),
    ("null < 1", "null"),
    ('"а" < "б"', "true"),
    ("[1, 2] = [1, 2]", "true"),
    ("[1, 2] = [2, 1]", "false"),
    ("{a: 1, b: [2]} = {b: [2], a: 1}", "true"),
    ("true = 1", "null"),
    ("true < false", "null"),
    ("5 between 1 and 5 and true", "true"),
    ("5 between 6 and 9", "false"),
    ("null between 1 and 2", "null"),
    ("[1..5] = [1..5]", "true"),
    ("[1..5) = [1..5]", "false"),
]
LOGIC = [
    ("true and null", "null"),
    ("false and null", "false"),
    ("null and false", "false"),
    ("true or null", "true"),
    ("null or true", "true"),
    ("false or null", "null"),
    ("not(null)", "null"),
    ("not(1)", "null"),
    ("1 and true", "null"),
    ("true or false and false", "true"),
    ("1 = 1 and 2 > 1 and not(false)", "true"),
]
MEMBERSHIP = [
    ("5 in [1..5]", "true"),
    ("5 in [1..5)", "false"),
    ("1 in ]1..5]", "false"),
    ("5 in [1..5[", "false"),
    ("3 in (1..5)", "true"),
    ("5 in (1, 3, 5)", "true"),
    ("5 in (< 3, > 4)", "true"),
    ("5 in > 4", "true"),
    ("5 in != 5", "false"),
    ("5 in [[1..3], [5..7]]", "true"),
    ('"b" in ["a", "b"]', "true"),
    ("4 in (> 4)", "false"),
    ("1 in null", "false"),
    ("1 in [null..3]", "null"),
    ('@"2026-10-05" in [@"2026-10-01"..@"2026-10-10"]', "true"),
]
CHOICE = [
    ('if 1 < 2 then "yes" else "no"', '"yes"'),
    ('if null then "yes" else "no"', '"no"'),
    ("if true then if false then 1 else 2 else 3", "2"),
    ("1 + if true then 1 else 2", "2"),
    ("5 instance of number", "true"),
    ("null instance of number", "false"),
    ("[1, 2] instance of list<number>", "true"),
    ('[1, "a"] instance of list<number>', "false"),
    ("{a: 1} instance of context<a: number>", "true"),
    ('@"P1D" instance of days and time duration', "true"),
    ('@"2026-10-01T00:00:00" instance of date and time', "true"),
    ("(function(a) a) instance of function<Any>->Any", "true"),
    ("[1..2] instance of range<number>", "true"),
]


@pytest.mark.parametrize(("text", "value"), [*ARITHMETIC, *COMPARISON, *LOGIC, *MEMBERSHIP, *CHOICE])
def test_an_operation_is_worth(text, value):
    assert worth(text) == worth(value)


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">=", "=", "!="])
def test_every_comparison_agrees_with_python(sign):
    python = {"=": "=="}.get(sign, sign)

    for left, right in ((1, 2), (2, 2), (3, 2)):
        assert parse(f"a {sign} b").evaluate({"a": left, "b": right}) is eval(f"{left} {python} {right}")


def test_numbers_keep_34_digits_and_never_become_floats():
    result = parse("share * 3").evaluate({"share": 0.1})

    assert result == Decimal("0.3")
    assert isinstance(result, Decimal)


def test_adding_sixty_cells_is_not_deep():
    text = " + ".join(f"c{number}" for number in range(300))

    assert parse(text).evaluate({f"c{number}": 1 for number in range(300)}) == 300


@pytest.mark.parametrize(
    ("cell", "value", "passes"),
    [
        ("-", 5, True),
        ("< 5", 4, True),
        ("< 5", None, None),
        ("< 5, > 7", 8, True),
        ("[1..3]", 3, True),
        ("(1..3]", 1, False),
        ('"a","b"', "b", True),
        ('not("a","b")', "b", False),
        ('not("a","b")', "c", True),
        ("5", 5, True),
        ("limit", 10, True),
        ("? > limit and ? < 20", 15, True),
        ("? > limit", 5, False),
        ('starts with(?, "Қ")', "Қазақ", True),
        ("null", None, True),
        ("true", True, True),
        ("allowed", 3, True),
        ('date("2026-10-01")', "2026-10-01", None),
    ],
)
def test_a_cell_of_a_decision_table_tests_a_value(cell, value, passes):
    assert parse(cell, Surface.UNARY).evaluate({"?": value, "limit": 10, "allowed": [1, 2, 3]}) is passes
