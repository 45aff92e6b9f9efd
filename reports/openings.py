"""Opening by itself: what is planned (`reports.planning`) is opened share by share, by any number of workers.

A share is taken under a lock that others pass by; its reports are opened, counted, and the share is deleted in one transaction: a worker
that is killed leaves it as it was, for the next one. What can't be opened stands by itself for everybody to see, is tried again
(`reports.opening_failures`), and keeps no other from being opened.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from organisations.bodies import Body
from organisations.organisations import Organisations
from refusals import Refusal
from register import periods
from register.errors import KindNotFound
from register.register import Register
from reports import opening_failures
from reports.errors import ReportAlreadyOpen
from reports.opening import Opening
from reports.opening_failures import foreseeing
from reports.opening_tables import OpeningRefusalRow, OpeningRow, OpeningShareRow
from reports.planning import Due, Planning
from storage.clock import Clock
from storage.database import session
from storage.transaction import DatabaseBusy, transaction


class Openings:
    """Plans and opens. Its methods are called outside any transaction and make their own."""

    def __init__(self, *, clock: Clock, register: Register, organisations: Organisations, opening: Opening) -> None:
        self._clock = clock
        self._register = register
        self._organisations = organisations
        self._opening = opening
        self._planning = Planning(clock=clock, register=register)

    def due(self, *, at_once: bool = False) -> list[Due]:
        """What is due, not open and in nobody's share; refused ones when their time has come, or `at_once`. Reads only."""
        return self._planning.due(at_once=at_once)

    def plan(self, *, at_once: bool = False) -> int:
        """Cut what is due into shares for the workers; gives how many reports."""
        return self._planning.plan(at_once=at_once)

    def open_share(self) -> int:
        """Open the reports of one share that no other worker has; gives how many bodies it was for, 0 when there is no share left."""
        share_id: UUID | None = None
        try:
            with foreseeing(), transaction():
                share = _take()
                if share is None:
                    return 0
                share_id = share.id
                opening = session.get_one(OpeningRow, share.opening_id)
                kind = self._register.kind_version(opening.kind_code, opening.kind_version)
                bodies = self._bodies(share, opening.period)
                opened = self._opening.open_all(kind, bodies, opening.period)
                return self._close(share, opened=opened, passed_over=len(bodies) - opened)
        except Refusal as refusal:
            if share_id is None:
                raise
            known = refusal
        return self._open_one_by_one(share_id, known)

    def refused(self) -> list[tuple[str, str, UUID, str]]:
        """Who was not given a report: kind, period, body, and the code of the refusal."""
        row = OpeningRefusalRow
        joined = sa.select(OpeningRow.kind_code, OpeningRow.period, row.body_id, row.code).join(row, row.opening_id == OpeningRow.id)
        found = session.execute(joined.order_by(OpeningRow.kind_code, OpeningRow.period, row.body_id))
        return [(kind, period, body_id, code) for kind, period, body_id, code in found]

    def _open_one_by_one(self, share_id: UUID, known: Refusal) -> int:
        """A share that could not be opened as a whole: who can be given a report gets it, of the others it is said why not."""
        try:
            with foreseeing(known, share=str(share_id)), transaction():
                share = _take(share_id)
                if share is None:
                    return 1  # another worker has it now
                opening = session.get_one(OpeningRow, share.opening_id)
                tried = {body.id: self._open(opening, body, known) for body in self._bodies(share, opening.period)}
                refused = {body_id: came for body_id, came in tried.items() if isinstance(came, Refusal)}
                opened = sum(came is True for came in tried.values())
                return self._close(share, opened=opened, passed_over=len(tried) - opened - len(refused), refused=refused)
        except DatabaseBusy:
            raise
        except Refusal as refusal:
            return self._refuse_all(share_id, refusal)

    def _refuse_all(self, share_id: UUID, refusal: Refusal) -> int:
        with transaction():
            share = _take(share_id)
            if share is None:
                return 1
            return self._close(share, opened=0, passed_over=0, refused=dict.fromkeys(_ids(share), refusal))

    def _open(self, opening: OpeningRow, body: Body, known: Refusal) -> bool | Refusal:
        """Whether a report was opened for a body, which had none; or why not."""
        try:
            with foreseeing(known, kind=opening.kind_code, period=opening.period, body=str(body.id)), session.begin_nested():
                self._opening.open(opening.kind_code, body.id, opening.period)
        except ReportAlreadyOpen:
            return False
        except Refusal as refusal:
            return refusal
        return True

    def _close(self, share: OpeningShareRow, *, opened: int, passed_over: int, refused: Mapping[UUID, Refusal] | None = None) -> int:
        """Count what a share has come to and delete it; gives for how many bodies it was. Comes last: others wait for the opening's row."""
        now, refused, ids = self._clock.now(), refused or {}, _ids(share)
        opening = session.get_one(OpeningRow, share.opening_id)
        opening_failures.settle(opening.id, [body_id for body_id in ids if body_id not in refused])
        if refused:
            changed_at = self._changed_at(opening)
            for body_id, refusal in refused.items():
                opening_failures.refuse(opening, body_id, refusal, now, changed_at)
        session.delete(share)
        session.flush()
        figures = {"opened": OpeningRow.opened + opened, "passed_over": OpeningRow.passed_over + passed_over, "done_at": now}
        session.execute(sa.update(OpeningRow).where(OpeningRow.id == opening.id).values(figures))
        return len(ids)

    def _changed_at(self, opening: OpeningRow) -> datetime:
        try:
            return self._register.changed_at(opening.kind_code)
        except KindNotFound:  # taken back since it was planned
            return opening.planned_at

    def _bodies(self, share: OpeningShareRow, period: str) -> list[Body]:
        found = self._organisations.bodies.many(_ids(share), periods.parse(period).last)
        return [found[body_id] for body_id in _ids(share) if body_id in found]


def _take(share_id: UUID | None = None) -> OpeningShareRow | None:
    """The first share that nobody has, or a certain one, locked until the end of the transaction."""
    query = sa.select(OpeningShareRow).order_by(OpeningShareRow.id).limit(1)
    if share_id is not None:
        query = query.where(OpeningShareRow.id == share_id)
    return session.scalar(query.with_for_update(skip_locked=True).execution_options(populate_existing=True))


def _ids(share: OpeningShareRow) -> list[UUID]:
    return [UUID(body_id) for body_id in share.bodies]
