"""The main job over HTTP: a report is prepared, approved, reviewed, returned with two remarks, revised, accepted; and what goes wrong."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from organisations.roles import Role
from tests.country import Country, Person

APPLIED, PLACED = "jobs.measures.applied", "jobs.measures.placed"
FIGURES = {f"{APPLIED}.total": "7", f"{APPLIED}.men": "3", f"{APPLIED}.women": "4"}
CORRECTED = {f"{APPLIED}.total": "8", f"{APPLIED}.men": "4"}
PERIOD = "2026-09"


@dataclass(frozen=True)
class Office:
    """The people of the story."""

    country: Country
    methodologist: Person
    executor: Person
    head: Person
    officer: Person
    stranger: Person

    def opens(self) -> dict[str, Any]:
        """A report of the department, opened by its head, who has distribution done by a standing rule."""
        body = self.country.tree.department.id
        rule = self.head.asks("PUT", f"/organisations/{body}/distribution-rules/*", {})
        assert rule.status_code == 200, rule.text
        return self.head.posts("/reports", {"kind": "EMP-02", "body_id": str(body), "period": PERIOD})

    def fills(self, report: dict[str, Any], **more: Any) -> None:
        """Every cell of the report gets a value: nought, but for a few."""
        etag = self.executor.asks("GET", f"/reports/{report['id']}/content").headers["ETag"]
        saved = self.executor.asks("PATCH", f"/reports/{report['id']}/content", {"values": self.values() | FIGURES | more}, If_Match=etag)
        assert saved.status_code == 200, saved.text

    def values(self) -> dict[str, Any]:
        """Nought for every cell, a dash for every text."""
        register = self.country.esep.register
        return {address: "—" if cell.value_type == "text" else "0" for address, cell in register.kind("EMP-02").cells.items()}

    def completes(self, person: Person, element: str, **values: Any) -> None:
        """The one task in a person's inbox, which must be at this element."""
        task = person.task()
        assert task["element_id"] == element
        person.does(task["id"], **values)


@pytest.fixture
def office(country: Country) -> Office:
    tree = country.tree
    methodologist = country.hires("methodologist", Role.METHODOLOGIST, tree.ministry)
    document = methodologist.gets("/register/kinds/EMP-01")["document"]
    kind = {**document, "code": "EMP-02", "signature": "none"}
    administrator = country.hires("administrator", Role.ADMINISTRATOR, tree.ministry)
    administrator.posts("/register/kinds", {"document": kind, "act_number": "55-р", "act_date": "2026-01-01"})
    return Office(
        country,
        methodologist,
        executor=country.hires("executor", Role.EXECUTOR, tree.department),
        head=country.hires("head", Role.HEAD, tree.department),
        officer=country.hires("officer", Role.OFFICER, tree.directorate),
        stranger=country.hires("stranger", Role.EXECUTOR, tree.other_district),
    )


