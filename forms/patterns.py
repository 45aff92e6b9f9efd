"""Matching text against a pattern of a form, exactly as the browser does, in time that grows only with the text.

States are followed together (Thompson), nothing backtracks, so no text sent by anyone can make the server hang. What a browser would hang
on is found by `may_hang`.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from forms import charsets
from forms.charsets import Charset
from forms.errors import PatternRefused
from forms.pattern_syntax import Assertion, Choice, Node, One, Repeat, Sequence, read

MAX_STATES = 5_000


def units_of(text: str) -> tuple[int, ...]:
    """The UTF-16 code units of a text: what JavaScript counts and matches."""
    data = text.encode("utf-16-le", "surrogatepass")
    return tuple(int.from_bytes(data[place : place + 2], "little") for place in range(0, len(data), 2))


@dataclass
class _State:
    """A place in the pattern: eats a unit of `units`, or (when None) goes on freely where its `assertion`, if any, holds."""

    units: Charset | None = None
    assertion: str | None = None
    next: list[int] = field(default_factory=list)


class Pattern:
    """A compiled pattern. Raises PatternRefused for what is outside the common syntax."""

    def __init__(self, pattern: str) -> None:
        self.tree = read(pattern)
        self._states: list[_State] = []
        self._end = self._add(_State())
        self._start = self._compile(self.tree, self._end)

    def found_in(self, text: str) -> bool:
        """Whether some part of the text matches (`RegExp.prototype.test`)."""
        units = units_of(text)
        current: set[int] = set()
        for place in range(len(units) + 1):
            current = self._free({*current, self._start}, units, place)
            if self._end in current:
                return True
            if place < len(units):
                current = self._eat(current, units[place])
        return False

    def _eat(self, current: set[int], unit: int) -> set[int]:
        following: set[int] = set()
        for index in current:
            state = self._states[index]
            if state.units is not None and unit in state.units:
                following.update(state.next)
        return following

    def _free(self, current: set[int], units: tuple[int, ...], place: int) -> set[int]:
        reached, waiting = set(current), list(current)
        while waiting:
            state = self._states[waiting.pop()]
            if state.units is not None or (state.assertion and not _holds(state.assertion, units, place)):
                continue
            for index in state.next:
                if index not in reached:
                    reached.add(index)
                    waiting.append(index)
        return reached

    def _add(self, state: _State) -> int:
        if len(self._states) >= MAX_STATES:
            raise PatternRefused("too_long", 0)
        self._states.append(state)
        return len(self._states) - 1

    def _compile(self, node: Node, after: int) -> int:
        if isinstance(node, One):
            return self._add(_State(units=node.units, next=[after]))
        if isinstance(node, Assertion):
            return self._add(_State(assertion=node.kind, next=[after]))
        if isinstance(node, Sequence):
            for part in reversed(node.parts):
                after = self._compile(part, after)
            return after
        if isinstance(node, Choice):
            return self._add(_State(next=[self._compile(branch, after) for branch in node.branches]))
        return self._compile_repeat(node, after)

    def _compile_repeat(self, node: Repeat, after: int) -> int:
        if node.most is None:
            loop = self._add(_State(next=[after]))
            self._states[loop].next.append(self._compile(node.part, loop))
            entry = loop
        else:
            entry = after
            for _ in range(node.most - node.least):
                entry = self._add(_State(next=[after, self._compile(node.part, entry)]))
        for _ in range(node.least):
            entry = self._compile(node.part, entry)
        return entry


def _holds(assertion: str, units: tuple[int, ...], place: int) -> bool:
    if assertion == "^":
        return place == 0
    if assertion == "$":
        return place == len(units)
    before = place > 0 and units[place - 1] in charsets.WORD
    behind = place < len(units) and units[place] in charsets.WORD
    return (before != behind) == (assertion == "b")


@lru_cache(maxsize=500)
def compiled(pattern: str) -> Pattern:
    """The compiled pattern, remembered. Raises PatternRefused."""
    return Pattern(pattern)


def may_hang(node: Node) -> bool:
    """Whether a backtracking engine (the browser's) may need exponential time: an open repetition of something that can itself stretch or
    choose, unless each turn begins or ends with a unit that occurs nowhere else in it (`(-[a-z]+)*` is fine, `(a+)+` is not)."""
    if isinstance(node, Sequence):
        return any(may_hang(part) for part in node.parts)
    if isinstance(node, Choice):
        return any(may_hang(branch) for branch in node.branches)
    if not isinstance(node, Repeat):
        return False
    many = node.most is None or node.most > 10
    return may_hang(node.part) or (many and _ambiguous(node.part))


def _ambiguous(node: Node) -> bool:
    if not _stretches(node):
        return False
    if isinstance(node, Choice):
        return any(isinstance(branch, Choice | Repeat) or not _starts_apart(branch) for branch in node.branches) or _overlap(node)
    return not (_starts_apart(node) or _ends_apart(node))


def _overlap(node: Choice) -> bool:
    starts = [_first(branch) for branch in node.branches]
    return any(one.meets(other) for place, one in enumerate(starts) for other in starts[place + 1 :])


def _first(node: Node) -> Charset:
    if isinstance(node, One):
        return node.units
    if isinstance(node, Sequence) and node.parts and isinstance(node.parts[0], One):
        return node.parts[0].units
    return charsets.NOTHING.inverse()


def _starts_apart(node: Node) -> bool:
    if isinstance(node, One):
        return True
    if not isinstance(node, Sequence) or not node.parts or not isinstance(node.parts[0], One):
        return False
    rest = Sequence(node.parts[1:])
    return not _stretches(rest) or not node.parts[0].units.meets(_units(rest))


def _ends_apart(node: Node) -> bool:
    return isinstance(node, Sequence) and _starts_apart(Sequence(tuple(reversed(node.parts))))


def _stretches(node: Node) -> bool:
    if isinstance(node, Sequence):
        return any(_stretches(part) for part in node.parts)
    if isinstance(node, Choice):
        return True
    return isinstance(node, Repeat) and (node.least != node.most or _stretches(node.part))


def _units(node: Node) -> Charset:
    if isinstance(node, One):
        return node.units
    parts = node.parts if isinstance(node, Sequence) else node.branches if isinstance(node, Choice) else ()
    if isinstance(node, Repeat):
        parts = (node.part,)
    union = charsets.NOTHING
    for part in parts:
        union = union | _units(part)
    return union
