"""Ad-hoc subprocesses under rights: whoever may work on tasks at the body of an instance says what is done in it next."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from engine.ad_hoc import OpenAdHoc
from engine.errors import InstanceNotFound
from engine.instances import Instance
from engine.process_engine import ProcessEngine
from operate.reach import allowed, require
from organisations.actors import Actor
from organisations.permissions import Permission


class AdHoc:
    """What a person may do in open ad-hoc subprocesses. Acts belong into a transaction of the edge."""

    def __init__(self, engine: ProcessEngine) -> None:
        self._engine = engine

    def of_instance(self, actor: Actor, instance_id: UUID) -> list[OpenAdHoc]:
        """The open ad-hoc subprocesses of an instance with what can be begun in them. Raises InstanceNotFound."""
        self._seen(actor, instance_id)
        return self._engine.ad_hoc.of_instance(instance_id)

    def begin(
        self,
        actor: Actor,
        instance_id: UUID,
        element_ids: Sequence[str],
        *,
        activity_id: UUID | None = None,
        variables: Mapping[str, Any] | None = None,
    ) -> Instance:
        """Begin elements by hand. Raises InstanceNotFound, NotPermitted, AdHocNotOpen, AdHocRefused, StepFailed."""
        self._workable(actor, instance_id)
        return self._engine.ad_hoc.begin(instance_id, element_ids, activity_id=activity_id, variables=variables, by=actor.by)

    def complete(self, actor: Actor, instance_id: UUID, *, activity_id: UUID | None = None) -> Instance:
        """Say that an ad-hoc subprocess is done. Raises InstanceNotFound, NotPermitted, AdHocNotOpen, AdHocNotOver, StepFailed."""
        self._workable(actor, instance_id)
        return self._engine.ad_hoc.complete(instance_id, activity_id=activity_id, by=actor.by)

    def _seen(self, actor: Actor, instance_id: UUID) -> Instance:
        found = self._engine.instances.get(instance_id)
        if not allowed(actor, Permission.PROCESS_READ, found.body):
            raise InstanceNotFound(instance_id=str(instance_id))
        return found

    def _workable(self, actor: Actor, instance_id: UUID) -> None:
        found = self._seen(actor, instance_id)
        if not allowed(actor, Permission.PROCESS_OPERATE, found.body):
            require(actor, Permission.TASK_WORK, found.body)
