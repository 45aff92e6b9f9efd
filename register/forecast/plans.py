"""The kinds that a forecast counts: those in force, or as they would be by a draft or a change that nobody has saved."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from register import reading, shelf
from register.changes import drafts
from register.changes import shelf as changes
from register.errors import KindNotFound
from register.forecast.due import Planned
from register.kinds import Kind
from register.register import LONGEST_ON_ITS_WAY, Register


@dataclass(frozen=True)
class Retimed:
    """A kind as if it had always had another periodicity or other due rules; levels that are not named keep theirs."""

    code: str
    periodicity: str | None = None
    due: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Drafted:
    """A document of a new kind or of a next version, from its `valid_from` on, with indicators that come with it."""

    document: Mapping[str, Any]
    indicators: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Proposed:
    """A change of the Register that is not in force yet."""

    change_id: UUID


Supposition = Retimed | Drafted | Proposed


def in_force(register: Register, first: date, last: date) -> list[Planned]:
    """Every version that may have a deadline on one of some days."""
    spans = shelf.spans(first - LONGEST_ON_ITS_WAY, last)
    kinds = register.kind_versions(span[:2] for span in spans)
    return [Planned(kind, begins, ends) for kind, (_, _, begins, ends) in zip(kinds, spans, strict=True)]


def supposed(register: Register, planned: Sequence[Planned], suppositions: Sequence[Supposition]) -> list[Planned]:
    """The same list as it would be, one supposition after another. Raises KindNotFound, KindInvalid, ChangeNotFound, ChangeInvalid."""
    plans = list(planned)
    for supposition in suppositions:
        match supposition:
            case Retimed():
                kind = _retimed(register, supposition)
                plans = [each for each in plans if each.kind.code != kind.code] + [Planned(kind, date.min)]
            case Drafted():
                plans = _with(plans, drafts.read_document(supposition.document, supposition.indicators).kind)
            case Proposed():
                plans = _by_change(plans, supposition.change_id)
    return plans


def _retimed(register: Register, supposition: Retimed) -> Kind:
    newest = register.versions(supposition.code)[0]
    document = deepcopy(shelf.version(newest.code, newest.version).document)
    document["due"] = document["due"] | dict(supposition.due)
    if supposition.periodicity is not None:
        document["periodicity"] = supposition.periodicity
    return reading.read(document, shelf.indicators_of(shelf.indicators_named(document)))


def _by_change(plans: list[Planned], change_id: UUID) -> list[Planned]:
    change = changes.found(change_id)
    if change.document is not None:
        return _with(plans, drafts.read(change).kind)
    if all(each.kind.code != change.code for each in plans):
        raise KindNotFound(change.code)
    return [each for each in plans if each.kind.code != change.code]


def _with(plans: list[Planned], kind: Kind) -> list[Planned]:
    """The kind from its first day on; what was measured holds only while it asks for the same minutes as before."""
    eve = kind.valid_from - timedelta(days=1)
    kept: list[Planned] = []
    measurable = True
    for each in plans:
        if each.kind.code != kind.code:
            kept.append(each)
            continue
        measurable = each.kind.minutes == kind.minutes
        if each.first <= eve:
            kept.append(Planned(each.kind, each.first, min(each.last or eve, eve)))
    return [*kept, Planned(kind, kind.valid_from, None, measurable)]
