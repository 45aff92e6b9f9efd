"""A report as a workbook: in the layout of its form, and back with what people changed, all or none."""

from decimal import Decimal
from typing import Any

import pytest

from documents.errors import WorkbookUnreadable
from organisations.errors import NotPermitted
from reports.errors import ContentPrivate, NotAtThisStage, ReportNotFound
from reports.exchange.errors import (
    ReportFileOfAnother,
    ReportFileOfAnotherRevision,
    ReportFileOutdated,
    ReportFileRefused,
    ReportFileUnknown,
)
from reports.exchange.exchange import TakenContent
from reports.models import Report
from reports.prefill import Draft
from storage.transaction import transaction
from tests.reports.excel import filled, part_of, place_of, replaced, shown
from tests.reports.office import FIGURES, MEN, MONEY, NOTE_KK, NOTE_RU, TOTAL, WOMEN, Office

ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
#: Where the form of `kind.json` has them, in Russian.
MEN_AT, WOMEN_AT, TOTAL_AT, NOTE_KK_AT, MONEY_AT = "B9", "B10", "B11", "B14", "B6"


def out(office: Office, report: Report, who: str = "executor", language: str = "ru") -> bytes:
    return office.reports.exchange.export(office.people[who], report.id, language)


def back(office: Office, report: Report, data: bytes, who: str = "executor", **more: Any) -> TakenContent:
    with transaction():
        return office.reports.exchange.take(office.people[who], report.id, data, **more)


def refused(office: Office, report: Report, data: bytes, **more: Any) -> list[tuple[str, str, str]]:
    with pytest.raises((ReportFileRefused, ReportFileOutdated)) as refusal:
        back(office, report, data, **more)
    return [
        (str(fault.fields["sheet"]), str(fault.fields["place"]), fault.fields.get("reason", fault.code)) for fault in refusal.value.faults
    ]


@ONE
def test_a_report_is_a_workbook_in_the_layout_of_its_form(office: Office):
    report = office.opens()
    office.saves(report, FIGURES | {NOTE_KK: "Ғалым", WOMEN: {"not_applicable": True}})

    jobs, money = shown(out(office, report)).values()
    kazakh = list(shown(out(office, report, language="kk")))

    assert (jobs.name, money.name, kazakh) == ("Работа", "Финансы", ["Жұмыс", "Қаржы"])
    assert [jobs.rows[row][0] for row in range(4)] == ["Пробный отчёт", office.body.name("ru"), "3 квартал 2026 года", "Работа"]
    assert [row[:2] for row in jobs.rows[6:11]] == [
        ("Показатель", "Трудоустроено"),
        ("А", "1"),
        ("Мужчины", Decimal(3)),
        ("Женщины", "х"),
        ("Всего", Decimal(7)),
    ]
    assert (jobs.rows[13][1], money.rows[5][1]) == ("Ғалым", Decimal("1200.5"))


def test_only_what_was_changed_is_saved_and_told(office: Office):
    report = office.opens()
    office.saves(report)
    data = out(office, report)
    office.saves(report, {TOTAL: 9}, who=office.people["executor2"])
    changed = filled(filled(data, "Работа", {MEN_AT: "1\u00a0234", NOTE_KK_AT: " Ескерту "}), "Финансы", {MONEY_AT: "1 250,5"})

    would = back(office, report, changed, dry_run=True)
    before = office.content(report).cells
    taken = back(office, report, changed)
    again = back(office, report, changed)

    assert [(each.address, each.sheet, each.place, each.before, each.after) for each in taken.changes] == [
        (MEN, "Работа", MEN_AT, "3", "1234"),
        (NOTE_KK, "Работа", NOTE_KK_AT, None, "Ескерту"),
        (MONEY, "Финансы", MONEY_AT, "1200.50", "1250.50"),
    ]
    assert (would.changes, would.findings, before[MEN]) == (taken.changes, taken.findings, "3")
    assert [finding.code for finding in taken.findings] == ["sum"]
    assert office.content(report).cells == {MEN: "1234", WOMEN: "4", TOTAL: "9", MONEY: "1250.50", NOTE_KK: "Ескерту"}
    assert (again.changes, taken.etag, again.etag) == ((), office.content(report).etag, office.content(report).etag)


@ONE
def test_every_fault_is_named_by_sheet_and_cell_and_nothing_is_saved(office: Office):
    report = office.opens()
    office.saves(report)
    wrong = {MEN_AT: "=B10+1", WOMEN_AT: "many", TOTAL_AT: -1, "A9": "Дети", "H20": 7}
    data = filled(filled(out(office, report), "Работа", wrong), "Финансы", {MONEY_AT: 0.001})

    with pytest.raises(ReportFileRefused) as refusal:
        back(office, report, data)

    faults = {(fault.fields["sheet"], fault.fields["place"]): fault for fault in refusal.value.faults}
    assert {at: fault.fields.get("reason", fault.code) for at, fault in faults.items()} == {
        ("Работа", MEN_AT): "report_file_formula",
        ("Работа", WOMEN_AT): "cell_number",
        ("Работа", TOTAL_AT): "cell_too_small",
        ("Работа", "A9"): "report_file_caption",
        ("Работа", "H20"): "report_file_outside",
        ("Финансы", MONEY_AT): "cell_decimals",
    }
    told = faults["Работа", WOMEN_AT]
    assert (told.pointer, told.fields["cell"]) == (f"/Работа/{WOMEN_AT}", WOMEN)
    assert told.fields["messages"]["ru"].startswith("«Женщины: Трудоустроено»: «many» — не число")
    assert office.content(report).cells[MEN] == "3"


