"""Mending an open instance: tokens taken out and put elsewhere, in one step, with who did it and why in the journal."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from engine.errors import failed_step
from engine.instances import Instance, instance_of
from engine.instructions import Instruction, carry_out
from engine.models import CANCELLED, InstanceRow
from engine.situation import body_id
from engine.steps import Steps, told_to_a_person
from storage import database
from storage.journal import record

#: Why an instance has ended in which a modification left nothing.
EMPTIED = "modified: nothing was left"


class Modifications:
    """Everything is done in the caller's transaction."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    def modify(
        self,
        instance_id: UUID,
        instructions: Sequence[Instruction],
        *,
        by: str | None,
        annotation: str | None = None,
        skip_mappings: bool = False,
        skip_listeners: bool = False,
    ) -> Instance:
        """Carry out instructions in their order, then let the instance go on; it ends, cancelled, where nothing is left in it.

        What begins by an instruction has no input mappings with `skip_mappings`; nothing listens to the whole step with `skip_listeners`.

        Raises InstanceNotFound, InstanceNotActive, ModificationRefused, StepFailed, and what an operation refuses.
        """
        row = self._steps.lock(instance_id)
        step = self._steps.load(row, by=by)
        step.execution.listening.muted = skip_listeners
        with told_to_a_person(failed_step):
            if not carry_out(step.execution, instance_id, instructions, skip_mappings=skip_mappings):
                step.execution.cancel()
                row.state, row.ended_at, row.end_reason = CANCELLED, self._steps.clock.now(), (annotation or EMPTIED)[:500]
            self._steps.save(step)
        self._record(row, instructions, by, annotation)
        return instance_of(row)

    def _record(self, row: InstanceRow, instructions: Sequence[Instruction], by: str | None, annotation: str | None) -> None:
        about = {"definition_key": row.definition_key, "business_key": row.business_key, "annotation": annotation}
        told = [told_of(instruction) for instruction in instructions]
        event, subject = "process_instance:modified", ("process_instance", row.id)
        record(event, at=self._steps.clock.now(), subject=subject, actor=by, body_id=body_id(row.body), instructions=told, **about)
        database.session.flush()


def told_of(instruction: Instruction) -> dict[str, Any]:
    """An instruction as the journal tells of it: the names of variables, not what is in them."""
    names = sorted({*instruction.variables, *instruction.local_variables})
    places = {
        "element_id": instruction.element_id,
        "flow_id": instruction.flow_id,
        "activity_id": None if instruction.activity_id is None else str(instruction.activity_id),
        "ancestor_id": None if instruction.ancestor_id is None else str(instruction.ancestor_id),
    }
    told = {"type": instruction.kind, **{name: value for name, value in places.items() if value is not None}}
    return told | ({"variables": names} if names else {})
