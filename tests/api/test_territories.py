"""Territories over HTTP: a change by an act, refused by row and column, dry, done; what became of a unit."""

from organisations.roles import Role
from storage.transaction import transaction

ACT = {"act_number": "1", "act_date": "2023-12-15", "since": "2024-01-01"}
LINES = [
    {"kind": "created", "code": "104100000", "parent": "100000000", "name_kk": "Жаңасемей ауданы", "name_ru": "район Жаңасемей"},
    {"kind": "split", "code": "101000000", "successor": "104100000", "remains": True},
    {"kind": "transfer", "code": "101049000", "parent": "104100000"},
]
SMALL = "id;parent_id;code;name\n1;0;100000000;область Абай\n2;1;101000000;Семей Г.А.\n4;2;101049000;Жиеналинский с.о\n"


def test_a_change_by_an_act_over_http(country):
    with transaction():
        country.esep.organisations.territories.load(SMALL.encode())
    admin = country.hires("admin", Role.ADMINISTRATOR, country.tree.oblast)

    wrong = admin.asks("POST", "/territories/changes", ACT | {"lines": [*LINES, {"kind": "merge", "code": "1", "successor": "199999999"}]})
    dry = admin.posts("/territories/changes", ACT | {"lines": LINES, "dry_run": True})
    done = admin.posts("/territories/changes", ACT | {"lines": LINES})

    assert wrong.status_code == 422
    assert "/lines/3/code" in wrong.text
    assert (dry["change_id"], dry["lines"]) == (None, {"created": 1, "split": 1, "transfer": 1})
    assert done["in_effect"]
    assert admin.gets("/territories/101049000")["parent_code"] == "104100000"
    assert admin.gets("/territories/101049000?on=2023-12-31")["parent_code"] == "101000000"
    assert [unit["code"] for unit in admin.gets("/territories?parent_code=101000000&valid_on=2023-12-31")["items"]] == ["101049000"]
    assert admin.gets("/territories/101000000/history")["became"] == ["101000000", "104100000"]
    assert admin.asks("GET", "/territories/999999999").status_code == 404
