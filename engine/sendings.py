"""What a step sends: messages and signals, whose rows are inserted with the step and delivered after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from engine import values
from engine.business_keys import key_of
from engine.errors import StepBroken
from engine.evaluation import Evaluation, path_of
from engine.parsing import timers
from engine.parsing.event_facts import Event
from engine.subscriptions import key_text, name_of
from engine.tree import Token
from engine.values import TypedValue
from storage.identifiers import new_id

#: How long a thrown message waits for its receiver.
TIME_TO_LIVE = timedelta(days=7)

Kind = Literal["message", "signal"]


@dataclass(frozen=True)
class Sending:
    """A message or signal that was thrown. `business_key` names the receiver of a message, or what a signal starts.

    `expires_at` says how long a message waits for its receiver.
    """

    kind: Kind
    name: str
    variables: Mapping[str, Any]
    business_key: str | None = None
    expires_at: datetime | None = None


def sending_of(event: Event, evaluation: Evaluation, token: Token, own_key: str | None) -> Sending:
    """What a token sends by an event of its element: its own variables, and what the event gives besides. Raises StepBroken."""
    name = name_of(event, evaluation, token)
    given = evaluation.scopes.typed([token.id.hex])
    if event.kind == "signal":
        seen = evaluation.scopes.typed(path_of(token)) if event.payload_all else {}
        mapped = {mapping.target: evaluation.evaluate(token, mapping.source) for mapping in event.payload}
        return Sending("signal", name, {**seen, **given, **mapped}, _key(event, evaluation, token))
    key = _key(event, evaluation, token) or key_of(token, own_key)
    return Sending("message", name, given, key, _expiry(event, evaluation, token))


def _key(event: Event, evaluation: Evaluation, token: Token) -> str | None:
    value = None if event.business_key is None else evaluation.evaluate(token, event.business_key)
    return None if value is None else key_text(token.task_spec.bpmn_id, value)


def _expiry(event: Event, evaluation: Evaluation, token: Token) -> datetime | None:
    if event.time_to_live is None:
        return None
    value = evaluation.evaluate(token, event.time_to_live)
    try:
        return timers.due(value, evaluation.now(), evaluation.zone)
    except (ValueError, TypeError, OverflowError) as invalid:
        raise StepBroken(token.task_spec.bpmn_id, "time_to_live_unreadable", str(value)[:200]) from invalid


def row_of(
    kind: str,
    name: str,
    variables: Mapping[str, Any],
    now: datetime,
    *,
    business_key: str | None = None,
    by: str | None = None,
    expires_at: datetime | None = None,
) -> dict[str, Any]:
    """The row of something that is to be delivered, to be inserted in the step that sends it."""
    kept = {
        key: values.typed_to_json(value if isinstance(value, TypedValue) else TypedValue("", values.plain(value)))
        for key, value in variables.items()
    }
    return {
        "id": new_id(),
        "kind": kind,
        "name": name,
        "business_key": business_key,
        "subscription_id": None,
        "start_event_id": None,
        "variables": kept,
        "sent_by": by,
        "sent_at": now,
        "due_at": now,
        "expires_at": (expires_at or now + TIME_TO_LIVE) if kind == "message" else None,
        "tried": False,
    }
