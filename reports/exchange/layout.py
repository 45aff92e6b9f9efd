"""Where everything of a form stands in a workbook: a sheet for each section, with captions, and a place for each cell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

import texts
from documents.workbooks import sheet_name
from register.cells import Cell
from register.kinds import Kind, Section, Table, Text
from register.names import Names

Style = Literal["title", "line", "head", "stub", "number", "blocked"]
#: Row and column, from 0.
Place = tuple[int, int]

#: The sheet that says which report a workbook is of; the hidden twins of the others begin with the same word.
ABOUT: Final = "esep"
#: How far fields and narratives reach to the right.
_WIDE: Final = 5
_STUB_WIDTH: Final = 44
_COLUMN_WIDTH: Final = 16
_BLOCKED: Final = "✕"


@dataclass(frozen=True)
class Caption:
    """Words of a form, which nobody changes; `last_column` where they are merged to the right."""

    text: str
    style: Style
    last_column: int | None = None


@dataclass
class Plan:
    """One sheet. `twin` is the name of the hidden one that tells, place by place, what stands on it; `wide` tells of cells that are merged
    to the right which column they reach."""

    name: str
    twin: str
    captions: dict[Place, Caption] = field(default_factory=dict)
    places: dict[Place, Cell] = field(default_factory=dict)
    wide: dict[Place, int] = field(default_factory=dict)
    columns: int = 1

    @property
    def widths(self) -> tuple[int, ...]:
        """The width of each column in characters."""
        return (_STUB_WIDTH, *(_COLUMN_WIDTH,) * self.columns)


def lay_out(kind: Kind, head: Sequence[str], language: str) -> tuple[Plan, ...]:
    """The sheets of a form; `head` are lines that each begins with: whose report, of which period."""
    twins = [f"{ABOUT} {number}" for number in range(1, len(kind.sections) + 1)]
    taken = {ABOUT, *twins}
    return tuple(
        _Sheet(Plan(sheet_name(section.names.say(language), taken), twin), language).of(section, head)
        for section, twin in zip(kind.sections, twins, strict=True)
    )


@dataclass
class _Sheet:
    """A sheet that is being filled from the top."""

    plan: Plan
    language: str
    row: int = 0

    def of(self, section: Section, head: Iterable[str]) -> Plan:
        for number, line in enumerate((*head, self._said(section.names))):
            self._caption(0, line, "title" if number == 0 else "line", _WIDE)
            self.row += 1
        self.row += 1
        for table in section.tables:
            self._table(table)
        self._fields(section.fields)
        for text in section.texts:
            self._text(text)
        return self.plan

    def _table(self, table: Table) -> None:
        units = _Units(table, self.language)
        title = self._said(table.names)
        self._caption(0, f"{title}, {units.common}" if units.common else title, "title", _WIDE)
        self.row += 1
        stubs = 2 if units.by_row else 1
        self._heads(table, units, stubs)
        cells = {tuple(cell.address.split(".")[2:]): cell for cell in table.cells}
        for row in table.rows:
            self._caption(0, self._said(row.names), "stub")
            if units.by_row:
                self._caption(1, units.by_row.get(row.code, ""), "stub")
            for number, column in enumerate(table.columns, stubs):
                cell = cells.get((row.code, column.code))
                if cell is None:
                    self._caption(number, _BLOCKED, "blocked")
                else:
                    self.plan.places[self.row, number] = cell
            self.row += 1
        self.plan.columns = max(self.plan.columns, len(table.columns) + stubs - 1)
        self.row += 1

    def _heads(self, table: Table, units: "_Units", stubs: int) -> None:
        captions = [texts.say("report_sheet_indicator", {}, self.language), texts.say("report_sheet_unit", {}, self.language)][:stubs]
        columns = [self._said(column.names) for column in table.columns]
        numbers = ["А", "Б"][:stubs] + [str(number) for number in range(1, len(columns) + 1)]
        lines: list[tuple[list[str], Style]] = [(captions + columns, "head"), (numbers, "number")]
        if units.by_column:
            lines.insert(1, (["", *(units.by_column.get(column.code, "") for column in table.columns)], "head"))
        for line, style in lines:
            for number, said in enumerate(line):
                self._caption(number, said, style)
            self.row += 1

    def _fields(self, fields: Sequence[Cell]) -> None:
        for cell in fields:
            unit = cell.unit.say(self.language) if cell.unit else ""
            self._caption(0, f"{self._said(cell.names)}, {unit}" if unit else self._said(cell.names), "stub")
            self.plan.places[self.row, 1] = cell
            self.row += 1
        self.row += 1 if fields else 0

    def _text(self, text: Text) -> None:
        self._caption(0, self._said(text.names), "title", _WIDE)
        self.row += 1
        for cell in text.cells:
            self._caption(0, self._said(cell.names), "stub")
            self.plan.places[self.row, 1] = cell
            self.plan.wide[self.row, 1] = _WIDE
            self.row += 1
        self.plan.columns = max(self.plan.columns, _WIDE)
        self.row += 1

    def _caption(self, column: int, text: str, style: Style, last_column: int | None = None) -> None:
        self.plan.captions[self.row, column] = Caption(text, style, last_column)

    def _said(self, names: Names) -> str:
        return names.say(self.language)


@dataclass(frozen=True)
class _Units:
    """In what a table counts: all of it in one unit (`common`), or its rows or its columns each in their own."""

    table: Table
    language: str

    @cached_property
    def common(self) -> str:
        """The unit of the whole table, "" where there are several."""
        units = {self._of(cell) for cell in self.table.cells}
        return units.pop() if len(units) == 1 else ""

    @cached_property
    def by_column(self) -> Mapping[str, str]:
        """The unit of each column by its code; empty where columns have several."""
        units = self._by(3)
        return {} if self.common or any(len(those) > 1 for those in units.values()) else {code: min(those) for code, those in units.items()}

    @cached_property
    def by_row(self) -> Mapping[str, str]:
        """The units of each row by its code; empty where they aren't the rows'."""
        return {} if self.common or self.by_column else {code: " / ".join(sorted(those)) for code, those in self._by(2).items()}

    def _by(self, part: int) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for cell in self.table.cells:
            found.setdefault(cell.address.split(".")[part], set()).add(self._of(cell))
        return found

    def _of(self, cell: Cell) -> str:
        return cell.unit.say(self.language) if cell.unit else ""
