"""Sets of UTF-16 code units, as the classes of a JavaScript regular expression (without the flag `u`) mean them."""

from collections.abc import Iterable
from dataclasses import dataclass

LAST = 0xFFFF


@dataclass(frozen=True)
class Charset:
    """A set of code units as sorted, disjoint, closed ranges."""

    ranges: tuple[tuple[int, int], ...]

    def __contains__(self, unit: int) -> bool:
        return any(low <= unit <= high for low, high in self.ranges)

    def __or__(self, other: "Charset") -> "Charset":
        return _merged((*self.ranges, *other.ranges))

    def inverse(self) -> "Charset":
        """Everything that is not in this set."""
        gaps, start = [], 0
        for low, high in self.ranges:
            if low > start:
                gaps.append((start, low - 1))
            start = high + 1
        if start <= LAST:
            gaps.append((start, LAST))
        return Charset(tuple(gaps))

    def meets(self, other: "Charset") -> bool:
        """Whether the two have a unit in common."""
        return any(low <= high2 and low2 <= high for low, high in self.ranges for low2, high2 in other.ranges)


def _merged(ranges: Iterable[tuple[int, int]]) -> Charset:
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return Charset(tuple(merged))


def between(low: int, high: int) -> Charset:
    """The units of a closed range."""
    return Charset(((low, high),))


def single(unit: int) -> Charset:
    """One unit."""
    return between(unit, unit)


def of(text: str) -> Charset:
    """The units of a text."""
    return _merged((ord(sign), ord(sign)) for sign in text)


NOTHING = Charset(())
DIGITS = between(ord("0"), ord("9"))
WORD = DIGITS | between(ord("a"), ord("z")) | between(ord("A"), ord("Z")) | of("_")
LINE_ENDS = of("\n\r\u2028\u2029")
#: What `\s` matches and `String.prototype.trim` removes.
WHITESPACE = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
SPACES = of(WHITESPACE)
ANY = LINE_ENDS.inverse()
