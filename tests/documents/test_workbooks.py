"""Workbooks, written and read; and files that only look like some."""

import io
import time
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
import xlsxwriter

from documents import formulas, workbooks
from documents.errors import WorkbookEncrypted, WorkbookOld, WorkbookTooLarge, WorkbookUnreadable
from documents.workbooks import Area, Column, Table

TABLE = Table("Көрсеткіштер", (Column("Атауы", 40), Column("Саны")), [["Жұмыссыздар", Decimal("12.5")], ["=1+1", None]])


def test_what_was_written_is_read():
    (sheet,) = workbooks.read(workbooks.write([TABLE]))

    assert sheet.name == "Көрсеткіштер"
    assert sheet.rows == (("Атауы", "Саны"), ("Жұмыссыздар", Decimal("12.5")), ("=1+1", None))


def test_every_kind_of_value_comes_back_as_it_went():
    row = [Decimal(3), Decimal("0.1"), True, date(2026, 11, 25), datetime(2026, 11, 25, 9, 30), "мәтін"]  # noqa: DTZ001 - workbooks have no zones
    (sheet,) = workbooks.read(workbooks.write([Table("t", tuple(Column(str(n)) for n in range(6)), [row])]))

    assert list(sheet.rows[1]) == row


def test_a_merged_area_has_one_value():
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as workbook:
        sheet = workbook.add_worksheet("a")
        sheet.merge_range(0, 0, 1, 2, "Шапка")
        sheet.write(2, 0, 1)

    (read,) = workbooks.read(made.getvalue())

    assert read.merged == (Area(0, 0, 1, 2),)
    assert read.value(1, 2) == "Шапка"
    assert read.value(2, 0) == Decimal(1)
    assert read.value(9, 9) is None


def test_hidden_sheets_are_left_out():
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as workbook:
        workbook.add_worksheet("shown")
        workbook.add_worksheet("hidden").hide()

    assert [sheet.name for sheet in workbooks.read(made.getvalue())] == ["shown"]


def test_names_of_sheets_are_made_to_fit():
    names = ["Отчёт / за [год]: о чём-то весьма продолжительном", "Отчёт / за [год]: о чём-то весьма продолжительном", ""]
    sheets = workbooks.read(workbooks.write([Table(name, (Column("a"),)) for name in names]))

    assert [len(sheet.name) <= 31 for sheet in sheets] == [True, True, True]
    assert len({sheet.name for sheet in sheets}) == 3


@pytest.mark.parametrize(("row", "column", "name"), [(0, 0, "A1"), (9, 25, "Z10"), (0, 26, "AA1"), (1, 701, "ZZ2"), (0, 702, "AAA1")])
def test_cells_are_called_as_people_call_them(row, column, name):
    assert workbooks.address(row, column) == name


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"%PDF-1.7", b"\xd0\xcf\x11\xe0" + b"\0" * 600, b"<html/>"])
def test_what_is_no_workbook_is_refused(data):
    with pytest.raises(WorkbookUnreadable):
        workbooks.read(data)


@pytest.mark.parametrize(("part", "refusal"), [("EncryptedPackage", WorkbookEncrypted), ("Workbook", WorkbookOld), ("Book", WorkbookOld)])
def test_old_workbooks_and_those_under_a_password_are_told_apart(part, refusal):
    with pytest.raises(refusal):
        workbooks.read(b"\xd0\xcf\x11\xe0" + b"\0" * 600 + part.encode("utf-16-le"))


def test_formulas_are_told_when_they_are_asked_for():
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as workbook:
        sheet = workbook.add_worksheet("Нысан & Ко")
        sheet.write_formula("B2", "=SUM(C2:D2)", None, 5)
        sheet.write_formula("B3", '=B2*$C$2+"A1"', None, 6)

    (plain,) = workbooks.read(made.getvalue())
    (full,) = workbooks.read(made.getvalue(), with_formulas=True)

    assert plain.formulas == {}
    assert full.formulas == {(1, 1): "SUM(C2:D2)", (2, 1): 'B2*$C$2+"A1"'}
    assert full.rows == plain.rows


