"""Equality and order of values, with null where two values can't be compared."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from expressions.limits import Meter
from expressions.values import Range, Value, YearsMonths

_PLAIN = frozenset({Decimal, str, bool, date, timedelta, YearsMonths})
_ORDERED = frozenset({Decimal, str, date, datetime, time, timedelta, YearsMonths})


def equals(left: Value, right: Value, meter: Meter) -> bool | None:
    """Whether two values are equal; null for values of different types. Equal lists and contexts have equal parts."""
    kind = type(left)
    if kind is not type(right):
        return False if left is None or right is None else None
    if kind in _PLAIN:
        return bool(left == right)
    match left:
        case None:
            return True
        case list():
            return _equal_lists(left, right, meter)
        case dict():
            return _equal_contexts(left, right, meter)
        case datetime() | time():
            return _equal_moments(left, right)
        case Range():
            return _equal_ranges(left, right, meter)
    return None


def same(left: Value, right: Value, meter: Meter) -> bool:
    """Whether two values are surely equal."""
    return equals(left, right, meter) is True


def _equal_lists(left: list[Value], right: list[Value], meter: Meter) -> bool:
    meter.values(len(left))
    return len(left) == len(right) and all(same(one, other, meter) for one, other in zip(left, right, strict=True))


def _equal_contexts(left: dict[str, Value], right: dict[str, Value], meter: Meter) -> bool:
    meter.values(len(left))
    return left.keys() == right.keys() and all(same(value, right[key], meter) for key, value in left.items())


def _equal_ranges(left: Range, right: Range, meter: Meter) -> bool:
    borders = (left.low_included, left.high_included, left.point) == (right.low_included, right.high_included, right.point)
    return borders and same(left.low, right.low, meter) and same(left.high, right.high, meter)


def _equal_moments(left: datetime | time, right: datetime | time) -> bool:
    if (left.tzinfo is None) != (right.tzinfo is None):
        return False
    if isinstance(left, time) and left.utcoffset() is None:
        return left == right and left.tzinfo == right.tzinfo
    return bool(left == right)


def less(left: Value, right: Value) -> bool | None:
    """Whether one value comes before another; null when they have no order."""
    if type(left) is not type(right) or type(left) not in _ORDERED:
        return None
    try:
        return bool(left < right)
    except TypeError:  # a moment with a zone and one without
        return None


def compared(operator: str, left: Value, right: Value, meter: Meter) -> bool | None:
    """The result of one of = != < <= > >=."""
    match operator:
        case "=":
            return equals(left, right, meter)
        case "!=":
            return negated(equals(left, right, meter))
        case "<":
            return less(left, right)
        case ">":
            return less(right, left)
        case "<=":
            return negated(less(right, left))
    return negated(less(left, right))


def negated(value: Value) -> bool | None:
    """Three-valued `not`: null for everything that is not boolean."""
    return not value if isinstance(value, bool) else None


def both(left: bool | None, right: bool | None) -> bool | None:
    """Three-valued `and`."""
    if left is False or right is False:
        return False
    return True if left and right else None


def contains(interval: Range, value: Value) -> bool | None:
    """Whether a value lies in a range; null when it has no order with the range's ends."""
    low = True if interval.low is None else compared(">=" if interval.low_included else ">", value, interval.low, _FREE)
    high = True if interval.high is None else compared("<=" if interval.high_included else "<", value, interval.high, _FREE)
    return both(low, high)


def within(value: Value, operand: Value, meter: Meter) -> bool | None:
    """`value in operand`: in a range, among the items or the ranges of a list, or equal to it."""
    if isinstance(operand, Range):
        return contains(operand, value)
    if not isinstance(operand, list):
        return equals(value, operand, meter)
    meter.values(len(operand))
    if any(same(value, item, meter) for item in operand):
        return True
    return any(contains(item, value) is True for item in operand if isinstance(item, Range))


#: Ordered values have no parts, so comparing them costs no steps.
_FREE = Meter()