def test_a_report_is_returned_with_two_remarks_revised_and_accepted(office):
    report = office.opens()
    path = f"/reports/{report['id']}"
    assert report["stage"] == "in_preparation"
    assert report["business_key"] == f"EMP-02:{office.country.tree.department.code}:{PERIOD}"

    office.fills(report)
    assert office.executor.gets(f"{path}/checks") == {"items": []}
    office.completes(office.executor, "prepare")
    office.completes(office.head, "approve", decision="approve")

    assert office.executor.gets(path)["stage"] == "submitted"
    assert office.officer.gets(path)["allowed_actions"] == ["begin_review", "accept", "return_for_revision", "remark", "resolve_remark"]
    for anchor in CORRECTED:
        remark = office.officer.posts(f"{path}/remarks", {"anchor": anchor, "text": "One person is missing"})
        assert remark["state"] == "open"
    office.completes(office.officer, "review", decision="return")

    returned = office.executor.gets(path)
    assert (returned["stage"], returned["revision"], returned["returned"]) == ("in_preparation", 2, True)
    content = office.executor.asks("GET", f"{path}/content")
    assert set(CORRECTED) <= set(content.json["open_cells"])
    assert f"{PLACED}.total" not in content.json["open_cells"]
    locked = office.executor.asks("PATCH", f"{path}/content", {"values": {f"{PLACED}.total": "1"}}, If_Match=content.headers["ETag"])
    assert locked.status_code == 422
    assert locked.json["errors"][0]["code"] == "cell_locked"
    revised = office.executor.asks("PATCH", f"{path}/content", {"values": CORRECTED}, If_Match=content.headers["ETag"])
    assert revised.status_code == 200
    unanswered = office.executor.asks("POST", f"/tasks/{office.executor.task()['id']}/completion", {"values": {}})
    assert (unanswered.status_code, unanswered.json["code"]) == (409, "remarks_not_answered")
    for remark in office.executor.gets(f"{path}/remarks")["items"]:
        office.executor.posts(f"/remarks/{remark['id']}/answers", {"text": "Corrected"})
    office.completes(office.executor, "prepare")
    office.completes(office.head, "approve", decision="approve")
    office.completes(office.officer, "review", decision="accept")

    accepted = office.executor.gets(path)
    assert (accepted["stage"], accepted["revision"]) == ("accepted", 2)
    first, second = office.executor.gets(f"{path}/revisions")["items"]
    assert first["sha256"] != second["sha256"]
    assert all(revision["receipt_number"] for revision in (first, second))
    difference = office.executor.gets(f"{path}/differences?from=1&to=2")["items"]
    assert {cell["address"]: (cell["before"], cell["after"]) for cell in difference} == {
        f"{APPLIED}.total": ("7", "8"),
        f"{APPLIED}.men": ("3", "4"),
    }
    acts = [act["act"] for act in office.executor.gets(f"{path}/acts")["items"]]
    assert acts == ["sent_for_approval", "approved", "returned", "sent_for_approval", "approved", "accepted"]
    events = [entry["event"] for entry in office.executor.gets(f"{path}/timeline")["items"]]
    assert [event for event in events if event in ("report:opened", "report:returned", "report:accepted")] == [
        "report:opened",
        "report:returned",
        "report:accepted",
    ]
    assert events.count("remark:made") == events.count("remark:answered") == 2
    assert office.executor.gets("/tasks")["items"] == []


def test_an_accepted_report_is_corrected_by_its_body_and_a_correction_can_be_given_up(office):
    path = f"/reports/{office.opens()['id']}"
    office.fills(office.executor.gets(path))
    office.completes(office.executor, "prepare")
    office.completes(office.head, "approve", decision="approve")
    office.completes(office.officer, "review", decision="accept")
    assert "correct" in office.executor.gets(path)["allowed_actions"]

    unknown = office.stranger.asks("POST", f"{path}/correction", {"reason": "Mistake"})
    wordless = office.executor.asks("POST", f"{path}/correction", {"reason": " "})
    begun = office.executor.posts(f"{path}/correction", {"reason": "One person was counted twice"})
    twice = office.executor.asks("POST", f"{path}/correction", {"reason": "Again"})
    assert (unknown.status_code, wordless.json["code"], twice.json["code"]) == (404, "text_needed", "not_at_this_stage")
    assert (begun["stage"], begun["revision"], begun["accepted_revision"], begun["in_correction"]) == ("in_preparation", 2, 1, True)
    assert [one["id"] for one in office.executor.gets("/reports?in_correction=true")["items"]] == [begun["id"]]

    office.fills(begun, **CORRECTED)
    office.completes(office.executor, "prepare")
    office.completes(office.head, "approve", decision="approve")
    office.completes(office.officer, "review", decision="accept")
    assert office.officer.gets(path)["accepted_revision"] == 2

    office.executor.posts(f"{path}/correction", {"reason": "Not needed after all"})
    given_up = office.executor.asks("DELETE", f"{path}/correction")
    again = office.executor.asks("DELETE", f"{path}/correction")
    assert (given_up.json["stage"], given_up.json["revision"], again.json["code"]) == ("accepted", 2, "not_at_this_stage")
    assert office.executor.gets("/tasks")["items"] == []


def test_a_second_completion_is_stale_and_has_no_effect(office):
    report = office.opens()
    office.fills(report)
    task = office.executor.task()
    office.executor.does(task["id"])

    again = office.executor.asks("POST", f"/tasks/{task['id']}/completion", {"values": {}})

    assert again.status_code in (404, 409)
    assert again.mimetype == "application/problem+json"
    assert len(office.executor.gets(f"/reports/{report['id']}/revisions")["items"]) == 1


