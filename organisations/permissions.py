"""Rights: one enum, `resource:action`, given by roles, each in a scope, and asked for in the domain at a body."""

from enum import Enum, StrEnum
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from organisations import hierarchy
from organisations.actors import Actor, Duty
from organisations.errors import NotPermitted
from organisations.roles import Role
from storage.database import session


class Permission(StrEnum):
    """Everything that somebody may or may not do."""

    REPORT_READ = "report:read"
    REPORT_OPEN = "report:open"
    REPORT_EDIT = "report:edit"
    REPORT_APPROVE = "report:approve"
    REPORT_SIGN = "report:sign"
    REPORT_REVIEW = "report:review"
    REPORT_REMARK = "report:remark"
    REPORT_REMIND = "report:remind"  # of what others hold
    REPORT_WITHDRAW = "report:withdraw"
    REPORT_ANSWER = "report:answer"  # record what a receiver outside answered
    REPORT_ARCHIVE = "report:archive"  # take reports out of the archive and put them back
    REPORT_HOLD = "report:hold"  # keep reports against their retention period
    DESTRUCTION_READ = "destruction:read"  # what is past its retention period, and the acts on it
    DESTRUCTION_PREPARE = "destruction:prepare"  # draft acts of destruction
    DESTRUCTION_APPROVE = "destruction:approve"  # approve them: what is on one may be purged
    TASK_READ = "task:read"
    TASK_WORK = "task:work"
    TASK_ASSIGN = "task:assign"
    PROCESS_READ = "process:read"
    PROCESS_START = "process:start"
    PROCESS_DEPLOY = "process:deploy"
    PROCESS_OPERATE = "process:operate"
    EXTERNAL_TASK_WORK = "external_task:work"  # fetch, lock and do what a worker outside does
    HISTORY_HOLD = "history:hold"  # keep the history of instances against its time to live
    INCIDENT_READ = "incident:read"
    INCIDENT_RETRY = "incident:retry"
    FORM_READ = "form:read"
    FORM_DEPLOY = "form:deploy"
    REGISTER_READ = "register:read"
    REGISTER_EDIT = "register:edit"  # draft kinds, gather editions
    REGISTER_AGREE = "register:agree"  # agree or return drafts for a body, explain duplicates as the owner
    REGISTER_APPROVE = "register:approve"  # approve drafts and editions by an act of the body
    REGISTER_LOAD = "register:load"  # the first load: put kinds in force past the gate, agreement and approval
    ORGANISATION_READ = "organisation:read"
    ORGANISATION_EDIT = "organisation:edit"
    USER_READ = "user:read"
    USER_EDIT = "user:edit"
    ACTING_READ = "acting:read"
    ACTING_EDIT = "acting:edit"
    JOURNAL_READ = "journal:read"
    NOTIFICATION_OPERATE = "notification:operate"  # see what became of mails, and send them again
    WEBHOOK_EDIT = "webhook:edit"  # have what happens to reports of a body posted outside
    BACKUP_RUN = "backup:run"


class Scope(Enum):
    """Where a right holds for somebody with a duty at a body."""

    OWN = "own"  # at the body of the duty
    BELOW = "below"  # there and at every body below it, by parent or by sector
    EVERYWHERE = "everywhere"


class Everywhere(Enum):
    """The type of `EVERYWHERE`."""

    EVERYWHERE = "everywhere"


#: The answer of `where` for an unlimited right, and the place of things that belong to no body.
EVERYWHERE: Final = Everywhere.EVERYWHERE

Grants = dict[Permission, Scope]


def _at(scope: Scope, *permissions: Permission) -> Grants:
    return dict.fromkeys(permissions, scope)


P = Permission

#: Everybody with any duty: common knowledge, and the tasks that their groups are candidates for.
COMMON: Grants = {
    **_at(Scope.EVERYWHERE, P.FORM_READ, P.REGISTER_READ, P.ORGANISATION_READ),
    **_at(Scope.OWN, P.TASK_READ, P.TASK_WORK, P.PROCESS_READ, P.ACTING_READ),
}

