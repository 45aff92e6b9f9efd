"""Typed variables as this door writes and reads them: `{"value": 1, "type": "Integer", "valueInfo": {}}`.

The declared type is kept by the engine, so that what a client has sent as Long or Json comes back as Long or Json. Decimals are exact
inside; only the type Double is written as a JSON number.
"""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import orjson

from api.bodies import require_storable
from api.engine_rest import dates
from api.engine_rest.errors import VariableMalformed, VariableTypeUnknown
from operate import TypedValue

MAX_DIGITS, MAX_EXPONENT = 100, 308
BOUNDS = {"Short": 1 << 15, "Integer": 1 << 31, "Long": 1 << 63}


def read_all(sent: Any, name: str = "variables") -> dict[str, TypedValue]:
    """The variables of a request body by name; None counts as no variables. Raises VariableMalformed or VariableTypeUnknown."""
    if sent is None:
        return {}
    if not isinstance(sent, Mapping):
        raise VariableMalformed(name=name, type="object", value=_shown(sent))
    return {str(key): read(str(key), value) for key, value in sent.items()}


def read(name: str, sent: Any) -> TypedValue:
    """One variable of a request. Raises VariableMalformed or VariableTypeUnknown."""
    if not isinstance(sent, Mapping):
        raise VariableMalformed(name=name, type="object", value=_shown(sent))
    value, declared = sent.get("value"), sent.get("type")
    info = sent.get("valueInfo") or {}
    if not isinstance(info, Mapping) or not (declared is None or isinstance(declared, str)) or not _is_sendable(info):
        raise VariableMalformed(name=name, type="object", value=_shown(sent))
    kind = _capital(declared) if declared else type_of(value)
    if kind not in READERS:
        raise VariableTypeUnknown(name=name, type=kind, types=", ".join(READERS))
    if kind in ("Object", "Json") and declared is None:
        return TypedValue("Json", value, {})
    return TypedValue(kind, None if value is None else READERS[kind](name, kind, value), dict(info))


def type_of(value: Any) -> str:
    """The type that a plain value has when none was declared."""
    if value is None:
        return "Null"
    for python, kind in ((bool, "Boolean"), (str, "String"), ((float, Decimal), "Double"), ((date, datetime), "Date")):
        if isinstance(value, python):
            return kind
    if isinstance(value, int):
        return "Integer" if -BOUNDS["Integer"] <= value < BOUNDS["Integer"] else "Long"
    return "Json"


def written(variable: TypedValue, *, deserialized: bool = True) -> dict[str, Any]:
    """A variable as JSON. Objects are written out as JSON unless `deserialized` is false; Json is always a string of JSON."""
    kind = variable.type
    value = None if variable.value is None else WRITERS.get(kind, _as_it_is)(variable.value)
    if kind == "Object" and value is not None and not deserialized:
        value = _json_text(value)
    return {"type": kind, "value": value, "valueInfo": dict(variable.info)}


def all_written(variables: Mapping[str, TypedValue], *, deserialized: bool = True) -> dict[str, Any]:
    """Variables by name as JSON."""
    return {name: written(variable, deserialized=deserialized) for name, variable in variables.items()}


def _shown(value: Any) -> str:
    return str(value)[:80]


def _is_sendable(info: Mapping[str, Any]) -> bool:
    """Whether what a file is said to be can stand in the headers of an answer."""
    given = [info[name] for name in ("filename", "mimeType", "encoding") if info.get(name) is not None]
    plain = all(isinstance(text, str) and len(text) <= 255 and text.isprintable() for text in given)
    return plain and (info.get("mimeType") is None or info["mimeType"].isascii())


def _capital(declared: str) -> str:
    return declared[:1].upper() + declared[1:]


def _read_boolean(name: str, kind: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise VariableMalformed(name=name, type=kind, value=_shown(value))


def _read_integer(name: str, kind: str, value: Any) -> int:
    whole = int(value) if isinstance(value, float) and value.is_integer() else value
    if isinstance(whole, int) and not isinstance(whole, bool) and -BOUNDS[kind] <= whole < BOUNDS[kind]:
        return whole
    raise VariableMalformed(name=name, type=kind, value=_shown(value))


def _read_double(name: str, kind: str, value: Any) -> Decimal:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Decimal(repr(value))
    raise VariableMalformed(name=name, type=kind, value=_shown(value))


def _read_string(name: str, kind: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    raise VariableMalformed(name=name, type=kind, value=_shown(value))


def _read_date(name: str, kind: str, value: Any) -> datetime:
    return dates.read(_read_string(name, kind, value), name)


def _read_json(name: str, kind: str, value: Any) -> Any:
    try:
        found = json.loads(_read_string(name, kind, value), parse_float=_figure, parse_int=_figure, parse_constant=_figure)
        require_storable(found)
    except (ValueError, ArithmeticError, RecursionError):
        raise VariableMalformed(name=name, type=kind, value=_shown(value)) from None
    return found


def _figure(text: str) -> int | Decimal:
    """A number as exactly as it was written; one that nobody counts by (NaN, a thousand digits) is a ValueError."""
    number = Decimal(text)
    if not number.is_finite() or len(text) > MAX_DIGITS or abs(number.adjusted()) > MAX_EXPONENT:
        raise ValueError("no figure")
    whole = text.lstrip("-").isdigit() and -BOUNDS["Long"] <= number < BOUNDS["Long"]
    return int(text) if whole else number


def _read_object(name: str, kind: str, value: Any) -> Any:
    return _read_json(name, kind, value) if isinstance(value, str) else value


def _read_bytes(name: str, kind: str, value: Any) -> bytes:
    try:
        return base64.b64decode(_read_string(name, kind, value), validate=True)
    except ValueError:  # no base64, or letters that it never has
        raise VariableMalformed(name=name, type=kind, value=_shown(value)) from None


def _read_null(name: str, kind: str, value: Any) -> None:
    raise VariableMalformed(name=name, type=kind, value=_shown(value))


def _as_it_is(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return str(value) if isinstance(value, (time, timedelta)) else value


def _write_moment(value: Any) -> str | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(), UTC)
    return dates.written(value) if isinstance(value, datetime) else str(value)


def _write_bytes(_value: Any) -> None:
    return None  # the content itself is fetched from …/data, as clients of this door expect


def _json_text(value: Any) -> str:
    return orjson.dumps(value, default=_plain).decode()


def _plain(value: object) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"{type(value).__name__} has no JSON form")


READERS: dict[str, Callable[[str, str, Any], Any]] = {
    "Boolean": _read_boolean,
    "Short": _read_integer,
    "Integer": _read_integer,
    "Long": _read_integer,
    "Double": _read_double,
    "String": _read_string,
    "Date": _read_date,
    "Json": _read_json,
    "Object": _read_object,
    "Bytes": _read_bytes,
    "File": _read_bytes,
    "Null": _read_null,
}

WRITERS: dict[str, Callable[[Any], Any]] = {
    "Double": float,
    "Date": _write_moment,
    "Json": _json_text,
    "Bytes": _write_bytes,
    "File": _write_bytes,
}
