"""The whole life of a kind through the door: a draft that repeats, a return, agreement, acts, editions, its end."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from docx import Document

from organisations.roles import Role
from tests.api.register.desk import DOCUMENT, INDICATOR, Desk
from tests.country import Country, Person
from tests.register.factories import names
from worker import Ticker

ACT = {"act_type": "order", "act_number": "15-н", "act_date": "2026-10-01", "in_force_from": "2026-11-01"}
WAITS = {"department": "agree", "owner": "approve_by_act", "author": "draft_change"}


class Circle:
    """The people through whose hands a change goes."""

    def __init__(self, desk: Desk) -> None:
        country, tree = desk.country, desk.country.tree
        self.desk, self.country, self.author = desk, country, desk.author
        self.owner = country.hires("minister", Role.HEAD, tree.ministry)
        self.department = country.hires("department", Role.HEAD, tree.department)
        self.stranger = country.hires("stranger", Role.HEAD, tree.other_district)

    def drafts(self, **changes: Any) -> dict[str, Any]:
        return self.desk.drafts(**changes)

    def does(self, who: Person, **values: Any) -> None:
        who.does(who.task()["id"], **values)

    def agreed(self, change: dict[str, Any]) -> dict[str, Any]:
        """Send a change that repeats nothing, and let the department agree."""
        self.does(self.author)
        self.does(self.department, decision="agree")
        return self.read(change)

    def read(self, change: dict[str, Any]) -> dict[str, Any]:
        read: dict[str, Any] = self.author.gets(f"/register/changes/{change['id']}")
        return read

    def edition(self, *changes: dict[str, Any]) -> dict[str, Any]:
        sent = {"body_id": str(self.desk.owner.id), "changes": [change["id"] for change in changes]}
        made: dict[str, Any] = self.author.posts("/register/editions", sent)
        return made

    def approves(self, edition: dict[str, Any], **act: str) -> Any:
        return self.owner.asks("POST", f"/register/editions/{edition['id']}/approval", ACT | act, If_Match='"1"')

    def comes(self, day: datetime) -> None:
        """A day comes: the worker fires timers and delivers messages."""
        self.country.esep.clock.move_to(day)
        Ticker(self.country.esep).tick()


@pytest.fixture
def circle(desk: Desk) -> Circle:
    return Circle(desk)


def repeating(circle: Circle) -> dict[str, Any]:
    """A draft that asks, under a code of its own, what EMP-01 collects."""
    [placed] = [each for each in circle.author.gets("/register/indicators")["items"] if each["code"] == "EMP.PLACED"]
    indicator = INDICATOR | {"names": placed["names"], "unit": placed["unit"]}
    change: dict[str, Any] = circle.author.posts("/register/changes", circle.desk.draft() | {"indicators": [indicator]})
    return change


def test_a_kind_lives_from_a_repeating_draft_to_its_withdrawal(circle):
    change = repeating(circle)
    path = f"/register/changes/{change['id']}"

    # the gate stops it and shows where
    [match, *_] = circle.author.gets(f"{path}/duplicates")["items"]
    assert (match["asked"]["code"], match["held"]["code"], match["kind"]["code"], match["stops"]) == (
        "NEW.VACANT",
        "EMP.PLACED",
        "EMP-01",
        True,
    )
    assert match["reasons"][0].startswith("Already collected: “Monthly information on the Employment Roadmap” (EMP-01)")
    assert "The periodicity differs: quarterly is asked, monthly is collected." in match["reasons"]
    circle.does(circle.author)
    assert circle.read(change)["state"] == "on_check"
    unexplained = circle.owner.asks("POST", f"/tasks/{circle.owner.task()['id']}/completion", {"values": {"decision": "override"}})
    assert (unexplained.status_code, unexplained.json["code"]) == (409, "duplicates_unexplained")

    # the owner gives reasons
    for match in circle.owner.gets(f"{path}/duplicates")["items"]:
        if match["unexplained"]:
            said = circle.owner.asks("PUT", f"{path}/duplicates/{match['id']}/override", {"reason": "Тоқсандық дерек керек"})
            assert (said.status_code, said.json["unexplained"]) == (200, False)
    circle.does(circle.owner, decision="override")

    # a body returns, the author mends, it agrees
    circle.does(circle.department, decision="return", remark="Мерзімі тым қысқа")
    returned = circle.read(change)
    assert (returned["state"], returned["round"]) == ("draft", 2)
    mended = {"document": returned["document"] | {"due": {"district": {"working_day": 7}}}, "indicators": returned["indicators"]}
    parties = {name: returned[name] for name in ("owner_id", "agreeing", "reason")}
    assert circle.author.asks("PUT", path, mended | parties, If_Match='"1"').status_code == 200
    circle.does(circle.author)
    circle.does(circle.department, decision="agree")

    # approved by an act, in force on its day
    circle.does(circle.owner, decision="approve", **ACT)
    assert circle.read(change)["state"] == "approved"
    circle.comes(datetime(2026, 11, 2, 4, tzinfo=UTC))
    assert circle.read(change)["state"] == "in_force"
    kind = circle.author.gets("/register/kinds/NEW-01")
    assert (kind["valid_from"], kind["document"]["due"]) == ("2026-11-01", {"district": {"working_day": 7}})
    past_the_gate = {"document": kind["document"] | {"version": 2, "valid_from": "2027-01-01"}, "act_number": "1", "act_date": "2026-11-01"}
    listed = past_the_gate | {
        "document": circle.author.gets("/register/kinds/EMP-01")["document"] | {"version": 2, "valid_from": "2027-01-01"}
    }
    loader = circle.country.hires("loader", Role.ADMINISTRATOR, circle.desk.owner)
    for loaded in (loader.asks("POST", "/register/kinds", each) for each in (past_the_gate, listed)):
        assert (loaded.status_code, loaded.json["code"]) == (409, "kind_in_edition")
    [edition] = circle.author.gets("/register/editions")["items"]
    full = circle.author.gets(f"/register/editions/{edition['id']}")
    assert {each["code"] for each in full["kinds"]} == {"EMP-01", "HOME-01", "NEW-01"}
    assert ("NEW-01", "EMP.PLACED", "Тоқсандық дерек керек") in [(each["code"], each["held"], each["reason"]) for each in full["overrides"]]

    # the edition on paper, in both languages
    kk = _text_of(circle.author.asks("GET", f"/register/editions/{edition['id']}/print.docx?language=kk"))
    ru = _text_of(circle.author.asks("GET", f"/register/editions/{edition['id']}/print.docx?language=ru"))
    pdf = circle.author.asks("GET", f"/register/editions/{edition['id']}/print.pdf")
    assert {"БЕКІТІЛГЕН", "Есептер тізілімі", "Бұйрық, 01.10.2026 № 15-н", "1-редакция, 01.11.2026 бастап күшінде", "тоқсан сайын"} <= kk
    assert {"УТВЕРЖДЁН", "Реестр отчётов", "район (город): 7-й рабочий день после отчётного периода", "Тоқсандық дерек керек"} <= ru
    assert (pdf.mimetype, pdf.data[:5]) == ("application/pdf", b"%PDF-")

    # withdrawn by an act
    ending = circle.author.posts("/register/kinds/NEW-01/withdrawals", parties | {"reason": "Тізілім қысқартылды"})
    circle.agreed(ending)
    circle.does(circle.owner, decision="approve", **ACT | {"act_number": "20-н", "act_date": "2026-11-02", "in_force_from": "2027-01-01"})
    circle.comes(datetime(2027, 1, 4, 4, tzinfo=UTC))
    assert [circle.read(each)["state"] for each in (change, ending)] == ["withdrawn", "withdrawn"]
    assert circle.author.asks("GET", "/register/kinds/NEW-01").status_code == 404
    decided = [each["decision"] for each in circle.author.gets(f"{path}/decisions")["items"]]
    assert decided == ["sent", "explained", "returned", "sent", "agreed", "approved"]


def _text_of(answer: Any) -> set[str]:
    """Lines and cells of a DOCX file."""
    read = Document(io.BytesIO(answer.data))
    cells = {cell.text for table in read.tables for row in table.rows for cell in row.cells}
    return cells | {paragraph.text for paragraph in read.paragraphs}


def test_an_edition_puts_all_its_changes_in_force_at_once_or_none(circle):
    new = circle.agreed(circle.drafts())
    parties = {"owner_id": str(circle.desk.owner.id), "agreeing": [str(circle.desk.side.id)], "reason": "Қысқарту"}
    ending = circle.author.posts("/register/kinds/HOME-01/withdrawals", parties)
    early = circle.edition(new)
    assert circle.author.asks("DELETE", f"/register/editions/{early['id']}").status_code == 204
    circle.does(circle.author)
    circle.does(circle.department, decision="agree")
    edition = circle.edition(new, ending)
    approval = f"/register/editions/{edition['id']}/approval"

    # one kind cannot begin before the one it ends has begun: nothing is put in force
    refused = circle.approves(edition, act_date="2025-12-01", in_force_from="2025-12-31")
    assert (refused.status_code, refused.json["code"]) == (409, "validity_overlaps")
    assert circle.read(new)["state"] == "agreed"
    alone = circle.owner.asks("POST", f"/tasks/{_approval_of(circle, new)}/completion", {"values": {"decision": "approve", **ACT}})
    assert (alone.status_code, alone.json["code"]) == (409, "change_in_edition")
    assert circle.stranger.asks("POST", approval, ACT, If_Match='"1"').status_code == 403
    assert circle.owner.asks("POST", approval, ACT, If_Match='"7"').status_code == 412

    approved = circle.approves(edition)

    assert (approved.status_code, approved.json["number"], approved.json["allowed_actions"]) == (200, 1, [])
    assert [change["state"] for change in approved.json["changes"]] == ["approved", "approved"]
    assert {each["code"] for each in approved.json["kinds"]} == {"EMP-01", "NEW-01"}
    assert circle.owner.gets("/tasks")["items"] == []
    fixed = circle.author.asks(
        "PUT", f"/register/editions/{edition['id']}", {"body_id": parties["owner_id"], "changes": []}, If_Match='"1"'
    )
    assert (fixed.status_code, fixed.json["code"]) == (409, "edition_fixed")


def _approval_of(circle: Circle, change: dict[str, Any]) -> str:
    [task] = [each for each in circle.owner.gets("/tasks")["items"] if each["business_key"] == change["business_key"]]
    return str(task["id"])


def test_two_editions_are_compared_field_by_field(circle):
    first = circle.agreed(circle.drafts())
    assert circle.approves(circle.edition(first)).status_code == 200
    parties = {"owner_id": str(circle.desk.owner.id), "agreeing": [str(circle.desk.side.id)]}
    second = circle.author.posts("/register/kinds/NEW-01/versions", parties)
    section = {
        "code": "extra",
        "names": names("extra"),
        "texts": [{"code": "note", "names": names("note"), "required": False, "max_length": 9}],
    }
    document = second["document"] | {"minutes": 90, "sections": [section, *DOCUMENT["sections"]]}
    saved = circle.author.asks("PUT", f"/register/changes/{second['id']}", {"document": document, **parties}, If_Match='"1"')
    assert (saved.status_code, saved.json["faults"]) == (200, [])
    circle.agreed(second)
    edition = circle.edition(second)
    assert circle.approves(edition, in_force_from="2027-01-01").status_code == 200

    [changed] = circle.author.gets(f"/register/editions/{edition['id']}/comparison")["items"]

    assert (changed["code"], changed["what"], changed["before"], changed["after"]) == ("NEW-01", "changed", 1, 2)
    assert {each["pointer"]: (each["before"], each["after"]) for each in changed["fields"]} == {
        "/minutes": (30, 90),
        "/valid_from": ("2026-11-01", "2027-01-01"),
        "/sections/extra": (None, section),
    }


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_is_not_lawful_is_refused_and_changes_nothing(circle):
    change = circle.drafts()
    path = f"/register/changes/{change['id']}"

    circle.does(circle.author)
    frozen = circle.author.asks("PUT", path, circle.desk.draft(), If_Match='"1"')
    match = circle.department.asks("PUT", f"{path}/duplicates/0123/override", {"reason": "x"})
    strangers = circle.stranger.asks("GET", f"/tasks/{circle.department.task()['id']}")
    circle.does(circle.department, decision="agree")
    task = circle.owner.task()["id"]
    answers = {
        "act_needed": circle.owner.asks(
            "POST", f"/tasks/{task}/completion", {"values": {"decision": "approve", **ACT, "act_number": "  "}}
        ),
        "act_in_future": circle.owner.asks(
            "POST", f"/tasks/{task}/completion", {"values": {"decision": "approve", **ACT, "act_date": "2026-10-02"}}
        ),
        "in_force_before_act": circle.owner.asks(
            "POST", f"/tasks/{task}/completion", {"values": {"decision": "approve", **ACT, "in_force_from": "2026-09-30"}}
        ),
        "change_not_agreed": circle.author.asks(
            "POST", "/register/editions", {"body_id": str(circle.desk.owner.id), "changes": [circle.drafts(code="NEW-02")["id"]]}
        ),
        "edition_empty": circle.owner.asks("POST", f"/register/editions/{circle.edition()['id']}/approval", ACT, If_Match='"1"'),
    }

    assert (frozen.status_code, frozen.json["code"]) == (409, "change_not_in_state")
    assert (match.status_code, strangers.status_code) == (403, 404)
    assert {name: answer.json["code"] for name, answer in answers.items()} == {name: name for name in answers}
    assert circle.read(change)["state"] == "agreed"


def test_the_author_does_not_approve_and_an_abandoned_change_leaves_no_task(circle, country: Country):
    change = circle.agreed(circle.drafts())

    own = circle.author.asks("POST", f"/register/editions/{circle.edition(change)['id']}/approval", ACT, If_Match='"1"')
    waiting = circle.author.asks("POST", f"/register/changes/{change['id']}/abandonment", {"reason": "Керек емес"})
    [edition] = circle.author.gets("/register/editions")["items"]
    circle.author.asks("DELETE", f"/register/editions/{edition['id']}")
    gone = circle.author.asks("POST", f"/register/changes/{change['id']}/abandonment", {"reason": "Керек емес"})

    assert (own.status_code, waiting.json["code"], gone.status_code) == (403, "change_in_edition", 204)
    assert circle.owner.gets("/tasks")["items"] == []
    assert circle.read(change)["allowed_actions"] == []
