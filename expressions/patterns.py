"""Regular expressions of `matches`, `replace` and `split`: the flavour of XPath, run in time bounded by pattern × text.

Python's own engine backtracks without bound (`(a+)+b` hangs a server), so patterns are compiled to a small program here and run by a
search that never visits one place of the program at one place of the text twice. Each visit is paid for. Only patterns with
back-references may visit a place again, with other groups; the payment then is the bound.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from expressions.limits import PATTERN_LENGTH, Meter, within_list, within_text
from expressions.pattern_syntax import Instruction, PatternInvalid, program_of

_VISITS_PER_STEP = 32
#: What a caller pays for reading a pattern, since it may be another one each time.
STEPS_TO_READ = 20

#: Where the groups of a match begin and end: two places per group, group 0 being the whole; -1 for a group that took no part.
Places = tuple[int, ...]


class Pattern:
    """A pattern ready to search with."""

    def __init__(self, program: tuple[Instruction, ...], groups: int) -> None:
        self._program = program
        self._refers = any(instruction.kind == "again" for instruction in program)
        self._nothing: Places = (-1,) * (2 * groups + 2)
        self.groups = groups

    def search(self, text: str, start: int, meter: Meter) -> Places | None:
        """The leftmost match from a place on, alternatives in their order."""
        seen: set[Any] = set()
        for at in range(start, len(text) + 1):
            places = self._match(text, at, seen, meter)
            if places is not None:
                return places
        return None

    def _match(self, text: str, start: int, seen: set[Any], meter: Meter) -> Places | None:
        """The match that begins at a place; `seen` holds the places of the program and the text that led nowhere so far."""
        width = len(text) + 1
        pending = [(0, start, self._nothing)]
        while pending:
            line, at, places = pending.pop()
            while (key := (line, at, places) if self._refers else line * width + at) not in seen:
                seen.add(key)
                if len(seen) % _VISITS_PER_STEP == 0:
                    meter.spend(1)
                instruction = self._program[line]
                if instruction.kind == "done":
                    return places
                if instruction.kind == "either":
                    pending.append((line + instruction.other, at, places))
                if instruction.kind in {"either", "jump"}:
                    line += instruction.target
                    continue
                if instruction.kind == "again":
                    said = _group(text, places, instruction.target)
                    meter.spend(len(said) // _VISITS_PER_STEP)
                    if not _stands(said, text, at, either_case=bool(instruction.other)):
                        break
                    at += len(said)
                elif not instruction.passes(text, at):
                    break
                if instruction.kind == "place":
                    places = (*places[: instruction.target], at, *places[instruction.target + 1 :])
                at += instruction.kind == "sign"
                line += 1
        return None

    def _all(self, text: str, meter: Meter) -> Iterator[Places]:
        at = 0
        while at <= len(text) and (places := self.search(text, at, meter)) is not None:
            meter.spend(1)
            yield places
            at = places[1]

    def _matches_nothing(self, meter: Meter) -> bool:
        return self.search("", 0, meter) is not None

    def replaced(self, text: str, replacement: str, meter: Meter) -> str | None:
        """The text with every match replaced; `$1` stands for a group. None if the pattern matches the empty text."""
        pieces = _replacement(replacement, self.groups)
        if pieces is None or self._matches_nothing(meter):
            return None
        written: list[str] = []
        length = end = 0
        for places in self._all(text, meter):
            written.append(text[end : places[0]])
            written += [piece if isinstance(piece, str) else _group(text, places, piece) for piece in pieces]
            end = places[1]
            length += sum(map(len, written[-len(pieces) - 1 :]))
            within_text(length)
        return "".join([*written, text[end:]])

    def split(self, text: str, meter: Meter) -> list[str] | None:
        """The texts between the matches. None if the pattern matches the empty text."""
        if self._matches_nothing(meter):
            return None
        parts: list[str] = []
        end = 0
        for places in self._all(text, meter):
            parts.append(text[end : places[0]])
            within_list(len(parts))
            end = places[1]
        return [*parts, text[end:]]


def _stands(said: str, text: str, at: int, *, either_case: bool) -> bool:
    found = text[at : at + len(said)]
    return found == said or (either_case and found.casefold() == said.casefold())


def _group(text: str, places: Places, number: int) -> str:
    begin, end = places[2 * number], places[2 * number + 1]
    return text[begin:end] if begin >= 0 else ""


def _replacement(text: str, groups: int) -> list[str | int] | None:
    """A replacement's parts: texts and numbers of groups. A `$` before no digit, or a lonely backslash, is none."""
    pieces: list[str | int] = []
    at = 0
    while at < len(text):
        sign, following = text[at], text[at + 1 : at + 2]
        if sign == "\\":
            if following not in {"\\", "$"}:
                return None
            pieces.append(following)
            at += 2
        elif sign == "$":
            if not ("0" <= following <= "9"):
                return None
            digits = 2 if text[at + 2 : at + 3].isdecimal() and int(text[at + 1 : at + 3]) <= groups else 1
            number = int(text[at + 1 : at + 1 + digits])
            pieces.append(number if number <= groups else "")
            at += 1 + digits
        else:
            pieces.append(sign)
            at += 1
    return pieces


@lru_cache(maxsize=256)
def compiled(pattern: str, flags: str) -> Pattern | None:
    """The pattern, or None when it is none of ours: not well-formed, too long, or with unknown flags (known are i, m, q, s, x)."""
    if len(pattern) > PATTERN_LENGTH or not set(flags) <= set("imqsx"):
        return None
    try:
        return Pattern(*program_of(pattern, flags))
    except PatternInvalid:
        return None
