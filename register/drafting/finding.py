"""Where tables stand on a sheet: their captions, the row that numbers their columns, their rows.

A row that numbers columns (А, Б, 1, 2, 3) is the surest sign. Without one, a table begins where several texts stand side by side and rows
with a caption and room for figures follow.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from register.drafting.grids import Grid

_LETTERS: Final = ("А", "Ә", "Б", "В", "Г", "A", "B", "C")
_NUMBER_HEAD: Final = re.compile(
    r"^(№|no|n|р/с|п/п|р\.с\.|қ/с|рет(тік)?\s*(саны|№)?)[\s№.]*((п/п|р/с|п\.п\.)\.?)?(\s*/\s*№?\s*п/п)?$", re.IGNORECASE
)
_CODE_HEAD: Final = re.compile(
    r"(жол|код)\w*\s*(коды|строки)|^коды?(\s*/\s*код)?$|код\s+стр|№\s*строки|шифр строки|^код\s+показателя", re.IGNORECASE
)
_UNIT_HEAD: Final = re.compile(r"единиц\w*\s+измерения|ед\.?\s*изм|өлшем\s+бірлі", re.IGNORECASE)
_CAPTION_HEAD: Final = re.compile(r"көрсеткіш|показател|наименован|атауы|статья|түрлері|виды|санат|категори", re.IGNORECASE)
_FOOT: Final = re.compile(
    r"^(басшы|руководител|орындаушы|исполнител|ескерт|примечан|м\.?\s?о\.?$|м\.?\s?п\.?$|қолы|подпись|түсіндірме жазба|пояснительн|"
    r"әкім\b|аким\b|бас бухгалтер|главный бухгалтер|тел|мекенжай|адрес|күні|дата\b|\*)",
    re.IGNORECASE,
)
#: Empty rows that may stand inside of a table.
_GAP: Final = 1
_LONGEST_CAPTION: Final = 300


@dataclass(frozen=True)
class FoundTable:
    """A table of a sheet: rows and columns by their numbers from 0. `stub` names the columns before the figures by what they hold."""

    grid: Grid
    top: int
    head_end: int
    numbering: int | None
    first: int
    end: int
    stub: dict[str, int]
    columns: tuple[int, ...]
    left_out: tuple[int, ...] = ()

    @property
    def rows(self) -> range:
        """The rows below the captions."""
        return range(self.first, self.end)


def tables(grid: Grid) -> list[FoundTable]:
    """The tables of a sheet, from the top."""
    found: list[FoundTable] = []
    row = 0
    while row < grid.height:
        head = _head_at(grid, row, found[-1].end if found else 0)
        table = _table(grid, *head) if head else None
        if table is not None:
            found.append(table)
        row = table.end if table is not None else row + 1
    return found


def is_foot(text: str) -> bool:
    """Whether a text belongs below the tables of a form: signatures, notes."""
    return _FOOT.match(text.strip()) is not None


def _head_at(grid: Grid, row: int, above: int) -> tuple[int, int, int | None] | None:
    """The captions that a table has when they begin at a row, or are numbered there: first row, last row, the row that numbers."""
    if _is_numbering(grid, row):
        top = row
        while top > above and _is_caption_row(grid, top - 1):
            top -= 1
        return (top, row - 1, row) if top < row else None
    if not _is_caption_row(grid, row) or _numbered_below(grid, row) or not _names_a_stub(grid, row):
        return None
    last = row
    while last + 1 < grid.height and _goes_on(grid, row, last):
        last += 1
    return row, last, None


def _names_a_stub(grid: Grid, row: int) -> bool:
    """Whether a row of texts can be captions though nothing numbers them: three at least, or one that captions of rows stand under."""
    texts = [text.strip() for _, text in grid.own_cells(row)]
    heads = (_CAPTION_HEAD, _NUMBER_HEAD, _UNIT_HEAD, _CODE_HEAD)
    return len(texts) >= 3 or any(head.search(text) for text in texts for head in heads)


def _goes_on(grid: Grid, top: int, last: int) -> bool:
    """Whether the captions that end in a row have another row below."""
    areas = list(grid.areas_in(last, 0, grid.width - 1))
    if any(area.last_row > last for area in areas):
        return True
    if _stands_below(grid, top, last):
        return True
    wide = [area for area in areas if area.first_column < area.last_column and area.first_row == last]
    below = [grid.own(last + 1, column) for area in wide for column in range(area.first_column, area.last_column + 1)]
    return len([value for value in below if isinstance(value, str)]) >= 2 and last - top < 6


def _stands_below(grid: Grid, top: int, last: int) -> bool:
    """Whether the next row only goes on under captions that nobody merged: several texts, none in the first column."""
    own = grid.own_cells(last + 1)
    first = grid.own_cells(top)[0][0]
    return len(own) >= 2 and own[0][0] > first + 1 and _is_caption_row(grid, last + 1) and last - top < 3


def _numbered_below(grid: Grid, row: int) -> bool:
    """Whether a row that numbers columns ends the captions that begin here."""
    for below in range(row + 1, min(row + 8, grid.height)):
        if _is_numbering(grid, below):
            return True
        if not _is_caption_row(grid, below):
            return False
    return False


def _is_numbering(grid: Grid, row: int) -> bool:
    told = [text.strip() for _, text in grid.own_cells(row)]
    while told and told[0] in _LETTERS:
        told = told[1:]
    letters = len(grid.own_cells(row)) - len(told)
    counted = [int(text) for text in told if text.isdecimal()]
    return (
        len(counted) == len(told) >= (1 if letters else 3)
        and counted == list(range(counted[0], counted[0] + len(told)))
        and counted[0] == 1
    )


def _is_caption_row(grid: Grid, row: int) -> bool:
    """Whether a row can hold captions of columns: several texts side by side, none of which asks for an entry of the head."""
    areas = list(grid.areas_in(row, 0, grid.width - 1))
    texts = [grid.text(area.first_row, area.first_column) for area in areas]
    if len(areas) < 2 or any(text.rstrip().endswith((":", "__")) or len(text) > _LONGEST_CAPTION for text in texts):
        return False
    numbers = [area for area in areas if isinstance(grid.value(area.first_row, area.first_column), Decimal)]
    dates = sum(1 for text in texts if re.fullmatch(r"[\d\s.,%-]+", text))
    return not numbers and dates == 0 and not is_foot(texts[0])


def _table(grid: Grid, top: int, head_end: int, numbering: int | None) -> FoundTable | None:
    first = (numbering if numbering is not None else head_end) + 1
    if numbering is None and first < grid.height and _is_numbering(grid, first):
        numbering, first = first, first + 1
    used = _columns(grid, top, head_end, numbering)
    stub = _stub(grid, top, head_end, numbering, used)
    columns = tuple(column for column in used if column not in stub.values())
    if "caption" not in stub or not columns:
        return None
    end = _end(grid, first, stub)
    if end <= first or (numbering is None and not _looks_filled(grid, range(first, end), stub, columns)):
        return None
    strange = _strange(grid, first, end, used, columns)
    return FoundTable(grid, top, head_end, numbering, first, end, stub, columns, strange)


def _columns(grid: Grid, top: int, head_end: int, numbering: int | None) -> list[int]:
    rows = range(top, head_end + 1) if numbering is None else (numbering,)
    said = {(row, column) for row in rows for column in range(grid.width) if grid.value(row, column) is not None}
    return sorted({column for row, column in said if grid.area(row, column).first_column == column})


def _stub(grid: Grid, top: int, head_end: int, numbering: int | None, used: list[int]) -> dict[str, int]:
    """The columns before the figures: `number`, `caption`, `code`, `unit`."""
    stub: dict[str, int] = {}
    heads = {column: _head_text(grid, top, head_end, column) for column in used}
    letters = {column for column in used if numbering is not None and grid.text(numbering, column).strip() in _LETTERS}
    for name, pattern in (("unit", _UNIT_HEAD), ("code", _CODE_HEAD), ("number", _NUMBER_HEAD)):
        for column in used[:5]:
            if column not in stub.values() and any(pattern.search(part.strip()) for part in heads[column].split("\n") if part.strip()):
                stub.setdefault(name, column)
    free = [column for column in used[:5] if column not in stub.values()]
    marked = [column for column in free if column in letters] or [column for column in free if _CAPTION_HEAD.search(heads[column])] or free
    if marked:
        stub["caption"] = marked[0]
    return stub


def _head_text(grid: Grid, top: int, head_end: int, column: int) -> str:
    return "\n".join(dict.fromkeys(grid.text(row, column) for row in range(top, head_end + 1) if grid.text(row, column)))


def _end(grid: Grid, first: int, stub: dict[str, int]) -> int:
    """The row after the last one of a table."""
    row, end, empty = first, first, 0
    while row < grid.height and empty <= _GAP:
        said = next((text for _, text in grid.own_cells(row)), "")
        if (said and is_foot(said)) or _is_signed(grid, row) or _begins_anew(grid, row):
            break
        own = grid.text(row, stub["caption"]) or any(grid.text(row, stub[name]) for name in ("number", "code") if name in stub)
        if own:
            end, empty = row + 1, 0
        else:
            empty += 1
        row += 1
    return end


def _is_signed(grid: Grid, row: int) -> bool:
    """Whether a row leaves room for a signature."""
    return any("___" in text for _, text in grid.own_cells(row))


def _begins_anew(grid: Grid, row: int) -> bool:
    """Whether the captions of another table begin in a row."""
    return _is_numbering(grid, row) or (_is_caption_row(grid, row) and _numbered_below(grid, row))


def _looks_filled(grid: Grid, rows: range, stub: dict[str, int], columns: tuple[int, ...]) -> bool:
    """Whether rows have captions beside cells that hold no prose: else what looks like a table is the head of the form."""
    captions = sum(1 for row in rows if grid.text(row, stub["caption"]) or "number" in stub)
    prose = sum(1 for row in rows for column in columns if len(grid.text(row, column)) > 60)
    return captions > 0 and prose <= captions


def _strange(grid: Grid, first: int, end: int, used: list[int], columns: tuple[int, ...]) -> tuple[int, ...]:
    """Columns with values between those of the table, that no caption stands over."""
    between = (column for column in range(min(columns), grid.width) if column not in used)
    return tuple(column for column in between if any(grid.own(row, column) is not None for row in range(first, end)))
