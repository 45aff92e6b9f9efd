"""What the service tasks of report processes call, by name. Each finds the report, asks the laws, changes it, tells of it, in that order.

The operations answer with the variables that diagrams route and wait by: `decision` (emptied, so that an old one never decides again),
`revision`, `executor`, and the moments of the next step `due_at`, `remind_at`, `escalate_at`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine.ports import Operation, OperationCall
from organisations.organisations import Organisations
from register.kinds import Kind
from register.register import Register
from reports import (
    acts,
    attachment_shelf,
    checks,
    chronicle,
    deadlines,
    held,
    in_hand,
    laws,
    lifecycle,
    lines,
    outside_answers,
    remarks,
    requests_shelf,
    review,
    revisions,
    saving,
    search,
    shelf,
    signatures,
    silence,
    words,
)
from reports.acts import Act
from reports.asking import Asking
from reports.distribution import Distribution
from reports.errors import (
    ApprovalNeeded,
    NotAtThisStage,
    NotYetSilent,
    PersonNeeded,
    RemarkNeeded,
    RemarksNotAnswered,
    RemarksStillOpen,
    SignatureNeeded,
)
from reports.laws import Action
from reports.lifecycle import ENDED, WITH_RECEIVER, Stage
from reports.models import Report
from reports.permits import Permit, Side
from reports.prefill import DraftSource
from reports.request_tables import Asked
from storage.database import session

Variables = Mapping[str, Any]


class ReportOperations:
    """The operations, joined to what they need."""

    def __init__(
        self,
        *,
        register: Register,
        organisations: Organisations,
        distribution: Distribution,
        prefill: DraftSource,
        asking: Asking,
        kind_of: Callable[[Report], Kind],
    ) -> None:
        self._register = register
        self._organisations = organisations
        self._distribution = distribution
        self._prefill = prefill
        self._asking = asking
        self._kind_of = kind_of

    def table(self) -> dict[str, Operation]:
        """The operations by the names that diagrams use."""
        return {
            "reports.prefill": self.prefill,
            "reports.begin_preparation": self.begin_preparation,
            "reports.send_for_approval": self.send_for_approval,
            "reports.record_approval": self.record_approval,
            "reports.record_signature": self.record_signature,
            "reports.submit": self.submit,
            "reports.begin_review": self.begin_review,
            "reports.record_answer": self.record_answer,
            "reports.accept": self.accept,
            "reports.accept_by_silence": self.accept_by_silence,
            "reports.return_for_revision": self.return_for_revision,
            "reports.withdraw": self.withdraw,
            "reports.begin_correction": self.begin_correction,
            "reports.give_up_correction": self.give_up_correction,
            "reports.remind": self.remind,
            "reports.escalate": self.escalate,
        }

    def prefill(self, call: OperationCall) -> Variables:
        """Fill in what is known already."""
        report, kind = self._report(call)
        if report.stage not in (Stage.SCHEDULED, Stage.IN_PREPARATION):
            raise NotAtThisStage("prefill", report.stage)
        known = in_hand.drafts(report)
        if known is None:
            known = self._prefill.drafts(kind, [report.body_id], report.period).get(report.body_id, {})
        count = saving.fill(report, kind, known, call.now)
        chronicle.tell("prefilled", report, call.now, count=count)
        return {}

    def begin_preparation(self, call: OperationCall) -> Variables:
        """Hand the report to its executor: whom the head chose, or whom the standing rule of the body names."""
        report, kind = self._report(call)
        rule = self._distribution.rule_for(report.body_id, report.kind_code)
        permit = None if rule is not None else self._permit(call, Action.DISTRIBUTE, report, kind)
        chosen = call.variables.get("executor")
        report.responsible_id = self._distribution.require_executor(str(chosen), report.body_id) if chosen else None
        lifecycle.move(report, Stage.IN_PREPARATION)
        chronicle.tell("preparation_begun", report, call.now, permit, executor=_text(report.responsible_id))
        return {"executor": _text(report.responsible_id), **self._moments(call, report)}

    def send_for_approval(self, call: OperationCall) -> Variables:
        """Freeze the revision: checked, its remarks answered."""
        report, kind = self._report(call)
        permit = self._permit(call, Action.SEND_FOR_APPROVAL, report, kind)
        waiting = remarks.of(report.id, remarks.State.OPEN)
        if waiting:
            raise RemarksNotAnswered(len(waiting))
        content = saving.settle(report, kind)
        checks.require_clean(report, kind, content, self._kind_of)
        saving.remember_editor(report, permit.actor)
        frozen = revisions.freeze(report, self._organisations.bodies.get(report.body_id).code, content, permit, call.now)
        lines.forget_saves(report.id)
        acts.record(Act.SENT, report, permit, call.now)
        lifecycle.move(report, Stage.ON_APPROVAL)
        chronicle.tell("sent_for_approval", report, call.now, permit, sha256=frozen.sha256)
        return self._next(call, report, revision=report.revision)

    def record_approval(self, call: OperationCall) -> Variables:
        """Keep an approval; the report goes on to signing where its kind says so."""
        report, kind = self._report(call)
        permit = self._permit(call, Action.APPROVE, report, kind)
        self._pass_on(report, Side.BODY)
        acts.record(Act.APPROVED, report, permit, call.now)
        if kind.signature != "none":
            lifecycle.move(report, Stage.ON_SIGNING)
        signed = signatures.of_approver(report, permit)
        told: dict[str, Any] = {"signature": _text(signed), "without_signature": signed is None}
        chronicle.tell("approved", report, call.now, permit, exception=permit.exception, **told)
        return self._next(call, report)

    def record_signature(self, call: OperationCall) -> Variables:
        """Keep a signing: with the person's electronic signature over this revision, or without one where the kind allows it."""
        report, kind = self._report(call)
        permit = self._permit(call, Action.SIGN, report, kind)
        self._pass_on(report, Side.BODY)
        signed = signatures.of_signer(report, kind, permit)
        acts.record(Act.SIGNED, report, permit, call.now)
        told: dict[str, Any] = {"signature": _text(signed), "without_signature": signed is None}
        chronicle.tell("signed", report, call.now, permit, exception=permit.exception, **told)
        return self._next(call, report)

    def submit(self, call: OperationCall) -> Variables:
        """Send the revision to its receiver, with a receipt."""
        report, kind = self._report(call)
        if not acts.has(report, Act.APPROVED):
            raise ApprovalNeeded()
        if kind.signature != "none" and not acts.has(report, Act.SIGNED):
            raise SignatureNeeded()
        signatures.require_for_submission(report, kind)
        lifecycle.move(report, Stage.SUBMITTED)
        revision = revisions.submit(report, call.now)
        search.keep(report, kind)
        chronicle.tell("submitted", report, call.now, by=call.by, receipt=revision.receipt_number, late=call.now > report.due_at)
        moments = deadlines.of_review(call.now, self._register.calendar, outside=report.receiver_id is None)
        report.silent_at = deadlines.of_silence(call.now, kind, self._register.calendar)
        return {"receiver": _text(report.receiver_id), "receipt": revision.receipt_number, **moments}

    def begin_review(self, call: OperationCall) -> Variables:
        """The receiver takes the report in hand, where a diagram has a step for it."""
        report, kind = self._report(call)
        review.begin(report, self._permit(call, Action.BEGIN_REVIEW, report, kind), call.now)
        session.flush()
        return {}

    def record_answer(self, call: OperationCall) -> Variables:
        """Keep number and date of the answer of a receiver outside Esep: variables `answer_number`, `answer_date`."""
        report, kind = self._report(call)
        permit = self._permit(call, Action.RECORD_ANSWER, report, kind)
        number, dated = outside_answers.read(call.variables, self._register.calendar.day_of(call.now))
        review.begin(report, permit, call.now)
        acts.record(Act.ANSWER_RECORDED, report, permit, call.now, number=number, dated=dated)
        chronicle.tell("answer_recorded", report, call.now, permit, number=number, dated=dated.isoformat())
        return {}

    def accept(self, call: OperationCall) -> Variables:
        """Accept the revision; its figures are held from now on."""
        report, kind = self._report(call)
        permit = self._permit(call, Action.ACCEPT, report, kind)
        outside_answers.require(report)
        self._pass_on(report, Side.RECEIVER)
        review.begin(report, permit, call.now)
        acts.record(Act.ACCEPTED, report, permit, call.now)
        count = self._take(report, kind, call.now)
        chronicle.tell("accepted", report, call.now, permit, figures=count)
        return {"decision": None}

    def accept_by_silence(self, call: OperationCall) -> Variables:
        """Take a report that its receiver has not answered in the days that its kind gives for accepted."""
        report, kind = self._report(call)
        if not silence.has_lasted(report, call.now):
            raise NotYetSilent(report.business_key)
        remarks.settle(report, Side.RECEIVER)
        acts.record_by_nobody(Act.DEEMED_ACCEPTED, report, call.now)
        count = self._take(report, kind, call.now)
        chronicle.tell("deemed_accepted", report, call.now, figures=count, days=kind.silence_days)
        return {"decision": None}

    def return_for_revision(self, call: OperationCall) -> Variables:
        """Send the report back to preparation as its next revision; only what was remarked on is open there."""
        report, kind = self._report(call)
        permit = self._permit(call, Action.RETURN, report, kind)
        from_stage, side = report.stage, laws.side_of(report.stage)
        opened = remarks.opened_by_side(report, side)
        if not opened:
            raise RemarkNeeded()
        if from_stage in WITH_RECEIVER:
            outside_answers.require(report)
            review.begin(report, permit, call.now)
        report.silent_at = None
        acts.record(Act.RETURNED, report, permit, call.now)
        lifecycle.move(report, Stage.IN_PREPARATION)
        chronicle.tell("returned", report, call.now, permit, from_stage=str(from_stage), by_side=side.value, remarks=len(opened))
        sender = revisions.in_work(report).frozen_by
        report.revision += 1
        attachment_shelf.carry_on(report.id, report.revision - 1, report.revision)
        executor = sender if self._distribution.is_executor(sender, report.body_id) else _text(report.responsible_id)
        return self._next(call, report, revision=report.revision, executor=executor)

    def withdraw(self, call: OperationCall) -> Variables:
        """Withdraw the report, for the reason in the variable `withdrawal_reason`; or as not applicable, as its receiver has granted."""
        report, kind = self._report(call)
        granted = requests_shelf.granted(report.id, Asked.NOT_APPLICABLE)
        permit = self._permit(call, Action.GRANT_REQUEST if granted else Action.WITHDRAW, report, kind)
        told = {} if granted else {"reason": words.required(str(call.variables.get("withdrawal_reason") or ""))}
        report.silent_at = None
        acts.record(Act.WITHDRAWN, report, permit, call.now)
        lifecycle.move(report, Stage.WITHDRAWN)
        report.ended_at = call.now
        chronicle.tell("withdrawn", report, call.now, permit, not_applicable=granted is not None, **told)
        self._asking.lapse(report, call.now, call.by)
        return {}

    def begin_correction(self, call: OperationCall) -> Variables:
        """Bring an accepted report to preparation as its next revision, all of it open, for the reason in `correction_reason`."""
        report, kind = self._report(call)
        permit = self._permit(call, Action.CORRECT, report, kind)
        reason = words.required(str(call.variables.get("correction_reason") or ""))
        report.revision = report.corrected_since = revisions.next_number(report)
        attachment_shelf.carry_on(report.id, report.accepted_revision, report.revision)
        report.ended_at = None
        lifecycle.move(report, Stage.IN_PREPARATION)
        acts.record(Act.CORRECTION_BEGUN, report, permit, call.now)
        chronicle.tell("correction_begun", report, call.now, permit, corrects=report.accepted_revision, reason=reason)
        session.flush()
        moments = deadlines.of_correction(call.now, self._register.calendar)
        return {"decision": None, "revision": report.revision, "executor": permit.actor.by, **moments}

    def give_up_correction(self, call: OperationCall) -> Variables:
        """Leave an accepted report as it was accepted: what was changed since is dropped, remarks and frozen revisions stay."""
        report, kind = self._report(call)
        permit = self._permit(call, Action.GIVE_UP_CORRECTION, report, kind)
        acts.record(Act.CORRECTION_GIVEN_UP, report, permit, call.now)
        chronicle.tell("correction_given_up", report, call.now, permit)
        in_force = revisions.accepted(report)
        attachment_shelf.remove(report.id, report.revision, call.now)
        report.revision, report.corrected_since, report.ended_at = in_force.number, None, report.accepted_at
        lifecycle.move(report, Stage.ACCEPTED)
        saving.restore(report, in_force.cells, in_force.notes)
        search.keep(report, kind)
        return {}

    def remind(self, call: OperationCall) -> Variables:
        """Tell of a step whose deadline is near."""
        return self._tell_of_deadline("reminded", call)

    def escalate(self, call: OperationCall) -> Variables:
        """Tell of a step whose deadline has passed."""
        return self._tell_of_deadline("escalated", call)

    def _report(self, call: OperationCall) -> tuple[Report, Kind]:
        report = shelf.locked_by_key(call.business_key)
        return report, self._kind_of(report)

    def _permit(self, call: OperationCall, action: Action, report: Report, kind: Kind) -> Permit:
        if call.by is None:
            raise PersonNeeded(action)
        return laws.permit(self._organisations.actor(call.by), action, report, kind)

    def _moments(self, call: OperationCall, report: Report) -> Variables:
        return deadlines.of_step(call.now, report.due_at, self._register.calendar)

    def _next(self, call: OperationCall, report: Report, **variables: Any) -> Variables:
        session.flush()
        return {"decision": None, **variables, **self._moments(call, report)}

    def _pass_on(self, report: Report, side: Side) -> None:
        opened = [remark for remark in remarks.of(report.id, remarks.State.OPEN) if remark.side == side]
        if opened:
            raise RemarksStillOpen(len(opened))
        remarks.settle(report, side)

    def _take(self, report: Report, kind: Kind, at: datetime) -> int:
        """Make the revision in work the one in force; gives how many figures are held of it."""
        lifecycle.move(report, Stage.ACCEPTED)
        report.ended_at = report.accepted_at = at
        report.accepted_revision, report.corrected_since, report.silent_at = report.revision, None, None
        count = held.take(report, kind, revisions.in_work(report).cells, at)
        search.keep(report, kind)
        return count

    def _tell_of_deadline(self, event: str, call: OperationCall) -> Variables:
        report, _ = self._report(call)
        if report.stage not in ENDED:
            chronicle.tell(event, report, call.now, due_at=str(call.variables.get("due_at")), holder=_text(report.responsible_id))
        return {}


def _text(value: object | None) -> str | None:
    return None if value is None else str(value)