def test_a_shared_formula_is_moved_to_each_of_its_cells():
    cells = (
        b'<row r="5"><c r="A5"><f t="shared" ref="A5:B6" si="0">SUM(A1:A$4)+$B1&amp;"A1"&amp;\'A1 b\'!C1</f><v>1</v></c>'
        b'<c r="B5"><f t="shared" si="0"/><v>1</v></c></row><row r="6"><c r="A6"><f t="shared" si="0"/><v>1</v></c></row>'
    )
    data = changed(workbooks.write([TABLE]), b"</sheetData>", cells + b"</sheetData>")

    (sheet,) = workbooks.read(data, with_formulas=True)

    assert sheet.formulas[4, 1] == "SUM(B1:B$4)+$B1&\"A1\"&'A1 b'!D1"
    assert sheet.formulas[5, 0] == "SUM(A2:A$4)+$B2&\"A1\"&'A1 b'!C2"


@pytest.mark.parametrize(("length", "cells", "told"), [(300_000, 2_000, 0), (1_900, 500, 501), (1_900, 600, None)])
def test_shared_formulas_are_moved_within_bounds(length, cells, told):
    rows = "".join(f'<row r="{row}"><c r="C{row}"><f t="shared" si="0"/><v>1</v></c></row>' for row in range(6, 6 + cells))
    master = f'<row r="5"><c r="C5"><f t="shared" ref="C5:C9" si="0">{"A$1+" * (length // 4)}1</f><v>1</v></c></row>'
    data = changed(workbooks.write([TABLE]), b"</sheetData>", (master + rows + "</sheetData>").encode())
    begun = time.process_time()

    if told is None:
        with pytest.raises(WorkbookTooLarge) as refused:
            workbooks.read(data, with_formulas=True)
        assert refused.value.fields["limit"] == formulas.MOST_MOVED
    else:
        (sheet,) = workbooks.read(data, with_formulas=True)
        assert len(sheet.formulas) == told

    assert time.process_time() - begun < 5


def test_a_sheet_with_entities_of_its_own_is_refused():
    data = changed(workbooks.write([TABLE]), b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet')

    with pytest.raises(WorkbookUnreadable):
        workbooks.read(data, with_formulas=True)


def test_an_archive_that_is_no_workbook_is_refused():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.txt", "a")

    with pytest.raises(WorkbookUnreadable):
        workbooks.read(made.getvalue())


def test_an_archive_that_unpacks_to_too_much_is_refused_unpacked():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"\0" * (workbooks.MAX_UNPACKED + 1))

    assert len(made.getvalue()) < workbooks.MAX_BYTES
    with pytest.raises(WorkbookTooLarge):
        workbooks.read(made.getvalue())


def test_a_sheet_that_only_pretends_to_be_huge_is_refused():
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write(0, 0, 1)
        sheet.write(1_000_000, 16_000, 1)

    with pytest.raises(WorkbookTooLarge):
        workbooks.read(made.getvalue())


@pytest.mark.parametrize(
    "cell", [b'<c r="XFD1048576">', b"<c  s='1' r='xfd1048576'>", b'<x:c r="XFD1048576">', b'<row r="1048576">', b'<c r="AAAAAAA1">']
)
def test_a_cell_far_away_is_found_however_it_is_written(cell):
    with pytest.raises(WorkbookTooLarge):
        workbooks.read(changed(workbooks.write([TABLE]), b"</sheetData>", cell + b"</sheetData>"))


def test_a_sheet_in_an_encoding_that_hides_its_cells_is_refused():
    sheet = '<?xml version="1.0" encoding="UTF-16"?><worksheet><sheetData><row><c r="XFD1048576"/></row></sheetData></worksheet>'
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbooks.write([TABLE]))) as source, zipfile.ZipFile(made, "w") as target:
        for part in source.infolist():
            target.writestr(part.filename, sheet.encode("utf-16") if "sheet1" in part.filename else source.read(part))

    with pytest.raises(WorkbookUnreadable):
        workbooks.read(made.getvalue())


def test_a_part_that_lies_about_its_size_is_refused():
    data = workbooks.write([TABLE])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = data.replace(size.to_bytes(4, "little"), (size // 2).to_bytes(4, "little"))

    with pytest.raises(WorkbookUnreadable):
        workbooks.read(lying)


def changed(data: bytes, old: bytes, new: bytes) -> bytes:
    """The same workbook with something else in its sheets."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w") as target:
        for part in source.infolist():
            target.writestr(part.filename, source.read(part).replace(old, new))
    return made.getvalue()


@pytest.mark.parametrize("place", range(0, 4000, 97))
def test_a_damaged_workbook_is_refused_or_read(place):
    data = bytearray(workbooks.write([TABLE]))
    data[place % len(data)] ^= 0xFF

    try:
        workbooks.read(bytes(data))
    except (WorkbookUnreadable, WorkbookTooLarge):
        return
