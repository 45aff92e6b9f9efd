"""What differs between two contents of one report, cell by cell and text by text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class CellDifference:
    """One cell or text that is not the same before and after; None stands for empty."""

    address: str
    before: Any
    after: Any


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[CellDifference, ...]:
    """The differences in the order of `after`'s addresses, then of those that only `before` has."""
    addresses = [*after, *(address for address in before if address not in after)]
    return tuple(
        CellDifference(address, before.get(address), after.get(address))
        for address in addresses
        if before.get(address) != after.get(address)
    )
