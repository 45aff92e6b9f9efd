"""Values of process variables: the declared type stays with the value, and both survive the trip to JSON and back."""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from engine.errors import VariableRefused

#: Declared types whose value is a whole number, and how large it may be.
_WHOLE = {"Short": 2**15, "Integer": 2**31, "Long": 2**63}
_MAX_DEPTH = 40
_MAX_NAME = 200
_TAG = "$"
_JSON_WHOLE = 2**53


@dataclass(frozen=True)
class TypedValue:
    """A value with the type that its writer declared (Boolean, Integer, Long, Double, String, Date, Json, Object, Bytes, Null, …)."""

    type: str
    value: Any
    info: Mapping[str, Any] = field(default_factory=dict)


def typed(value: Any, before: TypedValue | None = None) -> TypedValue:
    """A value with its type. A plain value keeps the declared type of the variable it replaces where it fits, else gets its natural one."""
    if isinstance(value, TypedValue):
        return TypedValue(value.type, plain(value.value), dict(value.info))
    value = plain(value)
    natural = _natural_type(value)
    if before is not None and _fits(value, natural, before.type):
        return TypedValue(before.type, value, before.info)
    return TypedValue(natural, value)


def plain(value: Any, depth: int = 0) -> Any:
    """A deep copy made of plain values only: decimals without a fraction
    become int (`2`, not `2.00`), floats decimals, tuples and sets lists. Raises VariableRefused."""
    if isinstance(value, str) and "\0" in value:
        raise VariableRefused(reason="NUL")
    if value is None or isinstance(value, (bool, str, int, datetime, date, time, timedelta, bytes)):
        return value
    if isinstance(value, (float, Decimal)):
        return _number(value)
    if depth >= _MAX_DEPTH:
        raise VariableRefused(reason="depth")
    if isinstance(value, Mapping):
        return {_key(key): plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, UUID):
        return str(value)
    if hasattr(value, "isoformat") or type(value).__name__.endswith("Duration"):
        return str(value)
    raise VariableRefused(reason=type(value).__name__)


def check_name(name: object) -> str:
    """The name of a variable. Raises VariableRefused for what cannot be one; every printable name is harmless, `__builtins__` too."""
    if not isinstance(name, str) or not 0 < len(name) <= _MAX_NAME or not name.isprintable():
        raise VariableRefused(reason="name")
    return name


def to_json(value: Any) -> Any:
    """The JSON form of a plain value; what JSON lacks is tagged."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) < _JSON_WHOLE else {_TAG: "int", "v": str(value)}
    if isinstance(value, list):
        return [item if item.__class__ is str else to_json(item) for item in value]
    if isinstance(value, dict):
        inner = {key: to_json(item) for key, item in value.items()}
        return {_TAG: "map", "v": inner} if _TAG in inner else inner
    tag, text = _tagged(value)
    return {_TAG: tag, "v": text}


def from_json(value: Any) -> Any:
    """The plain value of a JSON form made by `to_json`."""
    if isinstance(value, list):
        return [item if item.__class__ is str else from_json(item) for item in value]
    if not isinstance(value, dict):
        return value
    if _TAG not in value:
        return {key: from_json(item) for key, item in value.items()}
    tag, inner = value[_TAG], value["v"]
    if tag == "map":
        return {key: from_json(item) for key, item in inner.items()}
    return _READ[tag](inner)


def typed_to_json(value: TypedValue) -> list[Any]:
    """A typed value as a JSON list: type, value, and the info where there is any."""
    return [value.type, to_json(value.value), *([dict(value.info)] if value.info else [])]


def typed_from_json(saved: list[Any]) -> TypedValue:
    """The typed value of a JSON list made by `typed_to_json`."""
    return TypedValue(saved[0], from_json(saved[1]), saved[2] if len(saved) > 2 else {})


def _number(value: float | Decimal) -> int | Decimal:
    try:
        exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    except InvalidOperation as failure:
        raise VariableRefused(reason="number") from failure
    if not exact.is_finite() or exact.adjusted() > 400:
        raise VariableRefused(reason="number")
    return int(exact) if exact.as_tuple().exponent == 0 and isinstance(value, Decimal) else exact


def _key(key: object) -> str:
    if not isinstance(key, str) or "\0" in key:
        raise VariableRefused(reason="key")
    return key


def _natural_type(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return "Integer" if abs(value) < _WHOLE["Integer"] else "Long"
    for kind, name in _TYPES:
        if isinstance(value, kind):
            return name
    return "Json"


def _fits(value: Any, natural: str, declared: str) -> bool:
    if natural == declared:
        return True
    if natural in _WHOLE:
        return declared == "Double" or (declared in _WHOLE and abs(value) < _WHOLE[declared])
    return natural == "Json" and declared == "Object"


def _tagged(value: Any) -> tuple[str, str]:
    if isinstance(value, Decimal):
        return "decimal", str(value)
    if isinstance(value, datetime):
        return "moment", value.isoformat()
    if isinstance(value, date):
        return "date", value.isoformat()
    if isinstance(value, time):
        return "time", value.isoformat()
    if isinstance(value, timedelta):
        return "seconds", str(Decimal(value // timedelta(microseconds=1)) / 1_000_000)
    if isinstance(value, bytes):
        return "bytes", base64.b64encode(value).decode()
    raise VariableRefused(reason=type(value).__name__)


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as failure:
        raise VariableRefused(reason="bytes") from failure


_TYPES: tuple[tuple[type, str], ...] = (
    (type(None), "Null"),
    (bool, "Boolean"),
    (str, "String"),
    (Decimal, "Double"),
    (datetime, "Date"),
    (date, "Date"),
    (bytes, "Bytes"),
    (time, "String"),
    (timedelta, "String"),
)

_READ: dict[str, Callable[[str], Any]] = {
    "int": int,
    "decimal": Decimal,
    "moment": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "seconds": lambda text: timedelta(microseconds=int(Decimal(text) * 1_000_000)),
    "bytes": _bytes,
}
