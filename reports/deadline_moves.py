"""Moving the deadlines of reports under way: the report's own, and with it due date and timers of the step that it waits at.

What moves a deadline is an act on the calendar, or an extension that the receiver granted; what was granted, no act moves.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from engine.errors import InstanceCannotContinue, InstanceNotActive, StepFailed
from register.kinds import Kind
from register.periods import parse
from register.register import Register
from reports import chronicle, deadlines, requests_shelf, shelf
from reports.errors import NotAtThisStage
from reports.lifecycle import ENDED, WITH_RECEIVER
from reports.models import Report, Revision
from reports.permits import Permit
from reports.processes import OpenStep, Processes
from storage.clock import Clock
from storage.database import session
from storage.journal import entries_about

log = structlog.get_logger(__name__)

#: Topic of the outbox: an act has changed the calendar, deadlines are to be worked out anew; payload: the act, and the last report seen.
RECOUNT = "reports:recount_deadlines"
#: Reports that are looked at in one transaction, and those that may be moved in it: that many processes are locked.
LOOKED_AT, MOVED = 500, 20


@dataclass(frozen=True)
class _Case:
    """A report under way with the step that it waits at, and what its deadline, its moments and the end of its receiver's silence should
    be; `kept` is its deadline by the Register, where that has changed and an extension keeps another."""

    report: Report
    step: OpenStep | None
    due_at: datetime
    moments: Mapping[str, datetime]
    kept: datetime | None = None
    silent_at: datetime | None = None

    @property
    def moves(self) -> bool:
        if (self.due_at, self.silent_at) != (self.report.due_at, self.report.silent_at):
            return True
        return self.step is not None and self.step.due_at != self.moments["due_at"]


class DeadlineMoves:
    """Moves deadlines. Everything is done in the caller's transaction."""

    def __init__(self, *, clock: Clock, register: Register, processes: Processes, kind_of: Callable[[Report], Kind]) -> None:
        self._clock = clock
        self._register = register
        self._processes = processes
        self._kind_of = kind_of

    def by_calendar(self, act: str | None, after: UUID | None = None) -> UUID | None:
        """Work out the deadlines of some reports by the calendar of now; gives the last report seen, for the next call; None at the end.

        A report whose process cannot follow now keeps its deadline and its moments, and is logged.
        """
        waiting = sa.select(Report).where(Report.stage.not_in(ENDED), Report.corrected_since.is_(None))
        query = waiting.order_by(Report.id).limit(LOOKED_AT)
        reports = list(session.scalars(query if after is None else query.where(Report.id > after)))
        moved = 0
        for case in self._cases(reports):
            if case.kept is not None:
                kept, by_register = case.due_at.isoformat(), case.kept.isoformat()
                about: dict[str, Any] = {"due_at": kept, "by_register": by_register, "reason": "extension", "act": act}
                chronicle.tell("deadline_kept", case.report, self._clock.now(), **about)
            if case.moves:
                self._try(case, {"reason": "calendar", "act": act})
                moved += 1
            if moved == MOVED:
                return case.report.id
        return reports[-1].id if len(reports) == LOOKED_AT else None

    def to(self, report: Report, due_at: datetime, permit: Permit | None, **why: Any) -> None:
        """Give one report that is with its body another deadline."""
        step = self._steps([report]).get(report.business_key)
        since = step.since if step else self._clock.now()
        self._move(_Case(report, step, due_at, deadlines.of_step(since, due_at, self._register.calendar)), why, permit)

    def _try(self, case: _Case, why: Mapping[str, Any]) -> None:
        key = case.report.business_key
        try:
            with session.begin_nested():
                self._move(case, why)
        except (StepFailed, InstanceCannotContinue, InstanceNotActive) as failure:
            log.warning("deadline_not_moved", report=key, reason=repr(failure))

    def _move(self, case: _Case, why: Mapping[str, Any], permit: Permit | None = None) -> None:
        """The process first: it is locked before the report, as in every step."""
        report, was, stage = case.report, case.report.due_at, case.report.stage
        if case.step is not None:
            self._processes.set_moments(case.step.instance_id, case.moments, permit.actor.by if permit else None)
        locked = shelf.locked(report.id)
        if locked.stage is not stage:  # it went on in this moment: another try sees it as it is
            raise NotAtThisStage("move_deadline", locked.stage)
        locked.silent_at = case.silent_at
        if case.due_at != was:
            locked.due_at = case.due_at
            moments = {"was": was.isoformat(), "due_at": case.due_at.isoformat()}
            chronicle.tell("deadline_moved", locked, self._clock.now(), permit, **moments, **why)
        session.flush()

    def _cases(self, reports: Sequence[Report]) -> list[_Case]:
        steps, submitted = self._steps(reports), _submissions(reports)
        granted = requests_shelf.extended([report.id for report in reports])
        found = []
        for report in reports:
            step, is_kept = steps.get(report.business_key), report.id in granted
            due_at = report.due_at if is_kept else self._due(report)
            moments = self._moments(report, step, due_at, submitted.get(report.id))
            if moments is not None:
                silent_at = self._silent(report, submitted.get(report.id))
                found.append(_Case(report, step, due_at, moments, self._kept(report) if is_kept else None, silent_at))
        return found

    def _kept(self, report: Report) -> datetime | None:
        """The deadline of an extended report by the Register, where it is another one than its timeline told last."""
        by_register = self._by_register(report)
        return None if by_register == _last_told(report) else by_register

    def _silent(self, report: Report, submitted_at: datetime | None) -> datetime | None:
        """When its receiver has been silent for as long as it may: not before the end of the present day."""
        silent_at = None if submitted_at is None else deadlines.of_silence(submitted_at, self._kind_of(report), self._register.calendar)
        if silent_at is None or silent_at == report.silent_at:
            return report.silent_at
        return max(silent_at, self._register.calendar.end_of(self._register.calendar.today()))

    def _due(self, report: Report) -> datetime:
        """The deadline by the Register; one that is still to come is not moved into the past, but to the end of the present day."""
        calendar, due_at = self._register.calendar, self._by_register(report)
        if due_at is None:
            return report.due_at
        if due_at < self._clock.now():
            return min(report.due_at, calendar.end_of(calendar.today()))
        return due_at

    def _by_register(self, report: Report) -> datetime | None:
        calendar = self._register.calendar
        rule = self._kind_of(report).due.get(report.body_level)
        return None if rule is None else calendar.end_of(calendar.due_day(rule, parse(report.period)))

    def _moments(
        self, report: Report, step: OpenStep | None, due_at: datetime, submitted_at: datetime | None
    ) -> Mapping[str, datetime] | None:
        """The moments of a step as they would have been at its beginning; None where nothing is known of it."""
        calendar = self._register.calendar
        if report.stage in WITH_RECEIVER:
            return None if submitted_at is None else deadlines.of_review(submitted_at, calendar, outside=report.receiver_id is None)
        return deadlines.of_step(step.since if step else self._clock.now(), due_at, calendar)

    def _steps(self, reports: Sequence[Report]) -> dict[str, OpenStep]:
        """The steps that reports wait at, by business key."""
        keys: dict[str, list[str]] = {}
        for report in reports:
            keys.setdefault(self._kind_of(report).process_key, []).append(report.business_key)
        return {key: step for process, wanted in keys.items() for key, step in self._processes.open_steps(process, wanted).items()}


def _last_told(report: Report) -> datetime | None:
    """The deadline of an extended report by the Register, as its timeline told it last: what it was before it was extended, or since."""
    last: str | None = None
    for entry in entries_about("report", report.id):
        told = entry.details
        if entry.event == "report:deadline_kept":
            last = told["by_register"]
        elif entry.event == "report:deadline_moved" and told.get("reason") == "calendar":
            last = told["due_at"]
        elif entry.event == "report:deadline_moved":
            last = last or told["was"]
    return None if last is None else datetime.fromisoformat(last)


def _submissions(reports: Collection[Report]) -> dict[UUID, datetime]:
    """When the revision in work was submitted, by report."""
    wanted = [report.id for report in reports if report.stage in WITH_RECEIVER]
    query = sa.select(Revision.report_id, Report.revision, Revision.number, Revision.submitted_at).join(
        Report, Report.id == Revision.report_id
    )
    found = session.execute(query.where(Revision.report_id.in_(wanted), Revision.number == Report.revision)) if wanted else ()
    return {row.report_id: row.submitted_at for row in found if row.submitted_at is not None}
