"""The types of the language: which one a value is of, and whether it conforms to one written down."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

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


def conforms(value: Value, to: Type) -> bool:
    """Whether a value is of a type; null is only of the type Null."""
    if to.name == "Any":
        return value is not None
    if name_of(value) != to.name:
        return False
    match value:
        case list() if to.inner:
            return all(conforms(item, to.inner[0]) or item is None for item in value)
        case dict() if to.inner:
            return all(
                key in value and (value[key] is None or conforms(value[key], inner)) for key, inner in zip(to.keys, to.inner, strict=True)
            )
        case Range() if to.inner:
            return all(end is None or conforms(end, to.inner[0]) for end in (value.low, value.high))
        case Function() if to.inner:
            return len(value.parameters) == len(to.inner) - 1
    return True