_SIGNS: Grants = {
    **_at(Scope.BELOW, P.REPORT_READ, P.REPORT_REMARK, P.REPORT_REMIND, P.TASK_READ, P.USER_READ),
    **_at(Scope.OWN, P.REPORT_APPROVE, P.REPORT_SIGN, P.REPORT_WITHDRAW, P.TASK_ASSIGN),
    **_at(Scope.OWN, P.REGISTER_AGREE, P.REGISTER_APPROVE),
    **_at(Scope.OWN, P.REPORT_HOLD, P.DESTRUCTION_READ, P.DESTRUCTION_APPROVE),
}

#: The table of rights. What a role adds here to COMMON is all that it gives.
GRANTS: dict[Role, Grants] = {
    Role.EXECUTOR: COMMON | _at(Scope.OWN, P.REPORT_READ, P.REPORT_EDIT),
    Role.HEAD: COMMON
    | _at(Scope.BELOW, P.REPORT_READ, P.REPORT_REMARK, P.REPORT_REMIND, P.USER_READ)
    | _at(Scope.OWN, P.REPORT_OPEN, P.REPORT_EDIT, P.REPORT_APPROVE, P.REPORT_WITHDRAW, P.TASK_ASSIGN)
    | _at(Scope.OWN, P.REGISTER_AGREE, P.REGISTER_APPROVE)
    | _at(Scope.OWN, P.REPORT_HOLD, P.DESTRUCTION_READ, P.DESTRUCTION_APPROVE),
    Role.AKIM: COMMON | _SIGNS,
    Role.DEPUTY_AKIM: COMMON | _SIGNS,
    Role.OFFICER: COMMON
    | _at(Scope.BELOW, P.REPORT_READ, P.REPORT_OPEN, P.REPORT_REVIEW, P.REPORT_REMARK, P.REPORT_REMIND, P.USER_READ)
    | _at(Scope.OWN, P.REGISTER_AGREE, P.REPORT_HOLD),
    Role.CHANCERY: COMMON
    | _at(Scope.OWN, P.REPORT_READ, P.REPORT_OPEN, P.REPORT_REMIND, P.REPORT_ANSWER, P.USER_READ, P.ACTING_EDIT)
    | _at(Scope.OWN, P.REPORT_ARCHIVE, P.REPORT_HOLD, P.DESTRUCTION_READ, P.DESTRUCTION_PREPARE),
    Role.MANAGER: COMMON
    | _at(
        Scope.BELOW,
        P.REPORT_READ,
        P.REPORT_REMIND,
        P.TASK_READ,
        P.PROCESS_READ,
        P.INCIDENT_READ,
        P.USER_READ,
        P.ACTING_READ,
        P.JOURNAL_READ,
        P.DESTRUCTION_READ,
    ),
    Role.METHODOLOGIST: COMMON
    | _at(Scope.EVERYWHERE, P.PROCESS_READ, P.PROCESS_START, P.PROCESS_DEPLOY, P.INCIDENT_READ, P.INCIDENT_RETRY)
    | _at(Scope.EVERYWHERE, P.FORM_DEPLOY, P.REGISTER_EDIT, P.REPORT_OPEN),
    Role.WORKER: COMMON | _at(Scope.EVERYWHERE, P.PROCESS_READ, P.PROCESS_START, P.EXTERNAL_TASK_WORK),
    Role.ADMINISTRATOR: COMMON
    | _at(Scope.EVERYWHERE, P.PROCESS_READ, P.PROCESS_START, P.PROCESS_DEPLOY, P.PROCESS_OPERATE, P.INCIDENT_READ, P.INCIDENT_RETRY)
    | _at(Scope.EVERYWHERE, P.EXTERNAL_TASK_WORK, P.FORM_DEPLOY, P.REGISTER_EDIT, P.TASK_READ, P.TASK_ASSIGN, P.REPORT_READ, P.REPORT_OPEN)
    | _at(
        Scope.EVERYWHERE,
        P.REGISTER_LOAD,
        P.HISTORY_HOLD,
        P.REPORT_HOLD,
        P.DESTRUCTION_READ,
        P.ORGANISATION_EDIT,
        P.USER_READ,
        P.USER_EDIT,
        P.ACTING_READ,
        P.ACTING_EDIT,
        P.JOURNAL_READ,
        P.NOTIFICATION_OPERATE,
        P.WEBHOOK_EDIT,
        P.BACKUP_RUN,
    ),
}


