"""Opening reports: one per kind, body and period, each with its process, both in one transaction. What is due is `reports.openings`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engine.instances import NewInstance
from organisations import permissions
from organisations.actors import Actor
from organisations.bodies import Body, Level
from organisations.errors import NotPermitted
from organisations.organisations import Organisations
from organisations.permissions import Permission
from organisations.roles import Role
from organisations.users import User
from register import periods
from register.kinds import Kind
from register.register import Register
from reports import chronicle, deadlines, in_hand, shelf, standing_rules
from reports.distribution import Distribution
from reports.errors import BodyDoesNotReport, ReportAlreadyOpen
from reports.in_hand import Batch
from reports.lifecycle import Stage
from reports.models import Report, ReportLine, ReportSection
from reports.prefill import DraftSource
from reports.processes import Processes
from reports.standing_rules import StandingRule
from storage import journal
from storage.clock import Clock
from storage.database import session
from storage.identifiers import new_id
from storage.inserts import Insert

#: Who signs, by the signature rule of the kind.
SIGNATORIES = {"none": "akim", "akim": "akim,deputy_akim", "head": "head"}


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
        prefill: DraftSource,
    ) -> None:
        self._clock = clock
        self._register = register
        self._organisations = organisations
        self._distribution = distribution
        self._processes = processes
        self._prefill = prefill

    def open(self, kind_code: str, body_id: UUID, period: str, by: Actor | None = None) -> Report:
        """Open a report and start its process, which one of a restricted kind has not, and which only who may know of it opens; `by=None`
        is the calendar. Raises ReportAlreadyOpen, BodyDoesNotReport, NotPermitted.
        """
        if by is not None:
            permissions.require(by, Permission.REPORT_OPEN, body_id)
        kind = self._register.kind_for(kind_code, period)
        body = self._organisations.bodies.get(body_id, periods.parse(period).last)
        if not self._register.reports(kind, body, period):
            raise BodyDoesNotReport(kind.code, body.code, period)
        receiver = self._register.receiver(kind, body, period)
        report = _new(kind, body, period, receiver, self._register.deadline(kind, body, period), self._clock.now())
        if by is not None and shelf.view(by, report) is None and kind.restricted:
            raise NotPermitted(Permission.REPORT_OPEN.value)  # before they would learn that there is one
        _insert(report, kind)
        chronicle.tell("opened", report, report.opened_at, by=by.by if by else None)
        if kind.restricted:
            return report
        rule = self._distribution.rule_for(body.id, kind.code)
        executors = () if rule is not None else self._organisations.users.holding(Role.EXECUTOR, body.id)
        self._processes.start(
            kind.process_key,
            business_key=report.business_key,
            body=str(body.id),
            variables=self._variables(report, kind, body, rule, executors),
            by=by.by if by else None,
        )
        return report

    def open_all(self, kind: Kind, bodies: Collection[Body], period: str) -> int:
        """Open the reports of several bodies at once, as the calendar does: all or none, in as few statements as one; gives how many.

        A body that has one already is passed over. Whose opening is refused is not always said: `open` tells that, body by body. What a
        diagram does before somebody's first task may only be what the shipped one does, else this is refused. Raises BodyDoesNotReport for
        the first that does not, DeadlineUnknown, and what starting their processes raises; IntegrityError when one was opened meanwhile.
        """
        taken = _bodies_with(kind, period, [body.id for body in bodies])
        wanted = [body for body in bodies if body.id not in taken]
        if not wanted:
            return 0
        reporting = self._register.reporting(kind, wanted, period)
        for body in wanted:
            if body.id not in reporting:
                raise BodyDoesNotReport(kind.code, body.code, period)
        batch = self._batch(kind, wanted, period)
        with in_hand.holding(batch):
            for report in batch.reports.values():
                chronicle.tell("opened", report, report.opened_at)
            if not kind.restricted:
                self._processes.start_all(kind.process_key, self._starts(kind, wanted, batch))
        _insert_all(batch)
        return len(wanted)

    def _batch(self, kind: Kind, bodies: Sequence[Body], period: str) -> Batch:
        ids, now = [body.id for body in bodies], self._clock.now()
        receivers = self._register.receivers(kind, bodies)
        due = {body.level: self._register.deadline(kind, body, period) for body in {body.level: body for body in bodies}.values()}
        made = [_new(kind, body, period, receivers[body.id], due[body.level], now) for body in bodies]
        holding = self._organisations.users.holding_at(Role.EXECUTOR, ids)
        return Batch(
            kind=kind,
            reports={report.business_key: report for report in made},
            drafts=self._prefill.drafts(kind, ids, period),
            rules=standing_rules.for_kind(ids, kind.code),
            executors={body_id: holding.get(body_id, ()) for body_id in ids},
        )

    def _starts(self, kind: Kind, bodies: Sequence[Body], batch: Batch) -> list[NewInstance]:
        return [
            NewInstance(
                report.business_key,
                str(body.id),
                self._variables(report, kind, body, batch.rules.get(body.id), batch.executors[body.id]),
            )
            for report, body in zip(batch.reports.values(), bodies, strict=True)
        ]

    def variables_of_correction(self, report: Report, kind: Kind) -> dict[str, Any]:
        """What the process of a correction begins with."""
        return {
            "report_id": str(report.id),
            "receiver": str(report.receiver_id) if report.receiver_id else None,
            "decision": None,
            "approvers": approvers(self._organisations.bodies.get(report.body_id)),
            "sign_required": kind.signature != "none",
            "signatories": SIGNATORIES[kind.signature],
        }

    def _variables(self, report: Report, kind: Kind, body: Body, rule: StandingRule | None, executors: Iterable[User]) -> Mapping[str, Any]:
        executor = rule.executor_id if rule else None
        return {
            "report_id": str(report.id),
            "receiver": str(report.receiver_id) if report.receiver_id else None,
            "revision": report.revision,
            "decision": None,
            "distribution_required": rule is None,
            "executor": str(executor) if executor else None,
            "executors": [{"value": str(user.id), "label": user.name("kk")} for user in executors] if rule is None else [],
            "approvers": approvers(body),
            "sign_required": kind.signature != "none",
            "signatories": SIGNATORIES[kind.signature],
            **deadlines.of_step(report.opened_at, report.due_at, self._register.calendar),
        }


def approvers(body: Body) -> str:
    """Who approves at a body: its head; in a rural district, where three to five people work, the akim too."""
    return "head,akim" if body.level is Level.RURAL else "head"


def _new(kind: Kind, body: Body, period: str, receiver: Body | None, due_at: datetime, now: datetime) -> Report:
    return Report(
        id=new_id(),
        business_key=f"{kind.code}:{body.code}:{period}",
        kind_code=kind.code,
        kind_version=kind.version,
        body_id=body.id,
        body_level=body.level.value,
        receiver_id=receiver.id if receiver else None,
        period=period,
        period_last=periods.parse(period).last,
        stage=Stage.SCHEDULED,
        revision=1,
        report_class=kind.report_class,
        responsible_id=None,
        editors=[],
        notes={},
        due_at=due_at,
        opened_at=now,
    )


def _insert(report: Report, kind: Kind) -> None:
    try:
        with session.begin_nested():
            session.add(report)
            session.flush()
    except IntegrityError as taken:
        raise ReportAlreadyOpen(report.business_key) from taken
    session.add_all(ReportSection(**row) for row in in_hand.empty_sections(report.id, kind))
    session.flush()


_TABLES = {model: cast(sa.Table, model.__table__) for model in (Report, ReportSection, ReportLine)}
_INSERT = {model: Insert(table) for model, table in _TABLES.items()}


def _insert_all(batch: Batch) -> None:
    """Insert rows past the unit of work, one statement for each kind of row."""
    reports = list(batch.reports.values())
    touched = [section for found in batch.sections.values() for section in found]
    untouched = [row for report in reports if report.id not in batch.sections for row in in_hand.empty_sections(report.id, batch.kind)]
    _INSERT[Report].run([_row(report) for report in reports])
    _INSERT[ReportSection].run([*map(_row, touched), *untouched])
    _INSERT[ReportLine].run([_row(line) for found in batch.lines.values() for line in found])
    journal.record_all(batch.told)


def _row(kept: Report | ReportSection | ReportLine) -> dict[str, Any]:
    return {column.key: getattr(kept, column.key) for column in _TABLES[type(kept)].columns}


def _bodies_with(kind: Kind, period: str, body_ids: Collection[UUID]) -> set[UUID]:
    """Which of some bodies have a report of a kind for a period, also one that was withdrawn: that is opened anew by somebody."""
    query = sa.select(Report.body_id).where(Report.kind_code == kind.code, Report.period == period, Report.body_id.in_(body_ids))
    return set(session.scalars(query))
