import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.errors import PatternRefused
from forms.patterns import Pattern, may_hang

BROKEN = ["(", ")", "a)", "[", "[b-a]", "[a-\\d]", "a{2", "a{3,1}", "{2}", "*a", "a**", "a{2}{3}", "^*", "\\"]
FOREIGN = [
    "a++",
    "\\1",
    "\\k<x>",
    "\\p{L}",
    "(?=a)",
    "(?!a)",
    "(?<=a)",
    "(?<n>a)",
    "(?i)a",
    "(?P<n>a)",
    "\\Z",
    "\\cA",
    "\\u12",
    "\\01",
    "😀",
]
TOO_GREAT = ["a{501}", "((a{500}){500}){500}", "x" * 1001, "(" * 30 + ")" * 30]


@pytest.mark.parametrize("pattern", BROKEN + FOREIGN + TOO_GREAT)
def test_what_the_engines_read_differently_is_refused(pattern):
    with pytest.raises(PatternRefused):
        Pattern(pattern)


@pytest.mark.parametrize(
    "pattern", ["(a+)+", "(a*)*b", "(a|a)+", "(a|ab)*c", "(x+x+)+y", "(.*)*", "([a-z]+|\\d+)*", "((a+)b?)+", "(a+){20}"]
)
def test_a_pattern_that_can_hang_a_browser_is_known(pattern):
    assert may_hang(Pattern(pattern).tree)


@pytest.mark.parametrize("pattern", ["a+b*", "(-[a-z]+)*", "(\\d{2,3}\\.)*", "(a|b)+", "^([А-Я][а-я]+ )+$", "(a?b)+", "(a+){2}", "(abc)+"])
def test_a_harmless_pattern_is_let_through(pattern):
    assert not may_hang(Pattern(pattern).tree)


def test_no_text_makes_the_server_hang():
    started = time.process_time()

    assert not Pattern("^(a+)+$").found_in("a" * 20_000 + "b")
    assert time.process_time() - started < 2


_ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "\\d", "(?:ab)", "(a|b1)", "(?:)", "^", "$", "\\b"])
_PATTERNS = st.lists(st.tuples(_ATOMS, st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,}", "{0,2}", "*?"])), max_size=5)


@settings(max_examples=300, deadline=None)
@given(_PATTERNS, st.text("ab1 ", max_size=8))
def test_plain_patterns_mean_what_they_mean_to_python(parts, text):
    pattern = "|".join(
        "".join(atom + ("" if atom in ("^", "$", "\\b") else times) for atom, times in half) for half in (parts[:3], parts[3:])
    )

    assert Pattern(pattern).found_in(text) == bool(re.search(pattern, text, re.ASCII))
