"""Reads a regular expression in the flavour of XPath into a program for `expressions.patterns`."""

from collections.abc import Callable
from typing import NamedTuple

from expressions.pattern_signs import Accepts, class_of_escape, either_case, ranged

MAX_INSTRUCTIONS = 1000
MAX_DEPTH = 30
MAX_REPEATS = 1000
MAX_GROUPS = 30


class PatternInvalid(ValueError):
    """A text that is no pattern of ours."""


def _never(*_: object) -> bool:
    return False


class Instruction(NamedTuple):
    """One line of a program: take a sign, branch, jump, note a place, require an edge, repeat a group, or be done.

    `target` and `other` are how many lines to go on from here; for a place and a group its number.
    """

    kind: str
    accepts: Accepts = _never
    holds: Callable[[str, int], bool] = _never
    target: int = 0
    other: int = 0

    def passes(self, text: str, at: int) -> bool:
        """Whether the line lets a search go on at a place of the text."""
        if self.kind == "sign":
            return at < len(text) and self.accepts(text[at])
        return self.kind == "place" or self.holds(text, at)


Program = list[Instruction]
_QUANTIFIERS = {"*": (0, None), "+": (1, None), "?": (0, 1)}


def program_of(pattern: str, flags: str) -> tuple[tuple[Instruction, ...], int]:
    """The program of a pattern and how many groups it has. Raises PatternInvalid."""
    reader = _Reader(_without_space(pattern) if "x" in flags and "q" not in flags else pattern, flags)
    body = reader.literal() if "q" in flags else reader.whole()
    program = _sequence([Instruction("place", target=0)], body, [Instruction("place", target=1), Instruction("done")])
    return tuple(program), reader.groups


def _sequence(*parts: Program) -> Program:
    if sum(map(len, parts)) > MAX_INSTRUCTIONS:
        raise PatternInvalid
    return [line for part in parts for line in part]


def _alternatives(first: Program, second: Program) -> Program:
    skip = Instruction("jump", target=len(second) + 1)
    return _sequence([Instruction("either", target=1, other=len(first) + 2)], first, [skip], second)


def _branch(inside: int, after: int, *, lazy: bool) -> Instruction:
    return Instruction("either", target=after, other=inside) if lazy else Instruction("either", target=inside, other=after)


def _repeated(part: Program, least: int, most: int | None, *, lazy: bool) -> Program:
    """The part written out as often as needed; open ends loop back."""
    if len(part) * max(least, most or 0) > MAX_INSTRUCTIONS:
        raise PatternInvalid
    needed = _sequence(*[part] * least)
    size = len(part) + 1
    if most is None:
        return _sequence(needed, [_branch(1, size + 1, lazy=lazy)], part, [Instruction("jump", target=-size)])
    return _sequence(needed, *([_branch(1, size * left, lazy=lazy), *part] for left in range(most - least, 0, -1)))


