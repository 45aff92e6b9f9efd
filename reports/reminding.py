"""Reminding by hand: who watches over reports reminds those who hold them, of one or of all in a list, at most once a day for each report.

The journal says who reminded; from it the holders learn of it (room `notifications`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

import sqlalchemy as sa

from organisations import permissions
from organisations.actors import Actor
from organisations.permissions import Permission
from register.calendar import Calendar
from reports import chronicle, shelf
from reports.errors import NotAtThisStage, RemindedToday
from reports.lifecycle import ENDED
from reports.models import Report
from reports.shelf import Conditions
from storage.clock import Clock
from storage.database import session
from storage.journal import JournalEntry
from storage.pages import Key

#: Reports that are reminded of in one request.
MOST = 200
_SENT = "reminder_sent"


@dataclass(frozen=True)
class Reminded:
    """What a bulk reminder has come to: reports reminded of, those that were reminded of today already, and where to go on."""

    reminded: int
    already: int
    next: Key | None


class Reminding:
    """Reminds. Everything is done in the caller's transaction."""

    def __init__(self, *, clock: Clock, calendar: Calendar) -> None:
        self._clock = clock
        self._calendar = calendar

    def may(self, actor: Actor, report: Report) -> bool:
        """Whether the actor may remind of a report that waits for somebody."""
        right, receiver = Permission.REPORT_REMIND, report.receiver_id
        if report.stage in ENDED:
            return False
        if receiver is not None and permissions.allowed(actor, right, receiver):
            return True
        return permissions.allowed(actor, right, report.body_id)

    def of(self, actor: Actor, report_id: UUID) -> None:
        """Remind of one report. Raises ReportNotFound, NotPermitted, NotAtThisStage, RemindedToday."""
        shelf.seen(actor, report_id)
        report = shelf.locked(report_id)
        if report.stage in ENDED:
            raise NotAtThisStage("remind", report.stage)
        if not self.may(actor, report):
            permissions.require(actor, Permission.REPORT_REMIND, report.body_id)
        if self._today([report.id]):
            raise RemindedToday(report.business_key)
        self._tell([report], actor)

    def of_all(self, actor: Actor, wanted: Conditions, *, body_id: UUID | None = None, limit: int, after: Key | None) -> Reminded:
        """Remind of some of the reports in a list that the actor may remind of, the nearest deadline first.

        Raises NotPermitted, also when the list is of a body where the actor may not, and has nothing of them as a receiver.
        """
        permissions.require(actor, Permission.REPORT_REMIND)
        of_body = permissions.within(actor, Permission.REPORT_REMIND, Report.body_id, name="reminded_bodies")
        of_receiver = permissions.within(actor, Permission.REPORT_REMIND, Report.receiver_id, name="reminding_receivers")
        conditions = [*wanted, Report.stage.not_in(ENDED), sa.or_(of_body, of_receiver)]
        page = shelf.listed(actor, conditions, shelf.NEAREST_DEADLINE, min(limit, MOST), after)
        if body_id is not None and not page.items:
            permissions.require(actor, Permission.REPORT_REMIND, body_id)
        reports = shelf.locked_all([report.id for report in page.items])
        done = self._today([report.id for report in reports])
        fresh = [report for report in reports if report.id not in done and report.stage not in ENDED]
        self._tell(fresh, actor)
        return Reminded(len(fresh), len(done), page.next)

    def _tell(self, reports: Sequence[Report], actor: Actor) -> None:
        now = self._clock.now()
        for report in reports:
            chronicle.tell(_SENT, report, now, by=actor.by)
        session.flush()

    def _today(self, report_ids: Collection[UUID]) -> set[UUID]:
        """Which of some locked reports somebody was reminded of today."""
        today = datetime.combine(self._calendar.today(), time.min, self._calendar.zone)
        query = sa.select(JournalEntry.subject_id).where(
            JournalEntry.subject_type == "report",
            JournalEntry.subject_id.in_([str(report_id) for report_id in report_ids]),
            JournalEntry.event == f"report:{_SENT}",
            JournalEntry.at >= today,
        )
        return {UUID(found) for found in session.scalars(query)}
