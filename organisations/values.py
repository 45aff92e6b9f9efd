"""Checks of single values that bodies and people share: each gives the faults it found, by the JSON pointer of the field."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from organisations import numbers
from organisations.errors import ValidityBackwards
from refusals import Fault

_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{3,28}(,? ?(ext|вн|ішкі)\.? ?[0-9]{1,6})?")
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}){0,9}@([A-Za-z0-9-]{1,63}\.){1,9}[A-Za-z0-9-]{2,63}"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def name_faults(values: Mapping[str, Any], *fields: str, longest: int, required: tuple[str, ...]) -> Iterator[Fault]:
    """Names must be there where required, fit, and hold no invisible characters."""
    for field in fields:
        text = values.get(field)
        if not text or not text.strip():
            if field in required:
                yield Fault(f"/{field}", "detail_missing")
        elif len(text) > longest:
            yield Fault(f"/{field}", "detail_too_long", {"longest": longest})
        elif has_invisible(text):
            yield Fault(f"/{field}", "detail_invisible")


def number_faults(values: Mapping[str, Any], field: str, code: str) -> Iterator[Fault]:
    """A BIN or an IIN, where given, must pass its check digit."""
    number = values.get(field)
    if number is not None and not numbers.is_valid(number):
        yield Fault(f"/{field}", code)


def phone_faults(values: Mapping[str, Any]) -> Iterator[Fault]:
    """A phone, where given, must look like one."""
    phone = values.get("phone")
    if phone is not None and not (len(phone) <= 40 and _PHONE.fullmatch(phone)):
        yield Fault("/phone", "phone_unreadable")


def has_invisible(text: str) -> bool:
    """Whether a text holds control characters, or ones that turn or hide what is read."""
    return _CONTROL.search(text) is not None


def email_faults(values: Mapping[str, Any]) -> Iterator[Fault]:
    """A mail address, where given, must be plain: one line of ASCII, one name, one domain."""
    email = values.get("email")
    if email is not None and not (len(email) <= 254 and _EMAIL.fullmatch(email)):
        yield Fault("/email", "email_unreadable")


def require_forward(first: date | None, last: date | None) -> None:
    """Refuse (ValidityBackwards) a period that ends before it begins."""
    if first is not None and last is not None and last < first:
        raise ValidityBackwards()


def fold(*parts: str | None) -> str:
    """Texts joined in lower case, to be searched by part."""
    return " ".join(part.casefold() for part in parts if part)


def pattern(search: str) -> str:
    """A LIKE pattern (escape character `\\`) that finds a text anywhere in a folded one, taken literally."""
    shown = "".join(sign for sign in search if sign.isprintable())
    literal = re.sub(r"([\\%_])", r"\\\1", shown.strip().casefold())
    return f"%{literal}%"


def is_number(text: str) -> bool:
    """Whether a text can be a BIN, an IIN or a KATO code at all: up to twelve ASCII digits."""
    return 0 < len(text) <= 12 and text.isascii() and text.isdigit()


def uuid_of(text: UUID | str) -> UUID | None:
    """An id from a UUID or from the text that engine and journal keep; None when the text is none."""
    if isinstance(text, UUID):
        return text
    try:
        return UUID(text)
    except ValueError:
        return None
