"""What the forecast asks of those who keep reports; filled by the composition root."""

from collections.abc import Collection, Mapping
from typing import Protocol
from uuid import UUID

#: Stands for every kind that has no rule of its own.
EVERY_KIND = "*"


class Durations(Protocol):
    """How long finished reports took."""

    def minutes(self) -> Mapping[tuple[str, str], int]:
        """The median minutes of work, by code of the kind and level of the body; what is not known well enough is left out."""
        ...


class Responsibles(Protocol):
    """Who makes the reports of a body, as far as that is laid down."""

    def responsible(self, body_ids: Collection[UUID]) -> Mapping[UUID, Mapping[str, UUID | None]]:
        """For bodies that have rules: the user by code of the kind, under `EVERY_KIND` for all others; None is any of the executors."""
        ...
