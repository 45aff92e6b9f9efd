"""Names, columns of what is refused, and the words of refusals."""

import copy
from importlib import import_module

import pytest

import texts
from expressions import EvaluationFailed, ExpressionRefused, Surface, parse
from expressions.errors import (
    ArgumentsMismatched,
    ExpressionTooDeep,
    ExpressionTooLong,
    ExpressionUnreadable,
    LiteralMalformed,
    NameMissing,
    NameRepeated,
    NumberTooLarge,
    QuotationUnclosed,
    SignMissing,
    SignUnknown,
    TypeUnknown,
)


@pytest.mark.parametrize(
    ("text", "refusal", "column"),
    [
        ("1 +", ExpressionUnreadable, 4),
        ("", ExpressionUnreadable, 1),
        ("a b", ExpressionUnreadable, 3),
        ("a and and b", ExpressionUnreadable, 7),
        ("1 2", ExpressionUnreadable, 3),
        ("(1", SignMissing, 3),
        ("[1, 2", SignMissing, 6),
        ("if a then b", SignMissing, 12),
        ("for x in y", SignMissing, 11),
        ("for in y return 1", NameMissing, 5),
        ("{a: 1, a: 2}", NameRepeated, 8),
        ("a # b", SignUnknown, 3),
        ("a ≥ b", SignUnknown, 3),
        ('"abc', QuotationUnclosed, 1),
        ("a = 'b'", ExpressionUnreadable, 5),
        ("1e9999", NumberTooLarge, 1),
        ('@"tomorrow"', LiteralMalformed, 1),
        ("a instance of nomber", TypeUnknown, 15),
        ('substring("a")', ArgumentsMismatched, 1),
        ("sum()", ArgumentsMismatched, 1),
        ('substring(text: "a", start position: 1)', ArgumentsMismatched, 1),
        ("now(1)", ArgumentsMismatched, 1),
        ("function(x) external {java: {}}", ExpressionUnreadable, 13),
        ("x.__class__()", ExpressionRefused, 3),
        ("]1..5", SignMissing, 6),
        ("1..5", ExpressionUnreadable, 2),
        ('"\\U110000"', SignUnknown, 2),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_column(text, refusal, column):
    with pytest.raises(refusal) as refused:
        parse(text)

    assert refused.value.fields["column"] == column


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a + b.c + d[e]", {"a", "b", "d"}),
        ("for x in xs return x + y", {"xs", "y"}),
        ("{a: b, c: a}", {"b"}),
        ("some x in [1] satisfies x = z", {"z"}),
        ("function(x) x + y", {"y"}),
        ("rows[level = wanted]", {"rows"}),
        ("sum(cells) = total", {"cells", "total"}),
        ('"a" in (b, > c)', {"b", "c"}),
    ],
)
def test_the_free_names_are_those_that_come_from_outside(text, names):
    assert parse(text).names == names


def test_names_may_be_kazakh_russian_or_of_several_words():
    assert parse("жұмыссыздар + безработные").evaluate({"жұмыссыздар": 1, "безработные": 2}) == 3
    assert parse("барлық жұмыс орны - 1", names=["барлық жұмыс орны"]).evaluate({"барлық жұмыс орны": 3}) == 2
    assert parse("row-count + row", names=["row-count"]).evaluate({"row-count": 2, "row": 1}) == 3
    assert parse("row-count").evaluate({"row": 3, "count": 1}) == 2
    assert parse("line 2 total = 5", names=["line 2 total", "line"]).evaluate({"line 2 total": 5}) is True
    assert parse("й = 1").evaluate({"й": 1}) is True


def test_a_name_behind_a_dot_may_have_several_words_without_being_known():
    assert parse('body.short name = "Абай"').evaluate({"body": {"short name": "Абай"}}) is True


def test_quotations_know_escapes_and_leave_those_of_patterns_alone():
    assert parse(r'"a\"b\\c\n\u0416\U01F40E\d"').evaluate({}) == 'a"b\\c\nЖ🐎\\d'
    assert parse(r'"\uD83D\uDC0E"').evaluate({}) == "🐎"
    assert parse(r"'it\'s'", Surface.JUEL).evaluate({}) == "it's"


def test_an_expression_is_read_once_and_never_copied():
    expression = parse("a + 1")

    assert parse("a + 1") is expression
    assert copy.deepcopy(expression) is expression
    assert repr(expression) == "Expression('a + 1')"


def test_a_text_over_four_kilobytes_is_refused():
    with pytest.raises(ExpressionTooLong):
        parse("1" + " " * 4096)
    with pytest.raises(ExpressionTooLong):
        parse('"' + "қ" * 2100 + '"')


@pytest.mark.parametrize("surface", list(Surface))
@pytest.mark.parametrize(
    "opening", ["(", "[", "-", "not(", "!", "if ", "{a:", "f(", "a[", "1+(", "not ", "a?", "function(x) ", "a in (", "@", "<"]
)
def test_nesting_is_bounded(opening, surface):
    text = opening * (4000 // len(opening))

    with pytest.raises(ExpressionRefused):
        parse(text, surface)


def test_what_nests_too_deeply_says_so():
    assert parse("(" * 45 + "1" + ")" * 45).evaluate({}) == 1
    for text in ("(" * 60 + "1" + ")" * 60, "a" + ".b" * 60, "1" + " = 1" * 60, "f" + "(1)" * 60, "if a then 1 else " * 60 + "2"):
        with pytest.raises(ExpressionTooDeep):
            parse(text)


def test_every_refusal_has_words_with_its_fields():
    errors = import_module("expressions.errors")
    codes = {
        each.code for each in vars(errors).values() if isinstance(each, type) and issubclass(each, ExpressionRefused | EvaluationFailed)
    }

    for language in texts.LANGUAGES:
        assert codes <= texts.catalogue(language).keys()
    with pytest.raises(ExpressionRefused) as refused:
        parse("(1")
    assert "{" not in texts.say(refused.value.code, refused.value.fields, "kk")
