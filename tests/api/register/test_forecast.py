"""The workload forecast over HTTP."""

import pytest

from organisations.roles import Role

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@SQLITE
def test_a_manager_sees_the_year_of_the_bodies_below_and_what_a_change_would_save(country):
    district = country.tree.district
    manager = country.hires("manager", Role.MANAGER, district)
    stranger = country.hires("stranger", Role.MANAGER, country.tree.other_district)

    found = manager.gets(f"/register/forecast?body={district.id}&from=2026-10-01&by=body&limit=1")
    question = {"body": str(district.id), "from": "2026-10-01", "by": "body"}
    what_if = manager.posts("/register/forecast/what-if", question | {"suppositions": [{"code": "EMP-01", "periodicity": "year"}]})
    whole = manager.gets("/register/forecast?from=2026-10-01&by=body&limit=5000")

    assert (found["from"], found["to"], len(found["lines"])) == ("2026-10-01", "2027-09-30", 1)
    assert found["lines_left_out"] == len(whole["lines"]) - 1
    assert found["total"]["minutes"] == found["total"]["declared_minutes"] > 0 == found["total"]["measured_minutes"]
    assert whole["total"] == what_if["now"]["total"] == found["total"]
    assert what_if["difference"]["reports"] == what_if["then"]["total"]["reports"] - found["total"]["reports"] < 0
    assert sum(line["work"]["reports"] for line in what_if["lines"]) == what_if["difference"]["reports"]
    assert stranger.asks("GET", f"/register/forecast?body={district.id}").status_code == 403


@SQLITE
def test_what_cannot_be_meant_is_refused_with_its_place(country):
    methodologist = country.hires("methodologist", Role.METHODOLOGIST, country.tree.oblast)

    def refused(supposition):
        answer = methodologist.asks("POST", "/register/forecast/what-if", {"suppositions": [supposition]})
        return answer.status_code, answer.json.get("code"), [each["pointer"] for each in answer.json.get("errors", [])]

    neither_nor = refused({"code": "EMP-01", "change_id": "6f3f3c1c-58a4-4f2e-9d0e-0a3f1df5b1f6"})
    assert neither_nor[0] == 422
    assert refused({"change_id": "6f3f3c1c-58a4-4f2e-9d0e-0a3f1df5b1f6"})[0] == 404
    assert refused({"code": "NO-01", "periodicity": "year"})[0] == 404
    assert refused({"code": "EMP-01", "due": {"district": {"day": 40}}})[0] == 422
    assert refused({"document": {"code": "NEW-01"}})[0] == 422
    for query in ("months=25", "by=moon", "from=1800-01-01", "limit=100000", "most_a_day=0"):
        assert methodologist.asks("GET", f"/register/forecast?{query}").status_code == 422
