"""From what was sent to the value of a field: the type of each component, with exact decimals."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from forms.charsets import WHITESPACE
from forms.components import CHOICE, Component

MAX_DIGITS = 60
MAX_TEXT = 100_000
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?", re.IGNORECASE | re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LINE_BREAKS = re.compile(r"[\r\n\t]")


class Unreadable(Exception):
    """What was sent is not of the field's type; carries the code of the fault."""

    def __init__(self, code: str, **fields: Any) -> None:
        self.code = code
        self.fields = fields
        super().__init__(code)


def number_of(value: Any) -> Decimal | None:
    """The exact number a value stands for: a number, or text that reads as one; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    text = repr(value) if isinstance(value, float) else str(value).strip(WHITESPACE)
    if len(text) > MAX_DIGITS or not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    return number if number == 0 or abs(number.adjusted()) <= MAX_DIGITS else None


def plain(number: Decimal) -> int | Decimal:
    """A number without needless places: 5.0 is 5, 1E+2 is 100."""
    if number == number.to_integral_value():
        return int(number)
    return Decimal(format(number, "f").rstrip("0"))


def written(number: Decimal) -> str:
    """A number as text, without needless places and never with an exponent."""
    return format(Decimal(plain(number)), "f")


def same(one: Any, other: Any) -> bool:
    """Whether two values are alike as JSON: 1 is 1.0, but true is not 1."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float | Decimal) and isinstance(other, int | float | Decimal):
        return number_of(one) == number_of(other)
    return type(one) is type(other) and bool(one == other)


def clean(component: Component, value: Any) -> Any:
    """The value of a keyed component. Raises Unreadable; options are checked elsewhere, because they may depend on other fields."""
    if value is None or value == "":
        return component.empty
    if component.type in CHOICE:
        return _choice(component, value)
    if component.type == "checkbox":
        return _boolean(value)
    if component.type == "expression":
        return None  # computed here, whatever was sent
    return _CLEANERS[component.type](component, value)


def _choice(component: Component, value: Any) -> Any:
    if component.empty is None:
        return value
    if not isinstance(value, list):
        raise Unreadable("field_list")
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unreadable("field_boolean")
    return value


def _text(component: Component, value: Any) -> str:
    if isinstance(value, dict | list):
        raise Unreadable("field_text")
    text = str(value).lower() if isinstance(value, bool) else value if isinstance(value, str) else _number_text(value)
    if len(text) > MAX_TEXT:
        raise Unreadable("field_max_length", limit=MAX_TEXT)
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise Unreadable("field_text")
    return _LINE_BREAKS.sub(" ", text) if component.type == "textfield" else text


def _number_text(value: Any) -> str:
    number = number_of(value)
    if number is None:
        raise Unreadable("field_text")
    return written(number)


def _number(component: Component, value: Any) -> int | Decimal | str:
    number = number_of(value)
    if number is None:
        raise Unreadable("field_number")
    if component.schema.get("serializeToString"):
        return value.strip(WHITESPACE) if isinstance(value, str) else written(number)
    return plain(number)


def _datetime(component: Component, value: Any) -> str:
    subtype = component.schema.get("subtype", "date")
    if subtype == "time":
        return _matching(value, _is_time, "field_time")
    if subtype == "datetime":
        return _matching(value, _is_moment, "field_moment")
    return _matching(value, _is_date, "field_date")


def _matching(value: Any, fits: Callable[[str], bool], code: str) -> str:
    if not isinstance(value, str) or not fits(value):
        raise Unreadable(code)
    return value


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text)) and date.fromisoformat(text) is not None
    except ValueError:
        return False


def _is_time(text: str) -> bool:
    return bool(_TIME.fullmatch(text))


def _is_moment(text: str) -> bool:
    day, separator, time = text.partition("T")
    return bool(separator) and _is_date(day) and _is_time(time)


_CLEANERS: Mapping[str, Callable[[Component, Any], Any]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "datetime": _datetime,
}
