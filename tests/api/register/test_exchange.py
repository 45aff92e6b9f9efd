"""The Register through the door as a file, out and in."""

import json

import pytest

from organisations.roles import Role
from tests.api.register.desk import INDICATOR

ACT = {"act_number": "55-р", "act_date": "2026-01-01"}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_register_goes_out_and_comes_in_again(desk):
    executor = desk.country.hires("executor", Role.EXECUTOR, desk.side)
    book = executor.asks("GET", "/register/export/xlsx")
    text = executor.asks("GET", "/register/export/json")

    taken = [desk.author.uploads("/register/imports", "r", answer.data).json for answer in (book, text)]

    assert (book.status_code, text.status_code) == (200, 200)
    assert all(each["kinds"]["unchanged"] == 2 and each["errors"] == [] for each in taken), taken
    assert executor.uploads("/register/imports", "r", text.data).status_code == 403


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_dry_run_tells_faults_in_three_languages_and_an_import_refuses_them(desk):
    data = json.dumps({"format": 1, "indicators": [INDICATOR | {"code": "A.B"}, INDICATOR | {"unit": 5}]}).encode()

    dry = desk.author.uploads("/register/imports?dry_run=true", "r.json", data)
    wet = desk.author.uploads("/register/imports", "r.json", data)

    assert dry.status_code == 200
    assert dry.json["errors"][0]["pointer"] == "/indicators/1/unit"
    assert dry.json["errors"][0]["detail"].keys() == {"kk", "ru", "en"}
    assert (wet.status_code, wet.json["code"], wet.json["errors"][0]["pointer"]) == (422, "register_file_refused", "#/indicators/1/unit")
    assert desk.author.asks("GET", "/register/indicators/A.B").status_code == 404


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_kinds_are_loaded_by_an_administrator_and_not_past_a_change_under_way(desk):
    administrator = desk.country.hires("administrator", Role.ADMINISTRATOR, desk.side)
    first = {"document": desk.author.gets("/register/kinds/EMP-01")["document"] | {"code": "NEW-01"}} | ACT
    second = {"document": first["document"] | {"version": 2, "valid_from": "2027-01-01"}} | ACT
    files = [json.dumps({"format": 1, "indicators": [], "kinds": [each]}).encode() for each in (first, second)]

    turned_away = [desk.author.asks("POST", "/register/kinds", first)]
    turned_away += [desk.author.uploads(f"/register/imports{dry_run}", "r.json", files[0]) for dry_run in ("", "?dry_run=true")]
    taken = administrator.uploads("/register/imports", "r.json", files[0])
    again = desk.author.uploads("/register/imports", "r.json", files[0])
    desk.author.posts("/register/changes", desk.draft(version=2))
    posted = administrator.asks("POST", "/register/kinds", second)
    imported = administrator.uploads("/register/imports", "r.json", files[1])

    assert [answer.status_code for answer in turned_away] == [403, 403, 403]
    assert (taken.json["kinds"], again.json["kinds"]) == (
        {"new": 1, "changed": 0, "unchanged": 0},
        {"new": 0, "changed": 0, "unchanged": 1},
    )
    assert (posted.status_code, posted.json["code"]) == (409, "change_under_way")
    assert [(error["pointer"], error["code"]) for error in imported.json["errors"]] == [("#/kinds/0", "change_under_way")]
    assert len(desk.author.gets("/register/kinds/NEW-01/versions")["items"]) == 1
