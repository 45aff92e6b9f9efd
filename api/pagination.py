"""Lists are read page by page: `?limit=&cursor=` → `{"items": […], "next": cursor or null}`.

A cursor is the keyset of the last row seen, signed together with the path of its list, so that it is opaque and cannot be made up.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from flask import current_app, request
from marshmallow import fields, validate

from api.errors import CursorInvalid
from api.shapes import Shape
from storage.columns import from_json
from storage.pages import MAX_LIMIT, Key, Page

DEFAULT_LIMIT = 50
MAX_CURSOR_LENGTH = 2000
_SIGNATURE_BYTES = 16
_KINDS: dict[str, tuple[type, Callable[[Any], Any]]] = {
    "t": (datetime, datetime.fromisoformat),
    "d": (date, date.fromisoformat),
    "n": (Decimal, Decimal),
    "u": (UUID, UUID),
}


class Paging(Shape):
    """What every list understands; the filters of a list are added by its own schema."""

    limit = fields.Integer(load_default=DEFAULT_LIMIT, validate=validate.Range(min=1, max=MAX_LIMIT))
    cursor = fields.String(load_default=None, validate=validate.Length(min=1, max=MAX_CURSOR_LENGTH))


def after(query: dict[str, Any]) -> Key | None:
    """The keyset to read on from. Raises CursorInvalid."""
    cursor = query["cursor"]
    return None if cursor is None else _opened(cursor)


def paged(page: Page[Any]) -> dict[str, Any]:
    """A page as the list's schema dumps it."""
    return {"items": page.items, "next": cursor_of(page.next)}


def cursor_of(key: Key | None) -> str | None:
    """The cursor of a key."""
    return None if key is None else _sealed(key)


def page_of(item: type[Shape]) -> type[Shape]:
    """The schema of a page of such items."""
    return Shape.from_dict(
        {"items": fields.List(fields.Nested(item)), "next": fields.String(allow_none=True)},
        name=item.__name__.removesuffix("Shape") + "Page",
    )  # type: ignore[return-value]


def _sealed(key: Key) -> str:
    data = orjson.dumps([_tagged(value) for value in key])
    return base64.urlsafe_b64encode(_signature(data) + data).decode().rstrip("=")


def _opened(cursor: str) -> Key:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise CursorInvalid() from error
    signature, data = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(data)):
        raise CursorInvalid()
    return tuple(_untagged(value) for value in from_json(data))


def _signature(data: bytes) -> bytes:
    secret = hashlib.sha256(b"cursor" + current_app.config["SECRET_KEY"].encode()).digest()
    return hmac.new(secret, request.path.encode() + b"\n" + data, hashlib.sha256).digest()[:_SIGNATURE_BYTES]


def _tagged(value: Any) -> Any:
    for tag, (kind, _) in _KINDS.items():
        if isinstance(value, kind):
            return {tag: value.isoformat() if isinstance(value, date) else str(value)}
    return value


def _untagged(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    [(tag, text)] = value.items()
    return _KINDS[tag][1](text)
