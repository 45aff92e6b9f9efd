"""XLSX workbooks: read into plain cells, written from them. Whatever a file holds, it is read within bounds or refused.

Numbers are decimals with the digits that a person sees (a workbook keeps binary floats). A cell with a formula has the value that it had
when the file was saved; how it was worked out is told beside it when that is asked for. Macros and links are not read at all.
"""

import io
import math
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, TypeAlias

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook, SheetMetadata, SheetTypeEnum, SheetVisibleEnum

from documents import formulas
from documents.errors import WorkbookEncrypted, WorkbookOld, WorkbookTooLarge, WorkbookUnreadable

#: Of the file, and of all that it unpacks to.
MAX_BYTES: Final = 20 * 1024 * 1024
MAX_UNPACKED: Final = 200 * 1024 * 1024
MAX_SHEETS: Final = 100
#: Of a workbook that is read back, in which every sheet has a hidden twin.
MAX_SHEETS_BACK: Final = 200
MAX_ROWS: Final = 50_000
MAX_COLUMNS: Final = 1_000
MAX_CELLS: Final = 2_000_000

#: How a compound file begins: a workbook of Excel 97 to 2003, or an XLSX under a password, which has a part of this name.
_COMPOUND: Final = b"\xd0\xcf\x11\xe0"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_OLD: Final = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
#: How XML in UTF-16 begins.
_WIDE: Final = frozenset({b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<"})
#: Where a cell (`A1`) or a row (`1`) of a sheet says that it stands.
_PLACE: Final = re.compile(rb"""<(?:\w+:)?(?:c|row)\b[^>]*?\br\s*=\s*["']\s*([A-Za-z]{0,7})0*(\d{0,12})""")

Value: TypeAlias = str | Decimal | bool | date | datetime | None


@dataclass(frozen=True)
class Area:
    """A rectangle of cells that are merged into one; rows and columns count from 0, both ends belong to it."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True)
class Sheet:
    """One sheet: its rows from the top, every row of the same length. Of merged cells the first one holds the value."""

    name: str
    rows: tuple[tuple[Value, ...], ...]
    merged: tuple[Area, ...] = ()
    #: By row and column, without the `=`; empty unless they were asked for.
    formulas: Mapping[tuple[int, int], str] = field(default_factory=dict)
    #: Cells that a formula of any sort fills, and errors; empty but in a workbook that is read back.
    computed: frozenset[tuple[int, int]] = frozenset()

    def value(self, row: int, column: int) -> Value:
        """The value of a cell; that of the whole area where cells are merged, None outside of the sheet."""
        for area in self.merged:
            if area.first_row <= row <= area.last_row and area.first_column <= column <= area.last_column:
                row, column = area.first_row, area.first_column
                break
        return self.rows[row][column] if row < len(self.rows) and column < len(self.rows[row]) else None


@dataclass(frozen=True)
class Column:
    """How a column is written: its caption and its width in characters."""

    caption: str
    width: int = 20


@dataclass(frozen=True)
class Table:
    """A sheet to be written: a bold caption line that stays in sight, then rows of values."""

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Value]] = field(default_factory=tuple)


def address(row: int, column: int) -> str:
    """What people call a cell: (0, 0) is A1."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def read(data: bytes, *, with_formulas: bool = False) -> list[Sheet]:
    """The visible sheets of a workbook in their order. Raises WorkbookUnreadable, WorkbookTooLarge, WorkbookOld, WorkbookEncrypted."""
    _require_modern(data)
    _require_bounded(data)
    try:
        held = formulas.of(zipfile.ZipFile(io.BytesIO(data))) if with_formulas else {}
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = [sheet.name for sheet in workbook.sheets_metadata if _is_shown(sheet)]
        _limit("sheets", len(names), MAX_SHEETS)
        return [_sheet(workbook, name, held.get(name, {})) for name in names]
    except (CalamineError, ValueError, OverflowError) as damage:
        raise WorkbookUnreadable() from damage


def read_back(data: bytes) -> dict[str, Sheet]:
    """All sheets by name, hidden ones too, of a workbook that this program wrote and people have filled in since; with the cells that are
    `computed`, whose values are nobody's word. Raises like `read`."""
    _require_modern(data)
    _require_bounded(data)
    try:
        computed = formulas.computed(zipfile.ZipFile(io.BytesIO(data)))
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        _limit("sheets", len(names), MAX_SHEETS_BACK)
        sheets = [_sheet(workbook, name, {}) for name in names]
        return {sheet.name: replace(sheet, computed=computed.get(sheet.name, frozenset())) for sheet in sheets}
    except (CalamineError, ValueError, OverflowError) as damage:
        raise WorkbookUnreadable() from damage


def write(tables: Iterable[Table]) -> bytes:
    """A workbook with one sheet per table. Names of sheets are cut to the 31 characters that the format has, and made to differ."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF4", "border": 1})
        wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        days = workbook.add_format({"num_format": "dd.mm.yyyy", "valign": "top"})
        moments = workbook.add_format({"num_format": "dd.mm.yyyy hh:mm", "valign": "top"})
        taken: set[str] = set()
        for table in tables:
            sheet = workbook.add_worksheet(sheet_name(table.name, taken))
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(table.columns):
                sheet.set_column(place, place, column.width)
                sheet.write_string(0, place, column.caption, bold)
            for number, row in enumerate(table.rows, 1):
                for place, value in enumerate(row):
                    _write(sheet, number, place, value, wrapped, days, moments)
    return made.getvalue()


def _require_modern(data: bytes) -> None:
    """Tell an old workbook, or one under a password, from what is no workbook at all."""
    if data.startswith(_COMPOUND):
        if _ENCRYPTED in data:
            raise WorkbookEncrypted()
        if any(name in data for name in _OLD):
            raise WorkbookOld()


def _require_bounded(data: bytes) -> None:
    """Refuse what is no XLSX, or unpacks to more than a machine should hold.

    The reader behind us makes room for every cell between the first and the last, so where those stand is looked up before it is asked.
    """
    _limit("bytes", len(data), MAX_BYTES)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {part.filename: part for part in archive.infolist()}
            _limit("bytes", sum(part.file_size for part in parts.values()), MAX_UNPACKED)
            if "xl/workbook.xml" not in parts or any(name.endswith(".bin") and name.startswith("xl/w") for name in parts):
                raise WorkbookUnreadable()
            for part in parts.values():
                _require_bounded_cells(archive.read(part))  # reading it whole also finds out a size that was a lie
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OverflowError, RuntimeError, EOFError) as damage:
        raise WorkbookUnreadable() from damage


def _require_bounded_cells(part: bytes) -> None:
    """Refuse a sheet that says of a cell or row that it stands too far away."""
    if part[:2] in _WIDE:  # an encoding in which nothing could be found here
        raise WorkbookUnreadable()
    rows = columns = 1
    for letters, number in set(_PLACE.findall(part)):
        rows = max(rows, int(number or 1))
        columns = max(columns, _column(letters))
    _limit("rows", rows, MAX_ROWS)
    _limit("columns", columns, MAX_COLUMNS)
    _limit("cells", rows * columns, MAX_CELLS)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _is_shown(sheet: SheetMetadata) -> bool:
    return sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet


def _sheet(workbook: CalamineWorkbook, name: str, held: formulas.Formulas) -> Sheet:
    found = workbook.get_sheet_by_name(name)
    rows = tuple(tuple(map(_read, row)) for row in found.to_python(skip_empty_area=False))
    merged = tuple(Area(*first, *last) for first, last in found.merged_cell_ranges or ())
    return Sheet(name, rows, merged, held)


def _read(value: Any) -> Value:
    if isinstance(value, float) and math.isfinite(value):  # a cell may say "inf", which is no number to anyone
        return Decimal(int(value)) if value.is_integer() else Decimal(repr(value))
    if isinstance(value, bool | date):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, time | timedelta):
        return str(value)
    return str(value) or None


def _write(sheet: Any, row: int, column: int, value: Value, wrapped: Any, days: Any, moments: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, Decimal):
        sheet.write_number(row, column, float(value))
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value.replace(tzinfo=None), moments)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, days)
    else:
        sheet.write_string(row, column, value[:32_767], wrapped)


def sheet_name(wanted: str, taken: set[str]) -> str:
    """A name that the format allows and no other sheet has; it is added to those that are `taken`."""
    clean = "".join(" " if sign in "[]:*?/\\" else sign for sign in wanted).strip("' ") or "-"
    name, number = clean[:31], 1
    while name.casefold() in taken:
        number += 1
        name = f"{clean[: 30 - len(str(number))]} {number}"
    taken.add(name.casefold())
    return name


def _limit(what: str, count: int, limit: int) -> None:
    if count > limit:
        raise WorkbookTooLarge(what, count, limit)