def test_the_same_completion_sent_again_with_its_key_is_answered_as_before(office):
    office.fills(office.opens())
    task = office.executor.task()

    first = office.executor.asks("POST", f"/tasks/{task['id']}/completion", {"values": {}}, Idempotency_Key="done")
    again = office.executor.asks("POST", f"/tasks/{task['id']}/completion", {"values": {}}, Idempotency_Key="done")

    assert (first.status_code, again.status_code) == (204, 204)
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_task_of_others_is_not_even_known(office):
    office.fills(office.opens())
    task = office.executor.task()["id"]

    for method, noun in (("GET", ""), ("POST", "/claim"), ("POST", "/completion"), ("GET", "/form"), ("GET", "/draft")):
        answer = office.stranger.asks(method, f"/tasks/{task}{noun}", {"values": {}} if noun == "/completion" else None)
        assert answer.status_code == 404, answer.text
    assert office.stranger.gets("/tasks?scope=visible")["items"] == []


def test_a_colleague_in_another_role_may_not_do_the_task(office):
    office.fills(office.opens())
    task = office.executor.task()["id"]
    colleague = office.country.hires("chancery", Role.CHANCERY, office.country.tree.department)

    answer = colleague.asks("POST", f"/tasks/{task}/completion", {"values": {}})

    assert answer.status_code == 403


def test_a_report_of_another_body_is_not_known(office):
    report = office.opens()

    for noun in ("", "/content", "/checks", "/revisions", "/remarks", "/acts", "/timeline", "/differences?from=1&to=2"):
        assert office.stranger.asks("GET", f"/reports/{report['id']}{noun}").status_code == 404
    saving = office.stranger.asks("PATCH", f"/reports/{report['id']}/content", {"values": FIGURES}, If_Match='"1-0"')
    assert saving.status_code == 404
    assert office.stranger.gets("/reports")["items"] == []


def test_a_receiver_reads_nothing_before_it_is_submitted(office):
    report = office.opens()
    office.fills(report)

    answer = office.officer.asks("GET", f"/reports/{report['id']}/content")

    assert (answer.status_code, answer.json["code"]) == (403, "content_private")


def test_a_missing_decision_is_named_by_its_field(office):
    office.fills(office.opens())
    office.completes(office.executor, "prepare")
    task = office.head.task()["id"]

    missing = office.head.asks("POST", f"/tasks/{task}/completion", {"values": {}})
    wrong = office.head.asks("POST", f"/tasks/{task}/completion", {"values": {"decision": "burn"}})
    shapeless = office.head.asks("POST", f"/tasks/{task}/completion", {"values": [], "other": 1})

    for answer in (missing, wrong):
        assert answer.status_code == 422
        assert [fault["pointer"] for fault in answer.json["errors"]] == ["#/values/decision"]
    assert {fault["pointer"] for fault in shapeless.json["errors"]} == {"#/values", "#/other"}
    assert office.head.task()["id"] == task


def test_a_return_without_a_remark_is_refused_and_nothing_is_half_done(office):
    report = office.opens()
    office.fills(report)
    office.completes(office.executor, "prepare")
    task = office.head.task()["id"]

    answer = office.head.asks("POST", f"/tasks/{task}/completion", {"values": {"decision": "return"}})

    assert (answer.status_code, answer.json["code"]) == (409, "remark_needed")
    assert office.head.gets(f"/reports/{report['id']}")["stage"] == "on_approval"
    assert office.head.task()["id"] == task


def test_what_the_checks_find_stops_the_report_with_the_cells_named(office):
    report = office.opens()
    office.fills(report, **{f"{APPLIED}.total": "9"})

    answer = office.executor.asks("POST", f"/tasks/{office.executor.task()['id']}/completion", {"values": {}})

    assert (answer.status_code, answer.json["code"]) == (422, "checks_failed")
    [fault] = answer.json["errors"]
    assert fault["fields"]["check"] == "applied_by_sex"
    assert fault["pointer"].startswith(f"#/values/{APPLIED}")


