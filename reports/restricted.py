"""Reports of restricted kinds (ДСП): they are made and sent past Esep; here is kept that one was sent, under which number, on which date.

They have no process, and so no task, form, draft or variable: there is no place where anything else of them could be kept. What the journal
says of them is for those who may know of them only.
"""

import re
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa

from organisations.actors import Actor
from refusals import Fault
from register.kinds import Kind
from register.shelf import is_restricted
from reports import acts, chronicle, laws, lifecycle, shelf
from reports.acts import Act
from reports.errors import DispatchInvalid
from reports.laws import Action
from reports.lifecycle import Stage
from reports.models import Report
from reports.shelf import RESTRICTED
from storage.journal import JournalEntry

_E = JournalEntry


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


#: What the journal tells of that names a kind and a body instead of a report.
_OF_A_KIND = ("report_opening", "standing_distribution")
_LENGTH_OF_ID = 36


def told_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Whether an entry of the journal is for an actor, as far as it is about reports of restricted kinds: for people of the body and, once
    there is a report, of its receiver. Whoever else reads the body's journal finds no such entry."""
    members = shelf.member_bodies(actor)
    of_report = sa.and_(_E.subject_type == "report", sa.func.length(_E.subject_id) == _LENGTH_OF_ID)
    report_id = sa.case((of_report, sa.cast(sa.func.replace(_E.subject_id, "-", ""), sa.Uuid())))
    is_the_reports = sa.and_(Report.id == report_id, Report.report_class == RESTRICTED)
    known = sa.or_(Report.body_id.in_(members), sa.func.coalesce(Report.receiver_id.in_(members), sa.false()))
    of_a_kind = sa.and_(_E.subject_type.in_(_OF_A_KIND), is_restricted(_E.details["kind"].as_string()))
    hidden = sa.or_(sa.exists().where(is_the_reports, sa.not_(known)), sa.and_(of_a_kind, _E.body_id.not_in(members)))
    return sa.not_(hidden)
