"""Who may do what to a report now: asked before an act is done, and asked again when a client wants to know what it may offer.

One table of stages and one of grounds serve both, so a button that is shown works. The laws hold whatever the diagram says.
"""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from organisations import permissions
from organisations.actors import Actor, Duty
from organisations.bodies import Level
from organisations.errors import NotPermitted
from organisations.permissions import Permission
from refusals import Refusal
from register.kinds import Kind
from reports import acts
from reports.archive.errors import ReportPurged
from reports.errors import (
    AcceptedAlready,
    ApprovedByYourself,
    NotAtThisStage,
    NotInCorrection,
    PreparedByYourself,
    RestrictedKeepsNothing,
)
from reports.lifecycle import ENDED, WITH_BODY, WITH_RECEIVER, Stage
from reports.models import Report
from reports.permits import Permit, Side


class Action(StrEnum):
    """What people do to reports."""

    DISTRIBUTE = "distribute"
    RECORD_DISPATCH = "record_dispatch"
    EDIT = "edit"
    SEND_FOR_APPROVAL = "send_for_approval"
    APPROVE = "approve"
    SIGN = "sign"
    BEGIN_REVIEW = "begin_review"
    RECORD_ANSWER = "record_answer"
    ACCEPT = "accept"
    ATTACH_SIGNATURE = "attach_signature"
    RETURN = "return_for_revision"
    REMARK = "remark"
    ANSWER_REMARK = "answer_remark"
    RESOLVE_REMARK = "resolve_remark"
    WITHDRAW = "withdraw"
    WITHDRAW_RESTRICTED = "withdraw_restricted"
    CORRECT = "correct"
    GIVE_UP_CORRECTION = "give_up_correction"
    ASK_EXTENSION = "ask_extension"
    ASK_NOT_APPLICABLE = "ask_not_applicable"
    GRANT_REQUEST = "grant_request"
    REFUSE_REQUEST = "refuse_request"
    TAKE_BACK_REQUEST = "take_back_request"


_JUDGED = frozenset({Stage.ON_APPROVAL, Stage.ON_SIGNING}) | WITH_RECEIVER

#: The stages in which each action can be done.
STAGES: Mapping[Action, frozenset[Stage]] = {
    Action.DISTRIBUTE: frozenset({Stage.SCHEDULED}),
    Action.RECORD_DISPATCH: frozenset({Stage.SCHEDULED}),
    Action.EDIT: frozenset({Stage.IN_PREPARATION}),
    Action.SEND_FOR_APPROVAL: frozenset({Stage.IN_PREPARATION}),
    Action.APPROVE: frozenset({Stage.ON_APPROVAL}),
    Action.SIGN: frozenset({Stage.ON_SIGNING}),
    Action.BEGIN_REVIEW: frozenset({Stage.SUBMITTED}),
    Action.RECORD_ANSWER: WITH_RECEIVER,
    Action.ACCEPT: WITH_RECEIVER,
    Action.ATTACH_SIGNATURE: frozenset({Stage.ON_APPROVAL, Stage.ON_SIGNING}),
    Action.RETURN: _JUDGED,
    Action.REMARK: _JUDGED,
    Action.ANSWER_REMARK: frozenset({Stage.IN_PREPARATION}),
    Action.RESOLVE_REMARK: _JUDGED,
    Action.WITHDRAW: frozenset(Stage) - ENDED,
    Action.WITHDRAW_RESTRICTED: frozenset(Stage) - ENDED,
    Action.CORRECT: frozenset({Stage.ACCEPTED}),
    Action.GIVE_UP_CORRECTION: frozenset({Stage.IN_PREPARATION}),
    Action.ASK_EXTENSION: WITH_BODY,
    Action.ASK_NOT_APPLICABLE: WITH_BODY,
    Action.GRANT_REQUEST: WITH_BODY,
    Action.REFUSE_REQUEST: frozenset(Stage),
    Action.TAKE_BACK_REQUEST: frozenset(Stage),
}
#: What is decided about what a body asked: by the receiver, whose side holds no revision then.
_DECIDING = frozenset({Action.GRANT_REQUEST, Action.REFUSE_REQUEST})

#: The right each action of the body itself needs; the others depend on the stage (see `_ground`).
_OWN_RIGHTS: Mapping[Action, Permission] = {
    Action.DISTRIBUTE: Permission.TASK_ASSIGN,
    Action.RECORD_DISPATCH: Permission.REPORT_ANSWER,
    Action.EDIT: Permission.REPORT_EDIT,
    Action.SEND_FOR_APPROVAL: Permission.REPORT_EDIT,
    Action.ANSWER_REMARK: Permission.REPORT_EDIT,
    Action.APPROVE: Permission.REPORT_APPROVE,
    Action.RECORD_ANSWER: Permission.REPORT_ANSWER,
    Action.WITHDRAW: Permission.REPORT_WITHDRAW,
    Action.WITHDRAW_RESTRICTED: Permission.REPORT_WITHDRAW,
    Action.CORRECT: Permission.REPORT_EDIT,
    Action.GIVE_UP_CORRECTION: Permission.REPORT_EDIT,
    Action.ASK_EXTENSION: Permission.REPORT_EDIT,
    Action.ASK_NOT_APPLICABLE: Permission.REPORT_EDIT,
    Action.TAKE_BACK_REQUEST: Permission.REPORT_EDIT,
}
#: What is done to reports of restricted kinds, and to no others.
_OF_RESTRICTED = frozenset({Action.RECORD_DISPATCH, Action.WITHDRAW_RESTRICTED})
#: What somebody who prepared a report doesn't do to it.
_PASSING = frozenset({Action.APPROVE, Action.SIGN, Action.ATTACH_SIGNATURE})
#: What is not done to a report that was accepted once: it stays accepted until a correction is.
_BEFORE_ACCEPTANCE = frozenset({Action.WITHDRAW, Action.ASK_EXTENSION, Action.ASK_NOT_APPLICABLE, Action.GRANT_REQUEST})
_REMARKING = frozenset({Action.REMARK, Action.RESOLVE_REMARK})


