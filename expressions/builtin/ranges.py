"""How points and ranges lie to each other (Allen's relations), and ranges from text."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from expressions.builtin.library import Library
from expressions.comparing import both, compared, less, negated
from expressions.numerals import number_of
from expressions.running import Run
from expressions.temporal import date_and_time_of, date_of, duration_of, temporal_of, time_of
from expressions.values import Range, Value

LIBRARY = Library()


class _Place(NamedTuple):
    """Where a range begins or ends: at a value, or an infinitely small step beside it; `far` is the sign of infinity."""

    value: Value
    beside: int = 0
    far: int = 0


def _start(of: Value) -> _Place:
    if not isinstance(of, Range):
        return _Place(of)
    return _Place(of.low, 0 if of.low_included else 1, -1 if of.low is None else 0)


def _end(of: Value) -> _Place:
    if not isinstance(of, Range):
        return _Place(of)
    return _Place(of.high, 0 if of.high_included else -1, 1 if of.high is None else 0)


def _comes_before(run: Run, one: _Place, other: _Place) -> bool | None:
    if one.far or other.far:
        return one.far < other.far
    if compared("=", one.value, other.value, run.meter):
        return one.beside < other.beside
    return less(one.value, other.value)


def _not_after(run: Run, one: _Place, other: _Place) -> bool | None:
    return negated(_comes_before(run, other, one))


def _together(run: Run, one: _Place, other: _Place) -> bool | None:
    return both(_not_after(run, one, other), _not_after(run, other, one))


def _before(run: Run, one: Value, other: Value) -> bool | None:
    return _comes_before(run, _end(one), _start(other))


def _meets(run: Run, one: Value, other: Value) -> bool | None:
    return _together(run, _end(one), _start(other))


def _overlaps(run: Run, one: Value, other: Value) -> bool | None:
    return both(_not_after(run, _start(other), _end(one)), _not_after(run, _start(one), _end(other)))


def _overlaps_before(run: Run, one: Value, other: Value) -> bool | None:
    begins = both(_comes_before(run, _start(one), _start(other)), _not_after(run, _start(other), _end(one)))
    return both(begins, _not_after(run, _end(one), _end(other)))


def _finishes(run: Run, one: Value, other: Value) -> bool | None:
    return both(_together(run, _end(one), _end(other)), _not_after(run, _start(other), _start(one)))


def _starts(run: Run, one: Value, other: Value) -> bool | None:
    return both(_together(run, _start(one), _start(other)), _not_after(run, _end(one), _end(other)))


def _during(run: Run, one: Value, other: Value) -> bool | None:
    return both(_not_after(run, _start(other), _start(one)), _not_after(run, _end(one), _end(other)))


def _coincides(run: Run, one: Value, other: Value) -> bool | None:
    return both(_together(run, _start(one), _start(other)), _together(run, _end(one), _end(other)))


_Relation = Callable[[Run, Value, Value], Value]

_POINTS = "point1: point, point2: point"
_POINT_RANGE = "point: point, range: range"
_RANGE_POINT = "range: range, point: point"
_RANGES = "range1: range, range2: range"


def _declare(name: str, relation: _Relation, *signatures: str) -> None:
    for signature in signatures:
        LIBRARY.function(f"{name}({signature})", runs=True)(relation)


def _turned(relation: _Relation) -> _Relation:
    return lambda run, one, other: relation(run, other, one)


_declare("before", _before, _POINTS, _POINT_RANGE, _RANGE_POINT, _RANGES)
_declare("after", _turned(_before), _POINTS, _POINT_RANGE, _RANGE_POINT, _RANGES)
_declare("meets", _meets, _RANGES)
_declare("met by", _turned(_meets), _RANGES)
_declare("overlaps", _overlaps, _RANGES)
_declare("overlaps before", _overlaps_before, _RANGES)
_declare("overlaps after", _turned(_overlaps_before), _RANGES)
_declare("finishes", _finishes, _POINT_RANGE, _RANGES)
_declare("finished by", _turned(_finishes), _RANGE_POINT, _RANGES)
_declare("includes", _turned(_during), _RANGE_POINT, _RANGES)
_declare("during", _during, _POINT_RANGE, _RANGES)
_declare("starts", _starts, _POINT_RANGE, _RANGES)
_declare("started by", _turned(_starts), _RANGE_POINT, _RANGES)
_declare("coincides", _coincides, _POINTS, _RANGES)

_RANGE = re.compile(r"\s*([\[(\]])(.*)\.\.(.*)([\])\[])\s*", re.DOTALL)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?|-?\.[0-9]+")
_QUOTED = re.compile(r'(@|[a-z ]+\()?\s*"([^"\\]*)"\s*(\))?')
_CONVERSIONS: dict[str, Callable[[str], Value]] = {
    "": str,
    "@": temporal_of,
    "date(": date_of,
    "time(": time_of,
    "date and time(": date_and_time_of,
    "duration(": duration_of,
}


@LIBRARY.function("range(from: string)")
def _range(text: str) -> Range | None:
    """A range as it is written, with constants for ends: `[1..10]`, `("a".."z")`, `[@"2026-01-01"..]`."""
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    low, high = match[2].strip(), match[3].strip()
    start, end = _constant(low), _constant(high)
    if (low and start is None) or (high and end is None) or (start is None and end is None):
        return None
    if start is not None and end is not None and less(end, start) is not False:
        return None
    low_included, high_included = match[1] == "[", match[4] == "]"
    if (start is None and low_included) or (end is None and high_included):
        return None
    return Range(start, end, low_included, high_included)


def _constant(text: str) -> Value:
    if _NUMBER.fullmatch(text):
        return number_of(Decimal(text))
    match = _QUOTED.fullmatch(text)
    if match is None:
        return None
    conversion = match[1] or ""
    if conversion not in _CONVERSIONS or conversion.endswith("(") != (match[3] is not None):
        return None
    return _CONVERSIONS[conversion](match[2])
