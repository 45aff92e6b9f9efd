"""A sheet as a person sees it: a merged area is one cell, texts are without stray blanks."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from documents.workbooks import Area, Sheet, Value
from register.drafting.draft import Place


@dataclass(frozen=True)
class Grid:
    """The cells of a sheet by row and column, from 0."""

    sheet: Sheet

    @cached_property
    def height(self) -> int:
        """Rows up to the last one with something in it."""
        filled = [number for number, row in enumerate(self.sheet.rows) if any(value is not None for value in row)]
        lowest = [row for row, _ in self.sheet.formulas]
        return max([*filled, *lowest], default=-1) + 1

    @cached_property
    def width(self) -> int:
        """Columns of the sheet."""
        return max((len(row) for row in self.sheet.rows), default=0)

    @cached_property
    def _areas(self) -> dict[tuple[int, int], Area]:
        """The merged areas of the part in use, by each of their cells; those that lie over others take no more room than there is."""
        found: dict[tuple[int, int], Area] = {}
        room = (self.height + 1) * (self.width + 1)
        for area in self.sheet.merged:
            rows = range(area.first_row, min(area.last_row, self.height) + 1)
            columns = range(area.first_column, min(area.last_column, self.width) + 1)
            room -= len(rows) * len(columns)
            if room < 0:
                break
            found.update(((row, column), area) for row in rows for column in columns)
        return found

    def area(self, row: int, column: int) -> Area:
        """The merged area that a cell is in, or the cell alone."""
        return self._areas.get((row, column)) or Area(row, column, row, column)

    def value(self, row: int, column: int) -> Value:
        """The value of a cell: that of its whole area."""
        area = self.area(row, column)
        rows = self.sheet.rows
        inside = area.first_row < len(rows) and area.first_column < len(rows[area.first_row])
        value = rows[area.first_row][area.first_column] if inside else None
        return (value.strip() or None) if isinstance(value, str) else value

    def own(self, row: int, column: int) -> Value:
        """The value of a cell; None for a merged one that is not the first of its area."""
        area = self.area(row, column)
        return self.value(row, column) if (area.first_row, area.first_column) == (row, column) else None

    def text(self, row: int, column: int) -> str:
        """What a cell reads, "" when it is empty; a number as it is written."""
        value = self.value(row, column)
        if value is None:
            return ""
        return format(value, "f") if isinstance(value, Decimal) else str(value)

    def raw(self, row: int, column: int) -> str:
        """The text of a cell with the blanks that it begins with."""
        value = self.sheet.rows[row][column] if row < len(self.sheet.rows) and column < len(self.sheet.rows[row]) else None
        return value if isinstance(value, str) else self.text(row, column)

    def is_empty(self, row: int) -> bool:
        """Whether nothing stands in a row."""
        return all(self.value(row, column) is None for column in range(self.width))

    def own_cells(self, row: int) -> list[tuple[int, str]]:
        """The cells of a row that say something, by column: each merged area once, and only in its first row."""
        return [(column, self.text(row, column)) for column in range(self.width) if self.own(row, column) is not None]

    def areas_in(self, row: int, first: int, last: int) -> Iterator[Area]:
        """The areas with a value that a row crosses between two columns, each once."""
        seen: set[Area] = set()
        for column in range(first, last + 1):
            area = self.area(row, column)
            if area not in seen and self.value(row, column) is not None:
                seen.add(area)
                yield area

    def place(self, row: int, column: int) -> Place:
        """The place of a cell, or of the area that it is in."""
        area = self.area(row, column)
        return Place(self.sheet.name, area.first_row, area.first_column)
