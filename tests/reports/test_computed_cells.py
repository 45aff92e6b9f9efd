"""Computed cells of reports: never typed, kept with every save and frozen, compared where a file tells them, followed by what is open."""

import json
from datetime import date

import pytest

from reports.errors import CellsRefused
from reports.exchange.errors import ReportFileRefused
from reports.models import Report
from storage.transaction import transaction
from tests.reports.excel import filled, place_of
from tests.reports.office import HERE, KIND, MEN, MONEY, TOTAL, WOMEN, Office

COMPUTED = "TST-SUM"
ENTERED = {MEN: 3, WOMEN: 4, MONEY: "1200.50"}


@pytest.fixture
def report(office: Office) -> Report:
    """A report of the test kind whose total is computed."""
    document = json.loads((HERE / "kind.json").read_text("utf-8")) | {"code": COMPUTED}
    document["sections"][0]["tables"][0]["formulas"] = {"all.placed": f"{MEN} + {WOMEN}"}
    with transaction():
        places = {"directorate": office.receiver.code}
        office.register.import_kind(document, act_number="1", act_date=date(2020, 1, 1), places=places)
    return office.opens(COMPUTED)


def test_a_total_is_computed_as_its_parts_are_saved_and_comes_with_the_answer(office: Office, report: Report):
    first = office.enters(report, {MEN: 3})
    second = office.enters(report, {WOMEN: 4})

    assert (first.cells, second.cells) == ({MEN: "3"}, {WOMEN: "4", TOTAL: "7"})
    assert "sum" in second.checked
    assert office.saves(report, {MEN: None}).cells == {WOMEN: "4"}


def test_a_computed_cell_is_not_typed_and_what_a_file_tells_of_it_is_compared(office: Office, report: Report):
    with pytest.raises(CellsRefused) as typed:
        office.saves(report, ENTERED | {TOTAL: 7})
    with pytest.raises(CellsRefused) as told:
        office.saves(report, ENTERED | {TOTAL: 8}, imported=True)

    content = office.saves(report, ENTERED | {TOTAL: 7}, imported=True)

    assert [fault.code for fault in typed.value.faults] == ["cell_computed"]
    [fault] = told.value.faults
    assert (fault.code, fault.fields["claimed"], fault.fields["computed"]) == ("cell_computed_differs", "8", "7")
    assert content.cells[TOTAL] == "7"


def test_a_remark_on_a_total_opens_its_parts_and_the_total_follows_them(office: Office, report: Report):
    office.saves(report, ENTERED)
    office.does("prepare", report)
    office.returns(report, TOTAL)

    content = office.content(report)
    changed = office.saves(report, {MEN: 5})

    assert content.open_cells == {MEN, WOMEN}
    assert changed.cells[TOTAL] == "9"
    assert [each.address for each in office.reports.difference(office.people["executor"], report.id, 1, 2)] == [MEN, TOTAL]


def test_a_kind_without_formulas_goes_on_as_before(office: Office):
    report = office.opens(KIND)

    assert office.saves(report, ENTERED | {TOTAL: 7}).cells[TOTAL] == "7"


def test_a_computed_cell_is_locked_in_a_workbook_and_follows_what_comes_back(office: Office, report: Report):
    office.saves(report, ENTERED)
    executor = office.people["executor"]
    data = office.reports.exchange.export(executor, report.id, "ru")
    place, total = place_of(data, "Работа", 3), place_of(data, "Работа", 7)

    with transaction():
        office.reports.exchange.take(executor, report.id, filled(data, "Работа", {place: 5}))
    with pytest.raises(ReportFileRefused) as refusal:
        office.reports.exchange.take(executor, report.id, filled(data, "Работа", {total: 9}))

    assert office.content(report).cells[TOTAL] == "9"
    assert [fault.code for fault in refusal.value.faults] == ["report_file_locked"]
