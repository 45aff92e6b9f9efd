"""Periods of reports and their one notation.

| text | period |
|---|---|
| `2026-09-15` | a day |
| `2026-09D2` | the second decade of September (11th to 20th) |
| `2026-09` | September |
| `2026Q3` | the third quarter |
| `2026H1` | the first half-year |
| `2026M09` | from 1 January to the end of September: nine months, or any other cumulative period |
| `2026` | the year |

Texts of one notation sort by time. A `Periodicity` says which notation a kind is reported in and what comes next.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import texts
from organisations.days import FIRST_DAY, LAST_DAY
from register.errors import PeriodInvalid

_FORM = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)|D([1-3]))?|Q([1-4])|H([12])|M(\d\d))?", re.ASCII)


@dataclass(frozen=True)
class Period:
    """A period, named by its text, with its first and its last day."""

    text: str
    unit: str
    first: date
    last: date

    def __str__(self) -> str:
        return self.text

    def name(self, language: str) -> str:
        """The period in words."""
        month = texts.say(f"month_{self.last.month}", {}, language)
        counted = {"quarter": (self.last.month + 2) // 3, "half_year": self.last.month // 6, "decade": min((self.last.day + 9) // 10, 3)}
        number = counted.get(self.unit, f"{self.last:%m}")
        fields = {"year": self.first.year, "month": month, "day": f"{self.last:%d}", "number": number}
        return texts.say(f"period_{self.unit}", fields, language)


def parse(text: str) -> Period:
    """The period that a text names. Raises PeriodInvalid."""
    match = _FORM.fullmatch(text) if isinstance(text, str) else None
    if match is None or not FIRST_DAY.year <= int(match[1]) <= LAST_DAY.year:
        raise PeriodInvalid(str(text)[:40])
    try:
        return _named(match)
    except ValueError as error:
        raise PeriodInvalid(text) from error


def _named(match: re.Match[str]) -> Period:
    year, month, day, decade, quarter, half, cumulative = (int(part or 0) for part in match.groups())
    if match[2]:
        start = date(year, month, 1)
        if match[3]:
            return of_day(date(year, month, day))
        return of_decade(start.replace(day=decade * 10 - 9)) if decade else of_month(start)
    if quarter:
        return of_quarter(date(year, quarter * 3, 1))
    if half:
        return of_half_year(date(year, half * 6, 1))
    return of_cumulative(date(year, cumulative, 1)) if match[7] else of_year(date(year, 1, 1))


def _end_of_month(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def of_day(day: date) -> Period:
    """The day itself."""
    return Period(day.isoformat(), "day", day, day)


def of_decade(day: date) -> Period:
    """The decade of a month that a day is in; the third lasts to the end of the month."""
    number = min((day.day - 1) // 10, 2)
    last = _end_of_month(day.year, day.month) if number == 2 else day.replace(day=number * 10 + 10)
    return Period(f"{day:%Y-%m}D{number + 1}", "decade", day.replace(day=number * 10 + 1), last)


def of_month(day: date) -> Period:
    """The month a day is in."""
    return Period(f"{day:%Y-%m}", "month", day.replace(day=1), _end_of_month(day.year, day.month))


def of_quarter(day: date) -> Period:
    """The quarter a day is in."""
    number = (day.month + 2) // 3
    return Period(f"{day:%Y}Q{number}", "quarter", date(day.year, number * 3 - 2, 1), _end_of_month(day.year, number * 3))


def of_half_year(day: date) -> Period:
    """The half-year a day is in."""
    number = (day.month + 5) // 6
    return Period(f"{day:%Y}H{number}", "half_year", date(day.year, number * 6 - 5, 1), _end_of_month(day.year, number * 6))


def of_cumulative(day: date) -> Period:
    """From 1 January to the end of the month a day is in."""
    return Period(f"{day:%Y}M{day:%m}", "cumulative", date(day.year, 1, 1), _end_of_month(day.year, day.month))


def of_year(day: date) -> Period:
    """The year a day is in."""
    return Period(f"{day:%Y}", "year", date(day.year, 1, 1), date(day.year, 12, 31))


def _of_cumulative_quarter(day: date) -> Period:
    return of_cumulative(of_quarter(day).last)


def _of_nine_months(day: date) -> Period:
    return of_cumulative(date(day.year, 9, 1))


class Periodicity(StrEnum):
    """How often a kind is reported, and for how long a time each report speaks."""

    DAY = "day"
    DECADE = "decade"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    NINE_MONTHS = "nine_months"
    YEAR = "year"
    CUMULATIVE_MONTH = "cumulative_month"  # every month, for the time since 1 January
    CUMULATIVE_QUARTER = "cumulative_quarter"  # every quarter, for the time since 1 January
    ONE_OFF = "one_off"  # a day that is laid down once
    ON_EVENT = "on_event"  # the day of the event

    @property
    def regular(self) -> bool:
        """Whether the calendar alone says when a report is due."""
        return self not in (Periodicity.ONE_OFF, Periodicity.ON_EVENT)

    def around(self, day: date) -> Period:
        """The period a day falls into (nine months: those of its year)."""
        return _AROUND[self](day)

    def accepts(self, period: Period) -> bool:
        """Whether reports of this periodicity are made for a period."""
        return self.around(period.last) == period

    def next(self, period: Period) -> Period:
        """The period after."""
        return self.around(self._end(period) + timedelta(days=1))

    def previous(self, period: Period) -> Period:
        """The period before."""
        if self is Periodicity.NINE_MONTHS:
            return self.around(date(period.first.year - 1, 9, 30))
        start = {Periodicity.CUMULATIVE_MONTH: of_month, Periodicity.CUMULATIVE_QUARTER: of_quarter}.get(self, self.around)
        return self.around(start(period.last).first - timedelta(days=1))

    def last_ended(self, day: date) -> Period:
        """The latest period that was over before a day."""
        period = self.around(day)
        while period.last >= day:
            period = self.previous(period)
        return period

    def _end(self, period: Period) -> date:
        return date(period.last.year, 12, 31) if self is Periodicity.NINE_MONTHS else period.last


_AROUND: dict[Periodicity, Callable[[date], Period]] = {
    Periodicity.DAY: of_day,
    Periodicity.DECADE: of_decade,
    Periodicity.MONTH: of_month,
    Periodicity.QUARTER: of_quarter,
    Periodicity.HALF_YEAR: of_half_year,
    Periodicity.NINE_MONTHS: _of_nine_months,
    Periodicity.YEAR: of_year,
    Periodicity.CUMULATIVE_MONTH: of_cumulative,
    Periodicity.CUMULATIVE_QUARTER: _of_cumulative_quarter,
    Periodicity.ONE_OFF: of_day,
    Periodicity.ON_EVENT: of_day,
}
