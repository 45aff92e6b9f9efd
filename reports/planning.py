"""Planning the opening of reports: what is due by the Register, cut into shares of a few bodies for the workers.

One kind that can't be planned stands by itself for everybody to see, is tried again, and keeps no other from being planned.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from refusals import Refusal
from register.kinds import Kind
from register.register import Register
from register.shelf import Span
from reports import opening_failures
from reports.models import Report
from reports.opening_failures import foreseeing
from reports.opening_tables import OpeningRow, OpeningShareRow
from storage.clock import Clock
from storage.database import session
from storage.identifiers import new_id
from storage.transaction import DatabaseBusy, transaction

#: Reports that are opened in one transaction. What is asked and sent once for all of them costs more than they do with fewer.
SHARE = 200


@dataclass(frozen=True)
class Due:
    """Bodies that are to get a report of a kind for a period, and have none."""

    kind: Kind
    period: str
    bodies: tuple[UUID, ...]


@dataclass(frozen=True)
class _Look:
    """What came of asking about a kind in one version: for which periods it is due (`period` is empty), or who has no report for one.

    There is a refusal where that could not be told.
    """

    code: str
    version: int
    period: str
    due: Due | None = None
    refusal: Refusal | None = None


class Planning:
    """Plans. Its methods are called outside any transaction and make their own."""

    def __init__(self, *, clock: Clock, register: Register) -> None:
        self._clock = clock
        self._register = register

    def due(self, *, at_once: bool = False) -> list[Due]:
        """What is due, not open and in nobody's share; refused ones when their time has come, or `at_once`. Reads only."""
        return [look.due for look in self._looks(at_once=at_once) if look.due is not None and look.due.bodies]

    def plan(self, *, at_once: bool = False) -> int:
        """Cut what is due into shares for the workers; gives how many reports."""
        planned = 0
        noted = {(each.code, each.version, each.period) for each in opening_failures.noted()}
        for look in self._looks(at_once=at_once):
            refusal, key = look.refusal, (look.code, look.version, look.period)
            try:
                with foreseeing(kind=look.code, period=look.period):
                    planned += self._plan(look.due, at_once=at_once) if look.due is not None and look.due.bodies else 0
            except DatabaseBusy:
                raise
            except Refusal as met:
                refusal = met
            if refusal is not None:
                self._note(*key, refusal)
            elif key in noted:
                with transaction():
                    opening_failures.mended(*key)
        return planned

    def _looks(self, *, at_once: bool) -> Iterator[_Look]:
        now = self._clock.now()
        held = set() if at_once else self._held(now)
        for span in self._register.lately_in_force(now):
            if (span.code, span.version, "") not in held:
                yield from self._looks_at(span, now, held, at_once=at_once)

    def _looks_at(self, span: Span, now: datetime, held: Collection[tuple[str, int, str]], *, at_once: bool) -> Iterator[_Look]:
        code, version = span.code, span.version
        try:
            with foreseeing(kind=code, version=version):
                kind = self._register.kind_version(code, version)
                periods = self._register.periods_due(kind, now, span.last)
        except Refusal as refusal:
            yield _Look(code, version, "", refusal=refusal)
            return
        yield _Look(code, version, "")
        for period in periods:
            if (code, version, period) not in held:
                yield self._look(kind, period, now, at_once=at_once)

    def _look(self, kind: Kind, period: str, now: datetime, *, at_once: bool) -> _Look:
        try:
            with foreseeing(kind=kind.code, period=period):
                return _Look(kind.code, kind.version, period, due=self._missing(kind, period, now, at_once=at_once))
        except Refusal as refusal:
            return _Look(kind.code, kind.version, period, refusal=refusal)

    def _held(self, now: datetime) -> set[tuple[str, int, str]]:
        """What could not be planned and is not tried again yet: a change of its kind in the Register doesn't let it wait."""
        return {
            (each.code, each.version, each.period)
            for each in opening_failures.noted()
            if (each.retry_at is None or each.retry_at > now) and self._register.changed_at(each.code) <= each.failed_at
        }

    def _missing(self, kind: Kind, period: str, now: datetime, *, at_once: bool) -> Due:
        """Shares are read before reports: one that is done in between has left its reports."""
        ids = self._register.reporting_body_ids(kind, period)
        opening = session.scalar(sa.select(OpeningRow).where(OpeningRow.kind_code == kind.code, OpeningRow.period == period))
        spoken_for: set[UUID] = set()
        if opening is not None:
            spoken_for = _in_shares(opening.id)
            if not at_once:
                spoken_for |= opening_failures.waiting(opening.id, now, self._register.changed_at(kind.code))
        spoken_for |= set(session.scalars(sa.select(Report.body_id).where(Report.kind_code == kind.code, Report.period == period)))
        return Due(kind, period, tuple(body_id for body_id in ids if body_id not in spoken_for))

    def _plan(self, due: Due, *, at_once: bool) -> int:
        now = self._clock.now()
        try:
            with transaction():
                opening = _locked(due.kind, due.period) or _new(due.kind, due.period, now)
                opening.kind_version = due.kind.version
                wanted = self._missing(due.kind, due.period, now, at_once=at_once).bodies
                refused = opening_failures.refused(opening.id, wanted)
                for start in range(0, len(wanted), SHARE):
                    share = wanted[start : start + SHARE]
                    bodies, again = [str(body_id) for body_id in share], len(refused.intersection(share))
                    session.add(OpeningShareRow(opening_id=opening.id, bodies=bodies, size=len(share), again=again))
                return len(wanted)
        except IntegrityError:
            return 0  # another worker has planned it in this moment

    def _note(self, code: str, version: int, period: str, refusal: Refusal) -> None:
        try:
            with transaction():
                opening_failures.note(code, version, period, refusal, self._clock.now())
        except IntegrityError:
            return  # another worker has noted it in this moment


def _locked(kind: Kind, period: str) -> OpeningRow | None:
    query = sa.select(OpeningRow).where(OpeningRow.kind_code == kind.code, OpeningRow.period == period)
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def _new(kind: Kind, period: str, now: datetime) -> OpeningRow:
    row = OpeningRow(
        id=new_id(), kind_code=kind.code, kind_version=kind.version, period=period, planned_at=now, opened=0, passed_over=0, tries=0
    )
    session.add(row)
    session.flush()
    return row


def _in_shares(opening_id: UUID) -> set[UUID]:
    query = sa.select(OpeningShareRow.bodies).where(OpeningShareRow.opening_id == opening_id)
    return {UUID(body_id) for bodies in session.scalars(query) for body_id in bodies}
