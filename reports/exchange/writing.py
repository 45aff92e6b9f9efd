"""The workbook of a report: its form with what it holds, captions protected, cells that may be filled in open."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import xlsxwriter

import texts
from register.cells import NOT_APPLICABLE, Cell, ValueType
from reports.exchange import marks, validations
from reports.exchange.layout import ABOUT, Plan
from reports.exchange.marks import About

#: Digits that a number of a workbook keeps; a longer one is written as a text.
DIGITS: Final = 15
#: Characters that a cell of a workbook can hold.
LONGEST: Final = 32_767
_FIRST_DAY: Final = date(1900, 3, 1)  # before it Excel counts a day that there never was
_CROSS: Final = "х"
_NARRATIVE_HEIGHT: Final = 90

_BASE: Final[Mapping[str, Any]] = {"text_wrap": True, "valign": "top"}
_STYLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "title": {"bold": True, "font_size": 12},
    "line": {},
    "head": {"bold": True, "border": 1, "bg_color": "#E8EEF4", "align": "center", "valign": "vcenter"},
    "number": {"border": 1, "bg_color": "#E8EEF4", "align": "center", "font_size": 9},
    "stub": {"border": 1, "bg_color": "#F4F7FA"},
    "blocked": {"border": 1, "bg_color": "#D9D9D9", "align": "center"},
}


@dataclass(frozen=True)
class Held:
    """What is written into a form: values in canonical form by address, and which addresses may be filled in (None: all)."""

    values: Mapping[str, Any]
    open_cells: frozenset[str] | None

    def is_open(self, cell: Cell) -> bool:
        """Whether a cell may be filled in, in a workbook: one that is computed may not, nor a text that is longer than a cell of one."""
        if cell.formula:
            return False
        return (self.open_cells is None or cell.address in self.open_cells) and len(str(self.values.get(cell.address))) <= LONGEST


def write(plans: Iterable[Plan], held: Held, about: About, at: datetime) -> bytes:
    """The workbook; hidden sheets tell what `reports.exchange.reading` needs of it."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        workbook.set_properties({"created": at.replace(tzinfo=None)})
        formats = _Formats(workbook)
        written = [(workbook.add_worksheet(plan.name), plan) for plan in plans]
        for sheet, plan in written:
            _write_sheet(sheet, plan, held, formats, about.language)
            _write_twin(_hidden(workbook, plan.twin), plan, held)
        sheet = _hidden(workbook, ABOUT)
        for row, line in enumerate(about.lines()):
            for column, told in enumerate(line):
                sheet.write_string(row, column, told)
    return made.getvalue()


class _Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[Any, Any] = {}

    def of_caption(self, style: str) -> Any:
        """How a caption looks."""
        return self._of(style, _STYLES[style])

    def of_cell(self, cell: Cell, *, is_open: bool) -> Any:
        """How a cell looks: with the decimals that it has, grey where it may not be filled in."""
        key = (cell.value_type, cell.decimals, is_open)
        return self._of(key, {"border": 1, "num_format": _number_format(cell), "locked": not is_open} | _shade(is_open=is_open))

    def _of(self, key: Any, properties: Mapping[str, Any]) -> Any:
        if key not in self._made:
            self._made[key] = self._workbook.add_format({**_BASE, **properties})
        return self._made[key]


def _shade(*, is_open: bool) -> dict[str, str]:
    return {} if is_open else {"bg_color": "#EDEDED"}


def _number_format(cell: Cell) -> str:
    if cell.value_type.numeric:
        return "#,##0" + ("." + "0" * cell.decimals if cell.decimals else "")
    return "dd.mm.yyyy" if cell.value_type is ValueType.DATE else "@"


def _write_sheet(sheet: Any, plan: Plan, held: Held, formats: _Formats, language: str) -> None:
    for column, width in enumerate(plan.widths):
        sheet.set_column(column, column, width)
    for (row, column), caption in plan.captions.items():
        look = formats.of_caption(caption.style)
        if caption.last_column:
            sheet.merge_range(row, column, row, caption.last_column, "", look)
        sheet.write_string(row, column, caption.text, look)
    for (row, column), cell in plan.places.items():
        look = formats.of_cell(cell, is_open=held.is_open(cell))
        last = plan.wide.get((row, column))
        if last:
            sheet.merge_range(row, column, row, last, "", look)
            sheet.set_row(row, _NARRATIVE_HEIGHT)
        _write(sheet, row, column, cell, held.values.get(cell.address), look, language)
    for area, rule in validations.of(plan, language):
        sheet.data_validation(*area, rule)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)


def _write(sheet: Any, row: int, column: int, cell: Cell, kept: Any, look: Any, language: str) -> None:
    value = cell.read(kept)
    if value is None:
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, Decimal) and len(value.as_tuple().digits) <= DIGITS:
        sheet.write_number(row, column, float(value), look)
    elif isinstance(value, date) and value >= _FIRST_DAY:
        sheet.write_datetime(row, column, value, look)
    else:
        sheet.write_string(row, column, _in_words(value, language)[:LONGEST], look)


def _in_words(value: Any, language: str) -> str:
    if value is NOT_APPLICABLE:
        return _CROSS
    if isinstance(value, bool):
        return texts.say("value_yes" if value else "value_no", {}, language)
    if isinstance(value, date):
        return f"{value:%d.%m.}{value.year:04}"
    return format(value, "f").replace(".", ",") if isinstance(value, Decimal) else str(value)


def _hidden(workbook: Any, name: str) -> Any:
    sheet = workbook.add_worksheet(name)
    sheet.very_hidden()
    sheet.protect()
    return sheet


def _write_twin(sheet: Any, plan: Plan, held: Held) -> None:
    for (row, column), caption in plan.captions.items():
        sheet.write_string(row, column, marks.captioned(caption.text))
    for (row, column), cell in plan.places.items():
        told = marks.written(cell.address, held.values.get(cell.address), is_open=held.is_open(cell))
        sheet.write_string(row, column, told)
