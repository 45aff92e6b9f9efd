"""How long the history of instances is kept, under rights: times to live, legal holds, cleanup.

A hold on an instance is asked for at its body; one on a business key, and the cleanup, concern every body.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from engine.definitions import Definition
from engine.errors import InstanceNotFound
from engine.instances import Instance
from engine.process_engine import ProcessEngine
from engine.retention import MAX_DAYS, LegalHold
from operate.reach import allowed, require
from organisations import permissions
from organisations.actors import Actor
from organisations.permissions import EVERYWHERE, Permission
from storage.pages import Key, Page

__all__ = ["MAX_DAYS", "LegalHold", "Retention"]

P = Permission


class Retention:
    """What a person may do with what is kept. Acts belong into a transaction of the edge; the engine journals them."""

    def __init__(self, engine: ProcessEngine) -> None:
        self._engine = engine

    def window(self) -> tuple[datetime, datetime]:
        """When the cleanup of today begins and ends."""
        return self._engine.retention.window()

    def set_time_to_live(self, actor: Actor, definition_id: UUID, days: int | None) -> Definition:
        """Keep the history of a definition's instances for so many days. Raises NotPermitted, DefinitionNotFound."""
        permissions.require(actor, P.PROCESS_DEPLOY, EVERYWHERE)
        self._engine.retention.set_time_to_live(definition_id, days, actor.by)
        return self._engine.definitions.get(definition_id)

    def removal_times(self, instances: Collection[Instance]) -> dict[UUID, datetime]:
        """When those of some instances that have ended are due to be removed."""
        return self._engine.retention.removal_times(instances)

    def holds(self, actor: Actor, *, active_only: bool = True, limit: int = 50, after: Key | None = None) -> Page[LegalHold]:
        """A page of holds, the newest first. Raises NotPermitted."""
        permissions.require(actor, P.HISTORY_HOLD, EVERYWHERE)
        return self._engine.retention.holds(active_only=active_only, limit=limit, after=after)

    def hold_instance(self, actor: Actor, instance_id: UUID, reason: str) -> LegalHold:
        """Keep everything of one instance. Raises InstanceNotFound, NotPermitted."""
        found = self._engine.instances.get(instance_id)
        if not allowed(actor, P.PROCESS_READ, found.body):
            raise InstanceNotFound(instance_id=str(instance_id))
        require(actor, P.HISTORY_HOLD, found.body)
        return self._engine.retention.hold(instance_id=instance_id, reason=reason, by=actor.by)

    def hold_business_key(self, actor: Actor, business_key: str, reason: str) -> LegalHold:
        """Keep everything of all instances of a business key, those to come included. Raises NotPermitted."""
        permissions.require(actor, P.HISTORY_HOLD, EVERYWHERE)
        return self._engine.retention.hold(business_key=business_key, reason=reason, by=actor.by)

    def lift(self, actor: Actor, hold_id: UUID, reason: str) -> LegalHold:
        """End a hold. Raises NotPermitted, LegalHoldNotFound, LegalHoldLifted."""
        permissions.require(actor, P.HISTORY_HOLD)
        found = self._engine.retention.get(hold_id)
        require(actor, P.HISTORY_HOLD, found.body)
        return self._engine.retention.lift(hold_id, reason, actor.by)

    def clean(self, actor: Actor) -> int:
        """Remove one batch of what is past its time, whatever the hour; gives how many instances. Raises NotPermitted."""
        permissions.require(actor, P.PROCESS_OPERATE, EVERYWHERE)
        return self._engine.retention.clean()
