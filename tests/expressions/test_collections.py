"""Lists, contexts, ranges, filters, loops, functions defined in the expression."""

import pytest

from expressions import parse
from tests.expressions.worth import worth

BODIES = [
    {"name": "Аягөз", "level": "district", "reports": 12},
    {"name": "Семей", "level": "city", "reports": 30},
    {"name": "Үржар", "level": "district", "reports": 7},
]

COLLECTIONS = [
    ("[1, 2, 3][1]", "1"),
    ("[1, 2, 3][-1]", "3"),
    ("[1, 2, 3][4]", "null"),
    ("[1, 2, 3][0]", "null"),
    ("[1, 2, 3][item > 1]", "[2, 3]"),
    ("[][item > 1]", "[]"),
    ("5[item > 1]", "[5]"),
    ("[][1]", "null"),
    ("[{a: 1, b: 2}, {a: 3, b: 4}][a = 3].b", "[4]"),
    ("[{item: 1}, {item: 2}][item = 2]", "[{item: 2}]"),
    ("[{x: 1}, {x: 2}].x", "[1, 2]"),
    ("{a: 1, b: a + 1, c: a + b}.c", "3"),
    ('{"a b": 1}.a b', "1"),
    ("{full name: 1, twice: full name * 2}.twice", "2"),
    ("{a: {b: {c: 1}}}.a.b.c", "1"),
    ("{a: 1}.b", "null"),
    ("null.b", "null"),
    ("[1..5].start", "1"),
    ("(1..5].start included", "false"),
    ("[5..1]", "[5..1]"),
    ("for i in 1..3 return i * i", "[1, 4, 9]"),
    ("for i in 3..1 return i", "[3, 2, 1]"),
    ("for i in [1..3) return i", "[1, 2]"),
    ("for i in null return i", "null"),
    ("for a in [1, 2], b in [10, 20] return a + b", "[11, 21, 12, 22]"),
    ("for a in [[1, 2], [3]], b in a return b", "[1, 2, 3]"),
    ("for i in 1..5 return if i < 3 then 1 else partial[-1] + partial[-2]", "[1, 1, 2, 3, 5]"),
    ('for day in @"2026-10-01"..@"2026-10-03" return day.day', "[1, 2, 3]"),
    ("for first name in [1] return first name", "[1]"),
    ("some x in [1, 2] satisfies x > 1", "true"),
    ("every x in [1, 2] satisfies x > 1", "false"),
    ("every x in [] satisfies x > 1", "true"),
    ("some x in [null, 2] satisfies x > 1", "true"),
    ("every x in [null, 2] satisfies x > 1", "null"),
    ("some x in [1, 2], y in [2, 3] satisfies x = y", "true"),
    ("{double: function(x) x * 2, result: double(21)}.result", "42"),
    ('{double: function(x: number) x * 2, result: double("a")}.result', "null"),
    ("{minus: function(a, b) a - b, result: minus(b: 1, a: 3)}.result", "2"),
    ("{f: function(x) x, result: f(1, 2)}.result", "null"),
    ("{f: {g: function(x) x + 1}, result: f.g(1)}.result", "2"),
    ("(function(x) x + 1)(1)", "2"),
    ("{f: function(x) function(y) x + y, result: f(1)(2)}.result", "3"),
    ("[function(x) x]", "[null]"),
    ("{a: 1}(2)", "null"),
]


@pytest.mark.parametrize(("text", "value"), COLLECTIONS)
def test_a_collection_is_worth(text, value):
    assert worth(text) == worth(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('bodies[level = "district"].name', ["Аягөз", "Үржар"]),
        ("bodies[reports > least][1].name", "Семей"),
        ("count(bodies[reports > 10])", 2),
        ("sum(bodies.reports)", 49),
        ("bodies[1].reports + bodies[2].reports", 42),
        ("bodies[number].name", "Семей"),
        ("sort(bodies, function(a, b) a.reports < b.reports).name", ["Үржар", "Аягөз", "Семей"]),
    ],
)
def test_bodies_are_filtered_and_counted(text, value):
    assert parse(text).evaluate({"bodies": BODIES, "least": 15, "number": 2}) == value


def test_the_list_so_far_is_not_the_list_itself():
    result = parse("for i in 1..3 return partial").evaluate({})

    assert result == [[], [[]], [[], [[]]]]


def test_what_is_returned_shares_nothing_with_the_variables():
    given = {"rows": [[1]]}

    result = parse("rows").evaluate(given)
    result[0].append(2)

    assert given == {"rows": [[1]]}
