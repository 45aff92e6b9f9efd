"""External tasks: fetched by workers outside by topic, locked for a while, completed or failed; any number of workers may ask at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine import attempts, failed_attempts, failures, snapshots, worker_errors
from engine.errors import BpmnError, ExternalTaskNotFound, ExternalTaskNotLocked, StepBroken
from engine.failures import Attempt
from engine.models import ExternalTaskRow, InstanceRow
from engine.scopes import PROCESS, Scopes
from engine.steps import Steps, told_to_a_person
from engine.values import TypedValue
from storage import database

MAX_TASKS = 1000


@dataclass(frozen=True)
class Topic:
    """What a worker asks for: a topic, for how long it wants each task, and which of its variables (None: all).

    `properties` asks for the headers and extension properties of the element besides.
    """

    name: str
    lock_duration: timedelta
    variables: Collection[str] | None = None
    local_variables: bool = False
    properties: bool = False
    business_key: str | None = None
    definition_keys: Collection[str] = ()


@dataclass(frozen=True)
class ExternalTask:
    """Work for a worker outside. `retries` is None until a worker has failed; with 0 it waits for somebody to mend the cause.

    `variables` and, when asked for, `properties` are filled by `fetch_and_lock` alone.
    """

    id: UUID
    instance_id: UUID
    definition_id: UUID
    definition_key: str
    business_key: str | None
    body: str | None
    element_id: str
    token_id: str
    topic: str
    priority: int
    created_at: datetime
    worker_id: str | None
    locked_until: datetime | None
    retries: int | None
    failure: str | None
    suspended: bool
    variables: Mapping[str, TypedValue] | None = None
    properties: Mapping[str, str] | None = None


class ExternalTasks:
    """Everything is done in the caller's transaction."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    def fetch_and_lock(
        self, worker_id: str, topics: Sequence[Topic], limit: int, *, by_priority: bool = True, reach: Sequence[sa.ColumnElement[bool]] = ()
    ) -> list[ExternalTask]:
        """Lock at most `limit` tasks of some topics for a worker. `reach` narrows by columns of the table (`ExternalTaskRow`)."""
        now = self._steps.clock.now()
        found: list[ExternalTask] = []
        for topic in topics:
            query = _free(topic, now, by_priority).where(*reach).limit(min(limit, MAX_TASKS) - len(found))
            for row in database.session.scalars(query).all() if len(found) < limit else ():
                row.worker_id, row.locked_until = worker_id, now + topic.lock_duration
                found.append(_task(row, _variables(row, topic), (row.properties or {}) if topic.properties else None))
        database.session.flush()
        return found

    def get(self, task_id: UUID) -> ExternalTask:
        """A task by id. Raises ExternalTaskNotFound."""
        return _task(_row(task_id))

    def failure_details(self, task_id: UUID) -> str | None:
        """What the worker that failed last said at length. Raises ExternalTaskNotFound."""
        return _row(task_id).failure_details

    def complete(self, task_id: UUID, worker_id: str, variables: Mapping[str, Any], by: str | None) -> None:
        """The work is done. Raises ExternalTaskNotFound, ExternalTaskNotLocked, InstanceNotActive, StepFailed."""
        instance, row = self._locked(task_id, worker_id)
        error = self._error_of(instance, row, variables, by)
        if error is not None:
            self.throw(task_id, worker_id, error, by)
            return
        attempts.take_for_person(self._steps, instance, Attempt("external", task_id, variables, by))

    def fail(
        self, task_id: UUID, worker_id: str, message: str, details: str | None, retries: int, retry_after: timedelta, by: str | None
    ) -> None:
        """The work could not be done: offer it again after a pause, or with no retries left keep an incident. Raises as `complete`."""
        instance, row = self._locked(task_id, worker_id)
        error = self._error_of(instance, row, {}, by, message=message, details=details)
        if error is not None:
            self.throw(task_id, worker_id, error, by)
            return
        now = self._steps.clock.now()
        row.retries, row.failure, row.failure_details = max(retries, 0), message[:4000], details
        row.worker_id, row.locked_until = None, now + retry_after if retry_after else None
        failed_attempts.keep_external(row, worker_id, now)
        if row.retries == 0:
            attempt = Attempt("external", task_id, {}, by)
            broken = StepBroken(row.element_id, "external_task_failed", message)
            failures.keep(attempts.situation_of(instance, attempt), attempt, broken, now)
        database.session.flush()

    def throw(self, task_id: UUID, worker_id: str, error: BpmnError, by: str | None) -> None:
        """The work has ended in a BPMN error, which goes to what catches it; StepFailed when nothing does. Raises as `complete`."""
        instance, _ = self._locked(task_id, worker_id)
        step = self._steps.load(instance, by=by, needed=task_id)
        opening = step.account.by_id(task_id)
        if opening is None:
            raise ExternalTaskNotFound(task_id=str(task_id))
        attempt = Attempt("external", task_id, {}, by)
        situation = attempts.situation_of(instance, attempt)
        with told_to_a_person(lambda broken: attempts.failed(situation, attempt, broken, self._steps.clock.now())):
            step.execution.throw(step.token_of(opening), error)
            self._steps.save(step)

    def _error_of(
        self,
        instance: InstanceRow,
        row: ExternalTaskRow,
        variables: Mapping[str, Any],
        by: str | None,
        *,
        message: str | None = None,
        details: str | None = None,
    ) -> BpmnError | None:
        """The BPMN error that the model makes of a worker's answer. Raises StepFailed, with an incident, when it cannot be told."""
        attempt = Attempt("external", row.id, variables, by)
        situation = attempts.situation_of(instance, attempt)
        with told_to_a_person(lambda broken: attempts.failed(situation, attempt, broken, self._steps.clock.now())):
            return worker_errors.error_of(self._steps, instance, row, variables, message=message, details=details)

    def extend(self, task_id: UUID, worker_id: str, duration: timedelta) -> None:
        """Lock a task for so long from now. Raises ExternalTaskNotFound, ExternalTaskNotLocked."""
        _, row = self._locked(task_id, worker_id)
        row.locked_until = self._steps.clock.now() + duration
        database.session.flush()

    def unlock(self, task_id: UUID) -> None:
        """Let any worker fetch a task. Raises ExternalTaskNotFound."""
        row = _row(task_id)
        row.worker_id = row.locked_until = None
        database.session.flush()

    def set_retries(self, task_id: UUID, retries: int, by: str | None) -> None:
        """Offer a task again that had failed for good; its incident is resolved. Raises ExternalTaskNotFound."""
        instance = self._steps.lock(_row(task_id).instance_id)
        row = _row(task_id)
        row.retries = retries
        if retries > 0 and instance.incidents:
            instance.incidents -= failures.resolve(instance, {task_id}, by=by, now=self._steps.clock.now())
        database.session.flush()

    def set_priority(self, task_id: UUID, priority: int) -> None:
        """Make a task more or less urgent. Raises ExternalTaskNotFound."""
        _row(task_id).priority = priority
        database.session.flush()

    def _locked(self, task_id: UUID, worker_id: str) -> tuple[InstanceRow, ExternalTaskRow]:
        """The instance and the task, both locked, when it is this worker's: after its time, until another fetches it."""
        instance = self._steps.lock(_row(task_id).instance_id)
        row = _row(task_id)
        if row.worker_id != worker_id:
            raise ExternalTaskNotLocked(task_id=str(task_id), worker=worker_id)
        return instance, row


