"""Open user tasks: found, claimed, delegated, completed. Who may do it is asked above the engine; here it is only noted."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from engine import attempts, snapshots, task_listeners, values
from engine.errors import (
    NotAssignee,
    TaskAlreadyClaimed,
    TaskDelegated,
    TaskNotDelegated,
    TaskNotFound,
    TaskNotOpen,
    not_active,
)
from engine.failures import Attempt
from engine.models import ACTIVE, ActivityRow, CandidateRow, InstanceRow, TaskRow
from engine.retiming import Retiming
from engine.scopes import PROCESS, Scopes
from engine.situation import body_id
from engine.steps import Step, Steps
from storage import database
from storage.journal import record

PENDING, RESOLVED = "pending", "resolved"
_UNSET: Any = object()

_INSTANCES, _TASKS, _CANDIDATES = (cast(sa.Table, model.__table__).c for model in (InstanceRow, TaskRow, CandidateRow))
#: What a task has of its own; the rest is its instance's.
_OWN = [column for column in _TASKS if column.name not in _INSTANCES and column.name != "instance_id"]
_CANDIDATES_OF = sa.select(*_CANDIDATES).where(_CANDIDATES.task_id.in_(sa.bindparam("tasks", expanding=True))).order_by(_CANDIDATES.value)
_LOCKED = (
    sa.select(*_INSTANCES, *_OWN, _CANDIDATES.kind, _CANDIDATES.value)
    .join_from(_TASKS.id.table, _INSTANCES.id.table, _INSTANCES.id == _TASKS.instance_id)
    .outerjoin(_CANDIDATES.value.table, _CANDIDATES.task_id == _TASKS.id)
    .where(_TASKS.id == sa.bindparam("task"))
    .order_by(_CANDIDATES.value)
    .with_for_update(of=[_INSTANCES.id.table, _TASKS.id.table])
)


@dataclass(frozen=True)
class UserTask:
    """An open user task, as the rest of the product sees it."""

    id: UUID
    instance_id: UUID
    definition_id: UUID
    definition_key: str
    business_key: str | None
    body: str | None
    element_id: str
    name: str | None
    assignee: str | None
    owner: str | None
    delegation_state: str | None
    created_at: datetime
    due_at: datetime | None
    follow_up_at: datetime | None
    priority: int
    form_key: str | None
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    suspended: bool


#: Reads the variables that a locked task sees, with their types.
Seen = Callable[[], Mapping[str, values.TypedValue]]


@dataclass(frozen=True)
class Completion:
    """With what a task is completed, by whom, and in whose place when that is an acting person."""

    variables: Mapping[str, Any]
    by: str | None
    on_behalf_of: str | None = None


class UserTasks:
    """Everything is done in the caller's transaction."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self._retiming = Retiming(steps)

    def get(self, task_id: UUID) -> UserTask:
        """An open task. Raises TaskNotOpen when it was completed or withdrawn, TaskNotFound when there never was one."""
        row = database.session.scalar(sa.select(TaskRow).where(TaskRow.id == task_id).execution_options(populate_existing=True))
        if row is None:
            raise _missing(task_id)
        return self.with_candidates([row])[0]

    def of_instance(self, instance_id: UUID) -> list[UserTask]:
        """The open tasks of an instance, oldest first."""
        query = sa.select(TaskRow).where(TaskRow.instance_id == instance_id).order_by(TaskRow.id)
        return self.with_candidates(database.session.scalars(query.execution_options(populate_existing=True)).all())

    def of_business_keys(self, keys: Collection[str], definition_key: str) -> list[UserTask]:
        """The open tasks of the instances of a process that have one of these business keys."""
        query = sa.select(TaskRow).where(TaskRow.business_key.in_(keys), TaskRow.definition_key == definition_key).order_by(TaskRow.id)
        return self.with_candidates(database.session.scalars(query.execution_options(populate_existing=True)).all())

    def some(self, ids: Collection[UUID], keys: Collection[str]) -> list[UserTask]:
        """The open tasks with one of these ids, or of instances with one of these business keys, the oldest first."""
        by_key = sa.select(TaskRow.id).where(TaskRow.business_key.in_(keys))
        query = sa.select(TaskRow).where(TaskRow.id.in_(sa.union_all(sa.select(TaskRow.id).where(TaskRow.id.in_(ids)), by_key)))
        return self.with_candidates(database.session.scalars(query.order_by(TaskRow.id).execution_options(populate_existing=True)).all())

    def with_candidates(self, rows: list[TaskRow] | Any) -> list[UserTask]:
        """The tasks of some rows, in their order, with the candidates of all of them read at once."""
        candidates: dict[UUID, list[Any]] = {}
        for candidate in database.session.execute(_CANDIDATES_OF, {"tasks": [row.id for row in rows]}) if rows else ():
            candidates.setdefault(candidate.task_id, []).append(candidate)
        return [_task(row, candidates.get(row.id, [])) for row in rows]

    def claim(self, task_id: UUID, by: str) -> UserTask:
        """Take a task. Again by the same person does nothing. Raises TaskAlreadyClaimed."""
        row = self._locked(task_id)
        if row.assignee not in (None, by):
            raise TaskAlreadyClaimed(task_id=str(task_id), assignee=row.assignee)
        if row.assignee is None:
            self._change(row, "user_task:claimed", by, assignee=by)
        return self.with_candidates([row])[0]

    def unclaim(self, task_id: UUID, by: str) -> UserTask:
        """Give a task back to its candidates. Raises NotAssignee."""
        row = self._locked(task_id)
        _require_assignee(row, by)
        self._change(row, "user_task:unclaimed", by, assignee=None, delegation_state=None)
        return self.with_candidates([row])[0]

    def delegate(self, task_id: UUID, to: str, by: str) -> UserTask:
        """Let somebody else do it and give it back. Whoever had it becomes its owner, unless it has one. Raises NotAssignee."""
        row = self._locked(task_id)
        if row.assignee is not None:
            _require_assignee(row, by)
        owner = row.owner or row.assignee or by
        self._change(row, "user_task:delegated", by, {"to": to}, assignee=to, owner=owner, delegation_state=PENDING)
        return self.with_candidates([row])[0]

    def resolve(self, task_id: UUID, variables: Mapping[str, Any] | None, by: str) -> UserTask:
        """Give a delegated task back to its owner, with variables. Raises TaskNotDelegated, NotAssignee."""
        row = self._locked(task_id)
        if row.delegation_state != PENDING:
            raise TaskNotDelegated(task_id=str(task_id))
        _require_assignee(row, by)
        if variables:
            self._write(row, variables, by)
        self._change(row, "user_task:resolved", by, assignee=row.owner, delegation_state=RESOLVED)
        return self.with_candidates([row])[0]

    def assign(self, task_id: UUID, to: str | None, by: str) -> UserTask:
        """Give a task to somebody, whoever has it now; null gives it back to the candidates."""
        row = self._locked(task_id)
        self._change(row, "user_task:assigned", by, {"to": to}, assignee=to)
        return self.with_candidates([row])[0]

    def update(
        self,
        task_id: UUID,
        *,
        due_at: datetime | None = _UNSET,
        follow_up_at: datetime | None = _UNSET,
        priority: int = _UNSET,
        by: str,
    ) -> UserTask:
        """Change what is given of due date, follow-up date and priority; timers on the task that name `taskDueDate` follow its due date."""
        row = self._locked(task_id)
        given = {"due_at": due_at, "follow_up_at": follow_up_at, "priority": priority}
        changes = {name: value for name, value in given.items() if value is not _UNSET}
        if changes:
            told = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in changes.items()}
            self._change(row, "user_task:updated", by, told, **changes)
        if "due_at" in changes:
            self._retiming.of_task(row, by)
        return self.with_candidates([row])[0]

    def complete(
        self, task_id: UUID, variables: Mapping[str, Any] | None = None, by: str | None = None, on_behalf_of: str | None = None
    ) -> None:
        """Complete a task and take its instance to the next wait.

        Raises TaskNotFound, TaskNotOpen, InstanceNotActive, TaskDelegated, VariableRefused, what an operation refuses, and StepFailed (with
        an incident afterwards) for everything else that goes wrong.
        """
        self.complete_as(task_id, lambda _task, _seen: Completion(variables or {}, by, on_behalf_of))

    def complete_as(self, task_id: UUID, decide: Callable[[UserTask, Seen], Completion]) -> UserTask:
        """Complete a task as `decide` says once the task is locked; it may refuse. It is given the task, and how to read what it sees.

        Gives the task as it was. Raises what `complete` and `decide` raise.
        """
        row, task = self._lock_with_candidates(task_id)
        completion = decide(task, lambda: self._seen(row, task_id, local=False))
        if task.delegation_state == PENDING:
            raise TaskDelegated(task_id=str(task_id), owner=task.owner)
        attempt = Attempt("task", task_id, completion.variables, completion.by, completion.on_behalf_of)
        attempts.take_for_person(self._steps, row, attempt)
        return task

    def variables(self, task_id: UUID, typed: bool = False) -> dict[str, Any]:
        """The variables that a task sees. Raises TaskNotFound, TaskNotOpen."""
        found = self._read(task_id, local=False)
        return dict(found) if typed else {name: value.value for name, value in found.items()}

    def local_variables(self, task_id: UUID, typed: bool = False) -> dict[str, Any]:
        """The variables that only this task sees. Raises TaskNotFound, TaskNotOpen."""
        found = self._read(task_id, local=True)
        return dict(found) if typed else {name: value.value for name, value in found.items()}

    def set_variables(self, task_id: UUID, variables: Mapping[str, Any], by: str | None) -> None:
        """Set variables as the task sees them, without completing it. Raises TaskNotFound, TaskNotOpen, InstanceNotActive."""
        self._write(self._locked(task_id), variables, by)

    def _read(self, task_id: UUID, *, local: bool) -> dict[str, values.TypedValue]:
        query = sa.select(InstanceRow).join(TaskRow, TaskRow.instance_id == InstanceRow.id).where(TaskRow.id == task_id)
        row = database.session.scalar(query.execution_options(populate_existing=True))
        if row is None:
            raise _missing(task_id)
        return self._seen(row, task_id, local=local)

    def _seen(self, row: InstanceRow, task_id: UUID, *, local: bool) -> dict[str, values.TypedValue]:
        document = snapshots.unpacked(row.snapshot or b"", task_id)
        path = next((item[-1] for item in document["open"] if UUID(item[1]) == task_id), [PROCESS])
        return Scopes(document["scopes"]).typed(path[:1] if local else path)

    def _write(self, task: TaskRow, variables: Mapping[str, Any], by: str | None) -> None:
        step = self._steps.load(self._steps.lock(task.instance_id), by=by)
        step.execution.evaluation.write(self._open_token(step, task.id), variables)
        self._steps.save(step)

    def _open_token(self, step: Step, task_id: UUID) -> Any:
        opening = step.account.by_id(task_id)
        if opening is None or opening.wait != "task":
            raise TaskNotOpen(task_id=str(task_id))
        return step.token_of(opening)

    def _lock_both(self, task_id: UUID) -> tuple[InstanceRow, TaskRow]:
        """The rows of a task's instance and of the task, locked in this order, in one statement."""
        query = sa.select(InstanceRow, TaskRow).join(TaskRow, TaskRow.instance_id == InstanceRow.id).where(TaskRow.id == task_id)
        locking = query.with_for_update(of=[InstanceRow, TaskRow]).execution_options(populate_existing=True)
        found = database.session.execute(locking).first()
        if found is None:
            raise _missing(task_id)
        return found[0], found[1]

    def _lock_with_candidates(self, task_id: UUID) -> tuple[InstanceRow, UserTask]:
        """The same with the task's candidates, still in one statement; they stay the same as long as the task.

        The instance's row is not held by the session: `saving.save` writes it.
        """
        found = database.session.execute(_LOCKED, {"task": task_id}).all()
        if not found:
            raise _missing(task_id)
        first = found[0]
        row = InstanceRow(**dict(zip(_INSTANCES.keys(), first, strict=False)))
        return row, _task(first, [candidate for candidate in found if candidate.kind is not None], id=task_id, instance_id=row.id)

    def _locked(self, task_id: UUID) -> TaskRow:
        """The row of an open task of an active instance, locked."""
        row, task = self._lock_both(task_id)
        if row.state != ACTIVE:
            raise not_active(row.id, row.state)
        return task

    def _change(self, row: TaskRow, event: str, by: str, details: Mapping[str, Any] | None = None, **changes: Any) -> None:
        people = {name: [getattr(row, name), changes[name]] for name in ("assignee", "owner") if name in changes}
        people = {name: both for name, both in people.items() if both[0] != both[1]}
        for name, value in changes.items():
            setattr(row, name, value)
        about = {"instance_id": str(row.instance_id), "element_id": row.element_id, "business_key": row.business_key, **(details or {})}
        about |= {"people": people} if people else {}
        at, body = self._steps.clock.now(), body_id(row.body)
        record(event, at=at, subject=("user_task", row.id), actor=by, body_id=body, **about)
        database.session.flush()
        task_listeners.tell(self._steps, row, ("update", "assignment") if "assignee" in people else ("update",), by)


