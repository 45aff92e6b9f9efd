"""What a step sends: messages and signals, whose rows are inserted with the step and delivered after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from engine import values
from engine.values import TypedValue
from storage.identifiers import new_id

#: How long a thrown message waits for its receiver.
TIME_TO_LIVE = timedelta(days=7)

Kind = Literal["message", "signal"]


@dataclass(frozen=True)
class Sending:
    """A message or signal that was thrown; `business_key` names the receiver of a message."""

    kind: Kind
    name: str
    variables: Mapping[str, Any]
    business_key: str | None = None


def row_of(
    kind: str,
    name: str,
    variables: Mapping[str, Any],
    now: datetime,
    *,
    business_key: str | None = None,
    by: str | None = None,
    time_to_live: timedelta | None = None,
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
        "expires_at": now + (time_to_live or TIME_TO_LIVE) if kind == "message" else None,
        "tried": False,
    }
