"""The form of a kind as a workbook, without a report: where units stand, what each type of cell takes and gives back."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from register import reading as kinds
from register import shelf
from register.kinds import Kind
from reports.exchange import layout, listing, reading, writing
from reports.exchange.marks import About
from reports.exchange.writing import Held
from tests.register import factories
from tests.register.factories import document, indicator, names
from tests.reports.excel import filled, part_of, shown

AT = datetime(2026, 9, 1, tzinfo=UTC)
#: Where the form of `tests/register/factories.py` has them.
MONEY, SINCE, DONE, NOTE_KK = "B12", "B13", "B14", "B17"
HELD: dict[str, Any] = {
    "people.staff.all.men": "12",
    "people.money": "1234.50",
    "people.since": "2026-09-15",
    "people.done": True,
    "people.note.kk": "Ғ",
}


def book(kind: Kind, values: dict[str, Any] | None = None) -> bytes:
    plans = layout.lay_out(kind, ("Kind", "Body", "Period"), "ru")
    about = About(UUID(int=1), 1, "1-0", kind.code, kind.version, "ru", tuple((plan.name, plan.twin) for plan in plans))
    return writing.write(plans, Held(values or {}, None), about, AT)


def sent(kind: Kind, data: bytes) -> reading.Sent:
    about, sheets = reading.opened(data)
    return reading.read(about, sheets, kind)


def table_of(**changes: Any) -> dict[str, Any]:
    section = document()["sections"][0]
    return section["tables"][0] | changes


def test_every_type_comes_back_as_it_was_and_as_people_type_it():
    kind = factories.kind()
    data = book(kind, HELD)
    typed = {MONEY: "1\u00a0000,5", SINCE: "16.09.2026", DONE: "нет", NOTE_KK: 7}

    rows = shown(data)["people ru"].rows

    assert (rows[11][1], rows[12][1], rows[13][1]) == (Decimal("1234.5"), date(2026, 9, 15), "да")
    assert (sent(kind, data).values, sent(kind, data).faults) == ({}, [])
    assert sent(kind, filled(data, "people ru", typed)).values == {
        "people.money": "1000.50",
        "people.since": "2026-09-16",
        "people.done": False,
        "people.note.kk": "7",
    }
    assert sent(kind, filled(data, "people ru", dict.fromkeys(typed, None))).values == dict.fromkeys(
        ("people.money", "people.since", "people.done", "people.note.kk")
    )


@pytest.mark.parametrize("place", [MONEY, SINCE, DONE])
def test_a_value_of_another_type_is_named(place):
    kind = factories.kind()

    [fault] = sent(kind, filled(book(kind), "people ru", {place: "№"})).faults

    assert (fault.fields["place"], fault.fields["sheet"]) == (place, "people ru")


def test_units_stand_at_the_table_its_rows_or_its_columns():
    by_row = table_of(code="t1", rows=[_line("a", "X.PEOPLE"), _line("b", "X.TONS")], columns=[_line("now")], blocked=[], optional=[])
    by_column = table_of(code="t2", rows=[_line("a")], columns=[_line("b", "X.PEOPLE"), _line("c", "X.TONS")], blocked=[], optional=[])
    section = document()["sections"][0] | {"tables": [table_of(), by_row, by_column], "fields": [], "texts": []}
    measured = [*factories.indicators(), indicator("X.TONS", unit=names("tons"), breakdowns={})]
    kind = kinds.read(document(sections=[section], checks=[]), {each.code: each for each in shelf.read_indicators(measured)})

    rows = [tuple(held for held in row if held is not None) for row in shown(book(kind))["people ru"].rows]

    assert ("staff ru, unit ru",) in rows
    assert ("new ru", "✕") in rows
    assert rows[rows.index(("a ru", "unit ru")) - 2][:2] == ("Показатель", "Единица измерения")
    assert ("b ru", "tons ru") in rows
    assert ("unit ru", "tons ru") in rows


def test_excel_is_told_what_cells_take_and_what_is_protected():
    kind = factories.kind()

    xml = part_of(book(kind), "xl/worksheets/sheet1.xml")

    assert '<sheetProtection sheet="1"' in xml
    assert 'sqref="B12"' in xml
    assert "B12=ROUND(B12,2)" in xml
    assert "<formula1>100</formula1>" in xml
    assert "&quot;да,нет,х&quot;" in xml or '"да,нет,х"' in xml


@pytest.mark.parametrize(
    ("place", "told", "code"),
    [
        (MONEY, "+people.nowhere|", "report_file_moved"),
        (MONEY, "+people.since|", "report_file_moved"),
        (MONEY, "nonsense", "report_file_outside"),
    ],
)
def test_hidden_marks_that_were_tampered_with_are_found_out(place, told, code):
    kind = factories.kind()

    found = sent(kind, filled(book(kind, HELD), "esep 1", {place: told})).faults

    assert code in {fault.code for fault in found}


def test_a_report_is_a_list_in_which_no_text_is_a_formula():
    kind = factories.kind()

    lines = listing.write(kind, HELD | {"people.note.kk": "=1+1", "people.staff.all.total": {"not_applicable": True}}, "ru")

    told = lines.decode("utf-8-sig").splitlines()
    assert told[0] == "Адрес;Раздел;Ячейка;Единица измерения;Значение"
    assert told[1] == "people.staff.all.total;people ru;all ru: total ru;unit ru;х"
    assert "people.money;people ru;money ru;unit ru;1234,50" in told
    assert "people.since;people ru;since ru;unit ru;15.09.2026" in told
    assert "people.done;people ru;done ru;unit ru;да" in told
    assert "people.note.kk;people ru;note ru (на казахском);;'=1+1" in told


def _line(code: str, measured: str | None = None) -> dict[str, Any]:
    return {"code": code, "names": names(code)} | ({"indicator": measured} if measured else {})
