"""The duplicates gate of a change: which of its indicators are collected already, or about to be, by whom, and why we think so.

What the kind's last version asked already passed the gate then; only what a change newly asks is stopped. Each match that stops needs a
reasoned word of the owner (`Override`) before the change goes on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import sqlalchemy as sa

import texts
from refusals import Fault
from register import shelf as kinds
from register.changes import drafts, shelf
from register.changes.drafts import Draft
from register.changes.errors import ChangeInvalid, DuplicatesUnexplained
from register.changes.lifecycle import OPEN, State
from register.changes.models import Change, OverrideRow
from register.duplicates.duplicates import Collected
from register.duplicates.held import HeldValues, LastHeld
from register.duplicates.matching import Asked, Catalogue, Match
from register.indicators import Indicator
from register.kinds import Heading
from register.names import Names
from register.periods import Periodicity
from register.register import Register
from storage.database import session

#: A reason as a code with fields; names are said in the language of the reader.
Reason = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Override:
    """Why a match does not keep the change from going on, in the owner's words."""

    reason: str
    by: str
    on_behalf_of: str | None
    body_id: UUID
    at: datetime


@dataclass(frozen=True)
class Repetition:
    """One match: what is asked, what is held, by which kind it is collected (None: defined, collected by nobody).

    `under_way` is the change that is about to put the kind in force. `stops`: it needs the owner's word, given in `override`.
    """

    id: str
    asked: Indicator
    held: Indicator
    kind: Heading | None
    under_way: UUID | None
    same: bool
    score: float
    reasons: tuple[Reason, ...]
    last: LastHeld | None
    stops: bool
    override: Override | None

    @property
    def unexplained(self) -> bool:
        """Whether the change cannot go on because of it."""
        return self.stops and self.override is None


@dataclass(frozen=True)
class _Found:
    """Two indicators that are alike, and who collects the held one or is about to."""

    asked: Indicator
    held: Indicator
    match: Match
    kind: Heading | None
    under_way: UUID | None = None


class Gate:
    """Compares a draft with all kinds in force and all other changes past their draft, until the day of their act has come."""

    def __init__(self, register: Register, held: HeldValues) -> None:
        self._register = register
        self._held = held

    def repetitions(self, change: Change) -> list[Repetition]:
        """What a change repeats, matches that stop it first. Raises ChangeInvalid for a draft that cannot be read."""
        if change.document is None:
            return []
        draft = drafts.read(change)
        asked = self._asked(draft)
        found = _once([*self._in_force(draft, asked), *self._under_way(change, asked)])
        last = self._held.last({each.held.code for each in found})
        known, overrides = self._known_before(change), _overrides(change.id)
        made = [_repetition(draft.kind, each, last, known, overrides) for each in found]
        return sorted(made, key=lambda one: (not one.stops, -one.score, one.asked.code, one.held.code))

    def collected(self, asked: Sequence[Asked]) -> list[list[Collected]]:
        """What is collected already of indicators that somebody wants to ask for, with the newest figures of each kind that does."""
        found = self._register.duplicates.of(asked)
        last = self._held.last({each.indicator.code for matches in found for each in matches})
        return [[_with_last(each, last) for each in matches] for matches in found]

    def unexplained(self, change: Change) -> list[Repetition]:
        """The matches that keep the change from going on."""
        return [each for each in self.repetitions(change) if each.unexplained]

    def require_explained(self, change: Change) -> None:
        """Raises DuplicatesUnexplained with one fault for each match that keeps the change from going on."""
        waiting = self.unexplained(change)
        if waiting:
            raise DuplicatesUnexplained(change.code, [_fault(each) for each in waiting])

    def _asked(self, draft: Draft) -> list[Indicator]:
        """What a draft asks: its own indicators and those of the catalogue."""
        own = {each.code: each for each in draft.indicators}
        codes = dict.fromkeys(cell.indicator for cell in draft.kind.cells.values() if cell.indicator)
        known = kinds.indicators_of(code for code in codes if code not in own)
        return [own.get(code) or known[code] for code in codes]

    def _in_force(self, draft: Draft, asked: Sequence[Indicator]) -> Iterable[_Found]:
        collected = self._register.duplicates.of([Asked.of(each) for each in asked])
        for indicator, matches in zip(asked, collected, strict=True):
            for found in matches:
                for kind in found.kinds:
                    if kind.code != draft.kind.code:
                        yield _Found(indicator, found.indicator, found.match, kind)
                if not found.kinds and found.indicator.code != indicator.code:
                    yield _Found(indicator, found.indicator, found.match, None)

    def _under_way(self, change: Change, asked: Sequence[Indicator]) -> Iterable[_Found]:
        """Matches with what changes of other kinds ask that are past their draft, and not in force yet."""
        for other in shelf.in_states((OPEN - {State.DRAFT}) | {State.APPROVED}):
            theirs = self._draft(other) if other.code != change.code else None
            if theirs is None:
                continue
            held = {each.code: each for each in self._asked(theirs)}
            catalogue = Catalogue(Asked.of(each) for each in held.values())
            for indicator in asked:
                for match in catalogue.matches(Asked.of(indicator)):
                    yield _Found(indicator, held[match.code], match, theirs.kind, other.id)

    def _draft(self, other: Change) -> Draft | None:
        """What another change asks; None for one that withdraws."""
        version = other.kind_version
        if other.document is None or version is None:
            return None
        if other.state is State.APPROVED:  # a version of the Register already, with its indicators in the catalogue
            return Draft(self._register.kind_version(other.code, version), ())
        try:
            return drafts.read(other)
        except ChangeInvalid:  # an indicator of theirs has come into the catalogue meanwhile: it is matched there
            return None

    def _known_before(self, change: Change) -> frozenset[str]:
        """The codes that the kind's last version asks already."""
        if change.base_version is None:
            return frozenset()
        kind = self._register.kind_version(change.code, change.base_version)
        return frozenset(cell.indicator for cell in kind.cells.values() if cell.indicator)


