"""Whatever is written and whatever it is asked about: a value or one of our refusals, and soon."""

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expressions import EvaluationFailed, ExpressionRefused, Surface, parse, parse_template
from expressions.builtin import FUNCTIONS
from expressions.limits import Meter
from expressions.writing import written
from tests.expressions.worth import NOW

WORDS = [
    *("if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or", "between", "instance of", "function"),
    *("true", "false", "null", "not", "empty", "a", "b", "item", "partial", "?", "қ", "number", "list<number>", "date and time"),
    *(
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ".",
        "..",
        ":",
        ";",
        "=",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        "+",
        "-",
        "*",
        "/",
        "**",
        "%",
        "&&",
        "||",
        "!",
    ),
    *(
        "1",
        "0",
        "-1",
        "2.5",
        "1e6000",
        "9999999999",
        '"text"',
        "'text'",
        '""',
        '@"P1D"',
        '@"P1Y"',
        '@"2026-10-01"',
        '@"10:00:00@Asia/Almaty"',
    ),
    *(
        '@"0001-01-01T00:00:00+14:00"',
        '@"9999-12-31T23:59:59-14:00"',
        "1..9",
        "//",
        "/*",
        "*/",
        "\\",
        "${",
        "#{",
        "@",
        "\n",
        "🐎",
        "\ud800",
    ),
]
TOKENS = st.lists(st.sampled_from([*WORDS, *(f"{name}(" for name in FUNCTIONS)]), max_size=30).map(" ".join)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(max_size=20)
    | st.dates()
    | st.times()
    | st.datetimes()
    | st.timedeltas(min_value=timedelta(-999999999), max_value=timedelta(999999999))
    | st.datetimes(timezones=st.timezones()),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=5),
    max_leaves=10,
)


def settled(text: str, surface: Surface | None, variables: dict[str, object]) -> None:
    """Read and evaluate; anything but a value or a refusal of ours fails the test, and so does taking long."""
    started = time.process_time()
    try:
        expression = parse_template(text) if surface is None else parse(text, surface)
        value = expression.evaluate(variables, now=NOW)
        written(value, Meter())
        orjson.dumps(repr(value))
    except (ExpressionRefused, EvaluationFailed):
        pass
    assert time.process_time() - started < 3


@settings(max_examples=400, suppress_health_check=list(HealthCheck), deadline=None)
@given(text=TOKENS, surface=st.sampled_from([None, *Surface]), a=VALUES, b=VALUES)
def test_any_heap_of_words_is_settled(text, surface, a, b):
    settled(text if surface else f"x ${{{text}}}", surface, {"a": a, "b": b, "?": a, "қ": b, "item": a})


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=200), surface=st.sampled_from([None, *Surface]))
def test_any_heap_of_signs_is_settled(text, surface):
    settled(text, surface, {})


LITERALS = [word for word in WORDS if word[0] in '@"-0123456789' and word != "@" and word != "-"] + [
    "a",
    "b",
    "null",
    "true",
    "[a, b]",
    "{a: b}",
]
EXPRESSIONS = st.recursive(
    st.sampled_from([*LITERALS, "[1..3]", "(a..b)", "function(x, y) x = y", "function(x) x"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "**", "=", "<", "<=", "!=", "and", "or", "in"]), inner)
        .map(" ".join)
        .map("({})".format),
        st.tuples(st.sampled_from(sorted(FUNCTIONS)), st.lists(inner, max_size=3)).map(lambda call: f"{call[0]}({', '.join(call[1])})"),
        st.tuples(inner, inner, inner).map(lambda three: "(if {} then {} else {})".format(*three)),
        st.tuples(inner, inner).map(lambda two: "(for i in {} return {})".format(*two)),
        st.tuples(inner, inner).map(lambda two: "{}[{}]".format(*two)),
        st.tuples(inner, st.sampled_from(["year", "days", "time offset", "timezone", "start", "a", "months", "hour"])).map(".".join),
        st.tuples(inner, inner).map(lambda two: "(some i in {} satisfies {})".format(*two)),
    ),
    max_leaves=8,
)


@settings(max_examples=700, suppress_health_check=list(HealthCheck), deadline=None)
@given(text=EXPRESSIONS, a=VALUES, b=VALUES)
def test_any_well_formed_expression_is_settled(text, a, b):
    settled(text, Surface.FEEL, {"a": a, "b": b})


NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e15"), max_value=Decimal("1e15"), places=6)


@given(a=NUMBERS, b=NUMBERS)
def test_sums_are_exact(a, b):
    assert parse("a + b").evaluate({"a": a, "b": b}) == a + b
    assert parse("a - b + b = a").evaluate({"a": a, "b": b}) is True


@given(
    value=st.recursive(
        st.none() | st.booleans() | NUMBERS | st.text(alphabet=st.characters(codec="utf-8")), lambda inner: st.lists(inner, max_size=4)
    )
)
def test_what_a_value_is_written_as_reads_as_the_value(value):
    text = parse("string([a])").evaluate({"a": value})

    assert parse(text).evaluate({}) == parse("[a]").evaluate({"a": value})


@given(moment=st.datetimes(timezones=st.just(UTC)))
def test_a_moment_is_written_and_read_back(moment: datetime):
    assert parse("date and time(string(a)) = a").evaluate({"a": moment}) is True