@ONE
def test_formulas_of_any_sort_and_what_arrays_fill_are_nobodys_word(office: Office):
    report = office.opens()
    data = out(office, report)
    long = filled(data, "Работа", {MEN_AT: "=" + "+".join(["1"] * 1500)})
    part = "xl/worksheets/sheet1.xml"
    array = filled(data, "Работа", {MEN_AT: "=1", WOMEN_AT: 5})
    xml = part_of(array, part).replace("<f>1</f>", f'<f t="array" ref="{MEN_AT}:{WOMEN_AT}">1</f>')

    assert refused(office, report, long) == [("Работа", MEN_AT, "report_file_formula")]
    assert refused(office, report, replaced(array, {part: xml})) == [
        ("Работа", MEN_AT, "report_file_formula"),
        ("Работа", WOMEN_AT, "report_file_formula"),
    ]


@ONE
def test_a_value_that_somebody_changed_after_the_download_is_named(office: Office):
    report = office.opens()
    office.saves(report)
    data = filled(out(office, report), "Работа", {MEN_AT: 5, NOTE_KK_AT: "Ескерту"})
    office.saves(report, {MEN: 6}, who=office.people["executor2"])

    assert refused(office, report, data) == [("Работа", MEN_AT, "cell_changed_meanwhile")]
    assert NOTE_KK not in office.content(report).cells


@ONE
def test_a_file_of_another_report_or_revision_is_refused(office: Office):
    report, other = office.opens(), office.opens(period="2026Q2")
    office.saves(report)
    data = out(office, report)

    with pytest.raises(ReportFileOfAnother):
        back(office, other, data)
    office.brings(report, "approve")
    with pytest.raises(NotAtThisStage):
        back(office, report, data)
    office.returns(report)
    with pytest.raises(ReportFileOfAnotherRevision):
        back(office, report, data)


@ONE
def test_what_may_not_be_filled_in_is_locked_and_refused_when_it_was_changed_all_the_same(office: Office):
    report = office.opens()
    office.saves(report)
    office.brings(report, "approve")
    office.returns(report, MEN)
    data = out(office, report)

    taken = back(office, report, filled(data, "Работа", {MEN_AT: 4, TOTAL_AT: 8}))

    assert {each.address for each in taken.changes} == {MEN, TOTAL}
    assert refused(office, report, filled(data, "Финансы", {MONEY_AT: 1})) == [("Финансы", MONEY_AT, "report_file_locked")]


class KnownMen:
    def drafts(self, kind, body_ids, period):
        return {body_id: {MEN: Draft(Decimal(3), {"register": "egov"})} for body_id in body_ids}


@ONE
def test_an_overridden_value_needs_a_reason_that_can_come_with_the_file(database, clock):
    office = Office(clock, drafts=KnownMen())
    report = office.opens()
    data = filled(out(office, report), "Работа", {MEN_AT: 5, WOMEN_AT: 2})

    assert refused(office, report, data) == [("Работа", MEN_AT, "override_needs_reason")]
    back(office, report, data, reason="Санақ жүргізілді")
    assert office.content(report).sections[0].provenance[MEN]["overridden"]["reason"] == "Санақ жүргізілді"


@ONE
def test_who_may_not_read_or_fill_in_gets_no_further(office: Office):
    report = office.opens()
    office.saves(report)
    data = out(office, report)

    with pytest.raises(ReportNotFound):
        out(office, report, "stranger")
    with pytest.raises(ContentPrivate):
        out(office, report, "officer")
    with pytest.raises(NotPermitted):
        back(office, report, data, who="chancery")
    office.brings(report, "review")
    assert shown(out(office, report, "officer"))["Работа"].rows[8][1] == Decimal(3)


@ONE
def test_files_that_are_no_workbook_of_a_report_are_refused(office: Office):
    report = office.opens()
    data = out(office, report)

    with pytest.raises(WorkbookUnreadable):
        back(office, report, b"PK nonsense")
    with pytest.raises(ReportFileUnknown):
        back(office, report, office.register.exchange.export("xlsx"))
    with pytest.raises(ReportFileUnknown):
        back(office, report, filled(data, "esep", {"B2": "no id"}))
    assert place_of(data, "Работа", "Мужчины") == "A9"


def test_texts_and_long_numbers_come_back_as_they_were(office: Office):
    report = office.opens()
    office.saves(report, {MONEY: "1234567890123456789.01", NOTE_KK: "=1+1\n_x0041_ «ә»\t.", NOTE_RU: "х"})

    taken = back(office, report, out(office, report))

    assert taken.changes == ()
