"""Opening by itself: what the Register says is due is planned in shares of a few bodies, and any number of workers open share by share.

A share is taken under a lock that others pass by, its reports are opened and the share is marked done in one transaction: a worker that is
killed leaves it as it was, for the next one. What is refused stands by itself for everybody to see, and is tried again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from organisations.bodies import Body
from organisations.organisations import Organisations
from refusals import Refusal
from register import periods
from register.kinds import Kind
from register.register import Register
from reports.errors import ReportAlreadyOpen
from reports.models import Report
from reports.opening import Opening
from reports.opening_tables import OpeningRefusalRow, OpeningRow, OpeningShareRow
from storage import journal
from storage.clock import Clock
from storage.database import session
from storage.identifiers import new_id
from storage.transaction import transaction

#: Reports that are opened in one transaction.
SHARE = 50
#: How long a refused opening waits for the next try; a change of its kind in the Register doesn't let it wait.
RETRY = timedelta(hours=1)


R = OpeningRefusalRow


@dataclass(frozen=True)
class Due:
    """Bodies that are to get a report of a kind for a period, and have none."""

    kind: Kind
    period: str
    bodies: tuple[UUID, ...]


class Openings:
    """Plans and opens. Its methods are called outside any transaction and make their own."""

    def __init__(self, *, clock: Clock, register: Register, organisations: Organisations, opening: Opening) -> None:
        self._clock = clock
        self._register = register
        self._organisations = organisations
        self._opening = opening

    def due(self, *, at_once: bool = False) -> list[Due]:
        """What is due, not open and in nobody's share; refused ones when their time has come, or `at_once`. Reads only."""
        now = self._clock.now()
        found = (self._missing(kind, period, now, at_once=at_once) for kind, period in self._register.due(now))
        return [due for due in found if due.bodies]

    def plan(self, *, at_once: bool = False) -> int:
        """Cut what is due into shares for the workers; gives how many reports."""
        return sum(self._plan(due, at_once=at_once) for due in self.due(at_once=at_once))

    def open_share(self) -> int:
        """Open the reports of one share that no other worker has; gives how many bodies it was for, 0 when there is no share left."""
        share_id: UUID | None = None
        try:
            with transaction():
                share = _take()
                if share is None:
                    return 0
                share_id = share.id
                opening = session.get_one(OpeningRow, share.opening_id)
                kind = self._register.kind_version(opening.kind_code, opening.kind_version)
                self._close(share, self._opening.open_all(kind, self._bodies(share, opening.period), opening.period))
                return len(share.bodies)
        except (Refusal, IntegrityError):
            if share_id is None:
                raise
        return self._open_one_by_one(share_id)

    def refused(self) -> list[tuple[str, str, UUID, str]]:
        """Who was not given a report: kind, period, body, and the code of the refusal."""
        joined = sa.select(OpeningRow.kind_code, OpeningRow.period, R.body_id, R.code).join(R, R.opening_id == OpeningRow.id)
        found = session.execute(joined.order_by(OpeningRow.kind_code, OpeningRow.period, R.body_id))
        return [(kind, period, body_id, code) for kind, period, body_id, code in found]

    def _open_one_by_one(self, share_id: UUID) -> int:
        """A share that could not be opened as a whole: who can be given a report gets it, of the others it is said why not."""
        with transaction():
            share = _take(share_id)
            if share is None:
                return 1  # another worker has it now
            opening = session.get_one(OpeningRow, share.opening_id)
            opened = sum(self._open(opening, body) for body in self._bodies(share, opening.period))
            self._close(share, opened)
            return len(share.bodies)

    def _open(self, opening: OpeningRow, body: Body) -> bool:
        try:
            with session.begin_nested():
                self._opening.open(opening.kind_code, body.id, opening.period)
        except ReportAlreadyOpen:
            return False
        except Refusal as refusal:
            self._refuse(opening, body.id, refusal)
            return False
        return True

    def _refuse(self, opening: OpeningRow, body_id: UUID, refusal: Refusal) -> None:
        now = self._clock.now()
        row = session.get(OpeningRefusalRow, (opening.id, body_id)) or OpeningRefusalRow(opening_id=opening.id, body_id=body_id, tries=0)
        is_news = row.tries == 0 or row.code != refusal.code
        row.code, row.fields, row.refused_at = refusal.code, _plain(refusal.fields), now
        row.tries, row.retry_at = row.tries + 1, now + RETRY
        session.add(row)
        if is_news:
            about = {"kind": opening.kind_code, "period": opening.period, "code": refusal.code}
            journal.record("report:opening_refused", at=now, subject=("report_opening", opening.id), body_id=body_id, **about)
        session.flush()

    def _close(self, share: OpeningShareRow, opened: int) -> None:
        """Mark a share done; refusals of an earlier try are settled by what this one said."""
        now = self._clock.now()
        share.opened, share.done_at = opened, now
        settled = sa.delete(R).where(R.opening_id == share.opening_id, R.body_id.in_(_ids(share)), R.refused_at < now)
        session.execute(settled)
        session.flush()

    def _bodies(self, share: OpeningShareRow, period: str) -> list[Body]:
        found = self._organisations.bodies.many(_ids(share), periods.parse(period).last)
        return [found[body_id] for body_id in _ids(share) if body_id in found]

    def _missing(self, kind: Kind, period: str, now: datetime, *, at_once: bool) -> Due:
        """Shares are read before reports: one that is done in between has left its reports."""
        ids = self._register.reporting_body_ids(kind, period)
        opening = session.scalar(sa.select(OpeningRow).where(OpeningRow.kind_code == kind.code, OpeningRow.period == period))
        spoken_for: set[UUID] = set()
        if opening is not None:
            spoken_for = _in_shares(opening.id) | (set() if at_once else self._waiting(opening.id, kind, now))
        spoken_for |= set(session.scalars(sa.select(Report.body_id).where(Report.kind_code == kind.code, Report.period == period)))
        return Due(kind, period, tuple(body_id for body_id in ids if body_id not in spoken_for))

    def _waiting(self, opening_id: UUID, kind: Kind, now: datetime) -> set[UUID]:
        """Bodies that were refused and are not tried again yet."""
        changed = self._register.changed_at(kind.code)
        query = sa.select(R.body_id).where(R.opening_id == opening_id, R.retry_at > now, R.refused_at >= changed)
        return set(session.scalars(query))

    def _plan(self, due: Due, *, at_once: bool) -> int:
        now = self._clock.now()
        try:
            with transaction():
                opening = _locked(due.kind, due.period)
                if opening is None:
                    opening = OpeningRow(
                        id=new_id(), kind_code=due.kind.code, kind_version=due.kind.version, period=due.period, planned_at=now
                    )
                    session.add(opening)
                    session.flush()
                opening.kind_version = due.kind.version
                wanted = self._missing(due.kind, due.period, now, at_once=at_once).bodies
                for start in range(0, len(wanted), SHARE):
                    bodies = [str(body_id) for body_id in wanted[start : start + SHARE]]
                    session.add(OpeningShareRow(opening_id=opening.id, bodies=bodies, opened=0))
                return len(wanted)
        except IntegrityError:
            return 0  # another worker has planned it in this moment


def _locked(kind: Kind, period: str) -> OpeningRow | None:
    query = sa.select(OpeningRow).where(OpeningRow.kind_code == kind.code, OpeningRow.period == period)
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def _take(share_id: UUID | None = None) -> OpeningShareRow | None:
    """The first share that nobody has, or a certain one, locked until the end of the transaction."""
    query = sa.select(OpeningShareRow).where(sa.text("done_at IS NULL")).order_by(OpeningShareRow.id).limit(1)
    if share_id is not None:
        query = query.where(OpeningShareRow.id == share_id)
    return session.scalar(query.with_for_update(skip_locked=True).execution_options(populate_existing=True))


def _in_shares(opening_id: UUID) -> set[UUID]:
    query = sa.select(OpeningShareRow.bodies).where(OpeningShareRow.opening_id == opening_id, OpeningShareRow.done_at.is_(None))
    return {UUID(body_id) for bodies in session.scalars(query) for body_id in bodies}


def _ids(share: OpeningShareRow) -> list[UUID]:
    return [UUID(body_id) for body_id in share.bodies]


def _plain(fields: dict[str, object]) -> dict[str, str]:
    return {name: str(value)[:500] for name, value in fields.items()}
