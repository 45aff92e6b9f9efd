"""Regular expressions: the flavour of XPath, compared with Python's where both mean the same."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expressions.limits import Meter
from expressions.patterns import compiled


def found(pattern: str, text: str, flags: str = "") -> str | None:
    """The leftmost match."""
    asked = compiled(pattern, flags)
    assert asked is not None
    places = asked.search(text, 0, Meter())
    return None if places is None else text[places[0] : places[1]]


@pytest.mark.parametrize(
    ("pattern", "text", "flags", "match"),
    [
        ("b+", "abbc", "", "bb"),
        ("b+?", "abbc", "", "b"),
        ("a|ab", "ab", "", "a"),
        ("(a|ab)(c|bcd)(d*)", "abcd", "", "abcd"),
        ("^b", "ab", "", None),
        ("^b", "a\nb", "m", "b"),
        ("a$", "a\nb", "m", "a"),
        ("a.b", "a\nb", "", None),
        ("a.b", "a\nb", "s", "a\nb"),
        ("қ", "Қ", "i", "Қ"),
        ("[^Q]", "q", "i", None),
        ("a b", "ab", "x", "ab"),
        ("[ ]", " ", "x", " "),
        ("a.c", "a.c", "q", "a.c"),
        ("a.c", "abc", "q", None),
        ("[a-z-[aeiou]]+", "aeibcd", "", "bcd"),
        ("[^a-c]+", "abxyc", "", "xy"),
        ("[\\d-]+", "a1-2", "", "1-2"),
        ("\\p{Lu}\\p{Ll}+", "аБайқал", "", "Байқал"),
        ("\\P{L}+", "аб12", "", "12"),
        ("\\p{IsCyrillic}+", "abҚазақ", "", "Қазақ"),
        ("\\w+", "!Қа1", "", "Қа1"),
        ("\\i\\c*", "1a-b", "", "a-b"),
        ("a{2}", "aaa", "", "aa"),
        ("a{2,}", "aaaa", "", "aaaa"),
        ("a{1,2}", "aaaa", "", "aa"),
        ("a{0,2}b", "aaab", "", "aab"),
        ("(a)\\1", "baa", "", "aa"),
        ("(a)\\1", "bAa", "i", "Aa"),
        ("(?:ab)+", "ababa", "", "abab"),
        ("()*", "a", "", ""),
        ("(a*)*", "aa", "", "aa"),
        ("\\.\\*", "a.*", "", ".*"),
        ("", "a", "", ""),
    ],
)
def test_a_pattern_finds(pattern, text, flags, match):
    assert found(pattern, text, flags) == match


@pytest.mark.parametrize(
    "pattern",
    [
        *("(", ")", "[", "[]", "a**", "*a", "a{2,1}", "a{", "a{x}", "\\", "\\y", "\\p{Xx}", "\\p", "[z-a]", "(?=a)", "\\1(a)", "[a-[b]c]"),
        *("(" * 40 + ")" * 40, "a{9999}", "(a{500}){500}", "x" * 501, "()" * 31),
    ],
)
def test_what_is_no_pattern_of_ours_is_none(pattern):
    assert compiled(pattern, "") is None


def test_unknown_flags_are_none():
    assert compiled("a", "g") is None


@pytest.mark.parametrize(
    ("text", "pattern", "replacement", "result"),
    [
        ("abracadabra", "bra", "*", "a*cada*"),
        ("abracadabra", "a(.)", "a$1$1", "abbraccaddabbra"),
        ("a.b", "\\.", "\\$", "a$b"),
        ("ab", "(a)|(b)", "[$2]", "[][b]"),
        ("ab", "a", "$9", "b"),
        ("ab", "a", "$", None),
        ("ab", "a", "\\n", None),
        ("ab", "a*", "x", None),
    ],
)
def test_a_pattern_replaces(text, pattern, replacement, result):
    asked = compiled(pattern, "")

    assert asked is not None
    assert asked.replaced(text, replacement, Meter()) == result


_PARTS = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "c"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"(?:{pair[0]}|{pair[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "*?", "+?", "??"])).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
    ),
    max_leaves=6,
)


@given(pattern=_PARTS, text=st.text("abc", max_size=8))
def test_whatever_python_finds_is_found_in_the_same_place(pattern, text):
    asked = compiled(pattern, "")
    places = asked.search(text, 0, Meter())

    assert (places[:2] if places else None) == ((match.span()) if (match := re.search(pattern, text)) else None)