def side_of(stage: Stage) -> Side:
    """Which side judges a report at a stage."""
    return Side.RECEIVER if stage in WITH_RECEIVER else Side.BODY


def permit(actor: Actor, action: Action, report: Report, kind: Kind) -> Permit:
    """Leave for the action, or its refusal: NotPermitted, NotAtThisStage, RestrictedKeepsNothing, NotInCorrection, AcceptedAlready,
    PreparedByYourself, ApprovedByYourself."""
    right, body_id = _ground(action, report, kind)
    duty = _duty_to_attach(actor, right, body_id) if action is Action.ATTACH_SIGNATURE else _duty_at(actor, right, body_id)
    if kind.restricted and action not in _OF_RESTRICTED:
        raise RestrictedKeepsNothing(kind.code)
    if report.stage not in STAGES[action] or (action in _OF_RESTRICTED and not kind.restricted):
        raise NotAtThisStage(action, report.stage)
    _require_course(action, report)
    if action is Action.RECORD_ANSWER and report.receiver_id is not None:
        raise NotPermitted(right)
    if action in _PASSING and actor.by in report.editors:
        if not (kind.self_approval and duty.acting and report.body_level == Level.RURAL):
            raise PreparedByYourself()
        return Permit(actor, duty, exception=True)
    if action is Action.ACCEPT and report.receiver_id is not None:
        _require_other_eyes(actor, report)
    return Permit(actor, duty)


def allowed_actions(actor: Actor, report: Report, kind: Kind) -> list[str]:
    """The actions that `permit` would grant, in the order of the enum."""
    return [action.value for action in Action if _is_permitted(actor, action, report, kind)]


def _is_permitted(actor: Actor, action: Action, report: Report, kind: Kind) -> bool:
    try:
        permit(actor, action, report, kind)
    except Refusal:
        return False
    return True


def _require_course(action: Action, report: Report) -> None:
    """What a correction asks for, and what it forbids."""
    if action is Action.CORRECT and report.purged_at is not None:
        raise ReportPurged(report.id)
    if action is Action.GIVE_UP_CORRECTION and not report.in_correction:
        raise NotInCorrection()
    if action in _BEFORE_ACCEPTANCE and report.in_correction:
        raise AcceptedAlready()


def _ground(action: Action, report: Report, kind: Kind) -> tuple[Permission, UUID]:
    """The right that an action needs at the present stage, and the body where it is needed."""
    own = _OWN_RIGHTS.get(action)
    if own is not None:
        return own, report.body_id
    if action is Action.SIGN or (action in (Action.RETURN, Action.ATTACH_SIGNATURE) and report.stage is Stage.ON_SIGNING):
        return (Permission.REPORT_APPROVE if kind.signature == "head" else Permission.REPORT_SIGN), report.body_id
    if side_of(report.stage) is Side.BODY and action not in {Action.ACCEPT, Action.BEGIN_REVIEW} | _DECIDING:
        return (Permission.REPORT_REMARK if action in _REMARKING else Permission.REPORT_APPROVE), report.body_id
    if report.receiver_id is None:
        return Permission.REPORT_ANSWER, report.body_id
    return (Permission.REPORT_REMARK if action in _REMARKING else Permission.REPORT_REVIEW), report.receiver_id


def _duty_to_attach(actor: Actor, right: Permission, body_id: UUID) -> Duty:
    """Who signs attaches a signature, and so may who approved: a revision can bear those of the akim and of the head."""
    duty = permissions.duty_for(actor, right, body_id)
    return duty if duty is not None and duty.body_id == body_id else _duty_at(actor, Permission.REPORT_APPROVE, body_id)


def _duty_at(actor: Actor, right: Permission, body_id: UUID) -> Duty:
    """The duty at the very body: a right that only comes down from a body above doesn't do here."""
    duty = permissions.duty_for(actor, right, body_id)
    if duty is None or duty.body_id != body_id:
        raise NotPermitted(right)
    return duty


def _require_other_eyes(actor: Actor, report: Report) -> None:
    if actor.by in report.editors:
        raise PreparedByYourself()
    if actor.by in acts.approvers(report.id):
        raise ApprovedByYourself()
