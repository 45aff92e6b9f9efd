"""How the cells of a version were told in the version before, so that series go on over a change of the form.

A map says that what is in `cell` now was in `was` before: one address, or several whose figures add up. Where indicator and breakdown of
a cell stay the same no map is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from refusals import Fault
from register.documents import Document

if TYPE_CHECKING:
    from register.kinds import Kind

MOST = 500


@dataclass(frozen=True)
class Mapped:
    """A cell of a version, and the cells of the version before that held its figure."""

    cell: str
    was: tuple[str, ...]


def read(document: Document, addresses: set[str]) -> tuple[Mapped, ...]:
    """The maps of a kind; faults are kept in the document."""
    found = tuple(_mapped(held, addresses) for held in document.items("maps", most=MOST))
    for cell in sorted({each.cell for each in found if [other.cell for other in found].count(each.cell) > 1}):
        document.at("maps").fault("map_twice", cell=cell)
    return found


def faults(kind: "Kind", before: "Kind | None") -> Sequence[Fault]:
    """What maps of a version say of the one before that isn't so."""
    known = {address for address, cell in before.cells.items() if cell.indicator and cell.value_type.numeric} if before else set()
    return [
        Fault(f"/maps/{number}/was/{place}", "map_cell_unknown", {"cell": address})
        for number, mapped in enumerate(kind.maps)
        for place, address in enumerate(mapped.was)
        if address not in known
    ]


def _mapped(document: Document, addresses: set[str]) -> Mapped:
    document.only(("cell", "was"))
    cell = document.text("cell", longest=200)
    if cell and cell not in addresses:
        document.at("cell").fault("map_cell_unknown", cell=cell)
    return Mapped(cell, tuple(str(held.value) for held in document.items("was", least=1, most=50)))
