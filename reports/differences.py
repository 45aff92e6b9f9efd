"""What differs between two contents of one report, cell by cell and text by text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class CellDifference:
    """One cell or text that is not the same before and after; None stands for empty."""

    address: str
    before: Any
    after: Any


def between(before: Mapping[str, Any], after: Mapping[str, Any], order: Iterable[str]) -> tuple[CellDifference, ...]:
    """The differences at some addresses, in their order."""
    return tuple(
        CellDifference(address, before.get(address), after.get(address)) for address in order if before.get(address) != after.get(address)
    )
