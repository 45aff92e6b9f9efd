"""Canonical bytes of a revision: what is hashed, signed and compared. The form is fixed for ever; a change makes a new `format`.

The form, number 1: one JSON object in UTF-8 without whitespace or byte order mark; the keys of every object sorted by code point; no
floats anywhere. It has the members

- `format`: 1
- `kind`, `kind_version`, `body`, `period`, `revision`: what it is a revision of (`body` as in the business key)
- `cells`: address → value. Numbers are strings in plain decimal notation ("12.50", never "1.25e1"), texts are in Unicode normal form C,
  dates are ISO 8601, yes and no are true and false, *not applicable* is {"not_applicable": true}. An empty cell is absent.
- `notes`: code of a check → what the body says about its warning
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

FORMAT = 1


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


def to_bytes(content: Canonical) -> bytes:
    """The canonical bytes. Raises TypeError for a value that has no canonical form (a float, a Decimal that was not made text)."""
    members = {
        "format": FORMAT,
        "kind": content.kind,
        "kind_version": content.kind_version,
        "body": content.body,
        "period": content.period,
        "revision": content.revision,
        "cells": dict(content.cells),
        "notes": dict(content.notes),
    }
    _refuse_floats(members)
    return orjson.dumps(members, option=orjson.OPT_SORT_KEYS)


def from_bytes(data: bytes) -> Canonical:
    """The content of canonical bytes. Raises ValueError for a format that is not known."""
    members = orjson.loads(data)
    if members.pop("format", None) != FORMAT:
        raise ValueError("canonical bytes of an unknown format")
    return Canonical(**members)


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
