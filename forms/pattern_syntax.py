"""Reading a regular expression: the part of the JavaScript syntax that browser and server can be made to understand alike.

Read: literals, `.`, classes, `\\d \\w \\s \\b` and their opposites, groups, alternatives, quantifiers, `^` and `$`. Refused: look-around,
back references, named groups, inline flags, Unicode properties, and whatever means different things in different engines.
"""

from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from forms import charsets
from forms.charsets import Charset
from forms.errors import PatternRefused

MAX_LENGTH = 1_000
MAX_REPEAT = 500
MAX_DEPTH = 20
_CLASSES = {"d": charsets.DIGITS, "w": charsets.WORD, "s": charsets.SPACES}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}
_PLAIN_ESCAPES = set("^$\\.*+?()[]{}|/-_ '\"#%&,:;<=>@`~!№")


@dataclass(frozen=True)
class One:
    """One code unit of a set."""

    units: Charset


@dataclass(frozen=True)
class Assertion:
    """A place and not a unit: `^`, `$`, `b` (a word boundary) or `B`."""

    kind: str


@dataclass(frozen=True)
class Sequence:
    """Parts one after the other."""

    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Choice:
    """One of several branches."""

    branches: tuple["Node", ...]


@dataclass(frozen=True)
class Repeat:
    """A part some times over; `most` is None for any number."""

    part: "Node"
    least: int
    most: int | None


Node: TypeAlias = One | Assertion | Sequence | Choice | Repeat


def read(pattern: str) -> Node:
    """The tree of a pattern. Raises PatternRefused."""
    if len(pattern) > MAX_LENGTH:
        raise PatternRefused("too_long", MAX_LENGTH)
    if any(ord(sign) > charsets.LAST for sign in pattern):
        raise PatternRefused("not_portable", next(place for place, sign in enumerate(pattern) if ord(sign) > charsets.LAST))
    return _Reader(pattern).whole()


class _Reader:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._place = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._choice()
        if self._place < len(self._pattern):
            self._refuse("unbalanced")
        return node

    def _peek(self) -> str:
        return self._pattern[self._place : self._place + 1]

    def _next(self) -> str:
        sign = self._peek()
        if not sign:
            self._refuse("unfinished")
        self._place += 1
        return sign

    def _refuse(self, reason: str) -> NoReturn:
        raise PatternRefused(reason, self._place)

    def _choice(self) -> Node:
        branches = [self._sequence()]
        while self._peek() == "|":
            self._place += 1
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._repeated(self._atom()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _atom(self) -> Node:
        sign = self._next()
        if sign == "(":
            return self._group()
        if sign == "[":
            return One(self._class())
        if sign in "^$":
            return Assertion(sign)
        if sign == ".":
            return One(charsets.ANY)
        if sign == "\\":
            return self._escape()
        if sign in "*+?{}]":
            self._place -= 1
            self._refuse("stray")
        return One(charsets.single(ord(sign)))

    def _group(self) -> Node:
        if self._peek() == "?":
            self._place += 1
            if self._next() != ":":
                self._refuse("not_portable")
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._refuse("too_deep")
        node = self._choice()
        if self._peek() != ")":
            self._refuse("unbalanced")
        self._place += 1
        self._depth -= 1
        return node

    def _repeated(self, part: Node) -> Node:
        bounds = self._quantifier()
        if bounds is None:
            return part
        if isinstance(part, Assertion) or self._peek() == "+":
            self._refuse("not_portable")
        if self._peek() == "?":
            self._place += 1  # lazy: the same texts match
        if self._peek() and self._peek() in "*+{":
            self._refuse("not_portable")
        return Repeat(part, *bounds)

    def _quantifier(self) -> tuple[int, int | None] | None:
        simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        sign = self._peek()
        if sign in simple:
            self._place += 1
            return simple[sign]
        if sign != "{":
            return None
        self._place += 1
        least = self._number()
        most: int | None = least
        if self._peek() == ",":
            self._place += 1
            most = None if self._peek() == "}" else self._number()
        if self._next() != "}" or (most is not None and most < least):
            self._refuse("bad_repeat")
        return least, most

    def _number(self) -> int:
        start = self._place
        while self._peek() in tuple("0123456789"):
            self._place += 1
        digits = self._pattern[start : self._place]
        if not digits or len(digits) > 3 or int(digits) > MAX_REPEAT:
            self._refuse("bad_repeat")
        return int(digits)

    def _escape(self) -> Node:
        if self._peek() in ("b", "B"):
            return Assertion(self._next())
        return One(self._escaped())

    def _escaped(self) -> Charset:
        sign = self._next()
        if sign in _CLASSES:
            return _CLASSES[sign]
        if sign.lower() in _CLASSES:
            return _CLASSES[sign.lower()].inverse()
        if sign == "0" and self._peek() in tuple("0123456789"):
            self._refuse("not_portable")
        if sign in _CONTROLS:
            return charsets.single(ord(_CONTROLS[sign]))
        if sign in ("x", "u"):
            return charsets.single(self._hexadecimal(2 if sign == "x" else 4))
        if sign in _PLAIN_ESCAPES:
            return charsets.single(ord(sign))
        return self._refuse("not_portable")

    def _hexadecimal(self, length: int) -> int:
        digits = self._pattern[self._place : self._place + length]
        if len(digits) < length or any(digit not in "0123456789abcdefABCDEF" for digit in digits):
            self._refuse("not_portable")
        self._place += length
        return int(digits, 16)

    def _class(self) -> Charset:
        inverse = self._peek() == "^"
        if inverse:
            self._place += 1
        units = charsets.NOTHING
        while self._peek() != "]":
            units = units | self._class_part()
        self._place += 1
        return units.inverse() if inverse else units

    def _class_part(self) -> Charset:
        low = self._class_unit()
        if self._peek() != "-" or self._pattern[self._place + 1 : self._place + 2] in ("]", ""):
            return low
        self._place += 1
        high = self._class_unit()
        if not (_is_single(low) and _is_single(high)) or high.ranges[0][0] < low.ranges[0][0]:
            self._refuse("bad_range")
        return charsets.between(low.ranges[0][0], high.ranges[0][0])

    def _class_unit(self) -> Charset:
        sign = self._next()
        if sign != "\\":
            return charsets.single(ord(sign))
        if self._peek() == "b":
            self._place += 1
            return charsets.single(8)
        return self._escaped()


def _is_single(units: Charset) -> bool:
    return len(units.ranges) == 1 and units.ranges[0][0] == units.ranges[0][1]
