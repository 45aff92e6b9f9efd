"""Conditional start events: asked whenever somebody has news, with the variables of the news; each that holds starts an instance."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine import values
from engine.definition_errors import ConditionNotBoolean
from engine.definition_models import DefinitionRow, StartEventRow
from engine.instances import Instance, Instances
from engine.parsing.elements import Element
from engine.start_events import CONDITION
from engine.steps import Steps
from expressions.errors import VariableUnknown
from storage import database


class ConditionalStarts:
    """Everything is done in the caller's transaction."""

    def __init__(self, steps: Steps, instances: Instances) -> None:
        self._steps = steps
        self._instances = instances

    def evaluate(
        self,
        variables: Mapping[str, Any],
        *,
        definition_id: UUID | None = None,
        business_key: str | None = None,
        body: str | None = None,
        by: str | None = None,
        asked: Callable[[UUID], None] | None = None,
    ) -> list[Instance]:
        """Ask the conditions that start processes, of their newest versions or of one definition, and start what they start, at `body`;
        `asked` is told each definition first, and may refuse.

        A condition that asks for a variable which was not given does not hold. Raises DefinitionNotFound, ConditionNotBoolean, and what
        `Instances.start` raises; then nothing has started.
        """
        brought = {name: values.typed(value).value for name, value in variables.items()}
        waiting = self._waiting(definition_id)
        held = dict.fromkeys((found, start.id) for found, start in waiting if self._holds(start, brought))
        if asked is not None:
            for found in dict.fromkeys(found for found, _ in held):
                asked(found)
        return [
            self._instances.start(definition_id=found, start_event=start, business_key=business_key, variables=variables, body=body, by=by)
            for found, start in held
        ]

    def _waiting(self, definition_id: UUID | None) -> Iterator[tuple[UUID, Element]]:
        if definition_id is not None:
            beginnings = self._steps.definitions.executable(definition_id).process.beginnings()
            yield from ((definition_id, start) for start, _ in beginnings)
            return
        waiting = sa.select(StartEventRow.definition_id, StartEventRow.element_id).where(StartEventRow.kind == CONDITION).distinct()
        live = waiting.join(DefinitionRow, DefinitionRow.id == StartEventRow.definition_id).where(~DefinitionRow.suspended)
        for found in database.session.execute(live.order_by(StartEventRow.definition_id, StartEventRow.element_id)):
            yield found.definition_id, self._steps.definitions.executable(found.definition_id).process.elements[found.element_id]

    def _holds(self, start: Element, variables: Mapping[str, Any]) -> bool:
        return any(self._asked(start, event.condition, variables) for event in start.event.alternatives if event.condition is not None)

    def _asked(self, start: Element, condition: Any, variables: Mapping[str, Any]) -> bool:
        ports, now = self._steps.ports, self._steps.clock.now()
        try:
            value = condition.evaluate(variables, functions=ports.functions_at(now), now=now.astimezone(ports.zone))
        except VariableUnknown:
            return False
        if not isinstance(value, bool | None):
            raise ConditionNotBoolean(start.id, "condition", type(value).__name__)
        return bool(value)
