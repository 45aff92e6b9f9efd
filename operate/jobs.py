"""Jobs and their definitions under rights: seen as processes are, changed by those who may operate them at the body of the instance."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.errors import JobNotFound
from engine.job_definitions import JobDefinition, place_of
from engine.process_engine import ProcessEngine
from operate import definitions, job_list
from operate.filters import DefinitionFilter, JobFilter, Sort
from operate.job_list import Job
from operate.reach import require
from organisations import permissions
from organisations.actors import Actor
from organisations.permissions import EVERYWHERE, Permission
from storage.pages import MAX_LIMIT, Key, Page

__all__ = ["Jobs", "place_of"]

P = Permission


class Jobs:
    """What a person may do with jobs. Acts belong into a transaction of the edge; the engine journals them.

    Every act raises JobNotFound, also for a job that the person may not see, and NotPermitted.
    """

    def __init__(self, engine: ProcessEngine) -> None:
        self._engine = engine

    def jobs(
        self, actor: Actor, filters: JobFilter, sort: Sort | None = None, *, limit: int = 50, after: Key | None = None, skip: int = 0
    ) -> Page[Job]:
        """A page of the jobs that the person may see. Raises SortUnknown."""
        permissions.require(actor, P.PROCESS_READ)
        return job_list.jobs(actor, filters, sort or Sort(), limit=limit, after=after, skip=skip)

    def count(self, actor: Actor, filters: JobFilter) -> int:
        """How many jobs a list has in all."""
        permissions.require(actor, P.PROCESS_READ)
        return job_list.count(actor, filters)

    def every(self, actor: Actor, filters: JobFilter) -> Iterator[Job]:
        """All jobs of a list, read page by page."""
        after: Key | None = None
        while True:
            found = self.jobs(actor, filters, limit=MAX_LIMIT, after=after)
            yield from found.items
            if (after := found.next) is None:
                return

    def job(self, actor: Actor, job_id: UUID) -> Job:
        """One job."""
        found = self.jobs(actor, JobFilter(ids=(job_id,)), limit=1).items
        if not found:
            raise JobNotFound(job_id=str(job_id))
        return found[0]

    def failure(self, actor: Actor, job_id: UUID) -> str | None:
        """What the last attempt that failed said."""
        return self._engine.schedule.failure(self.job(actor, job_id).id)

    def set_retries(self, actor: Actor, job_id: UUID, retries: int) -> None:
        """Say how many tries are left; what had failed for good is due again."""
        self._engine.schedule.set_retries(self._may_operate(actor, job_id), retries, actor.by)

    def set_due(self, actor: Actor, job_id: UUID, moment: datetime | None) -> None:
        """Move a job to a moment, None is now."""
        self._engine.schedule.set_due(self._may_operate(actor, job_id), moment, actor.by)

    def set_priority(self, actor: Actor, job_id: UUID, priority: int) -> None:
        """Make a job more or less urgent. Raises JobWithoutPriority."""
        self._engine.schedule.set_priority(self._may_operate(actor, job_id), priority, actor.by)

    def recalculate(self, actor: Actor, job_id: UUID, *, from_start: bool) -> None:
        """Work out a timer's moment anew. Raises StepFailed."""
        self._engine.schedule.recalculate(self._may_operate(actor, job_id), from_start=from_start, by=actor.by)

    def suspend(self, actor: Actor, job_id: UUID, *, suspended: bool) -> None:
        """Let a job wait until it is let on, or let it on. Raises InstanceNotActive."""
        self._engine.schedule.suspend(self._may_operate(actor, job_id), suspended=suspended, by=actor.by)

    def execute(self, actor: Actor, job_id: UUID) -> None:
        """Do a job now. Raises InstanceNotActive, StepFailed."""
        self._engine.schedule.execute(self._may_operate(actor, job_id), actor.by)

    def delete(self, actor: Actor, job_id: UUID) -> None:
        """Take a timed start away. Raises JobNeeded for a job that an instance waits for."""
        self._engine.schedule.delete(self._may_operate(actor, job_id), actor.by)

    # job definitions belong to nobody, as process definitions do

    def job_definitions(self, actor: Actor, filters: DefinitionFilter) -> list[JobDefinition]:
        """The job definitions of some process definitions."""
        permissions.require(actor, P.PROCESS_READ)
        found = definitions.definitions(filters, Sort("key"), limit=MAX_LIMIT).items
        return [made for definition in found for made in self._engine.job_definitions.of(definition)]

    def job_definition(self, actor: Actor, job_definition_id: str) -> JobDefinition:
        """One job definition. Raises JobDefinitionNotFound."""
        permissions.require(actor, P.PROCESS_READ)
        return self._engine.job_definitions.get(job_definition_id)

    def switch(self, actor: Actor, job_definition_id: str, *, suspended: bool, existing: bool) -> JobDefinition:
        """Make the jobs of an element wait, or let them on; with `existing` also those that are there. Raises JobDefinitionNotFound."""
        permissions.require(actor, P.PROCESS_OPERATE, EVERYWHERE)
        return self._engine.job_definitions.switch(job_definition_id, suspended=suspended, existing=existing, by=actor.by)

    def set_retries_of(self, actor: Actor, job_definition_id: str, retries: int) -> int:
        """Say how many tries are left to all failed jobs of an element; gives how many there were. Raises JobDefinitionNotFound."""
        permissions.require(actor, P.PROCESS_OPERATE, EVERYWHERE)
        found = self._engine.job_definitions.get(job_definition_id)
        failed = JobFilter(job_definition=place_of(found.id), with_retries=False)
        return self.each(actor, failed, lambda job: self.set_retries(actor, job.id, retries))

    def each(self, actor: Actor, filters: JobFilter, act: Callable[[Job], Any]) -> int:
        """Do something with every job of a list; gives how many there were."""
        found = list(self.every(actor, filters))
        for job in found:
            act(job)
        return len(found)

    def _may_operate(self, actor: Actor, job_id: UUID) -> UUID:
        require(actor, P.PROCESS_OPERATE, self.job(actor, job_id).body)
        return job_id
