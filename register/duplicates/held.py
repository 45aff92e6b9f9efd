"""What is held already of indicators: a port that the room of reports fills."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class LastHeld:
    """The newest accepted figures of an indicator in a kind of report: for which period, and when they were accepted."""

    period: str
    at: datetime


class HeldValues(Protocol):
    """Knows the figures of accepted reports."""

    def last(self, indicators: Collection[str]) -> Mapping[tuple[str, str], LastHeld]:
        """The newest figures by code of the indicator and code of the kind."""
        ...
