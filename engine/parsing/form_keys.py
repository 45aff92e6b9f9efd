"""The keys of forms that stand in diagrams. Definitions never change, so neither does what a key means."""

from typing import Final
from uuid import UUID

PREFIX: Final = "diagram:"


def key_of(definition_id: UUID | str, element_id: str) -> str:
    """The key of the form of an element."""
    return f"{PREFIX}{definition_id}:{element_id}"


def is_in_diagram(key: str) -> bool:
    """Whether a form key names a form that stands in a diagram."""
    return key.startswith(PREFIX)


def parts_of(key: str) -> tuple[UUID, str]:
    """The definition and the element of a key. Raises ValueError."""
    definition_id, _, element_id = key.removeprefix(PREFIX).partition(":")
    return UUID(definition_id), element_id
