"""A report through the door as a workbook, out and in."""

import pytest

from organisations.roles import Role
from tests.api.things import things_of
from tests.country import Country
from tests.reports.excel import filled, shown


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_workbook_goes_out_and_comes_back_with_its_faults_in_the_language_of_the_answer(country: Country):
    things = things_of(country)
    executor = country.hires("filler", Role.EXECUTOR, country.tree.department)
    path = f"/reports/{things['report_id']}/content.xlsx"

    book = executor.asks("GET", f"{path}?language=ru")
    sheet = next(iter(shown(book.data)))
    head = [row[0] for row in shown(book.data)[sheet].rows]
    place = f"B{head.index('А') + 2}"
    dry = executor.uploads(f"{path}?dry_run=true", "r.xlsx", filled(book.data, sheet, {place: 4}))
    wet = executor.uploads(path, "r.xlsx", filled(book.data, sheet, {place: 4}))
    bad = executor.uploads(path, "r.xlsx", filled(book.data, sheet, {place: "=1+1", "Z99": "?"}))

    assert (book.mimetype, book.headers["Content-Disposition"].startswith("attachment")) == (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        True,
    )
    assert (dry.json["dry_run"], dry.json["changes"]) == (True, wet.json["changes"])
    [change] = wet.json["changes"]
    assert (change["sheet"], change["place"], change["before"], change["after"]) == (sheet, place, None, "4")
    assert (bad.status_code, bad.json["code"]) == (422, "report_file_refused")
    assert [fault["detail"].partition(": ")[0] for fault in bad.json["errors"]] == [f"Sheet “{sheet}”, {at}" for at in (place, "Z99")]
    assert executor.gets(f"/reports/{things['report_id']}/content")["sections"][0]["cells"] == {change["address"]: "4"}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_reasons_of_another_shape_are_refused(country: Country):
    path = f"/reports/{things_of(country)['report_id']}/content.xlsx"
    executor = country.hires("filler", Role.EXECUTOR, country.tree.department)

    sent = ("{", "[]", '{"a": 1}', '{"a": "\\u0000"}', "[" * 100 + "]" * 100)
    answers = [executor.uploads(path, "r.xlsx", b"x", reasons=reasons) for reasons in sent]
    answers += [executor.uploads(path, "r.xlsx", b"x", reason="\0"), executor.uploads(path, "r.xlsx", b"x")]

    told = [answer.json["code"] for answer in answers]
    assert told == [
        "body_not_json",
        "shape_invalid",
        "shape_invalid",
        "body_not_json",
        "body_too_deep",
        "shape_invalid",
        "workbook_unreadable",
    ]