class _Reader:
    """Recursive descent over the pattern's signs."""

    def __init__(self, pattern: str, flags: str) -> None:
        self._text = pattern
        self._at = 0
        self._depth = 0
        self._flags = flags
        self.groups = 0
        self._closed: set[int] = set()

    def literal(self) -> Program:
        return [self._sign(ranged(sign, sign)) for sign in self._text]

    def whole(self) -> Program:
        program = self._choice()
        if self._at < len(self._text):
            raise PatternInvalid
        return program

    def _next(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self) -> str:
        sign = self._text[self._at : self._at + 1]
        if not sign:
            raise PatternInvalid
        self._at += 1
        return sign

    def _accept(self, sign: str) -> bool:
        found = self._next() == sign
        self._at += found
        return found

    def _choice(self) -> Program:
        branches = [self._branch()]
        while self._accept("|"):
            branches.append(self._branch())
        program = branches.pop()
        while branches:
            program = _alternatives(branches.pop(), program)
        return program

    def _branch(self) -> Program:
        pieces: list[Program] = []
        while self._next() not in {"", "|", ")"}:
            pieces.append(self._piece())
        return _sequence(*pieces)

    def _piece(self) -> Program:
        atom = self._atom()
        if (bounds := self._quantifier()) is None:
            return atom
        lazy = self._accept("?")
        if self._next() in {"*", "+", "?", "{"}:
            raise PatternInvalid
        return _repeated(atom, *bounds, lazy=lazy)

    def _quantifier(self) -> tuple[int, int | None] | None:
        sign = self._next()
        if sign in _QUANTIFIERS:
            self._at += 1
            return _QUANTIFIERS[sign]
        if sign != "{":
            return None
        self._at += 1
        least, comma, most = self._until("}").partition(",")
        low = _count(least)
        high = low if not comma else _count(most) if most else None
        if high is not None and high < low:
            raise PatternInvalid
        return low, high

    def _until(self, end: str) -> str:
        stop = self._text.find(end, self._at)
        if stop < 0:
            raise PatternInvalid
        text, self._at = self._text[self._at : stop], stop + 1
        return text

    def _atom(self) -> Program:
        sign = self._take()
        match sign:
            case "(":
                return self._group()
            case "[":
                return [Instruction("sign", accepts=self._class())]
            case ".":
                return [Instruction("sign", accepts=(lambda _: True) if "s" in self._flags else (lambda each: each not in "\n\r"))]
            case "^":
                return [Instruction("edge", holds=_line_start if "m" in self._flags else lambda _, at: at == 0)]
            case "$":
                return [Instruction("edge", holds=_line_end if "m" in self._flags else lambda text, at: at == len(text))]
            case "\\" if "1" <= self._next() <= "9":
                return [self._reference()]
            case "\\":
                return [self._sign(self._escape())]
            case "*" | "+" | "?" | "{" | "}" | "]":
                raise PatternInvalid
        return [self._sign(ranged(sign, sign))]

    def _sign(self, accepts: Accepts) -> Instruction:
        return Instruction("sign", accepts=self._cased(accepts))

    def _cased(self, accepts: Accepts) -> Accepts:
        return either_case(accepts) if "i" in self._flags else accepts

    def _reference(self) -> Instruction:
        """`\\1`: what a group that is closed by now has matched, once more."""
        number = int(self._take())
        if number not in self._closed:
            raise PatternInvalid
        return Instruction("again", target=number, other=int("i" in self._flags))

    def _group(self) -> Program:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise PatternInvalid
        number = 0
        if self._accept("?"):
            if not self._accept(":"):
                raise PatternInvalid
        else:
            self.groups += 1
            number = self.groups
            if number > MAX_GROUPS:
                raise PatternInvalid
        inner = self._choice()
        if not self._accept(")"):
            raise PatternInvalid
        self._depth -= 1
        if not number:
            return inner
        self._closed.add(number)
        return _sequence([Instruction("place", target=2 * number)], inner, [Instruction("place", target=2 * number + 1)])

    def _escape(self) -> Accepts:
        """What stands behind a backslash: a class (`\\d`, `\\p{L}`) or one sign."""
        sign = self._take()
        name = ""
        if sign in "pP":
            if self._take() != "{":
                raise PatternInvalid
            name = self._until("}")
        accepts = class_of_escape(sign, name)
        if accepts is None:
            raise PatternInvalid
        return accepts

    def _class(self) -> Accepts:
        """`[a-z_-[aeiou]]`: signs and ranges, without those of a class subtracted at the end."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise PatternInvalid
        negative = self._text[self._at : self._at + 1] == "^"
        self._at += negative
        accepted: list[Accepts] = []
        subtracted: Accepts = _never
        while (sign := self._take()) != "]":
            if sign == "-" and accepted and self._text[self._at : self._at + 1] == "[":
                self._at += 1
                subtracted = self._class()
                if self._take() != "]":
                    raise PatternInvalid
                break
            accepted.append(self._class_part(sign))
        self._depth -= 1
        if not accepted:
            raise PatternInvalid
        cased = self._cased(lambda each: any(accepts(each) for accepts in accepted))
        return lambda each: cased(each) is not negative and not subtracted(each)

    def _class_part(self, sign: str) -> Accepts:
        if sign == "[":
            raise PatternInvalid
        low = self._class_sign(sign)
        if not isinstance(low, str):
            return low
        if self._text[self._at : self._at + 1] != "-" or self._text[self._at + 1 : self._at + 2] in {"]", "[", ""}:
            return ranged(low, low)
        self._at += 1
        high = self._class_sign(self._take())
        if not isinstance(high, str) or high < low:
            raise PatternInvalid
        return ranged(low, high)

    def _class_sign(self, sign: str) -> str | Accepts:
        if sign != "\\":
            return sign
        escaped = self._text[self._at : self._at + 1]
        single = {"n": "\n", "r": "\r", "t": "\t"}.get(escaped, escaped)
        accepts = self._escape()
        return accepts if escaped.isalpha() and single == escaped else single


def _without_space(pattern: str) -> str:
    """The pattern without the white space outside its classes."""
    kept: list[str] = []
    depth = 0
    escaped = False
    for sign in pattern:
        if not escaped:
            depth += (sign == "[") - (sign == "]" and depth > 0)
        if depth or sign not in " \t\n\r":
            kept.append(sign)
            escaped = sign == "\\" and not escaped
    return "".join(kept)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > MAX_REPEATS:
        raise PatternInvalid
    return int(text)


def _line_start(text: str, at: int) -> bool:
    return at == 0 or (text[at - 1] == "\n" and at < len(text))


def _line_end(text: str, at: int) -> bool:
    return at == len(text) or text[at] == "\n"
