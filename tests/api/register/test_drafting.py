"""Workbooks sent to the door: a draft comes back that can be sent on as a change, or a word on why the file is none."""

import io

import pytest
import xlsxwriter

from organisations.roles import Role
from tests.register.drafting import forms

ON_ONE_DATABASE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
OLD = b"\xd0\xcf\x11\xe0" + b"\0" * 600


@ON_ONE_DATABASE
def test_a_workbook_becomes_a_draft_that_can_be_sent_on(desk):
    answer = desk.author.uploads("/register/drafts?code=NEW-07&valid_from=2027-01-01", "нысан.xlsx", forms.employment())

    assert answer.status_code == 200, answer.text
    made = answer.json
    (matched,) = [each for each in made["proposals"] if each["value"] == "EMP.PLACED"]
    assert (matched["cell"], matched["state"], matched["pointer"]) == ("Лист1!B14", "matched", "/sections/0/tables/0/rows/0")
    assert matched["reasons"]
    assert {"code", "detail", "pointer", "cells"} == made["doubts"][0].keys()
    parties = {"owner_id": str(desk.owner.id), "agreeing": [], "reason": "Нысаннан"}
    change = desk.author.posts("/register/changes", {"document": made["document"], "indicators": made["indicators"], **parties})
    assert (change["code"], change["faults"]) == ("NEW-07", [])


@ON_ONE_DATABASE
def test_what_is_no_form_is_refused_by_its_name(desk):
    tall = io.BytesIO()
    with xlsxwriter.Workbook(tall) as workbook:
        workbook.add_worksheet("a").write(100_000, 0, "x")
    letter = forms.book(("Хат", lambda sheet: sheet.write("A1", "Құрметті әріптестер!")))
    sent = {
        "letter.docx": b"PK\x03\x04",
        "old.xls": OLD + "Workbook".encode("utf-16-le"),
        "secret.xlsx": OLD + "EncryptedPackage".encode("utf-16-le"),
        "tall.xlsx": tall.getvalue(),
        "letter.xlsx": letter,
    }

    told = {name: desk.author.uploads("/register/drafts", name, data) for name, data in sent.items()}

    assert {name: answer.json["code"] for name, answer in told.items()} == {
        "letter.docx": "workbook_unreadable",
        "old.xls": "workbook_old",
        "secret.xlsx": "workbook_encrypted",
        "tall.xlsx": "workbook_too_large",
        "letter.xlsx": "workbook_without_tables",
    }
    assert "100001 rows, at most 50000" in told["tall.xlsx"].json["detail"]
    assert "Хат" in told["letter.xlsx"].json["detail"]


@ON_ONE_DATABASE
def test_only_methodologists_draft_and_only_under_a_right_code(desk):
    executor = desk.country.hires("executor", Role.EXECUTOR, desk.side)

    assert executor.uploads("/register/drafts", "a.xlsx", forms.messy()).status_code == 403
    wrong = desk.author.uploads("/register/drafts?code=new%20one", "a.xlsx", forms.messy())
    assert (wrong.status_code, wrong.json["errors"][0]["code"]) == (422, "kind_code")
