"""A sheet of the form read as a whole: what stands above, between and below its tables."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from register.drafting import captions, finding, heads
from register.drafting.captions import Caption
from register.drafting.draft import Place
from register.drafting.finding import FoundTable
from register.drafting.grids import Grid
from register.drafting.heads import Head, Said
from register.names import Names

_PLAIN_NAME: Final = re.compile(
    r"^(\d+[-. ]*)?(лист|парақ|sheet|бет|бөлім|раздел|кесте|таблица|отч[её]т|есеп|форма|нысан)[\s\d()№.-]*$", re.IGNORECASE
)
_NARRATIVE: Final = re.compile(r"түсіндірме жазба|пояснительн\w+ записк|талдамалық анықтама|аналитическ\w+ справк", re.IGNORECASE)
_NOTE: Final = re.compile(r"^(\*|ескерту|ескертпе|примечани)", re.IGNORECASE)
_SIGNED: Final = re.compile(r"^(\w+\s+)?(әкім|аким|басшы|руководител)", re.IGNORECASE)
_NARRATIVE_NAMES: Final = Names("Түсіндірме жазба", "Пояснительная записка", "Explanatory note")


@dataclass(frozen=True)
class Leaf:
    """A sheet: its head, its tables, what stands above each of them and below the last one."""

    grid: Grid
    head: Head
    tables: list[FoundTable]
    above: list[list[Said]]
    below: list[Said]
    texts: list[Said]
    aside: list[Said]

    @property
    def named(self) -> str:
        """The name of the sheet where it is one of its own."""
        name = self.grid.sheet.name.strip()
        return "" if _PLAIN_NAME.match(name) else name

    @property
    def notes(self) -> list[Said]:
        """Footnotes, and what stands beside the form."""
        return [*self.aside, *(said for said in self.below if _NOTE.match(said.value))]

    @property
    def signatures(self) -> list[Said]:
        """Who signs."""
        return [said for said in self.below if _SIGNED.match(said.value)]

    def title(self, *, alone: bool) -> Caption | None:
        """What the sheet is about; None when it is the whole form."""
        if alone and self.tables:
            return None
        if self.named:
            return captions.read(self.named)
        title = self.head.title
        return captions.read(self.grid.sheet.name) if title.empty else title

    def caption_of(self, number: int) -> Caption | None:
        """What stands above a table; None when nothing does but the head of the form."""
        caption = heads.joined(self.above[number]) if number else Caption("", "")
        return None if caption.empty else caption

    def narratives(self) -> list[tuple[str, Names, Place]]:
        """The texts that go with the figures: code, names, place."""
        taken: set[str] = set()
        return [(captions.code_of("", taken, "note"), _NARRATIVE_NAMES, said.place) for said in self.texts[:1]]


def read_leaf(grid: Grid) -> Leaf:
    """Read a sheet."""
    found = finding.tables(grid)
    tops = [table.top for table in found] or [grid.height]
    edge = max((max(table.columns) for table in found), default=grid.width)
    told = _told(grid, 0, tops[0])
    head = heads.read([(said.place, said.value) for said in told if said.place.column <= edge])
    above = [[*_told(grid, before, top)] for before, top in zip([0, *(table.end for table in found[:-1])], tops, strict=True)]
    below = list(_told(grid, found[-1].end, grid.height)) if found else []
    whole = [*below, *(said for part in above[1:] for said in part), *([] if found else above[0])]
    texts = [said for said in whole if _NARRATIVE.search(said.value)]
    if not found and not texts and _NARRATIVE.search(grid.sheet.name):
        texts = [Said(grid.sheet.name, grid.place(0, 0))]
    return Leaf(grid, head, found, above, below, texts, [said for said in told if said.place.column > edge])


def _told(grid: Grid, first: int, end: int) -> Sequence[Said]:
    return [Said(text, grid.place(row, column)) for row in range(first, end) for column, text in grid.own_cells(row)]
