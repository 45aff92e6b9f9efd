"""Who may do what with a user task: the table behind `allowed_actions`, and what is asked again when the act itself comes.

A person works on a task as its assignee, or as a candidate while nobody has it; a candidate group is `role` or `role@body`. The engine
keeps persons as text: our user ids, and logins where a diagram names a person.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from engine.errors import TaskAlreadyClaimed, TaskNotFound
from engine.user_tasks import UserTask
from organisations import permissions
from organisations.actors import Actor, Duty
from organisations.permissions import EVERYWHERE, Permission
from worklist.errors import NotYourTask, TaskNotAssignable

PENDING = "pending"


def names(actor: Actor) -> tuple[str, ...]:
    """What the engine may know a person by: the user id, and the login that a diagram may name."""
    return (actor.by,) if _uuids([actor.login]) else (actor.by, actor.login)


def has(actor: Actor, task: UserTask) -> bool:
    """Whether the person is the task's assignee."""
    return task.assignee in names(actor)


def is_candidate(actor: Actor, task: UserTask) -> bool:
    """Whether the task waits for the person, by name or by a group."""
    return not actor.groups.isdisjoint(task.candidate_groups) or any(name in task.candidate_users for name in names(actor))


def has_candidates(task: UserTask) -> bool:
    """Whether the task waits for more than its assignee."""
    return bool(task.candidate_groups or task.candidate_users)


def duty_for(actor: Actor, task: UserTask) -> Duty | None:
    """The duty by which the person works on the task: one that a candidate group asks for, else one at the body of the instance.

    A duty of one's own comes before one held for an absent person, so that acting is only recorded where it was needed.
    """
    duties = sorted(actor.duties, key=lambda duty: duty.acting)
    for duty in duties:
        if f"{duty.role.value}@{duty.body_id}" in task.candidate_groups or duty.role.value in task.candidate_groups:
            return duty
    at_body = [duty for duty in duties if str(duty.body_id) == task.body]
    return at_body[0] if at_body else None


def on_behalf_of(actor: Actor, task: UserTask) -> str | None:
    """The absent person whom the person stands in for on this task, as the engine's text; None when acting in one's own right."""
    duty = duty_for(actor, task)
    return str(duty.absent_user_id) if duty is not None and duty.absent_user_id is not None else None


def bodies_of(task: UserTask) -> frozenset[UUID]:
    """The bodies at which rights over the task are asked: those of its candidate groups, else the body of the instance."""
    return _uuids(group.partition("@")[2] for group in task.candidate_groups) or _uuids([task.body])


def may_read(actor: Actor, task: UserTask) -> bool:
    """Whether the person may know of the task at all."""
    if has(actor, task) or task.owner in names(actor) or is_candidate(actor, task):
        return True
    return _allowed(actor, Permission.TASK_READ, bodies_of(task) | _uuids([task.body]))


def may_work(actor: Actor, task: UserTask) -> bool:
    """Whether the person may fill in and complete the task as it stands."""
    if not (has(actor, task) or (task.assignee is None and is_candidate(actor, task))):
        return False
    duty = duty_for(actor, task)
    if duty is not None:
        return permissions.allowed(actor, Permission.TASK_WORK, duty.body_id)
    return bool(permissions.where(actor, Permission.TASK_WORK))


def may_assign(actor: Actor, task: UserTask) -> bool:
    """Whether the person decides who does the task."""
    return _allowed(actor, Permission.TASK_ASSIGN, bodies_of(task))


def could_do(person: Actor, task: UserTask) -> bool:
    """Whether the task could be given to a person: a candidate, or, where there are none, one of the body of the instance."""
    of_body = not task.body or any(str(body) == task.body for body in person.bodies)
    able = is_candidate(person, task) if has_candidates(task) else of_body
    return able and may_work(person, replace(task, assignee=person.by))


def require_read(actor: Actor, task: UserTask) -> None:
    """Raises TaskNotFound: of other people's tasks one does not even learn that they exist."""
    if not may_read(actor, task):
        raise TaskNotFound(task_id=str(task.id))


def require_work(actor: Actor, task: UserTask) -> None:
    """Raises TaskNotFound, NotYourTask or TaskAlreadyClaimed."""
    require_read(actor, task)
    if may_work(actor, task):
        return
    if task.assignee is not None and is_candidate(actor, task):
        raise TaskAlreadyClaimed(task_id=str(task.id), assignee=task.assignee)
    raise NotYourTask(task_id=str(task.id))


def require_assign(actor: Actor, task: UserTask) -> None:
    """Raises TaskNotFound or TaskNotAssignable."""
    require_read(actor, task)
    if not may_assign(actor, task):
        raise TaskNotAssignable(task_id=str(task.id))


def allowed_actions(actor: Actor, task: UserTask) -> list[str]:
    """What the person may do with the task now, so that a client shows only what will work."""
    return [] if task.suspended else [action for action, allows in ACTIONS.items() if allows(actor, task)]


def _allowed(actor: Actor, permission: Permission, bodies: frozenset[UUID]) -> bool:
    """Whether a right holds at one of the bodies; what belongs to no body is for those whose right holds everywhere."""
    return any(permissions.allowed(actor, permission, body) for body in bodies or [EVERYWHERE])


def _uuids(texts: Iterable[str | None]) -> frozenset[UUID]:
    found = set()
    for text in texts:
        with suppress(ValueError):  # a diagram may name a group after an "@" that is no body of ours
            found.add(UUID(text or ""))
    return frozenset(found)


def _can_claim(actor: Actor, task: UserTask) -> bool:
    return task.assignee is None and may_work(actor, task)


def _can_unclaim(actor: Actor, task: UserTask) -> bool:
    return task.assignee is not None and has_candidates(task) and (has(actor, task) or may_assign(actor, task))


def _can_complete(actor: Actor, task: UserTask) -> bool:
    return may_work(actor, task) and task.delegation_state != PENDING


def _can_delegate(actor: Actor, task: UserTask) -> bool:
    return has(actor, task) and may_work(actor, task) and task.delegation_state != PENDING


def _can_resolve(actor: Actor, task: UserTask) -> bool:
    return has(actor, task) and may_work(actor, task) and task.delegation_state == PENDING


#: Action → whether it would be granted; in the order in which a client shows them.
ACTIONS: Mapping[str, Callable[[Actor, UserTask], bool]] = {
    "complete": _can_complete,
    "save_draft": may_work,
    "claim": _can_claim,
    "unclaim": _can_unclaim,
    "delegate": _can_delegate,
    "resolve": _can_resolve,
    "assign": may_assign,
}
