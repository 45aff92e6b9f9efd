"""What a simulation says of what happened: a code with fields, whose words live in `texts/`."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Told:
    """Something that happened at a moment, or a fault: then `line` is the line of the scenario that wanted it otherwise."""

    code: str
    at: datetime
    element_id: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    line: int | None = None

    @property
    def is_fault(self) -> bool:
        """Whether it should not have been so."""
        return self.line is not None
