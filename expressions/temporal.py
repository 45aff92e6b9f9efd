"""Dates, times and durations: reading and writing their ISO 8601 forms, and their properties."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from expressions.values import Range, Value, YearsMonths

_DATE = r"(?P<year>-?[0-9]{4,9})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
_TIME = (
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,30}))?"
    r"(?P<zone>Z|z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*)?"
)
_DATE_FORM = re.compile(_DATE)
_TIME_FORM = re.compile(f"T?{_TIME}")
_DATE_AND_TIME_FORM = re.compile(f"{_DATE}(?:T{_TIME})?")
_YEARS_MONTHS = re.compile(r"(-)?P(?=[0-9])(?:([0-9]{1,11})Y)?(?:([0-9]{1,11})M)?")
_DAYS_TIME = re.compile(
    r"(-)?P(?=[0-9T])(?:([0-9]{1,11})D)?(?:T(?=[0-9])(?:([0-9]{1,14})H)?(?:([0-9]{1,15})M)?(?:([0-9]{1,16})(?:\.([0-9]{0,30}))?S)?)?"
)
_MICROSECOND = timedelta(microseconds=1)


def date_of(text: str) -> date | None:
    """`2026-10-01`."""
    match = _DATE_FORM.fullmatch(text)
    return _date(match) if match else None


def time_of(text: str) -> time | None:
    """`09:30:00`, `T09:30:00`, with a fraction, an offset or a zone (`@Asia/Almaty`)."""
    match = _TIME_FORM.fullmatch(text)
    return _time(match) if match else None


def date_and_time_of(text: str) -> datetime | None:
    """`2026-10-01T09:30:00+05:00`; a date alone is its midnight."""
    match = _DATE_AND_TIME_FORM.fullmatch(text)
    if match is None:
        return None
    day = _date(match)
    if day is not None and match["hour"] == "24" and match["minute"] == match["second"] == "00" and not _microseconds(match["fraction"]):
        moment = date_and_time_of(text.replace("T24", "T00", 1))
        return None if moment is None or day == date.max else moment + timedelta(days=1)
    clock = _time(match) if match["hour"] else time()
    return datetime.combine(day, clock) if day is not None and clock is not None else None


def duration_of(text: str) -> timedelta | YearsMonths | None:
    """`P1Y2M` or `P1DT2H3M4.5S`; both in one is no duration."""
    if (match := _YEARS_MONTHS.fullmatch(text)) is not None:
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return YearsMonths(-months if match[1] else months)
    if (match := _DAYS_TIME.fullmatch(text)) is None:
        return None
    days, hours, minutes, seconds = (int(match[part] or 0) for part in (2, 3, 4, 5))
    try:
        length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds, microseconds=_microseconds(match[6]))
    except OverflowError:
        return None
    return -length if match[1] else length


def temporal_of(text: str) -> Value:
    """The date, time, date and time or duration that `@"…"` names, or None."""
    for read in (date_of, date_and_time_of, time_of, duration_of):
        if (value := read(text)) is not None:
            return value
    return None


def _date(match: re.Match[str]) -> date | None:
    year = match["year"]
    if year[0] in "-0" and len(year) > 4:
        return None
    try:
        return date(int(year), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def _time(match: re.Match[str]) -> time | None:
    zone = match["zone"]
    where = zone_of(zone) if zone else None
    if zone and where is None:
        return None
    hour, minute, second = (int(match[part]) for part in ("hour", "minute", "second"))
    try:
        return time(hour, minute, second, _microseconds(match["fraction"]), tzinfo=where)
    except ValueError:
        return None


def _microseconds(fraction: str | None) -> int:
    return int((fraction or "0")[:6].ljust(6, "0"))


@lru_cache(maxsize=256)
def zone_of(text: str) -> tzinfo | None:
    """`Z`, `+05:00`, `@Asia/Almaty` or `Asia/Almaty`; None when there is no such zone."""
    if text in {"Z", "z"}:
        return UTC
    if text[0] in "+-":
        hours, minutes, seconds = (int(part) for part in (text[1:] + ":00").split(":")[:3])
        if hours > 14 or minutes > 59 or seconds > 59:
            return None
        offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        return timezone(-offset if text[0] == "-" else offset)
    try:
        return ZoneInfo(text.removeprefix("@"))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def written_date(day: date) -> str:
    """`2026-10-01`."""
    return f"{day.year:04d}-{day.month:02d}-{day.day:02d}"


def written_time(moment: time | datetime) -> str:
    """`09:30:00`, with what there is of fraction and zone."""
    fraction = f".{moment.microsecond:06d}".rstrip("0") if moment.microsecond else ""
    return f"{moment.hour:02d}:{moment.minute:02d}:{moment.second:02d}{fraction}{_written_zone(moment)}"


def written_date_and_time(moment: datetime) -> str:
    """`2026-10-01T09:30:00+05:00`."""
    return f"{written_date(moment)}T{written_time(moment)}"


def written_duration(length: timedelta) -> str:
    """`P1DT2H3M4.5S`."""
    microseconds = abs(length) // _MICROSECOND
    seconds, fraction = divmod(microseconds, 1_000_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    part = f".{fraction:06d}".rstrip("0") if fraction else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + (f"{seconds}{part}S" if seconds or part else "")
    text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return ("-P" if length < timedelta() else "P") + (text or "T0S")


def _written_zone(moment: time | datetime) -> str:
    if (name := zone_name(moment)) is not None:
        return f"@{name}"
    offset = moment.utcoffset()
    if offset is None:
        return ""
    if not offset:
        return "Z"
    seconds = abs(offset) // timedelta(seconds=1)
    tail = f":{seconds % 60:02d}" if seconds % 60 else ""
    return f"{'-' if offset < timedelta() else '+'}{seconds // 3600:02d}:{seconds % 3600 // 60:02d}{tail}"


def zone_name(moment: time | datetime) -> str | None:
    """The name of the zone, when it is given by name and not by an offset."""
    zone = moment.tzinfo
    return zone.key if isinstance(zone, ZoneInfo) else None


def _parts(length: timedelta) -> tuple[int, ...]:
    """Days, hours, minutes and seconds, each with the sign of the whole."""
    sign = -1 if length < timedelta() else 1
    seconds = abs(length) // timedelta(seconds=1)
    return tuple(sign * part for part in (seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60, seconds % 60))


def _years_months(length: YearsMonths) -> tuple[int, int]:
    years, months = divmod(abs(length.months), 12)
    return (-years, -months) if length.months < 0 else (years, months)


Properties = Mapping[str, Callable[[Value], Value]]

_OF_DATE: Properties = {
    "year": lambda day: Decimal(day.year),
    "month": lambda day: Decimal(day.month),
    "day": lambda day: Decimal(day.day),
    "weekday": lambda day: Decimal(day.isoweekday()),
}
_OF_TIME: Properties = {
    "hour": lambda moment: Decimal(moment.hour),
    "minute": lambda moment: Decimal(moment.minute),
    "second": lambda moment: Decimal(moment.second),
    "time offset": lambda moment: moment.utcoffset(),
    "timezone": zone_name,
}
#: What stands behind a dot, by type of the value before it. There is nothing else to be reached.
PROPERTIES: Mapping[type, Properties] = {
    date: _OF_DATE,
    time: _OF_TIME,
    datetime: {**_OF_DATE, **_OF_TIME},
    timedelta: {
        "days": lambda length: Decimal(_parts(length)[0]),
        "hours": lambda length: Decimal(_parts(length)[1]),
        "minutes": lambda length: Decimal(_parts(length)[2]),
        "seconds": lambda length: Decimal(_parts(length)[3]),
    },
    YearsMonths: {
        "years": lambda length: Decimal(_years_months(length)[0]),
        "months": lambda length: Decimal(_years_months(length)[1]),
    },
    Range: {
        "start": lambda interval: interval.low,
        "end": lambda interval: interval.high,
        "start included": lambda interval: interval.low_included,
        "end included": lambda interval: interval.high_included,
    },
}
