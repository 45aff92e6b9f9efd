"""Canonical bytes of a revision: what is hashed, signed and compared. The form is fixed for ever; a change makes a new `format`.

The form, number 1, of a revision without attachments: one JSON object in UTF-8 without whitespace or byte order mark; the keys of every
object sorted by code point; no floats anywhere. It has the members

- `format`: 1
- `kind`, `kind_version`, `body`, `period`, `revision`: what it is a revision of (`body` as in the business key)
- `cells`: address → value. Numbers are strings in plain decimal notation ("12.50", never "1.25e1"), texts are in Unicode normal form C,
  dates are ISO 8601, yes and no are true and false, *not applicable* is {"not_applicable": true}. An empty cell is absent.
- `notes`: code of a check → what the body says about its warning

The form, number 2, of a revision with attachments: the same with `format` 2 and

- `attachments`: a list sorted by name (code points), of objects with `name` (Unicode normal form C), `media_type`, `size` (bytes, an
  integer), `sha256` (of the content, lower-case hexadecimal)
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import orjson

#: The forms: of a revision without attachments, and with them.
PLAIN, WITH_ATTACHMENTS = 1, 2
#: What bytes of the second form begin with, because its keys are sorted.
BEGINS_WITH_ATTACHMENTS = b'{"attachments":['


@dataclass(frozen=True)
class AttachedFile:
    """A file that belongs to a revision, as its canonical bytes name it."""

    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Canonical:
    """The frozen content of one revision, as read back from its canonical bytes."""

    kind: str
    kind_version: int
    body: str
    period: str
    revision: int
    cells: Mapping[str, Any]
    notes: Mapping[str, str]
    attachments: tuple[AttachedFile, ...] = ()


def to_bytes(content: Canonical) -> bytes:
    """The canonical bytes. Raises TypeError for a value that has no canonical form (a float, a Decimal that was not made text)."""
    members: dict[str, Any] = {
        "format": WITH_ATTACHMENTS if content.attachments else PLAIN,
        "kind": content.kind,
        "kind_version": content.kind_version,
        "body": content.body,
        "period": content.period,
        "revision": content.revision,
        "cells": dict(content.cells),
        "notes": dict(content.notes),
    }
    if content.attachments:
        members["attachments"] = [asdict(attached) for attached in sorted(content.attachments, key=lambda attached: attached.name)]
    _refuse_floats(members)
    return orjson.dumps(members, option=orjson.OPT_SORT_KEYS)


def from_bytes(data: bytes) -> Canonical:
    """The content of canonical bytes. Raises ValueError for a format that is not known."""
    members = orjson.loads(data)
    if members.pop("format", None) not in (PLAIN, WITH_ATTACHMENTS):
        raise ValueError("canonical bytes of an unknown format")
    attached = tuple(AttachedFile(**each) for each in members.pop("attachments", ()))
    return Canonical(**members, attachments=attached)


def sha256(data: bytes) -> str:
    """The hash of canonical bytes, in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("a binary float has no canonical form")
    if isinstance(value, Mapping):
        for member in value.values():
            _refuse_floats(member)
    elif isinstance(value, list):
        for member in value:
            _refuse_floats(member)
