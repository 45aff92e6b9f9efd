"""What differs between two contents of one report, cell by cell and text by text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from register.added_rows import in_use
from register.kinds import Kind


@dataclass(frozen=True)
class CellDifference:
    """One cell or text that is not the same before and after; None stands for empty. `row` says that its whole row was added or removed."""

    address: str
    before: Any
    after: Any
    row: Literal["added", "removed"] | None = None


def between(before: Mapping[str, Any], after: Mapping[str, Any], kind: Kind) -> tuple[CellDifference, ...]:
    """The differences of two contents of a kind, in reading order."""
    rows = dict(_rows(before, after, kind))
    return tuple(
        CellDifference(address, before.get(address), after.get(address), rows.get(address))
        for address in kind.cells
        if before.get(address) != after.get(address)
    )


def _rows(before: Mapping[str, Any], after: Mapping[str, Any], kind: Kind) -> Iterator[tuple[str, Literal["added", "removed"]]]:
    """The cells of rows that are in use on one side only."""
    for lines in kind.added_rows.values():
        for cells in lines.values():
            was, is_ = in_use(cells, before), in_use(cells, after)
            if was != is_:
                yield from ((cell.address, "added" if is_ else "removed") for cell in cells)
