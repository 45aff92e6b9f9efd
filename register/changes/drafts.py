"""What a draft says, read as far as it can be: everything that still keeps it from going on is told with its place in the change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from refusals import Fault
from register import known_kinds, known_places, reading, shelf
from register.changes.errors import ChangeInvalid
from register.changes.models import Change
from register.errors import IndicatorsInvalid, KindInvalid
from register.indicators import Indicator
from register.kinds import Kind


@dataclass(frozen=True)
class Draft:
    """A draft that can go on: the kind, and the indicators that come with it."""

    kind: Kind
    indicators: tuple[Indicator, ...]


def faults_of(document: Mapping[str, Any], indicators: Sequence[Mapping[str, Any]]) -> list[Fault]:
    """What keeps a draft from going on; pointers begin with `/document` or `/indicators`."""
    try:
        read_document(document, indicators)
    except ChangeInvalid as invalid:
        return list(invalid.faults)
    return []


def read(change: Change) -> Draft:
    """The kind and the indicators of a change. Raises ChangeInvalid."""
    return read_document(change.document or {}, change.indicators)


def code_of(document: Mapping[str, Any]) -> str:
    """The code of a kind in a draft, which it cannot do without. Raises ChangeInvalid."""
    code = document.get("code")
    if not isinstance(code, str) or not reading.is_code(code):
        raise ChangeInvalid([Fault("/document/code", "kind_code")])
    return code


def read_document(document: Mapping[str, Any], indicators: Sequence[Mapping[str, Any]]) -> Draft:
    """The kind that a document describes and the indicators that come with it. Raises ChangeInvalid."""
    faults: list[Fault] = []
    own: list[Indicator] = []
    try:
        own = shelf.read_indicators(list(indicators))
    except IndicatorsInvalid as invalid:
        faults += _placed("/indicators", invalid.faults)
    known = shelf.indicators_of({*shelf.indicators_named(document), *(each.code for each in own)})
    faults += [
        Fault(f"/indicators/{number}/code", "indicator_exists", {"indicator": each.code})
        for number, each in enumerate(own)
        if each.code in known
    ]
    try:
        kind = reading.read(document, known | {each.code: each for each in own})
    except KindInvalid as invalid:
        raise ChangeInvalid(faults + _placed("/document", invalid.faults)) from None
    faults += _placed("/document", [*known_places.faults(kind), *known_kinds.faults(kind)])
    if faults:
        raise ChangeInvalid(faults)
    return Draft(kind, tuple(own))


def _placed(place: str, faults: Sequence[Fault]) -> list[Fault]:
    return [replace(fault, pointer=f"{place}{fault.pointer}") for fault in faults]
