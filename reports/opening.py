"""Opening reports: one per kind, body and period, each with its process, each in one transaction."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from organisations import permissions
from organisations.actors import Actor
from organisations.bodies import Body, Level
from organisations.organisations import Organisations
from organisations.permissions import Permission
from organisations.roles import Role
from refusals import Refusal
from register.kinds import Kind
from register.register import Register
from reports import chronicle, deadlines
from reports.distribution import Distribution
from reports.errors import BodyDoesNotReport, ReportAlreadyOpen
from reports.lifecycle import Stage
from reports.models import Report, ReportSection
from reports.processes import Processes
from storage.clock import Clock
from storage.database import session
from storage.identifiers import new_id
from storage.transaction import transaction


@dataclass
class Opened:
    """What one batch did: how many reports it opened, and which it could not, with the code of the refusal."""

    count: int = 0
    refused: dict[str, str] = field(default_factory=dict)


class Opening:
    """Opens reports."""

    def __init__(
        self,
        *,
        clock: Clock,
        register: Register,
        organisations: Organisations,
        distribution: Distribution,
        processes: Processes,
    ) -> None:
        self._clock = clock
        self._register = register
        self._organisations = organisations
        self._distribution = distribution
        self._processes = processes

    def open(self, kind_code: str, body_id: UUID, period: str, by: Actor | None = None) -> Report:
        """Open a report and start its process; `by=None` is the calendar. Raises ReportAlreadyOpen, BodyDoesNotReport, NotPermitted."""
        if by is not None:
            permissions.require(by, Permission.REPORT_OPEN, body_id)
        kind = self._register.kind_for(kind_code, period)
        body = self._organisations.bodies.get(body_id)
        if not self._register.reports(kind, body, period):
            raise BodyDoesNotReport(kind.code, body.code, period)
        report = self._new(kind, body, period)
        chronicle.tell("opened", report, report.opened_at, by=by.by if by else None)
        self._start(report, kind, body, by)
        return report

    def open_due(self, now: datetime, limit: int = 100) -> Opened:
        """Open reports that the register says are due, at most `limit`, each in a transaction of its own; call it again for the rest.

        Call it outside any transaction. A report that exists is passed over, so a batch that was broken off is simply run again.
        """
        done = Opened()
        for kind, period in self._due(now):
            for body in self._bodies_without(kind, period):
                if done.count >= limit:
                    return done
                self._open_one(kind, body, period, done)
        return done

    def _open_one(self, kind: Kind, body: Body, period: str, done: Opened) -> None:
        try:
            with transaction():
                self.open(kind.code, body.id, period)
            done.count += 1
        except ReportAlreadyOpen:
            return  # another worker was faster
        except Refusal as refusal:
            done.refused[f"{kind.code}:{body.code}:{period}"] = refusal.code

    def _due(self, now: datetime) -> list[tuple[Kind, str]]:
        return [(kind, period) for kind in self._register.kinds() for period in self._register.periods_due(kind, now)]

    def _bodies_without(self, kind: Kind, period: str) -> list[Body]:
        query = sa.select(Report.body_id).where(Report.kind_code == kind.code, Report.period == period)
        known = set(session.scalars(query))
        return [body for body in self._register.reporting_bodies(kind, period) if body.id not in known]

    def _new(self, kind: Kind, body: Body, period: str) -> Report:
        key = f"{kind.code}:{body.code}:{period}"
        receiver = self._register.receiver(kind, body)
        report = Report(
            id=new_id(),
            business_key=key,
            kind_code=kind.code,
            kind_version=kind.version,
            body_id=body.id,
            body_level=body.level.value,
            receiver_id=receiver.id if receiver else None,
            period=period,
            stage=Stage.SCHEDULED,
            revision=1,
            responsible_id=None,
            editors=[],
            notes={},
            due_at=self._register.deadline(kind, body, period),
            opened_at=self._clock.now(),
        )
        try:
            with session.begin_nested():
                session.add(report)
                session.flush()
        except IntegrityError as taken:
            raise ReportAlreadyOpen(key) from taken
        for position, section in enumerate(kind.sections):
            session.add(_empty_section(report, section.code, position))
        session.flush()
        return report

    def _start(self, report: Report, kind: Kind, body: Body, by: Actor | None) -> None:
        rule = self._distribution.rule_for(body.id, kind.code)
        executor = rule.executor_id if rule else None
        variables: dict[str, Any] = {
            "report_id": str(report.id),
            "receiver": str(report.receiver_id) if report.receiver_id else None,
            "revision": report.revision,
            "decision": None,
            "distribution_required": rule is None,
            "executor": str(executor) if executor else None,
            "executors": self._choice_of_executors(body) if rule is None else [],
            "approvers": approvers(body),
            "sign_required": kind.signature != "none",
            "signatories": SIGNATORIES[kind.signature],
            **deadlines.of_step(report.opened_at, report.due_at, self._register.calendar),
        }
        self._processes.start(
            kind.process_key, business_key=report.business_key, body=str(body.id), variables=variables, by=by.by if by else None
        )

    def _choice_of_executors(self, body: Body) -> list[dict[str, str]]:
        holding = self._organisations.users.holding(Role.EXECUTOR, body.id)
        return [{"value": str(user.id), "label": user.name("kk")} for user in holding]


#: Who signs, by the signature rule of the kind.
SIGNATORIES = {"none": "akim", "akim": "akim,deputy_akim", "head": "head"}


def approvers(body: Body) -> str:
    """Who approves at a body: its head; in a rural district, where three to five people work, the akim too."""
    return "head,akim" if body.level is Level.RURAL else "head"


def _empty_section(report: Report, code: str, position: int) -> ReportSection:
    return ReportSection(report_id=report.id, code=code, position=position, cells={}, provenance={}, version=0)
