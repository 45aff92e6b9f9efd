"""Calling what a service task names. A Refusal of an operation is kept apart from every other failure: a person may be told it as it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import values
from engine.errors import BpmnError, StepBroken, in_words
from engine.parsing.elements import Element
from engine.ports import OperationCall, Operations, TaskHeard
from engine.situation import Situation
from refusals import Refusal


class OperationRefused(StepBroken):
    """An operation said no; `refusal` is what it said."""

    def __init__(self, element_id: str, refusal: Refusal) -> None:
        super().__init__(element_id, refusal.code, str(refusal))
        self.refusal = refusal


@dataclass(frozen=True)
class Heard:
    """What a listener hears."""

    event: str
    task: TaskHeard | None = None


def call(
    operations: Operations,
    name: str,
    element: Element,
    situation: Situation,
    variables: Mapping[str, Any],
    now: datetime,
    heard: Heard | None = None,
) -> Mapping[str, Any]:
    """Run an operation for an element; gives the variables it sets. Raises BpmnError, OperationRefused, StepBroken."""
    operation = operations.get(name)
    if operation is None:
        raise StepBroken(element.drawn_id, "operation_withdrawn", name)
    told = OperationCall(
        name=name,
        instance_id=situation.instance_id,
        definition_key=situation.definition_key,
        element_id=element.drawn_id,
        business_key=situation.business_key,
        body=situation.body,
        variables={name: values.plain(value) for name, value in variables.items()},
        by=situation.by,
        now=now,
        on_behalf_of=situation.on_behalf_of,
        event=heard.event if heard else None,
        task=heard.task if heard else None,
    )
    try:
        return operation(told) or {}
    except BpmnError:
        raise
    except Refusal as refusal:
        raise OperationRefused(element.drawn_id, refusal) from refusal
    except Exception as failure:  # the incident border: whatever an operation does wrong becomes an incident
        raise StepBroken(element.drawn_id, "operation_failed", in_words(failure)) from failure
