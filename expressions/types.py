"""The types of the language: which one a value is of, and whether it conforms to one written down."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from expressions.errors import TypeMismatched
from expressions.running import Run
from expressions.syntax import Type
from expressions.values import Function, Range, Value, YearsMonths

DATE_AND_TIME = "date and time"
DAYS_DURATION = "days and time duration"
MONTHS_DURATION = "years and months duration"

_NAMES: dict[type, str] = {
    type(None): "Null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    date: "date",
    time: "time",
    datetime: DATE_AND_TIME,
    timedelta: DAYS_DURATION,
    YearsMonths: MONTHS_DURATION,
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}

#: Every type by its name, as it is written after `instance of`.
PLAIN_TYPES = frozenset({*_NAMES.values(), "Any"})


def name_of(value: Value) -> str:
    """The name of the value's type."""
    return _NAMES[type(value)]


def conforms(value: Value, to: Type, run: Run, *, limits: bool = True) -> bool:
    """Whether a value is of a type; null is only of the type Null. Without `limits` what the type allows is not asked for."""
    if to.name == "Any":
        return value is not None
    if name_of(value) != to.name or not _parts_conform(value, to, run, limits=limits):
        return False
    return not limits or to.allowed is None or to.allowed(run, value)


def _parts_conform(value: Value, to: Type, run: Run, *, limits: bool) -> bool:
    if not to.inner:
        return True
    match value:
        case list():
            run.meter.values(len(value))
            return all(item is None or conforms(item, to.inner[0], run, limits=limits) for item in value)
        case dict():
            parts = zip(to.keys, to.inner, strict=True)
            return all(key in value and (value[key] is None or conforms(value[key], inner, run, limits=limits)) for key, inner in parts)
        case Range():
            return all(end is None or conforms(end, to.inner[0], run, limits=limits) for end in (value.low, value.high))
        case Function():
            return value.takes(len(to.inner) - 1)
    return True


def converted(value: Value, to: Type | None, run: Run, name: str) -> Value:
    """The value as one of a type: as it is, out of or in a list of one, or a date as its midnight in UTC (DMN 1.5, 10.3.2.9.4).

    Else null, and the fault is noted for `name`.
    """
    if to is None or value is None or conforms(value, to, run):
        return value
    if type(value) is list and len(value) == 1 and to.name != "list" and (value[0] is None or conforms(value[0], to, run)):
        return value[0]
    if to.name == "list" and type(value) is not list and (not to.inner or conforms(value, to.inner[0], run)):
        return [value]
    if type(value) is date and to.name == DATE_AND_TIME:
        return converted(datetime.combine(value, time(), tzinfo=UTC), to, run, name)
    run.note(TypeMismatched(name=name, expected=to.name, found=name_of(value)))
    return None
