"""Instances that begin at the places of instructions instead of a start event: new ones, and ended ones that are started anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine.errors import InstanceNotEnded, InstanceOfOther, failed_step
from engine.history import History, change_to_json
from engine.instances import Instance, Instances, instance_of
from engine.instructions import Instruction, carry_out
from engine.models import ACTIVE, CANCELLED, SUSPENDED, ActivityRow, InstanceRow
from engine.modification import EMPTIED, told_of
from engine.parsing.specs.tokens import NOWHERE
from engine.scopes import Change
from engine.situation import body_id
from engine.steps import Step, Steps, told_to_a_person
from storage import database
from storage.identifiers import new_id
from storage.journal import record


@dataclass(frozen=True)
class Manner:
    """How instances begin at the places of instructions.

    What begins by an instruction has no input mappings with `skip_mappings`; nothing listens to the first step with `skip_listeners`. Of an
    instance that is started anew: with the variables that it began with (`initial_variables`) instead of its last ones, and without its
    business key.
    """

    skip_mappings: bool = False
    skip_listeners: bool = False
    initial_variables: bool = False
    without_business_key: bool = False


PLAINLY = Manner()


class Restarts:
    """Everything is done in the caller's transaction."""

    def __init__(self, steps: Steps, instances: Instances, history: History) -> None:
        self._steps = steps
        self._instances = instances
        self._history = history

    def start(
        self,
        definition_id: UUID,
        instructions: Sequence[Instruction],
        *,
        business_key: str | None = None,
        body: str | None = None,
        variables: Mapping[str, Any] | None = None,
        by: str | None,
        manner: Manner = PLAINLY,
    ) -> Instance:
        """Start an instance of a definition at the places of instructions.

        Raises DefinitionNotFound, DefinitionNotStartable, BusinessKeyInUse, ModificationRefused, StepFailed, and what an operation refuses.
        """
        definition = self._steps.definitions.get(definition_id)
        executable = self._steps.definitions.executable(definition.id)
        row = self._instances.new(definition, business_key=business_key, body=body, by=by)
        step = self._steps.begin(row, executable, variables or {}, NOWHERE)
        step.execution.listening.muted = manner.skip_listeners
        begun_with = step.execution.evaluation.scopes.take_changes()
        with told_to_a_person(failed_step):
            step.execution.set_out()
            if not carry_out(step.execution, row.id, instructions, skip_mappings=manner.skip_mappings):
                self._end(step)
            self._steps.save(step)
        self._keep(row, begun_with)
        return instance_of(row)

    def restart(
        self, definition_id: UUID, instance_id: UUID, instructions: Sequence[Instruction], *, by: str | None, manner: Manner = PLAINLY
    ) -> Instance:
        """Start a new instance of a definition from one that has ended: with its variables, its business key and its body.

        Raises InstanceNotFound, InstanceNotEnded, InstanceOfOther besides.
        """
        ended = self._instances.get(instance_id)
        if ended.definition_id != definition_id:
            raise InstanceOfOther(instance_id=str(instance_id), definition_id=str(definition_id))
        if ended.state in (ACTIVE, SUSPENDED):
            raise InstanceNotEnded(instance_id=str(instance_id), state=ended.state)
        values_of = self._history.first_values if manner.initial_variables else self._history.last_values
        begun = self.start(
            definition_id,
            instructions,
            business_key=None if manner.without_business_key else ended.business_key,
            body=ended.body,
            variables=values_of(instance_id),
            by=by,
            manner=manner,
        )
        told = [told_of(instruction) for instruction in instructions]
        about = {"definition_key": begun.definition_key, "business_key": begun.business_key, "restarted": str(instance_id)}
        event, subject = "process_instance:restarted", ("process_instance", begun.id)
        record(event, at=begun.started_at, subject=subject, actor=by, body_id=body_id(begun.body), instructions=told, **about)
        database.session.flush()
        return begun

    def _end(self, step: Step) -> None:
        step.execution.cancel()
        step.row.state, step.row.ended_at, step.row.end_reason = CANCELLED, self._steps.clock.now(), EMPTIED

    def _keep(self, row: InstanceRow, begun_with: Sequence[Change]) -> None:
        """Tell the history what the instance began with, before anything that was done in it."""
        place = {"id": new_id(), "instance_id": row.id, "element_id": row.definition_key, "kind": "variableUpdate", "name": None}
        when = {"parent_id": None, "started_at": row.started_at, "ended_at": row.started_at, "step": 0, "place": 0}
        told = {"cancelled": False, "task": None, "variables": [change_to_json(change) for change in begun_with]}
        database.session.execute(sa.insert(ActivityRow), [{**place, **when, **told, "by": row.started_by, "on_behalf_of": None}])