def _once(found: Iterable[_Found]) -> Iterable[_Found]:
    """One of each match: what a kind collects is not told again of its next version, nor what one is about to as asked by nobody."""
    made: dict[str, _Found] = {}
    for each in found:
        made.setdefault(_key(each.asked, each.held, each.kind), each)
    collected = {(each.asked.code, each.held.code) for each in made.values() if each.kind}
    return [each for each in made.values() if each.kind or (each.asked.code, each.held.code) not in collected]


def _repetition(
    kind: Heading, found: _Found, last: Mapping[tuple[str, str], LastHeld], known: frozenset[str], overrides: Mapping[str, Override]
) -> Repetition:
    other, match = found.kind, found.match
    newest = last.get((found.held.code, other.code)) if other else None
    key = _key(found.asked, found.held, other)
    return Repetition(
        id=key,
        asked=found.asked,
        held=found.held,
        kind=other,
        under_way=found.under_way,
        same=match.same,
        score=match.score,
        reasons=(*_collected(other, found.under_way, newest), *match.reasons, *_compared(kind, other)),
        last=newest,
        stops=match.same and found.asked.code not in known,
        override=overrides.get(key),
    )


def _collected(other: Heading | None, under_way: UUID | None, last: LastHeld | None) -> Iterable[Reason]:
    if other is None:
        yield "duplicate_defined", {}
        return
    about = {"kind": other.names, "code": other.code, "addressee": other.addressee.names}
    yield ("duplicate_about_to_be" if under_way else "duplicate_collected"), about
    if last is not None:
        yield "duplicate_last_held", {"period": last.period, "date": last.at.date().isoformat()}


def _with_last(found: Collected, last: Mapping[tuple[str, str], LastHeld]) -> Collected:
    by_kind = {kind.code: last.get((found.indicator.code, kind.code)) for kind in found.kinds}
    told = [reason for kind in found.kinds or (None,) for reason in _collected(kind, None, by_kind[kind.code] if kind else None)]
    known = {code: newest for code, newest in by_kind.items() if newest is not None}
    return replace(found, last=known, reasons=(*told, *found.match.reasons))


def _compared(kind: Heading, other: Heading | None) -> Iterable[Reason]:
    """How period and addressee of the two kinds compare."""
    if other is None:
        return
    if kind.periodicity == other.periodicity:
        yield "duplicate_same_period", {}
    else:
        yield "duplicate_other_period", {"first": kind.periodicity, "second": other.periodicity}
    same = kind.addressee.names == other.addressee.names or (kind.addressee.body or "-") == other.addressee.body
    yield ("duplicate_same_addressee" if same else "duplicate_other_addressee"), {"addressee": other.addressee.names}


def _fault(match: Repetition) -> Fault:
    kind = match.kind.code if match.kind else "—"
    return Fault(
        "/document", "duplicate_unexplained", {"asked": match.asked.code, "held": match.held.code, "kind": kind, "match": match.id}
    )


def said(reason: Reason, language: str) -> str:
    """A reason in a language."""
    code, given = reason
    return texts.say(code, {name: _said(value, language) for name, value in given.items()}, language)


def _said(value: Any, language: str) -> Any:
    if isinstance(value, Names):
        return value.say(language)
    return texts.say(f"periodicity_{value}", {}, language) if isinstance(value, Periodicity) else value


def _overrides(change_id: UUID) -> dict[str, Override]:
    rows = session.scalars(sa.select(OverrideRow).where(OverrideRow.change_id == change_id))
    return {row.match: Override(row.reason, row.by, row.on_behalf_of, row.body_id, row.at) for row in rows}


def _key(asked: Indicator, held: Indicator, kind: Heading | None) -> str:
    """What names a match as long as it is one between the same things."""
    return sha256("\x1f".join((asked.code, held.code, kind.code if kind else "")).encode()).hexdigest()[:16]
