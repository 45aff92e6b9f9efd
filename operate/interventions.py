"""Interventions in instances: open ones modified, ended ones started anew. Asked at the body of each; the journal tells who and why."""

from collections.abc import Iterable, Sequence
from functools import partial
from uuid import UUID

from engine.errors import InstanceNotFound, InstanceOfOther
from engine.instances import Instance
from engine.instructions import Instruction
from engine.process_engine import ProcessEngine
from engine.restarts import Manner
from operate.errors import InstancesTooMany
from operate.reach import allowed, place, require
from operate.starting import Starting
from organisations import permissions
from organisations.actors import Actor
from organisations.permissions import Permission

#: How many instances one request may change.
MAX_INSTANCES = 1000


class Interventions:
    """What an administrator does with instances that went wrong. Acts belong into a transaction of the edge."""

    def __init__(self, engine: ProcessEngine, starting: Starting) -> None:
        self._engine = engine
        self._starting = starting

    def modify(
        self,
        actor: Actor,
        instance_id: UUID,
        instructions: Sequence[Instruction],
        *,
        annotation: str | None = None,
        skip_mappings: bool = False,
        skip_listeners: bool = False,
    ) -> Instance:
        """Take tokens out of an instance and put others in. Raises InstanceNotFound, NotPermitted, ModificationRefused, StepFailed."""
        self._operable(actor, instance_id)
        act = self._engine.modifications.modify
        return act(
            instance_id,
            instructions,
            by=actor.by,
            annotation=annotation,
            skip_mappings=skip_mappings,
            skip_listeners=skip_listeners,
        )

    def modify_all(
        self,
        actor: Actor,
        definition_id: UUID,
        instance_ids: Iterable[UUID],
        instructions: Sequence[Instruction],
        *,
        annotation: str | None = None,
        skip_mappings: bool = False,
        skip_listeners: bool = False,
    ) -> list[Instance]:
        """The same with several instances of one definition, all or none, in the order of their ids, so that two who name the same wait for
        each other and no more. Raises InstancesTooMany, InstanceOfOther besides.
        """
        self._engine.definitions.get(definition_id)
        wanted = sorted(few(instance_ids))
        for instance_id in wanted:
            if self._operable(actor, instance_id).definition_id != definition_id:
                raise InstanceOfOther(instance_id=str(instance_id), definition_id=str(definition_id))
        act = partial(
            self.modify,
            actor,
            instructions=instructions,
            annotation=annotation,
            skip_mappings=skip_mappings,
            skip_listeners=skip_listeners,
        )
        return [act(instance_id) for instance_id in wanted]

    def restart(
        self, actor: Actor, definition_id: UUID, instance_ids: Iterable[UUID], instructions: Sequence[Instruction], manner: Manner
    ) -> list[Instance]:
        """Start instances of a definition anew from those that have ended, at the places of instructions, all or none.

        Whoever does it may modify instances and start them at the body of each. Raises InstancesTooMany, InstanceNotFound, NotPermitted,
        NotAStarter, InstanceNotEnded, InstanceOfOther, DefinitionNotStartable, BusinessKeyInUse, ModificationRefused, StepFailed, and what
        a start rule refuses.
        """
        definition, wanted = self._engine.definitions.get(definition_id), few(instance_ids)
        for instance_id in wanted:
            ended = self._operable(actor, instance_id)
            at = place(ended.body)
            permissions.require(actor, Permission.PROCESS_START, at)
            self._starting.require(actor, definition, at if isinstance(at, UUID) else None)
            self._starting.require_key(actor, definition, None if manner.without_business_key else ended.business_key, again=True)
        act = partial(self._engine.restarts.restart, definition_id, instructions=instructions, by=actor.by, manner=manner)
        return [act(instance_id) for instance_id in wanted]

    def _operable(self, actor: Actor, instance_id: UUID) -> Instance:
        found = self._engine.instances.get(instance_id)
        if not allowed(actor, Permission.PROCESS_READ, found.body):
            raise InstanceNotFound(instance_id=str(instance_id))
        require(actor, Permission.PROCESS_OPERATE, found.body)
        return found


def few(instance_ids: Iterable[UUID]) -> list[UUID]:
    """The ids, each once. Raises InstancesTooMany."""
    wanted = list(dict.fromkeys(instance_ids))
    if len(wanted) > MAX_INSTANCES:
        raise InstancesTooMany(count=len(wanted), limit=MAX_INSTANCES)
    return wanted
