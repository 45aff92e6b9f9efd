"""ISO 8601 as editors write it: dates, durations and cycles of timers, due dates of tasks. Checks forms and does the sums."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from engine.parsing.event_facts import TimerKind

_DURATION = re.compile(
    r"(?P<sign>-)?P(?!$)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:[.,]\d+)?)S)?)?"
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:T.*)?")
_CYCLE = re.compile(r"R(?P<count>\d*)/(?P<first>[^/]+)(?:/(?P<second>[^/]+))?")


@dataclass(frozen=True)
class Duration:
    """Years and months by the calendar, the rest by the clock."""

    months: int
    clock: timedelta

    def after(self, moment: datetime) -> datetime:
        """The moment that is this much later; the day is cut to the length of the month. Raises ValueError out of the calendar."""
        years, month = divmod(moment.year * 12 + moment.month - 1 + self.months, 12)
        try:
            day = min(moment.day, monthrange(years, month + 1)[1])
            return moment.replace(year=years, month=month + 1, day=day) + self.clock
        except OverflowError as beyond:
            raise ValueError("out of the calendar") from beyond


@dataclass(frozen=True)
class Cycle:
    """A repeated timer: how often (None is for ever), the pause, and the first moment when one is given."""

    count: int | None
    pause: Duration
    begins: datetime | None = None

    def first(self, now: datetime) -> datetime:
        """When it is due first, from now."""
        return self.begins if self.begins is not None else self.pause.after(now)


def duration(text: str) -> Duration:
    """A duration such as `PT1H`, `P3D`, `P1Y2M`. Raises ValueError."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or text.strip().endswith("T"):
        raise ValueError(text)
    part = {name: Decimal((value or "0").replace(",", ".")) for name, value in match.groupdict().items() if name != "sign"}
    sign = -1 if match["sign"] else 1
    try:
        clock = timedelta(
            days=int(part["weeks"]) * 7 + int(part["days"]),
            hours=int(part["hours"]),
            minutes=int(part["minutes"]),
            seconds=float(part["seconds"]),
        )
    except OverflowError as beyond:
        raise ValueError(text) from beyond
    return Duration(sign * (int(part["years"]) * 12 + int(part["months"])), sign * clock)


def moment(text: str, zone: tzinfo = UTC) -> datetime:
    """A moment from an ISO 8601 date or date and time; one without a zone is in `zone`. Raises ValueError."""
    if not _DATE.fullmatch(text.strip()):
        raise ValueError(text)
    value = datetime.fromisoformat(re.sub(r"\[.+\]$", "", text.strip()))
    return value if value.tzinfo else value.replace(tzinfo=zone)


def cycle(text: str, zone: tzinfo = UTC) -> Cycle:
    """A cycle such as `R3/PT10M`, `R/P1D` or `R5/2026-10-01T09:00:00+05:00/P1D`. Raises ValueError."""
    match = _CYCLE.fullmatch(text.strip())
    if match is None or match["count"] == "0":
        raise ValueError(text)
    count = int(match["count"]) if match["count"] else None
    made = (
        Cycle(count, duration(match["second"]), moment(match["first"], zone)) if match["second"] else Cycle(count, duration(match["first"]))
    )
    if made.pause.months < 0 or made.pause.after(datetime(2000, 1, 1, tzinfo=UTC)) <= datetime(2000, 1, 1, tzinfo=UTC):
        raise ValueError(text)
    return made


def is_valid(kind: TimerKind, text: str) -> bool:
    """Whether a literal text is a value for a timer of this kind."""
    forms: dict[TimerKind, Callable[[str], object]] = {"date": moment, "duration": duration, "cycle": cycle}
    try:
        forms[kind](text)
    except ValueError:
        return False
    return True


def due(value: Any, now: datetime, zone: tzinfo = UTC) -> datetime:
    """The moment, in UTC, that a value means: a moment, a date (its first instant in `zone`), a duration from now, or ISO 8601 text.

    A cycle's text gives its first moment. Raises ValueError.
    """
    if isinstance(value, datetime):
        found = value if value.tzinfo else value.replace(tzinfo=zone)
    elif isinstance(value, date):
        found = datetime.combine(value, time(), zone)
    elif isinstance(value, str):
        found = _due_text(value.strip(), now, zone)
    else:
        found = duration(str(value)).after(now) if not isinstance(value, timedelta) else now + value
    return found.astimezone(UTC)


def _due_text(text: str, now: datetime, zone: tzinfo) -> datetime:
    if text.startswith("R"):
        return cycle(text, zone).first(now)
    return duration(text).after(now) if text.startswith(("P", "-P")) else moment(text, zone)
