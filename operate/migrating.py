"""Instances brought to another version of their process, under rights: plans made and judged, then followed by instances one by one."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from engine.errors import InstanceNotFound, PlanRefused
from engine.instances import Instance
from engine.migration.plan import Plan, SoundPlan
from engine.migration.validation import PairReport
from engine.process_engine import ProcessEngine
from operate.interventions import few
from operate.reach import allowed, require
from organisations import permissions
from organisations.actors import Actor
from organisations.permissions import Permission
from refusals import Refusal
from storage.transaction import transaction


@dataclass(frozen=True)
class Outcome:
    """What became of one instance; with a refusal it stays as it was."""

    instance_id: UUID
    refusal: Refusal | None = None


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

        One that is at the target already stays as it is, so what was broken off can be asked for again. They are taken in the order of
        their ids, so that two who name the same wait for each other and no more.
        """
        wanted = sorted(self._may_migrate(actor, instance_ids))
        sound = self._engine.migrations.require(plan)
        return [self._engine.migrations.migrate(instance_id, sound, by=actor.by) for instance_id in wanted]

    def try_out(self, actor: Actor, plan: Plan, instance_ids: Iterable[UUID]) -> tuple[list[PairReport], list[Outcome]]:
        """What is wrong with a plan and, when it is sound, which of some instances could be brought over as they stand; nothing is changed.

        Raises NotPermitted, DefinitionNotFound, DefinitionNotExecutable, InstancesTooMany, InstanceNotFound.
        """
        permissions.require(actor, Permission.PROCESS_OPERATE)
        try:
            sound = self._engine.migrations.require(plan)
        except PlanRefused as refused:
            return list(refused.reports), []
        return [], [self._tried(instance_id, sound) for instance_id in self._may_migrate(actor, instance_ids)]

    def execute_each(self, actor: Actor, plan: Plan, instance_ids: Iterable[UUID]) -> list[Outcome]:
        """Bring some instances over, each in a transaction of its own: what one is refused with keeps no other back.

        To be called outside any transaction. Before any is touched, the plan and the rights at each body are judged. Raises
        InstancesTooMany, InstanceNotFound, NotPermitted, PlanRefused.
        """
        with transaction():
            sound = self._engine.migrations.require(plan)
            wanted = self._may_migrate(actor, instance_ids)
        return [self._migrated(actor, instance_id, sound) for instance_id in wanted]

    def _migrated(self, actor: Actor, instance_id: UUID, plan: SoundPlan) -> Outcome:
        try:
            with transaction():
                self._engine.migrations.migrate(instance_id, plan, by=actor.by)
        except Refusal as refusal:
            return Outcome(instance_id, refusal)
        return Outcome(instance_id)

    def _tried(self, instance_id: UUID, plan: SoundPlan) -> Outcome:
        try:
            self._engine.migrations.try_out(instance_id, plan)
        except Refusal as refusal:
            return Outcome(instance_id, refusal)
        return Outcome(instance_id)

    def _may_migrate(self, actor: Actor, instance_ids: Iterable[UUID]) -> list[UUID]:
        wanted = few(instance_ids)
        for instance_id in wanted:
            body = self._engine.instances.get(instance_id).body
            if not allowed(actor, Permission.PROCESS_READ, body):
                raise InstanceNotFound(instance_id=str(instance_id))
            require(actor, Permission.PROCESS_OPERATE, body)
        return wanted
