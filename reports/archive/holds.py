"""Legal holds: what must be kept though its period is over, for a court, an inspection, a claim.

A hold lies on one report, or on all of a kind, of a body, of a range of periods, those to come included. It is placed under the lock that
stops every removal (`storage.removals`), and takes what it covers off the acts of destruction; a report that is purged can't be held.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from organisations import permissions
from organisations.actors import Actor
from organisations.bodies import Bodies
from organisations.errors import NotPermitted
from organisations.permissions import EVERYWHERE, Everywhere, Permission
from refusals import Fault
from register import periods
from register.register import Register
from reports import chronicle, shelf, words
from reports.archive import conditions
from reports.archive.errors import ReportHoldInvalid, ReportHoldLifted, ReportHoldNotFound, ReportPurged
from reports.archive.tables import DestructionItemRow, ReportHoldRow
from reports.models import Report
from storage import journal, removals
from storage.clock import Clock
from storage.database import session
from storage.identifiers import new_id
from storage.pages import Key, Page, page

H, P = ReportHoldRow, Permission
LONGEST = 500


@dataclass(frozen=True)
class Ground:
    """Why something is held: in words, and by which act (a request of a court, an order) of which date."""

    reason: str
    act_number: str
    act_date: date


@dataclass(frozen=True)
class Range:
    """What a hold covers: whatever is set must hold, and something has to be set. Periods are of any notation."""

    kind: str | None = None
    body_id: UUID | None = None
    period_from: str | None = None
    period_to: str | None = None


@dataclass(frozen=True)
class ReportHold:
    """A legal hold. `period_from` and `period_to` are days that the last day of a period must not be before or after."""

    id: UUID
    report_id: UUID | None
    kind_code: str | None
    body_id: UUID | None
    period_from: date | None
    period_to: date | None
    reason: str
    act_number: str
    act_date: date
    set_at: datetime
    set_by: str
    set_for: str | None
    lifted_at: datetime | None
    lifted_by: str | None
    lift_reason: str | None


class Holds:
    """Places and lifts holds; changes belong into a transaction."""

    def __init__(self, *, clock: Clock, register: Register, bodies: Bodies) -> None:
        self._clock = clock
        self._register = register
        self._bodies = bodies

    def hold_report(self, actor: Actor, report_id: UUID, ground: Ground) -> ReportHold:
        """Hold one report: by right at its body or at its receiver; of a restricted one the reason is not kept.

        Raises ReportNotFound, ReportPurged, ReportHoldInvalid, NotPermitted.
        """
        removals.stop()
        report, _ = shelf.seen(actor, report_id)
        placed_at = next((at for at in (report.body_id, report.receiver_id) if at and permissions.allowed(actor, P.REPORT_HOLD, at)), None)
        if placed_at is None:
            raise NotPermitted(P.REPORT_HOLD)
        if report.purged_at is not None:
            raise ReportPurged(report.id)
        if report.report_class == shelf.RESTRICTED:  # words could tell of its contents
            ground = replace(ground, reason="—")
        row = self._placed(actor, placed_at, ground, report_id=report.id)
        chronicle.tell("held", report, row.set_at, by=actor.by, hold=str(row.id), act_number=row.act_number)
        return _hold(row)

    def hold_range(self, actor: Actor, what: Range, ground: Ground) -> ReportHold:
        """Hold all that a range covers, what is to come included: by right at its body; one of no body by a right that holds everywhere.

        Raises ReportHoldInvalid, KindNotFound, BodyNotFound, PeriodInvalid, NotPermitted.
        """
        removals.stop()
        permissions.require(actor, P.REPORT_HOLD, what.body_id or EVERYWHERE)
        if what == Range():
            raise ReportHoldInvalid(Fault("", "hold_of_nothing"))
        if what.kind is not None:
            self._register.versions(what.kind)
        if what.body_id is not None:
            self._bodies.get(what.body_id)
        first = periods.parse(what.period_from).first if what.period_from else None
        last = periods.parse(what.period_to).last if what.period_to else None
        if first and last and first > last:
            raise ReportHoldInvalid(Fault("/period_to", "hold_of_no_period"))
        covered = {"kind_code": what.kind, "body_id": what.body_id, "period_from": first, "period_to": last}
        return _hold(self._placed(actor, what.body_id, ground, **covered))

    def lift(self, actor: Actor, hold_id: UUID, reason: str) -> ReportHold:
        """End a hold, by the right by which it could be placed; what is past its period can go on an act again.

        Raises ReportHoldNotFound, ReportHoldLifted, TextNeeded, NotPermitted.
        """
        row = session.get(H, hold_id, with_for_update=True, populate_existing=True)
        if row is None or not permissions.allowed(actor, P.REPORT_HOLD, row.placed_at or EVERYWHERE):
            raise ReportHoldNotFound(hold_id)
        if row.lifted_at is not None:
            raise ReportHoldLifted(hold_id)
        row.lifted_at, row.lifted_by, row.lift_reason = self._clock.now(), actor.by, words.required(reason)[:LONGEST]
        self._tell("report_hold:lifted", row, actor, row.placed_at, reason=row.lift_reason)
        session.flush()
        return _hold(row)

    def list(self, actor: Actor, *, active_only: bool = True, limit: int = 50, after: Key | None = None) -> Page[ReportHold]:
        """The holds that the actor could lift, the newest first."""
        query = sa.select(H).order_by(H.id.desc()).limit(limit + 1)
        reach = permissions.where(actor, P.REPORT_HOLD)
        if not isinstance(reach, Everywhere):
            query = query.where(H.placed_at.in_(reach))
        if active_only:
            query = query.where(H.lifted_at.is_(None))
        if after is not None:
            query = query.where(H.id < after[0])
        return page(session.scalars(query).all(), limit, item=_hold, key=lambda row: (row.id,))

    def _placed(self, actor: Actor, placed_at: UUID | None, ground: Ground, **covered: object) -> ReportHoldRow:
        reason, number = words.required(ground.reason)[:LONGEST], ground.act_number.strip()
        if not number:
            raise ReportHoldInvalid(Fault("/act_number", "hold_act_needed"))
        if ground.act_date > self._register.calendar.today():
            raise ReportHoldInvalid(Fault("/act_date", "hold_act_to_come", {"date": ground.act_date.isoformat()}))
        duty = permissions.duty_for(actor, P.REPORT_HOLD, placed_at or EVERYWHERE)
        row = H(
            id=new_id(),
            reason=reason,
            act_number=number,
            act_date=ground.act_date,
            placed_at=placed_at,
            set_at=self._clock.now(),
            set_by=actor.by,
            set_for=str(duty.absent_user_id) if duty and duty.acting else None,
            **covered,
        )
        session.add(row)
        session.flush()
        spared = _take_off_acts()
        self._tell("report_hold:set", row, actor, placed_at, reason=reason, act_number=number, taken_off_acts=spared)
        return row

    def _tell(self, event: str, row: ReportHoldRow, actor: Actor, at: UUID | None, **details: Any) -> None:
        named = {name: getattr(row, name) for name in ("report_id", "kind_code", "body_id", "period_from", "period_to")}
        about = details | {f"of_{name}": str(value) for name, value in named.items() if value is not None}
        journal.record(event, at=self._clock.now(), subject=("report_hold", row.id), actor=actor.by, body_id=at, **about)


def _take_off_acts() -> int:
    """Take what is held off the acts of destruction; gives how many reports."""
    covered = sa.select(Report.id).where(Report.id.in_(sa.select(DestructionItemRow.report_id)), conditions.held())
    gone = sa.delete(DestructionItemRow).where(DestructionItemRow.report_id.in_(covered)).returning(DestructionItemRow.report_id)
    return len(session.execute(gone).all())


def _hold(row: ReportHoldRow) -> ReportHold:
    return ReportHold(**{name: getattr(row, name) for name in ReportHold.__dataclass_fields__})
