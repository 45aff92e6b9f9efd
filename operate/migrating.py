"""Instances brought to another version of their process, under rights: plans made and judged, then followed by instances one by one."""

from collections.abc import Iterable
from uuid import UUID

from engine.errors import InstanceNotFound
from engine.instances import Instance
from engine.migration.plan import Plan
from engine.migration.validation import PairReport
from engine.process_engine import ProcessEngine
from operate.interventions import few
from operate.reach import allowed, require
from organisations import permissions
from organisations.actors import Actor
from organisations.permissions import Permission


class Migrating:
    """What an administrator does when a process has changed under its instances. Acts belong into a transaction of the edge."""

    def __init__(self, engine: ProcessEngine) -> None:
        self._engine = engine

    def generate(self, actor: Actor, source_id: UUID, target_id: UUID, *, update_triggers: bool) -> Plan:
        """The plan that leaves every element what it is. Raises NotPermitted, DefinitionNotFound, DefinitionNotExecutable."""
        permissions.require(actor, Permission.PROCESS_OPERATE)
        return self._engine.migrations.generate(source_id, target_id, update_triggers=update_triggers)

    def validate(self, actor: Actor, plan: Plan) -> list[PairReport]:
        """What is wrong with a plan. Raises NotPermitted, DefinitionNotFound, DefinitionNotExecutable."""
        permissions.require(actor, Permission.PROCESS_OPERATE)
        return self._engine.migrations.validate(plan)

    def execute(self, actor: Actor, plan: Plan, instance_ids: Iterable[UUID]) -> list[Instance]:
        """Bring some instances over, all or none. Raises InstancesTooMany, InstanceNotFound, NotPermitted, PlanRefused, MigrationRefused.

        One that is at the target already stays as it is, so what was broken off can be asked for again.
        """
        wanted = few(instance_ids)
        for instance_id in wanted:
            body = self._engine.instances.get(instance_id).body
            if not allowed(actor, Permission.PROCESS_READ, body):
                raise InstanceNotFound(instance_id=str(instance_id))
            require(actor, Permission.PROCESS_OPERATE, body)
        return [self._engine.migrations.migrate(instance_id, plan, by=actor.by) for instance_id in wanted]
