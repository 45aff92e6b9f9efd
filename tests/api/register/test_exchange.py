"""The Register through the door as a file, out and in."""

import json

import pytest

from organisations.roles import Role
from tests.api.register.desk import INDICATOR


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