def _require_assignee(row: TaskRow, by: str) -> None:
    if row.assignee != by:
        raise NotAssignee(task_id=str(row.id), assignee=row.assignee)


def _missing(task_id: UUID) -> TaskNotOpen | TaskNotFound:
    """Why there is no open task of an id."""
    ended = database.session.get(ActivityRow, task_id)
    if ended is None:
        return TaskNotFound(task_id=str(task_id))
    return TaskNotOpen(task_id=str(task_id))


def _task(row: TaskRow | Any, candidates: list[Any], **ids: UUID) -> UserTask:
    """A task from its row, or from any row with its columns but the `ids` that are given."""
    return UserTask(
        id=ids.get("id") or row.id,
        instance_id=ids.get("instance_id") or row.instance_id,
        definition_id=row.definition_id,
        definition_key=row.definition_key,
        business_key=row.business_key,
        body=row.body,
        element_id=row.element_id,
        name=row.name,
        assignee=row.assignee,
        owner=row.owner,
        delegation_state=row.delegation_state,
        created_at=row.created_at,
        due_at=row.due_at,
        follow_up_at=row.follow_up_at,
        priority=row.priority,
        form_key=row.form_key,
        candidate_groups=tuple(candidate.value for candidate in candidates if candidate.kind == "group"),
        candidate_users=tuple(candidate.value for candidate in candidates if candidate.kind == "user"),
        suspended=row.suspended,
    )
