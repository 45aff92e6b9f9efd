"""Reading and writing JSON as this API means it: strict on the way in, decimals as strings and aware moments on the way out."""

import json
import re
from decimal import Decimal
from typing import Any

import orjson
from flask import Request, request
from flask.json.provider import JSONProvider
from werkzeug.datastructures import FileStorage

from api.errors import AddressUnreadable, BodyNotJson, BodyTooDeep, BodyTypeUnsupported, NumberInexact, UploadMissing
from storage.columns import from_json, to_json

MAX_JSON_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 64
_LONG_NUMBER = re.compile(rb"[0-9.]{16}")
_WIDEST = 2**63


class ExactJson(JSONProvider):
    """JSON through orjson: no NaN, no binary rounding of decimals, UTC moments with their zone."""

    def dumps(self, obj: Any, **_kwargs: Any) -> str:
        """JSON text."""
        return to_json(obj)

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:
        """The value of a JSON text."""
        return from_json(s)


def json_body(source: Request = request) -> Any:
    """The JSON value that was sent, or None where nothing was. Raises BodyTypeUnsupported, BodyNotJson, BodyTooDeep, NumberInexact."""
    data = source.get_data(cache=True)
    if not data:
        return None
    if not source.is_json:
        raise BodyTypeUnsupported(expected="application/json", found=source.mimetype or "-")
    try:
        value = from_json(data)
    except orjson.JSONDecodeError as error:
        raise BodyNotJson(line=error.lineno, column=error.colno) from error
    if data.count(b"[") + data.count(b"{") > MAX_DEPTH and _is_deeper(value, MAX_DEPTH):
        raise BodyTooDeep(limit=MAX_DEPTH)
    if b"\\u0000" in data and _holds_nul(value):
        raise BodyNotJson(line=1, column=1)
    if _LONG_NUMBER.search(data):
        json.loads(data, parse_int=_exact, parse_float=_exact)
    return value


def require_storable(value: Any) -> None:
    """Raise ValueError for a JSON value of other origin that no answer or column could hold: too deep, a NUL, a bare surrogate."""
    if _is_deeper(value, MAX_DEPTH) or _holds_nul(value):
        raise ValueError("too deep, or with a NUL")
    try:
        to_json(value)
    except TypeError as error:  # orjson's way to refuse a bare surrogate
        raise ValueError(str(error)) from error


def upload(name: str) -> FileStorage:
    """The file of a multipart form. Raises UploadMissing."""
    found = request.files.get(name)
    if found is None or not found.filename:
        raise UploadMissing(name=name)
    return found


def json_part(name: str) -> Any:
    """The JSON value of a text of a multipart form, or None where none was sent. Raises BodyNotJson, BodyTooDeep."""
    text = request.form.get(name, "")
    if not text.strip():
        return None
    try:
        value = from_json(text)
    except orjson.JSONDecodeError as error:
        raise BodyNotJson(line=error.lineno, column=error.colno) from error
    if _is_deeper(value, MAX_DEPTH):
        raise BodyTooDeep(limit=MAX_DEPTH)
    if _holds_nul(value):
        raise BodyNotJson(line=1, column=1)
    return value


def refuse_nul() -> None:
    """Refuse a path or query with a NUL, which no database column takes."""
    if "\x00" in request.path or b"%00" in request.query_string:
        raise AddressUnreadable()


def _exact(text: str) -> None:
    """Refuse a number that would come out of a binary float changed: somebody's figure."""
    number = Decimal(text)
    kept = abs(number) < _WIDEST if number == number.to_integral_value() and "." not in text else Decimal(repr(float(text))) == number
    if not kept:
        raise NumberInexact(number=text[:60])


def _is_deeper(value: Any, limit: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    return limit == 0 or any(_is_deeper(part, limit - 1) for part in (value.values() if isinstance(value, dict) else value))


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_holds_nul(part) for item in value.items() for part in item)
    return isinstance(value, list) and any(map(_holds_nul, value))


def uploads() -> dict[str, bytes]:
    """All files of a multipart form by their names. Raises UploadMissing."""
    found = {part.filename or name: part.read() for name, part in request.files.items(multi=True)}
    if not found:
        raise UploadMissing(name="data")
    return found
