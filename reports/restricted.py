"""Reports of restricted kinds (ДСП): they are made and sent past Esep; here is kept that one was sent, under which number, on which date.

They have no process, and so no task, form, draft or variable: there is no place where anything else of them could be kept.
"""

import re
from datetime import date, datetime
from enum import StrEnum

from organisations.actors import Actor
from refusals import Fault
from register.kinds import Kind
from reports import acts, chronicle, laws, lifecycle
from reports.acts import Act
from reports.errors import DispatchInvalid
from reports.laws import Action
from reports.lifecycle import Stage
from reports.models import Report


class WithdrawalReason(StrEnum):
    """Why a report of a restricted kind is withdrawn: chosen, because words could tell of its contents."""

    OPENED_BY_MISTAKE = "opened_by_mistake"
    KIND_WITHDRAWN = "kind_withdrawn"
    BODY_ENDED = "body_ended"


#: A registration number, with its sign, letters of a register, strokes and full stops; too short for a text.
_NUMBER = re.compile(r"(№ ?)?(?=.*\d)[\w./-]{1,40}")


def dispatch(actor: Actor, report: Report, kind: Kind, *, number: str, dated: date, today: date, at: datetime) -> None:
    """Keep that a report was sent. Raises DispatchInvalid and what `laws.permit` refuses with."""
    permit = laws.permit(actor, Action.RECORD_DISPATCH, report, kind)
    faults = []
    if not _NUMBER.fullmatch(number):
        faults.append(Fault("/number", "dispatch_number_wrong"))
    if dated > today:
        faults.append(Fault("/date", "dispatch_in_future", {"given": dated.isoformat()}))
    if faults:
        raise DispatchInvalid(faults=faults)
    acts.record(Act.DISPATCHED, report, permit, at, number=number, dated=dated)
    lifecycle.move(report, Stage.SUBMITTED)
    report.ended_at = at
    chronicle.tell("dispatched", report, at, permit, number=number, dated=dated.isoformat(), late=at > report.due_at)


def withdraw(actor: Actor, report: Report, kind: Kind, *, reason: WithdrawalReason, at: datetime) -> None:
    """Withdraw a report that has no process to end. Raises what `laws.permit` refuses with."""
    permit = laws.permit(actor, Action.WITHDRAW_RESTRICTED, report, kind)
    acts.record(Act.WITHDRAWN, report, permit, at)
    lifecycle.move(report, Stage.WITHDRAWN)
    report.ended_at = at
    chronicle.tell("withdrawn", report, at, permit, reason=reason.value, not_applicable=False)
