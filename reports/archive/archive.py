"""The archive as the rest of the product sees it: which reports are in it, how long they are kept, what is due, what stays of the purged.

What is of the archive is found by lists and search as before, and its figures are held as before; taken out of it, for as long as somebody
works with it, a report is on no act of destruction. Nobody has to put anything in: the year does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from organisations import hierarchy, permissions
from organisations.actors import Actor
from organisations.organisations import Organisations
from organisations.permissions import Permission
from register.calendar import Calendar
from register.register import Register
from register.retention import Retention, Term
from reports import chronicle, shelf, words
from reports.archive import conditions
from reports.archive.destruction import Destruction
from reports.archive.errors import NotOfTheArchive, ReportNotPurged, ReportPurged
from reports.archive.holds import Holds
from reports.archive.printing import Printing
from reports.archive.purging import Purging
from reports.archive.tables import DestructionActRow, DestructionItemRow, TombstoneRow
from reports.models import Report
from storage.clock import Clock
from storage.database import session

#: The years that a table of what is due can tell apart; what was finished before stands under the first of them.
MOST_YEARS = 150


@dataclass(frozen=True)
class Kept:
    """How long a report is kept: by which period of which version of its kind (None: not set), until which day it must be, whether a legal
    hold lies on it."""

    retention: Retention | None
    version: int | None
    over_on: date | None
    held: bool


@dataclass(frozen=True)
class Line:
    """The finished reports of a kind and a year that are kept for the same period: how many there are, how many of these are held, taken
    out of the archive, on an act. `over_on` is the day from which they may be purged; None: never, or no period is set."""

    kind: str
    finished_in: int
    retention: Retention | None
    version: int | None
    over_on: date | None
    due: bool
    reports: int
    held: int
    out_of_archive: int
    on_acts: int


@dataclass(frozen=True)
class Tombstone:
    """What stays of a purged report: when, by which act, hashes and receipts of its revisions; its row stays too, with key and stage."""

    report_id: UUID
    business_key: str
    kind_code: str
    kind_version: int
    body_id: UUID
    period: str
    stage: str
    ended_at: datetime | None
    purged_at: datetime
    act_id: UUID
    act_number: str
    act_date: date
    approved_by: str | None
    revisions: list[dict[str, Any]]
    instances: int
    figures: int


class Archive:
    """Finished reports. Changes belong into a transaction; `holds`, `destruction`, `purging` and `printing` are parts of it."""

    def __init__(self, *, clock: Clock, register: Register, organisations: Organisations) -> None:
        self._clock = clock
        self._register = register
        self.holds = Holds(clock=clock, register=register, bodies=organisations.bodies)
        self.destruction = Destruction(clock=clock, register=register, bodies=organisations.bodies)
        self.purging = Purging(clock=clock, register=register)
        self.printing = Printing(clock=clock, register=register, organisations=organisations, destruction=self.destruction)

    def archived_on(self, report: Report) -> date | None:
        """The day from which a finished report is of the archive; None while it is not finished, or is taken out."""
        if report.ended_at is None or report.out_of_archive_at is not None:
            return None
        return date(self._register.calendar.day_of(report.ended_at).year + 1, 1, 1)

    def is_archived(self, report: Report) -> bool:
        """Whether a report is of the archive now."""
        day = self.archived_on(report)
        return day is not None and day <= self._register.calendar.today()

    def kept(self, actor: Actor, report_id: UUID) -> Kept:
        """How long a report is kept, as far as is known now. Raises ReportNotFound."""
        report, _ = shelf.seen(actor, report_id)
        term = self._register.terms(report.kind_code).get((report.kind_code, report.kind_version), Term())
        held = session.scalar(sa.select(conditions.held()).where(Report.id == report.id))
        return Kept(term.retention, term.version, self._over_on(term, report.ended_at), bool(held))

    def take_out(self, actor: Actor, report_id: UUID, reason: str) -> Report:
        """Take a report out of the archive, and off its act of destruction, until it is put back. Raises ReportNotFound, ReportPurged,
        NotOfTheArchive, TextNeeded, NotPermitted."""
        report = self._locked(actor, report_id)
        if not self.is_archived(report):
            raise NotOfTheArchive()
        told: dict[str, Any] = {} if report.report_class == shelf.RESTRICTED else {"reason": words.required(reason)}
        report.out_of_archive_at = self._clock.now()
        session.execute(sa.delete(DestructionItemRow).where(DestructionItemRow.report_id == report.id))
        chronicle.tell("taken_out_of_archive", report, self._clock.now(), by=actor.by, **told)
        session.flush()
        return report

    def put_back(self, actor: Actor, report_id: UUID) -> Report:
        """Put a report back that was taken out. Raises ReportNotFound, ReportPurged, NotOfTheArchive, NotPermitted."""
        report = self._locked(actor, report_id)
        if report.out_of_archive_at is None:
            raise NotOfTheArchive()
        report.out_of_archive_at = None
        chronicle.tell("put_back_into_archive", report, self._clock.now(), by=actor.by)
        session.flush()
        return report

    def tombstone(self, actor: Actor, report_id: UUID) -> Tombstone:
        """What stays of a purged report. Raises ReportNotFound, ReportNotPurged."""
        report, _ = shelf.seen(actor, report_id)
        query = sa.select(TombstoneRow, DestructionActRow).join(DestructionActRow, DestructionActRow.id == TombstoneRow.act_id)
        found = session.execute(query.where(TombstoneRow.report_id == report.id)).first()
        if found is None:
            raise ReportNotPurged(report.id)
        row, act = found
        told = {name: getattr(report, name) for name in Tombstone.__dataclass_fields__ if hasattr(Report, name)}
        stone = {name: getattr(row, name) for name in ("purged_at", "act_id", "revisions", "instances", "figures")}
        by_act = {"act_number": act.number, "act_date": act.dated, "approved_by": act.approved_by}
        return Tombstone(**told | stone | by_act | {"report_id": report.id, "stage": report.stage.value})

    def due(self, actor: Actor, *, body_id: UUID | None = None, below: bool = False) -> list[Line]:
        """What of the finished reports that the actor may know of is kept how long, by kind and year; with `below` of all under the body,
        too. Raises NotPermitted."""
        permissions.require(actor, Permission.DESTRUCTION_READ)
        wanted = [
            permissions.within(actor, Permission.DESTRUCTION_READ, Report.body_id, name="below_the_reader"),
            shelf.known_to(actor),
        ]
        if body_id is not None:
            asked = Report.body_id.in_(hierarchy.at_or_below([body_id], name="below_the_asked"))
            wanted.append(asked if below else Report.body_id == body_id)
        return self._counted(wanted)

    def all_due(self) -> list[Line]:
        """The same of everything, for the console."""
        return self._counted([])

    def _counted(self, wanted: shelf.Conditions) -> list[Line]:
        wanted = [*wanted, Report.ended_at.is_not(None), Report.purged_at.is_(None)]
        terms, this_year = self._register.terms(), self._register.calendar.today().year
        counted: dict[tuple[str, int, Term], list[int]] = {}
        for row in session.execute(_counts(_year_of_end(self._register.calendar, this_year), wanted)):
            term = terms.get((row.kind_code, row.kind_version), Term())
            line = counted.setdefault((row.kind_code, row.year, term), [0, 0, 0, 0])
            counted[row.kind_code, row.year, term] = [
                had + more for had, more in zip(line, (row.reports, row.held, row.out, row.on_acts), strict=True)
            ]
        return self._lines(counted)

    def _lines(self, counted: Mapping[tuple[str, int, Term], list[int]]) -> list[Line]:
        today, lines = self._register.calendar.today(), []
        for (kind, year, term), counts in counted.items():
            over_on = term.retention.over_on(year) if term.retention else None
            lines.append(Line(kind, year, term.retention, term.version, over_on, over_on is not None and over_on <= today, *counts))
        return sorted(lines, key=lambda line: (line.over_on or date.max, line.kind, line.finished_in, line.version or 0))

    def _over_on(self, term: Term, ended_at: datetime | None) -> date | None:
        if term.retention is None or ended_at is None:
            return None
        return term.retention.over_on(self._register.calendar.day_of(ended_at).year)

    def _locked(self, actor: Actor, report_id: UUID) -> Report:
        shelf.seen(actor, report_id)
        report = shelf.locked(report_id)
        permissions.require(actor, Permission.REPORT_ARCHIVE, report.body_id)
        if report.purged_at is not None:
            raise ReportPurged(report.id)
        return report


def _year_of_end(calendar: Calendar, this_year: int) -> sa.ColumnElement[int]:
    """The year in which a report was finished, in the calendar's time zone, on any database."""
    earliest = session.scalar(sa.select(sa.func.min(Report.ended_at)))
    first = max(calendar.day_of(earliest).year if earliest else this_year, this_year - MOST_YEARS)
    ends = [(Report.ended_at < conditions.year_began(calendar, year + 1), sa.literal(year)) for year in range(first, this_year)]
    return sa.case(*ends, else_=sa.literal(this_year)) if ends else sa.literal(this_year)


def _counts(year: sa.ColumnElement[int], wanted: shelf.Conditions) -> sa.Select[Any]:
    each = (
        sa.select(
            Report.kind_code,
            Report.kind_version,
            year.label("year"),
            sa.case((conditions.held(), 1), else_=0).label("held"),
            sa.case((conditions.on_an_act(), 1), else_=0).label("on_act"),
            sa.case((Report.out_of_archive_at.is_not(None), 1), else_=0).label("out"),
        )
        .where(*wanted)
        .subquery()
    )
    sums = (sa.func.count().label("reports"), sa.func.sum(each.c.held).label("held"), sa.func.sum(each.c.out).label("out"))
    columns = (each.c.kind_code, each.c.kind_version, each.c.year)
    return sa.select(*columns, *sums, sa.func.sum(each.c.on_act).label("on_acts")).group_by(*columns)
