"""External tasks under rights: a worker sees and does those at the bodies where its right holds."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine.errors import BpmnError, ExternalTaskNotFound
from engine.external_tasks import ExternalTask, Topic
from engine.models import ExternalTaskRow
from engine.process_engine import ProcessEngine
from operate.reach import allowed, require, within
from organisations import permissions
from organisations.actors import Actor
from organisations.permissions import Permission
from storage import database
from storage.pages import MAX_LIMIT

__all__ = ["ExternalTask", "ExternalTasks", "Topic"]

P = Permission


class ExternalTasks:
    """What a worker may do with external tasks. Acts belong into a transaction of the edge."""

    def __init__(self, engine: ProcessEngine) -> None:
        self._engine = engine

    def fetch_and_lock(
        self, actor: Actor, worker_id: str, topics: Sequence[Topic], limit: int, *, by_priority: bool = True
    ) -> list[ExternalTask]:
        """Lock tasks of some topics for a worker; each goes to one worker only. Raises NotPermitted."""
        permissions.require(actor, P.EXTERNAL_TASK_WORK)
        reach = within(actor, P.EXTERNAL_TASK_WORK, ExternalTaskRow.body)
        return self._engine.external_tasks.fetch_and_lock(worker_id, topics, limit, by_priority=by_priority, reach=reach)

    def get(self, actor: Actor, task_id: UUID) -> ExternalTask:
        """One task. Raises ExternalTaskNotFound, also for one out of the person's reach."""
        found = self._engine.external_tasks.get(task_id)
        if not allowed(actor, P.EXTERNAL_TASK_WORK, found.body) and not allowed(actor, P.PROCESS_OPERATE, found.body):
            raise ExternalTaskNotFound(task_id=str(task_id))
        return found

    def failure_details(self, actor: Actor, task_id: UUID) -> str | None:
        """What the worker that failed last said at length. Raises ExternalTaskNotFound."""
        return self._engine.external_tasks.failure_details(self.get(actor, task_id).id)

    def list(self, actor: Actor, *, limit: int, skip: int = 0, **wanted: Any) -> Sequence[ExternalTask]:
        """Open tasks, oldest first; `wanted` are columns and their values (topic, worker_id, instance_id, business_key …)."""
        query = self._query(actor, wanted).order_by(ExternalTaskRow.id).limit(min(limit, MAX_LIMIT)).offset(skip)
        return [self._engine.external_tasks.get(row.id) for row in database.session.scalars(query)]

    def count(self, actor: Actor, **wanted: Any) -> int:
        """How many tasks the list has in all."""
        return database.session.scalar(sa.select(sa.func.count()).select_from(self._query(actor, wanted).subquery())) or 0

    def complete(self, actor: Actor, task_id: UUID, worker_id: str, variables: Mapping[str, Any]) -> None:
        """The work is done. Raises ExternalTaskNotFound, ExternalTaskNotLocked, InstanceNotActive, StepFailed."""
        self._engine.external_tasks.complete(self._at(actor, task_id), worker_id, variables, actor.by)

    def fail(
        self, actor: Actor, task_id: UUID, worker_id: str, message: str, details: str | None, retries: int, retry_after: timedelta
    ) -> None:
        """The work could not be done. Raises ExternalTaskNotFound, ExternalTaskNotLocked."""
        self._engine.external_tasks.fail(self._at(actor, task_id), worker_id, message, details, retries, retry_after, actor.by)

    def throw(self, actor: Actor, task_id: UUID, worker_id: str, error: BpmnError) -> None:
        """The work has ended in a BPMN error. Raises ExternalTaskNotFound, ExternalTaskNotLocked, StepFailed."""
        self._engine.external_tasks.throw(self._at(actor, task_id), worker_id, error, actor.by)

    def extend(self, actor: Actor, task_id: UUID, worker_id: str, duration: timedelta) -> None:
        """Keep a task locked for longer. Raises ExternalTaskNotFound, ExternalTaskNotLocked."""
        self._engine.external_tasks.extend(self._at(actor, task_id), worker_id, duration)

    def unlock(self, actor: Actor, task_id: UUID) -> None:
        """Let any worker fetch a task. Raises ExternalTaskNotFound."""
        self._engine.external_tasks.unlock(self._at(actor, task_id))

    def set_retries(self, actor: Actor, task_id: UUID, retries: int) -> None:
        """Offer a task again that had failed for good. Raises ExternalTaskNotFound."""
        self._engine.external_tasks.set_retries(self._at(actor, task_id), retries, actor.by)

    def set_priority(self, actor: Actor, task_id: UUID, priority: int) -> None:
        """Make a task more or less urgent. Raises ExternalTaskNotFound."""
        self._engine.external_tasks.set_priority(self._at(actor, task_id), priority)

    def _at(self, actor: Actor, task_id: UUID) -> UUID:
        """The id of a task that the worker may do. Raises ExternalTaskNotFound, NotPermitted."""
        found = self.get(actor, task_id)
        require(actor, P.EXTERNAL_TASK_WORK, found.body)
        return found.id

    def _query(self, actor: Actor, wanted: Mapping[str, Any]) -> sa.Select[ExternalTaskRow]:
        query = sa.select(ExternalTaskRow).where(*within(actor, P.EXTERNAL_TASK_WORK, ExternalTaskRow.body))
        for name, value in wanted.items():
            query = query.where(getattr(ExternalTaskRow, name) == value)
        return query
