"""What an instance awaits from others, as rows: worked out once, when it begins to wait."""

from typing import Any, Final

from engine.account import Opening
from engine.business_keys import key_of
from engine.errors import StepBroken
from engine.evaluation import Evaluation
from engine.models import InstanceRow
from engine.parsing.event_facts import Event
from engine.tree import Token

MAX_NAME: Final = 255


def row_of(row: InstanceRow, opening: Opening, evaluation: Evaluation, token: Token) -> dict[str, Any]:
    """The name that is awaited, and the key that a message must have to come here: the one its model works out, else the business key.

    Raises StepBroken, EvaluationFailed.
    """
    event = opening.element.event
    key = event.correlation_key
    return {
        "kind": opening.wait,
        "message": name_of(event, evaluation, token),
        "business_key": key_of(token, row.business_key) if key is None else key_text(opening.element.id, evaluation.evaluate(token, key)),
        "created_at": evaluation.now(),
    }


def name_of(event: Event, evaluation: Evaluation, token: Token) -> str:
    """The name of the message or signal that a token awaits or throws."""
    if event.named is None:
        return event.message or event.signal or ""
    name = evaluation.evaluate(token, event.named)
    if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME or not name.isprintable():
        raise StepBroken(token.task_spec.bpmn_id, "name_unreadable", "null" if name is None else str(name)[:200])
    return name


def key_text(element_id: str, value: Any) -> str:
    """A key as messages carry it; numbers and texts that look alike are alike. Raises StepBroken for what can be no key."""
    if isinstance(value, bool) or value is None or not 0 < len(str(value)) <= MAX_NAME or not str(value).isprintable():
        raise StepBroken(element_id, "correlation_key_unreadable", "null" if value is None else str(value)[:200])
    return str(value)
