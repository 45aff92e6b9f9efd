"""Functions of dates, times and durations."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from expressions.builtin.library import Library
from expressions.errors import PresentMomentUnknown
from expressions.numerals import CONTEXT, whole
from expressions.running import Run
from expressions.temporal import date_and_time_of, date_of, duration_of, time_of, zone_of
from expressions.values import Value, YearsMonths

LIBRARY = Library()
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@LIBRARY.function("date(from: string | date | moment)")
def _date(value: Value) -> date | None:
    if isinstance(value, str):
        return date_of(value)
    return value.date() if isinstance(value, datetime) else value


@LIBRARY.function("date(year: number, month: number, day: number)")
def _date_of_numbers(year: Decimal, month: Decimal, day: Decimal) -> date:
    return date(_int(year), _int(month), _int(day))


@LIBRARY.function("time(from: string | time | moment | date)")
def _time(value: Value) -> time | None:
    if isinstance(value, str):
        return time_of(value)
    if isinstance(value, datetime):
        return value.timetz()
    return value if isinstance(value, time) else time(tzinfo=zone_of("Z"))


@LIBRARY.function("time(hour: number, minute: number, second: number, offset?: any)")
def _time_of_numbers(hour: Decimal, minute: Decimal, second: Decimal, offset: Value = None) -> time | None:
    if offset is not None and not isinstance(offset, timedelta):
        return None
    seconds = CONTEXT.multiply(second, Decimal(1_000_000))
    whole_seconds, fraction = divmod(int(seconds), 1_000_000)
    zone = _zone(offset) if offset is not None else None
    return time(_int(hour), _int(minute), whole_seconds, fraction, tzinfo=zone)


def _zone(offset: timedelta) -> Value:
    seconds = abs(offset) // timedelta(seconds=1)
    sign = "-" if offset < timedelta() else "+"
    zone = zone_of(f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}")
    if zone is None:
        raise ValueError
    return zone


def _int(number: Decimal) -> int:
    value = whole(number)
    if value is None:
        raise ValueError
    return value


@LIBRARY.function("date and time(from: string | moment | date)")
def _moment(value: Value) -> datetime | None:
    if isinstance(value, str):
        return date_and_time_of(value)
    return value if isinstance(value, datetime) else datetime.combine(value, time())


@LIBRARY.function("date and time(date: date | moment, time: time)")
def _moment_of_parts(day: date, moment: time) -> datetime:
    return datetime.combine(day.date() if isinstance(day, datetime) else day, moment)


@LIBRARY.function("duration(from: string | duration)")
def _duration(value: Value) -> Value:
    return duration_of(value) if isinstance(value, str) else value


@LIBRARY.function("years and months duration(from: date | moment, to: date | moment)", runs=True)
def _years_months(run: Run, start: date, end: date) -> YearsMonths:
    """Whole months between two days; what is left over of a month does not count."""
    if _day(start) > _day(end):
        return YearsMonths(-_years_months(run, end, start).months)
    months = (end.year - start.year) * 12 + end.month - start.month
    return YearsMonths(months - 1 if end.day < start.day else months)


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


@LIBRARY.function("day of year(date: date | moment)")
def _day_of_year(day: date) -> Decimal:
    return Decimal(day.timetuple().tm_yday)


@LIBRARY.function("day of week(date: date | moment)")
def _day_of_week(day: date) -> str:
    return _DAYS[day.weekday()]


@LIBRARY.function("month of year(date: date | moment)")
def _month_of_year(day: date) -> str:
    return _MONTHS[day.month - 1]


@LIBRARY.function("week of year(date: date | moment)")
def _week_of_year(day: date) -> Decimal:
    return Decimal(day.isocalendar().week)


@LIBRARY.function("now()", runs=True)
def _now(run: Run) -> datetime:
    """The moment that the evaluation was given; its date is `today()`."""
    if run.now is None:
        raise PresentMomentUnknown
    return run.now


@LIBRARY.function("today()", runs=True)
def _today(run: Run) -> date:
    return _now(run).date()
