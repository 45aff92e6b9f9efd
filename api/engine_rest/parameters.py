"""Filters, sorting and paging as this door's clients send them, by query string or as JSON, turned into fields of a room's filter.

A filter that is not offered is refused by name: leaving it out would answer with more than was asked for. Filters that cannot narrow
anything here (there are no tenants and no case instances) are accepted and say nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import request

from api.bodies import json_body
from api.engine_rest import dates
from api.engine_rest.errors import BodyMalformed, ParameterMalformed, ParameterUnknown
from storage.pages import Page

MAX_RESULTS = 1000
MAX_FIRST_RESULT = 100_000
MAX_VALUES = 2000
NOWHERE = UUID(int=0)

Reader = Callable[[Any, str], Any]


@dataclass(frozen=True)
class Parameter:
    """What a parameter becomes: the field of the filter, and how its value is read (`read(value, name)`)."""

    field: str
    read: Reader


Parameters = Mapping[str, Parameter | None]


@dataclass(frozen=True)
class Span:
    """Which part of a list is asked for."""

    first: int
    most: int

    def read(self, fetch: Callable[..., Page[Any]], *asked: Any) -> tuple[Any, ...]:
        """That part of a list of a room; an empty part is asked for by clients that only want to see whether the door is there."""
        return fetch(*asked, limit=max(self.most, 1), skip=self.first).items[: self.most]


def query() -> dict[str, Any]:
    """The query string as a mapping; a parameter that comes twice is a list of values."""
    return {name: values[0] if len(values) == 1 else ",".join(values) for name, values in request.args.lists()}


def body() -> dict[str, Any]:
    """The JSON object that was sent; nothing sent is an empty one. Raises BodyMalformed."""
    sent = json_body()
    if sent is None:
        return {}
    if not isinstance(sent, dict):
        raise BodyMalformed()
    return sent


def fields(sent: Mapping[str, Any], offered: Parameters) -> dict[str, Any]:
    """The fields of a filter that some parameters ask for. Raises ParameterUnknown or ParameterMalformed."""
    found: dict[str, Any] = {}
    for name, value in sent.items():
        if name in CONTROLS or value is None:
            continue
        if name not in offered:
            raise ParameterUnknown(name=name)
        parameter = offered[name]
        if parameter is not None:
            _add(found, parameter, parameter.read(value, name))
    return found


def span() -> Span:
    """Which part of the list is asked for, by firstResult and maxResults; never more than MAX_RESULTS."""
    first = _bounded("firstResult", 0, MAX_FIRST_RESULT)
    most = _bounded("maxResults", MAX_RESULTS, 2**31)
    return Span(first, min(most, MAX_RESULTS))


def sorting(sent: Mapping[str, Any], sorts: Mapping[str, str], default: str) -> tuple[str, bool]:
    """What to sort by, and whether downwards. Of several sortings only one is offered. Raises ParameterMalformed."""
    several = sent.get("sorting")
    if several is not None:
        if not isinstance(several, list) or len(several) > 1 or not all(isinstance(one, dict) for one in several):
            raise ParameterMalformed(name="sorting", value=str(several)[:80])
        sent = several[0] if several else {}
    by, order = sent.get("sortBy"), sent.get("sortOrder")
    if by is None and order is None:
        return default, False
    if not isinstance(by, str) or by not in sorts or order not in ("asc", "desc"):
        raise ParameterMalformed(name="sortBy, sortOrder", value=f"{by}, {order}"[:80])
    return sorts[by], order == "desc"


CONTROLS = frozenset({"firstResult", "maxResults", "sortBy", "sortOrder", "sorting"})


def text(value: Any, name: str) -> str:
    """A text."""
    if isinstance(value, str):
        return value
    raise ParameterMalformed(name=name, value=str(value)[:80])


def pattern(value: Any, name: str) -> str:
    """A text in which `%` stands for any text; a backslash at its end would make nothing plain."""
    found = text(value, name)
    if (len(found) - len(found.rstrip("\\"))) % 2:
        raise ParameterMalformed(name=name, value=found[-80:])
    return found


def texts(value: Any, name: str) -> tuple[str, ...]:
    """Several texts: a JSON list, or separated by commas."""
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts) or len(parts) > MAX_VALUES:
        raise ParameterMalformed(name=name, value=str(value)[:80])
    return tuple(part.strip() for part in parts)


def one_text(value: Any, name: str) -> tuple[str, ...]:
    """One text where a filter takes several."""
    return (text(value, name),)


def identifier(value: Any, name: str) -> UUID:
    """An id. What is no id of ours is an id that nothing has."""
    try:
        return UUID(text(value, name))
    except ValueError:
        return NOWHERE


def one_id(value: Any, name: str) -> tuple[UUID, ...]:
    """One id where a filter takes several."""
    return (identifier(value, name),)


def ids(value: Any, name: str) -> tuple[UUID, ...]:
    """Several ids."""
    return tuple(identifier(part, name) for part in texts(value, name))


def flag(value: Any, name: str) -> bool:
    """True or false."""
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    raise ParameterMalformed(name=name, value=str(value)[:80])


def yes(answer: Any) -> Reader:
    """A flag that narrows when it is true and says nothing when it is false; `answer` is what the filter then wants."""

    def read(value: Any, name: str) -> Any:
        return answer if flag(value, name) else None

    return read


def number(value: Any, name: str) -> int:
    """A whole number."""
    try:
        if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
            raise ValueError
        found = int(value)
    except (TypeError, ValueError, OverflowError):
        raise ParameterMalformed(name=name, value=str(value)[:80]) from None
    if not -(2**31) <= found < 2**31:
        raise ParameterMalformed(name=name, value=str(value)[:80])
    return found


def moment(value: Any, name: str) -> datetime:
    """A moment."""
    return dates.read(text(value, name), name)


def choice(**meanings: Any) -> Reader:
    """One of some words, each with what it means to the filter."""

    def read(value: Any, name: str) -> Any:
        if not isinstance(value, str) or value not in meanings:
            raise ParameterMalformed(name=name, value=str(value)[:80])
        return meanings[value]

    return read


def _bounded(name: str, default: int, most: int) -> int:
    value = request.args.get(name)
    if value is None or value == "":
        return default
    found = number(value, name)
    if not 0 <= found <= most:
        raise ParameterMalformed(name=name, value=value)
    return found


def _add(found: dict[str, Any], parameter: Parameter, value: Any) -> None:
    """Two parameters that name values for one field leave what both allow."""
    before = found.get(parameter.field)
    if isinstance(before, tuple) and isinstance(value, tuple):
        value = tuple(item for item in before if item in value)
    if value is not None:
        found[parameter.field] = value
