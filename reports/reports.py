"""The room as the rest of the product sees it: one object with the acts on reports, and tables of operations for the engine."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from engine.ports import Operation
from organisations.actors import Actor
from organisations.organisations import Organisations
from register.kinds import Kind
from register.register import Register
from reports import acts, asked_actions, checks, chronicle, laws, layout, opening_progress, requests_shelf, restricted, review, shelf, words
from reports.acts import RecordedAct
from reports.archive.archive import Archive
from reports.asking import Asking
from reports.attachments import AttachmentLimits, Attachments
from reports.checks import Finding
from reports.chronicle import TimelineEntry
from reports.contents import Content, ContentChanges, Contents
from reports.deadline_moves import DeadlineMoves
from reports.differences import CellDifference
from reports.distribution import Distribution
from reports.errors import ContentPrivate
from reports.exchange.exchange import ReportExchange
from reports.filters import Filters, conditions
from reports.laws import Action
from reports.layout import Layout
from reports.lifecycle import Stage
from reports.models import Report
from reports.opening import Opening
from reports.opening_progress import Progress, RefusedOpening
from reports.openings import Openings
from reports.operations import ReportOperations
from reports.phone_signing import PhoneSignings
from reports.prefill import DraftSource
from reports.processes import CORRECTION, Processes
from reports.remarks import Remarks
from reports.reminding import Reminded, Reminding
from reports.request_tables import Asked
from reports.restricted import WithdrawalReason
from reports.revisions import FrozenRevision, Revisions
from reports.search import Search
from reports.series import Series
from reports.shelf import View
from reports.signatures import ReportSignatures
from reports.silence import Silence
from reports.supply import Supply
from signatures.ports import SignatureVerifier
from storage.clock import Clock
from storage.files import FileStore
from storage.pages import Key, Page


class Reports:
    """Reports and their stages. Reading and acting ask for the actor's rights; writing needs an open transaction.

    `archive`, `attachments`, `exchange`, `opening`, `openings`, `deadlines`, `asking`, `remarks`, `signatures`, `phones`, `distribution`,
    `search`, `reminding`, `series` and `supply` are parts of it with acts of their own.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        processes: Processes,
        register: Register,
        organisations: Organisations,
        prefill: DraftSource,
        verifier: SignatureVerifier,
        files: FileStore,
        attachment_limits: AttachmentLimits,
    ) -> None:
        self._clock = clock
        self._register = register
        self._processes = processes
        self._contents = Contents(clock=clock, kind_of=self.kind_of, people=organisations.users)
        self.exchange = ReportExchange(clock=clock, contents=self._contents, organisations=organisations, kind_of=self.kind_of)
        self.archive = Archive(clock=clock, register=register, organisations=organisations)
        self.search = Search(register=register, kind_of=self.kind_of)
        self._revisions = Revisions(kind_of=self.kind_of)
        self.signatures = ReportSignatures(
            clock=clock, verifier=verifier, organisations=organisations, revisions_=self._revisions, kind_of=self.kind_of
        )
        self.phones = PhoneSignings(clock=clock, signatures=self.signatures, organisations=organisations, kind_of=self.kind_of)
        self.attachments = Attachments(clock=clock, files=files, limits=attachment_limits, revisions_=self._revisions, kind_of=self.kind_of)
        self.remarks = Remarks(clock=clock, kind_of=self.kind_of)
        self.distribution = Distribution(clock=clock, organisations=organisations, register=register)
        self.opening = Opening(
            clock=clock,
            register=register,
            organisations=organisations,
            distribution=self.distribution,
            processes=processes,
            prefill=prefill,
        )
        self.openings = Openings(clock=clock, register=register, organisations=organisations, opening=self.opening)
        self.deadlines = DeadlineMoves(clock=clock, register=register, processes=processes, kind_of=self.kind_of)
        self.reminding = Reminding(clock=clock, calendar=register.calendar)
        self.silence = Silence(clock=clock, processes=processes)
        self.series = Series(register)
        self.supply = Supply(clock=clock, register=register)
        self.asking = Asking(
            clock=clock,
            register=register,
            organisations=organisations,
            processes=processes,
            moves=self.deadlines,
            kind_of=self.kind_of,
        )
        self._operations = ReportOperations(
            register=register,
            organisations=organisations,
            distribution=self.distribution,
            prefill=prefill,
            asking=self.asking,
            kind_of=self.kind_of,
        )

    def operations(self) -> dict[str, Operation]:
        """What service tasks may call, by name."""
        return self._operations.table() | self.asking.operations()

    def kind_of(self, report: Report) -> Kind:
        """The kind of a report, in the version that it was opened with."""
        return self._register.kind_version(report.kind_code, report.kind_version)

    def get(self, actor: Actor, report_id: UUID) -> Report:
        """A report that the actor may know of. Raises ReportNotFound."""
        return shelf.seen(actor, report_id)[0]

    def list(self, actor: Actor, filters: Filters | None = None, *, limit: int = 50, after: Key | None = None) -> Page[Report]:
        """A page of the reports that the actor may know of, the nearest deadline first."""
        return shelf.listed(actor, self._wanted(actor, filters or Filters()), shelf.NEAREST_DEADLINE, limit, after)

    def of_kind(
        self, actor: Actor, kind: str, filters: Filters | None = None, *, limit: int = 50, after: Key | None = None
    ) -> Page[Report]:
        """A page of the reports of a kind that the actor may know of, the latest period first. Raises KindNotFound, PeriodInvalid."""
        self._register.versions(kind)
        wanted = self._wanted(actor, replace(filters or Filters(), kind=kind))
        return shelf.listed(actor, wanted, shelf.LATEST_PERIOD, limit, after)

    def remind_all(self, actor: Actor, filters: Filters, *, limit: int, after: Key | None = None) -> Reminded:
        """Remind the holders of some reports of a list, those that were not reminded today. Raises NotPermitted."""
        return self.reminding.of_all(actor, self._wanted(actor, filters), body_id=filters.body_id, limit=limit, after=after)

    def _wanted(self, actor: Actor, filters: Filters) -> shelf.Conditions:
        wanted = conditions(filters, self._clock.now(), self._register.calendar)
        return wanted if filters.text is None else [*wanted, self.search.condition(actor, filters.text)]

    def is_overdue(self, report: Report) -> bool:
        """Whether the deadline passed before the body had submitted the report."""
        return report.is_overdue(self._clock.now())

    def allowed_actions(self, actor: Actor, report: Report) -> Sequence[str]:
        """What the actor may do to the report now."""
        return asked_actions.offered(actor, report, laws.allowed_actions(actor, report, self.kind_of(report)))

    def is_not_applicable(self, report: Report) -> bool:
        """Whether the report was withdrawn because its receiver agreed that there is nothing to report."""
        return report.stage is Stage.WITHDRAWN and requests_shelf.granted(report.id, Asked.NOT_APPLICABLE) is not None

    def timeline(self, actor: Actor, report_id: UUID) -> Sequence[TimelineEntry]:
        """What happened to a report, oldest first, as far as the actor may know it."""
        report, view = shelf.seen(actor, report_id)
        return chronicle.timeline(report.id, view)

    def acts(self, actor: Actor, report_id: UUID) -> Sequence[RecordedAct]:
        """Who sent, approved, signed, returned, accepted or withdrew which revision, and for whom."""
        report, _ = shelf.seen_whole(actor, report_id)
        return acts.of(report.id)

    def opening_progress(self, actor: Actor, *, limit: int = 50, after: Key | None = None) -> Page[Progress]:
        """How far the opening of reports has come, by kind and period, the newest first. Raises NotPermitted."""
        return opening_progress.listed(actor, limit=limit, after=after)

    def progress_of_opening(self, actor: Actor, opening_id: UUID) -> Progress:
        """The same of one kind and period. Raises OpeningNotFound, NotPermitted."""
        return opening_progress.of(actor, opening_id)

    def refused_openings(self, actor: Actor, opening_id: UUID, *, limit: int = 50, after: Key | None = None) -> Page[RefusedOpening]:
        """The bodies that were not given their report, and why. Raises OpeningNotFound, NotPermitted."""
        return opening_progress.refusals(actor, opening_id, limit=limit, after=after)

    def content(self, actor: Actor, report_id: UUID) -> Content:
        """What the report holds, as far as the actor may read it. Raises ContentPrivate."""
        return self._contents.read(actor, report_id)

    def layout(self, actor: Actor, report_id: UUID) -> Layout:
        """How the form of a report is drawn, for whoever may know of it."""
        return layout.of(actor, report_id, self.kind_of)

    def changes(self, actor: Actor, report_id: UUID, since: str | None = None) -> ContentChanges:
        """What has changed in a draft since an etag of it. Raises ContentPrivate, ContentChanged."""
        return self._contents.changes(actor, report_id, since)

    def save_cells(
        self,
        actor: Actor,
        report_id: UUID,
        values: Mapping[str, Any],
        if_match: str | None = None,
        *,
        reasons: Mapping[str, str] | None = None,
        imported: bool = False,
    ) -> ContentChanges:
        """Save cells and texts of a draft, all or none; `if_match` is the etag of the content they were edited from. Gives what has
        changed since that, by whoever it was, and what the checks of the changed cells find."""
        return self._contents.save(actor, report_id, values, if_match, reasons, imported=imported)

    def note(self, actor: Actor, report_id: UUID, check: str, text: str) -> None:
        """Say why the warning of a check is in order."""
        self._contents.note(actor, report_id, check, text)

    def check(self, actor: Actor, report_id: UUID) -> Sequence[Finding]:
        """What the checks find in the draft; only for the body's own people."""
        report, view = shelf.seen_whole(actor, report_id)
        if view is not View.DRAFT:
            raise ContentPrivate(report.stage)
        return checks.findings(report, self.kind_of(report), self._contents.read(actor, report_id).cells, self.kind_of)

    def revisions(self, actor: Actor, report_id: UUID) -> Sequence[FrozenRevision]:
        """The frozen revisions that the actor may read, oldest first."""
        return self._revisions.list(actor, report_id)

    def revision(self, actor: Actor, report_id: UUID, number: int) -> FrozenRevision:
        """One frozen revision. Raises RevisionNotFound."""
        return self._revisions.get(actor, report_id, number)

    def difference(self, actor: Actor, report_id: UUID, before: int, after: int) -> tuple[CellDifference, ...]:
        """What changed from one revision to another, cell by cell. Raises RevisionNotFound."""
        return self._revisions.difference(actor, report_id, before, after)

    def record_dispatch(self, actor: Actor, report_id: UUID, *, number: str, dated: date) -> Report:
        """Keep that a report of a restricted kind was sent past Esep, under which number, on which date. Raises DispatchInvalid."""
        shelf.seen(actor, report_id)
        report, now = shelf.locked(report_id), self._clock.now()
        today = self._register.calendar.day_of(now)
        restricted.dispatch(actor, report, self.kind_of(report), number=number, dated=dated, today=today, at=now)
        return report

    def begin_review(self, actor: Actor, report_id: UUID) -> Report:
        """Take a submitted report in hand, for its receiver."""
        shelf.seen(actor, report_id)
        report = shelf.locked(report_id)
        permit = laws.permit(actor, Action.BEGIN_REVIEW, report, self.kind_of(report))
        review.begin(report, permit, self._clock.now())
        return report

    def withdraw(self, actor: Actor, report_id: UUID, reason: str) -> None:
        """Withdraw a report that is not accepted yet: its process ends with it."""
        report, _ = shelf.seen(actor, report_id)
        laws.permit(actor, Action.WITHDRAW, report, self.kind_of(report))
        self._processes.withdraw(report.business_key, {"withdrawal_reason": words.required(reason)}, actor.by)

    def correct(self, actor: Actor, report_id: UUID, reason: str) -> Report:
        """Begin the correction of an accepted report: its next revision goes through approval and acceptance of its own, while the accepted
        one stays in force. Raises NotAtThisStage, NotPermitted, RestrictedKeepsNothing, TextNeeded."""
        report, _ = shelf.seen(actor, report_id)
        kind = self.kind_of(report)
        laws.permit(actor, Action.CORRECT, report, kind)
        variables = self.opening.variables_of_correction(report, kind) | {"correction_reason": words.required(reason)}
        self._processes.start(CORRECTION, business_key=report.business_key, body=str(report.body_id), variables=variables, by=actor.by)
        return shelf.seen(actor, report_id)[0]

    def give_up_correction(self, actor: Actor, report_id: UUID) -> Report:
        """Leave a report as it was accepted, while its correction is in preparation. Raises NotInCorrection, NotAtThisStage."""
        report, _ = shelf.seen(actor, report_id)
        laws.permit(actor, Action.GIVE_UP_CORRECTION, report, self.kind_of(report))
        self._processes.give_up_correction(report.business_key, actor.by)
        return shelf.seen(actor, report_id)[0]

    def withdraw_restricted(self, actor: Actor, report_id: UUID, reason: WithdrawalReason) -> None:
        """Withdraw a report of a restricted kind, for one of the reasons that can be chosen; words are not kept."""
        shelf.seen(actor, report_id)
        report = shelf.locked(report_id)
        restricted.withdraw(actor, report, self.kind_of(report), reason=reason, at=self._clock.now())