def _free(topic: Topic, now: datetime, by_priority: bool) -> sa.Select[ExternalTaskRow]:
    row = ExternalTaskRow
    query = sa.select(row).where(
        row.topic == topic.name,
        row.state == "waiting",
        sa.or_(row.locked_until.is_(None), row.locked_until <= now),
        sa.or_(row.retries.is_(None), row.retries > 0),
    )
    if topic.business_key is not None:
        query = query.where(row.business_key == topic.business_key)
    if topic.definition_keys:
        query = query.where(row.definition_key.in_(topic.definition_keys))
    order = (row.priority.desc(), row.id) if by_priority else (row.id,)
    return query.order_by(*order).with_for_update(skip_locked=True).execution_options(populate_existing=True)


def _row(task_id: UUID) -> ExternalTaskRow:
    query = sa.select(ExternalTaskRow).where(ExternalTaskRow.id == task_id).execution_options(populate_existing=True)
    row = database.session.scalar(query)
    if row is None:
        raise ExternalTaskNotFound(task_id=str(task_id))
    return row


def _variables(row: ExternalTaskRow, topic: Topic) -> dict[str, TypedValue]:
    snapshot = database.session.scalar(sa.select(InstanceRow.snapshot).where(InstanceRow.id == row.instance_id))
    document = snapshots.unpacked(snapshot or b"", row.id)
    path = next((item[-1] for item in document["open"] if UUID(item[1]) == row.id), [PROCESS])
    seen = Scopes(document["scopes"]).typed(path[:1] if topic.local_variables else path)
    return seen if topic.variables is None else {name: seen[name] for name in topic.variables if name in seen}


def _task(
    row: ExternalTaskRow, variables: Mapping[str, TypedValue] | None = None, properties: Mapping[str, str] | None = None
) -> ExternalTask:
    return ExternalTask(
        id=row.id,
        instance_id=row.instance_id,
        definition_id=row.definition_id,
        definition_key=row.definition_key,
        business_key=row.business_key,
        body=row.body,
        element_id=row.element_id,
        token_id=row.token_id,
        topic=row.topic,
        priority=row.priority,
        created_at=row.created_at,
        worker_id=row.worker_id,
        locked_until=row.locked_until,
        retries=row.retries,
        failure=row.failure,
        suspended=row.state == "paused",
        variables=variables,
        properties=properties,
    )