def require(actor: Actor, permission: Permission, at: UUID | Everywhere | None = None) -> None:
    """Refuse (NotPermitted) unless `allowed`."""
    if not allowed(actor, permission, at):
        raise NotPermitted(permission.value)


def allowed(actor: Actor, permission: Permission, at: UUID | Everywhere | None = None) -> bool:
    """Whether the actor may do this at a body.

    `at=None` asks whether they may do it anywhere at all (for a door, before the thing is known); for a thing that belongs to no body
    pass `EVERYWHERE`. Asks the database only when the answer hangs on the tree of bodies.
    """
    return duty_for(actor, permission, at) is not None


def duty_for(actor: Actor, permission: Permission, at: UUID | Everywhere | None = None) -> Duty | None:
    """The duty by which the actor may do this at a body, their own before one held for an absent person; None when they may not."""
    granting = sorted(_granting(actor, permission), key=lambda duty: duty.acting)
    if at is None:
        return next(iter(granting), None)
    for duty in granting:
        scope = GRANTS[duty.role][permission]
        if scope is Scope.EVERYWHERE or duty.body_id == at:
            return duty
    return None if at is EVERYWHERE else _duty_from_above(granting, permission, at)


def where(actor: Actor, permission: Permission) -> frozenset[UUID] | Everywhere:
    """The bodies at which the actor may do this, or EVERYWHERE; for lists."""
    reach = _reach(actor, permission)
    if isinstance(reach, Everywhere):
        return EVERYWHERE
    own, tops = reach
    return own | frozenset(session.scalars(hierarchy.at_or_below(tops))) if tops else own


def within(actor: Actor, permission: Permission, body_id: Any, *, name: str = "at_or_below") -> sa.ColumnElement[bool]:
    """The same as a condition on a column of body ids, without a statement of its own; two in one statement need a `name` each."""
    reach = _reach(actor, permission)
    if isinstance(reach, Everywhere):
        return sa.true()
    own, tops = reach
    directly: sa.ColumnElement[bool] = body_id.in_(own)
    return sa.or_(directly, body_id.in_(hierarchy.at_or_below(tops, name=name))) if tops else directly


def _granting(actor: Actor, permission: Permission) -> list[Duty]:
    if actor.scopes is not None and permission not in actor.scopes:
        return []
    return [duty for duty in actor.duties if permission in GRANTS[duty.role]]


def _duty_from_above(granting: list[Duty], permission: Permission, at: UUID | Everywhere) -> Duty | None:
    reaching = [duty for duty in granting if GRANTS[duty.role][permission] is Scope.BELOW]
    if not reaching or isinstance(at, Everywhere):
        return None
    above = set(session.scalars(hierarchy.at_or_above(at)))
    return next((duty for duty in reaching if duty.body_id in above), None)


def _reach(actor: Actor, permission: Permission) -> tuple[frozenset[UUID], frozenset[UUID]] | Everywhere:
    """The bodies where the right holds by itself, and those from which it goes down."""
    by_scope: dict[Scope, set[UUID]] = {scope: set() for scope in Scope}
    for duty in _granting(actor, permission):
        by_scope[GRANTS[duty.role][permission]].add(duty.body_id)
    if by_scope[Scope.EVERYWHERE]:
        return EVERYWHERE
    return frozenset(by_scope[Scope.OWN]), frozenset(by_scope[Scope.BELOW])
