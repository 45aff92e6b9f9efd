"""A workbook of a report read back: what was changed in it, and what is wrong with it, by sheet and cell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Context, Decimal
from typing import Any, Final

import texts
from documents import workbooks
from documents.workbooks import Sheet, Value
from refusals import Fault
from register.cells import Cell, ValueType
from register.errors import CellInvalid
from register.kinds import Kind
from reports.exchange import marks
from reports.exchange.layout import ABOUT
from reports.exchange.marks import About, Mark

#: Faults that one file is told of.
MOST_FAULTS: Final = 1_000
#: Of more digits than this a workbook knows nothing; a person sees none of them.
_SEEN: Final = Context(prec=15)


@dataclass(frozen=True)
class At:
    """A cell as people find it in a workbook."""

    sheet: str
    place: str

    @property
    def pointer(self) -> str:
        """The same for programs."""
        return "/" + self.sheet.replace("~", "~0").replace("/", "~1") + (f"/{self.place}" if self.place else "")


@dataclass
class Sent:
    """What a workbook says: the changed values in canonical form by address, and where each stands."""

    values: dict[str, Any] = field(default_factory=dict)
    at: dict[str, At] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def opened(data: bytes) -> tuple[About, Mapping[str, Sheet]]:
    """Which report a workbook is of, and its sheets. Raises ReportFileUnknown, WorkbookUnreadable and their like."""
    sheets = workbooks.read_back(data)
    return marks.about(sheets.get(ABOUT)), sheets


def read(about: About, sheets: Mapping[str, Sheet], kind: Kind) -> Sent:
    """What was changed in a workbook of a kind."""
    sent = Sent()
    known = {ABOUT, *(name for pair in about.sheets for name in pair)}
    for name in sheets.keys() - known:
        _fault(sent, At(name, ""), "report_sheet_unknown", {})
    for name, twin in about.sheets:
        if name not in sheets or twin not in sheets:
            _fault(sent, At(name, ""), "report_sheet_missing", {})
            continue
        for place, mark, value, is_computed in _cells(sheets[name], sheets[twin]):
            _take(sent, At(name, place), mark, value, kind, is_computed=is_computed)
    return sent


def told(at: At, kind: Kind, fault: Fault) -> Fault:
    """The fault of a cell, said of the place where it stands in the workbook."""
    cell = kind.cells.get(str(fault.fields.get("cell")))
    said = {language: _said(fault, cell, language) for language in texts.LANGUAGES}
    where = {"sheet": at.sheet, "place": at.place, "reason": fault.code, "message": said["kk"], "messages": said}
    return Fault(at.pointer, "report_cell_in_file", {**fault.fields, **where})


def _said(fault: Fault, cell: Cell | None, language: str) -> str:
    messages = fault.fields.get("messages")
    if isinstance(messages, Mapping):
        return str(messages.get(language, ""))
    named = {"cell": cell.names.say(language)} if cell else {}
    return texts.say(fault.code, {**fault.fields, **named}, language)


def _cells(sheet: Sheet, twin: Sheet) -> Iterator[tuple[str, Mark | None, Value, bool]]:
    """Every place of a sheet at which something stands now or stood when it was written."""
    for row in range(max(len(sheet.rows), len(twin.rows))):
        here = sheet.rows[row] if row < len(sheet.rows) else ()
        there = twin.rows[row] if row < len(twin.rows) else ()
        for column in range(max(len(here), len(there))):
            value = here[column] if column < len(here) else None
            mark = marks.read(there[column]) if column < len(there) else None
            is_computed = (row, column) in sheet.computed
            if mark is not None or is_computed or (value is not None and str(value).strip()):
                yield workbooks.address(row, column), mark, value, is_computed


def _take(sent: Sent, at: At, mark: Mark | None, value: Value, kind: Kind, *, is_computed: bool) -> None:
    if mark is None:
        _fault(sent, at, "report_file_outside", {})
    elif is_computed:
        _fault(sent, at, "report_file_formula", {"cell": mark.address} if mark.address else {})
    elif mark.sort == "caption":
        if marks.of_value("" if value is None else str(value)) != mark.value:
            _fault(sent, at, "report_file_caption", {})
    elif mark.address not in kind.cells or mark.address in sent.at:
        _fault(sent, at, "report_file_moved", {"cell": mark.address})
    else:
        _enter(sent, at, mark, kind.cells[mark.address], value, kind)


def _enter(sent: Sent, at: At, mark: Mark, cell: Cell, value: Value, kind: Kind) -> None:
    sent.at[cell.address] = at
    try:
        entered = cell.canonical(cell.parse(_raw(cell, value)))
    except CellInvalid as refusal:
        sent.faults += [told(at, kind, fault) for fault in refusal.faults[: MOST_FAULTS - len(sent.faults)]]
        return
    if marks.of_value(entered) == mark.value:
        return
    if mark.sort == "locked":
        _fault(sent, at, "report_file_locked", {"cell": cell.address})
        return
    sent.values[cell.address] = entered


def _raw(cell: Cell, value: Value) -> Any:
    """A value of a workbook as what a person would have typed for the cell."""
    if isinstance(value, Decimal):
        seen = _SEEN.plus(value)
        if cell.value_type is ValueType.TEXT:
            return format(seen, "f")
        return int(seen) if cell.value_type is ValueType.BOOLEAN and seen in (0, 1) else seen
    if isinstance(value, date) and cell.value_type is ValueType.TEXT:
        return f"{value:%d.%m.%Y}"
    if isinstance(value, datetime) and cell.value_type is ValueType.DATE:
        return value.date()
    return value


def _fault(sent: Sent, at: At, code: str, fields: dict[str, Any]) -> None:
    if len(sent.faults) < MOST_FAULTS:
        sent.faults.append(Fault(at.pointer, code, {"sheet": at.sheet, "place": at.place, **fields}))
