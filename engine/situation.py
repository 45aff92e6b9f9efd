"""Who takes a step, and of which instance."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Situation:
    """What the operations of a step are told of it. `by` is null when a worker takes it."""

    instance_id: UUID
    definition_key: str
    business_key: str | None
    body: str | None
    by: str | None = None
    on_behalf_of: str | None = None
    definition_id: UUID | None = None


def body_id(body: str | None) -> UUID | None:
    """The body of an instance as the journal wants it; null for a text that is no id."""
    try:
        return None if body is None else UUID(body)
    except ValueError:
        return None
