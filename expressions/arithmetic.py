"""`+ - * / % **` over numbers, texts, dates, times and durations; null for everything else and for what has no result."""

import calendar
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from expressions.limits import within_text
from expressions.numerals import CONTEXT, modulo
from expressions.values import Value, YearsMonths

Operation = Callable[[Value, Value], Value]
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)


def calculated(operator: str, left: Value, right: Value) -> Value:
    """The result of an operator, or None."""
    operation = _OPERATIONS[operator].get((type(left), type(right)))
    if operation is None:
        return None
    try:
        return operation(left, right)
    except (ArithmeticError, ValueError, TypeError):  # no such number or day; a moment with a zone and one without
        return None


def opposite(value: Value) -> Value:
    """`-value`."""
    match value:
        case Decimal():
            return CONTEXT.minus(value)
        case timedelta():
            return calculated("-", timedelta(), value)
        case YearsMonths():
            return YearsMonths(-value.months)
    return None


def shifted(moment: date, months: int) -> date:
    """A date or date and time some months later; the day is the month's last one at most."""
    years, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if not date.min.year <= years <= date.max.year:
        raise OverflowError
    return moment.replace(year=years, month=month + 1, day=min(moment.day, calendar.monthrange(years, month + 1)[1]))


def _joined(left: str, right: str) -> str:
    within_text(len(left) + len(right))
    return left + right


def _day_later(day: date, length: timedelta) -> date:
    """The day on which a time falls that is some time later than a day's midnight."""
    return (datetime.combine(day, time()) + length).date()


def _later(moment: datetime, length: timedelta) -> datetime:
    """A moment some time later by the clock of the world, whatever the zone's clocks did in between."""
    if moment.tzinfo is None:
        return moment + length
    return (moment.astimezone(UTC) + length).astimezone(moment.tzinfo)


def _turned(moment: time, length: timedelta) -> time:
    """A time of day some time later, past midnight if need be."""
    return (datetime.combine(date(2000, 1, 3), moment) + length % _DAY).timetz()


def _between_times(left: time, right: time) -> timedelta:
    day = date(2000, 1, 3)
    return datetime.combine(day, left) - datetime.combine(day, right)


def _from_date(left: date, right: date) -> timedelta:
    """Between dates and moments; a date stands for its midnight in UTC, so that it has no distance from a moment without a zone."""
    return _instant(left) - _instant(right)


def _instant(day: date) -> datetime:
    if not isinstance(day, datetime):
        return datetime.combine(day, time(), tzinfo=UTC)
    return day if day.tzinfo is None else day.astimezone(UTC)


def _scaled(length: timedelta, factor: Decimal) -> timedelta:
    return timedelta(microseconds=int(CONTEXT.multiply(_microseconds(length), factor)))


def _shortened(length: timedelta, divisor: Decimal) -> timedelta:
    return timedelta(microseconds=int(CONTEXT.divide(_microseconds(length), divisor)))


def _microseconds(length: timedelta) -> Decimal:
    return Decimal(length // _MICROSECOND)


def _months(number: Decimal) -> YearsMonths:
    if number.adjusted() > 12:
        raise OverflowError
    return YearsMonths(int(number))


_DATES: tuple[type, ...] = (date, datetime)

_PLUS: dict[tuple[type, type], Operation] = {
    (Decimal, Decimal): CONTEXT.add,
    (str, str): _joined,
    (timedelta, timedelta): lambda a, b: a + b,
    (YearsMonths, YearsMonths): lambda a, b: YearsMonths(a.months + b.months),
    (time, timedelta): _turned,
    (timedelta, time): lambda a, b: _turned(b, a),
    (date, timedelta): _day_later,
    (timedelta, date): lambda a, b: _day_later(b, a),
    (datetime, timedelta): _later,
    (timedelta, datetime): lambda a, b: _later(b, a),
    **{(kind, YearsMonths): lambda a, b: shifted(a, b.months) for kind in _DATES},
    **{(YearsMonths, kind): lambda a, b: shifted(b, a.months) for kind in _DATES},
}
_MINUS: dict[tuple[type, type], Operation] = {
    (Decimal, Decimal): CONTEXT.subtract,
    (timedelta, timedelta): lambda a, b: a - b,
    (YearsMonths, YearsMonths): lambda a, b: YearsMonths(a.months - b.months),
    (time, timedelta): lambda a, b: _turned(a, -b),
    (time, time): _between_times,
    (date, timedelta): lambda a, b: _day_later(a, -b),
    (datetime, timedelta): lambda a, b: _later(a, -b),
    **{(kind, YearsMonths): lambda a, b: shifted(a, -b.months) for kind in _DATES},
    **{(kind, other): _from_date for kind in _DATES for other in _DATES},
}
_TIMES: dict[tuple[type, type], Operation] = {
    (Decimal, Decimal): CONTEXT.multiply,
    (timedelta, Decimal): _scaled,
    (Decimal, timedelta): lambda a, b: _scaled(b, a),
    (YearsMonths, Decimal): lambda a, b: _months(CONTEXT.multiply(Decimal(a.months), b)),
    (Decimal, YearsMonths): lambda a, b: _months(CONTEXT.multiply(Decimal(b.months), a)),
}
_OVER: dict[tuple[type, type], Operation] = {
    (Decimal, Decimal): CONTEXT.divide,
    (timedelta, Decimal): _shortened,
    (timedelta, timedelta): lambda a, b: CONTEXT.divide(_microseconds(a), _microseconds(b)),
    (YearsMonths, Decimal): lambda a, b: _months(CONTEXT.divide(Decimal(a.months), b)),
    (YearsMonths, YearsMonths): lambda a, b: CONTEXT.divide(Decimal(a.months), Decimal(b.months)),
}
_OPERATIONS: Mapping[str, Mapping[tuple[type, type], Operation]] = {
    "+": _PLUS,
    "-": _MINUS,
    "*": _TIMES,
    "/": _OVER,
    "%": {(Decimal, Decimal): modulo},
    "**": {(Decimal, Decimal): CONTEXT.power},
}