def test_who_saves_from_a_stale_content_is_told_so(office):
    report = office.opens()
    path = f"/reports/{report['id']}/content"
    etag = office.executor.asks("GET", path).headers["ETag"]
    office.fills(report)

    stale = office.executor.asks("PATCH", path, {"values": {f"{APPLIED}.men": "5"}}, If_Match=etag)
    unconditional = office.executor.asks("PATCH", path, {"values": FIGURES})
    nonsense = office.executor.asks("PATCH", path, {"values": FIGURES}, If_Match="*")

    assert (stale.status_code, stale.json["code"]) == (412, "cells_changed")
    assert unconditional.status_code == 428
    assert nonsense.status_code == 422


def test_wrong_cells_are_refused_by_their_addresses_and_none_is_saved(office):
    report = office.opens()
    path = f"/reports/{report['id']}/content"
    etag = office.executor.asks("GET", path).headers["ETag"]

    answer = office.executor.asks(
        "PATCH", path, {"values": {f"{APPLIED}.men": "many", "jobs.nothing": "1", f"{APPLIED}.women": "4"}}, If_Match=etag
    )

    assert answer.status_code == 422
    assert sorted(fault["pointer"] for fault in answer.json["errors"]) == [f"#/values/{APPLIED}.men", "#/values/jobs.nothing"]
    assert office.executor.asks("GET", path).headers["ETag"] == etag


def test_the_same_report_cannot_be_opened_twice_nor_for_a_body_that_does_not_report(office):
    body = str(office.country.tree.department.id)
    office.opens()

    twice = office.head.asks("POST", "/reports", {"kind": "EMP-02", "body_id": body, "period": PERIOD})
    unknown = office.head.asks("POST", "/reports", {"kind": "NOPE", "body_id": body, "period": PERIOD})
    wrong = office.head.asks("POST", "/reports", {"kind": "EMP-02", "body_id": body, "period": "2026Q3"})
    elsewhere = office.head.asks("POST", "/reports", {"kind": "EMP-02", "body_id": str(uuid4()), "period": PERIOD})

    assert (twice.status_code, twice.json["code"]) == (409, "report_already_open")
    assert unknown.status_code == 404
    assert wrong.status_code == 422
    assert elsewhere.status_code == 403


def test_a_withdrawn_report_leaves_no_task_behind(office):
    report = office.opens()

    withdrawn = office.head.asks("POST", f"/reports/{report['id']}/withdrawal", {"reason": "Opened by mistake"})

    assert withdrawn.status_code == 204, withdrawn.text
    assert office.head.gets(f"/reports/{report['id']}")["stage"] == "withdrawn"
    assert office.executor.gets("/tasks")["items"] == []


def test_two_people_share_the_draft_of_a_task_and_do_not_overwrite_each_other(office):
    office.fills(office.opens())
    office.completes(office.executor, "prepare")
    task = office.head.task()["id"]
    second = office.country.hires("head2", Role.HEAD, office.country.tree.department)

    first = office.head.asks("PUT", f"/tasks/{task}/draft", {"values": {"decision": "approve"}}, If_None_Match="*")
    read = second.asks("GET", f"/tasks/{task}/draft")
    changed = second.asks("PUT", f"/tasks/{task}/draft", {"values": {"decision": "return"}}, If_Match=read.headers["ETag"])
    stale = office.head.asks("PUT", f"/tasks/{task}/draft", {"values": {}}, If_Match=first.headers["ETag"])

    assert (first.status_code, changed.status_code, stale.status_code) == (200, 200, 412)
    assert office.head.gets(f"/tasks/{task}/form")["values"]["decision"] == "return"


def test_a_task_is_claimed_by_one_and_given_back(office):
    office.fills(office.opens())
    second = office.country.hires("executor2", Role.EXECUTOR, office.country.tree.department)
    task = office.executor.task()["id"]

    claimed = office.executor.posts(f"/tasks/{task}/claim")
    taken = second.asks("POST", f"/tasks/{task}/claim")
    freed = office.executor.asks("DELETE", f"/tasks/{task}/claim")

    assert claimed["assignee"]
    assert taken.status_code in (403, 409)
    assert freed.json["assignee"] is None
    assert second.posts(f"/tasks/{task}/claim")["assignee"] != claimed["assignee"]
