"""What the language computes with, and the gate through which Python's values come in and go out.

Inside there are exactly: None, bool, Decimal, str, date, time, datetime, timedelta (days and time), YearsMonths, list, dict, Range and
Function. Nothing else is ever let in, so no attribute of a foreign object can be reached.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from expressions.errors import EvaluationTooDeep, ResultTooLarge, ValueForeign
from expressions.limits import DEPTH, VALUES, within_list
from expressions.numerals import number_of

#: A value of the language; see the module's docstring for what it may be.
Value: TypeAlias = Any

_ZERO = Decimal(0)  # others, like 0E-6176, are thousands of digits long when they are written
MAX_INTEGER_BITS = 20_500  # 6,145 digits with the exponent of 6,144


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A duration of years and months; `months` counts all of them and may be negative."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return ("-P" if self.months < 0 else "P") + text


@dataclass(frozen=True, slots=True)
class Range:
    """All values between two ends; an absent end is None. One that was written `(= 5)` is a `point`, and equal to no `[5..5]`."""

    low: Value
    high: Value
    low_included: bool
    high_included: bool
    point: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function that was defined in the expression itself, or a built-in one as a value, which says how many arguments it takes."""

    parameters: tuple[str, ...]
    call: Callable[[list[Value]], Value]
    counts: frozenset[int] | None = None

    def takes(self, count: int) -> bool:
        """Whether it can be called with so many arguments."""
        return count == len(self.parameters) if self.counts is None else count in self.counts


class Known(list[Value]):
    """A list of which whoever gives it vouches that all in it are scalar values of the language: it is taken in as it is."""


_AS_THEY_ARE = frozenset({type(None), bool, str, date, time, datetime, timedelta, YearsMonths})
_BASES: tuple[tuple[type, Callable[[Any], Value]], ...] = (
    (bool, bool),
    (str, str.__str__),
    (int, lambda value: _integer(int(value))),
    (float, lambda value: _real(float(value))),
    (Decimal, lambda value: _decimal(value)),
)


def adopt(value: object) -> Value:
    """The value as the language knows it: numbers become Decimals of 34 digits, sequences lists, mappings dicts with text as keys.

    Raises ValueForeign for a value of another kind, EvaluationTooDeep or ResultTooLarge for one that is nested too deeply or has too
    many parts.
    """
    if type(value) is Known:
        within_list(len(value))
        return list(value)
    return _scalar(value) if not isinstance(value, Mapping | list | tuple | set | frozenset) else _Adoption().value(value, 0)


class _Adoption:
    """One value with everything inside it, counted."""

    def __init__(self) -> None:
        self._left = VALUES

    def value(self, value: object, depth: int) -> Value:
        if isinstance(value, Mapping):
            self._enter(len(value), depth)
            return {_key(key): self.value(part, depth + 1) for key, part in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            self._enter(len(value), depth)
            return [self.value(part, depth + 1) for part in value]
        return _scalar(value)

    def _enter(self, parts: int, depth: int) -> None:
        self._left -= parts + 1
        if depth >= DEPTH:
            raise EvaluationTooDeep(limit=DEPTH)
        if self._left < 0:
            raise ResultTooLarge(limit=VALUES)


def _scalar(value: object) -> Value:
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind is Decimal:
        return _decimal(value)
    if kind is int:
        return _integer(value)
    if isinstance(value, Range):
        return Range(_scalar(value.low), _scalar(value.high), bool(value.low_included), bool(value.high_included), bool(value.point))
    for base, take in _BASES:
        if isinstance(value, base):
            return take(value)
    raise ValueForeign(type=kind.__name__)


def _integer(value: Any) -> Decimal | None:
    return number_of(value) if value.bit_length() < MAX_INTEGER_BITS else None


def _real(value: float) -> Decimal | None:
    return Decimal(repr(value)) if math.isfinite(value) else None


def _decimal(value: Any) -> Decimal | None:
    try:
        return number_of(value)
    except ArithmeticError:
        return None


def _key(key: object) -> str:
    if isinstance(key, str):
        return str.__str__(key)
    raise ValueForeign(type=type(key).__name__)


def release(value: Value) -> Value:
    """The value as callers get it: functions become null. Raises as `adopt` does when it is nested too deeply or has too many parts."""
    return _Release().value(value, 0)


class _Release(_Adoption):
    """Lists may share parts, so what is small inside can be endless outside: it is counted as it will be written."""

    def value(self, value: object, depth: int) -> Value:
        if isinstance(value, Function):
            return None
        if isinstance(value, list | dict):
            return super().value(value, depth)
        return _ZERO if isinstance(value, Decimal) and not value else value
