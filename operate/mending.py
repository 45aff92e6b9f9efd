"""Incidents and undelivered messages under rights: looked at, tried again, settled by a word of reason.

An incident of an instance is at the body of that; one of an instance that could not be started, and a message that nobody has, belong to no
body: they are for those whose right holds everywhere.
"""

from uuid import UUID

from engine.errors import IncidentNotFound
from engine.incidents import Incident
from engine.process_engine import ProcessEngine
from engine.undelivered import REASONS, Reason, UndeliveredMessage
from operate import incidents
from operate.filters import IncidentFilter, Sort
from operate.reach import allowed, require
from organisations import permissions
from organisations.actors import Actor
from organisations.permissions import EVERYWHERE, Permission
from storage.pages import Key, Page

__all__ = ["REASONS", "Mending"]

P = Permission


class Mending:
    """What a person may do with what went wrong. Acts belong into a transaction of the edge; the engine journals them."""

    def __init__(self, engine: ProcessEngine) -> None:
        self._engine = engine

    def incidents(
        self, actor: Actor, filters: IncidentFilter, sort: Sort | None = None, *, limit: int = 50, after: Key | None = None, skip: int = 0
    ) -> Page[Incident]:
        """A page of the incidents that the person may see. Raises SortUnknown."""
        return incidents.incidents(actor, filters, sort or Sort(), limit=limit, after=after, skip=skip)

    def count_incidents(self, actor: Actor, filters: IncidentFilter) -> int:
        """How many incidents a list has in all."""
        return incidents.count(actor, filters)

    def incident(self, actor: Actor, incident_id: UUID) -> Incident:
        """An incident, open or resolved. Raises IncidentNotFound, also for one that the person may not see."""
        found = self._engine.incidents.get(incident_id)
        if not allowed(actor, P.INCIDENT_READ, found.body):
            raise IncidentNotFound(incident_id=str(incident_id))
        return found

    def retry(self, actor: Actor, incident_id: UUID) -> Incident:
        """Take a failed step again. Raises IncidentNotFound, NotPermitted, IncidentResolved, StepFailed."""
        return self._engine.incidents.retry(self._may_mend(actor, incident_id), by=actor.by)

    def resolve(self, actor: Actor, incident_id: UUID, reason: str) -> Incident:
        """Call an incident settled, without taking its step. Raises IncidentNotFound, NotPermitted, IncidentResolved."""
        return self._engine.incidents.resolve(self._may_mend(actor, incident_id), reason, by=actor.by)

    def annotate(self, actor: Actor, incident_id: UUID, text: str | None) -> Incident:
        """Note something about an incident, or take the note away. Raises IncidentNotFound, NotPermitted."""
        return self._engine.incidents.annotate(self._may_mend(actor, incident_id), text, by=actor.by)

    def undelivered(
        self, actor: Actor, *, reason: Reason | None = None, name: str | None = None, limit: int = 50, after: Key | None = None
    ) -> Page[UndeliveredMessage]:
        """A page of the messages and signals that have come to nobody, the newest first. Raises NotPermitted."""
        permissions.require(actor, P.PROCESS_OPERATE, EVERYWHERE)
        return self._engine.undelivered.list(reason=reason, name=name, limit=limit, after=after)

    def undelivered_message(self, actor: Actor, message_id: UUID) -> UndeliveredMessage:
        """One of them. Raises NotPermitted, UndeliveredNotFound."""
        permissions.require(actor, P.PROCESS_OPERATE, EVERYWHERE)
        return self._engine.undelivered.get(message_id)

    def send_again(self, actor: Actor, message_id: UUID, instance_id: UUID | None = None) -> UndeliveredMessage:
        """Set a message on its way again. Raises NotPermitted, UndeliveredNotFound, MessageNotExpected."""
        permissions.require(actor, P.PROCESS_OPERATE, EVERYWHERE)
        return self._engine.undelivered.retry(message_id, instance_id=instance_id, by=actor.by)

    def discard(self, actor: Actor, message_id: UUID, reason: str) -> None:
        """Give a message up for good. Raises NotPermitted, UndeliveredNotFound."""
        permissions.require(actor, P.PROCESS_OPERATE, EVERYWHERE)
        self._engine.undelivered.discard(message_id, reason=reason, by=actor.by)

    def _may_mend(self, actor: Actor, incident_id: UUID) -> UUID:
        require(actor, P.INCIDENT_RETRY, self.incident(actor, incident_id).body)
        return incident_id
