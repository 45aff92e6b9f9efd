"""The archive through the door: what is due, an act drafted and approved, a hold, a tombstone; and every refusal with its status."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from docx import Document

from organisations.roles import Role
from reports.lifecycle import Stage
from reports.models import Report
from storage.database import session
from storage.transaction import transaction
from tests.country import Country
from tests.register.factories import document, indicators

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

RETENTION = {"years": 1, "item": "363"}


@pytest.fixture
def report_id(country: Country) -> str:
    """A report of the department that was accepted in 2026 and may go from 2028 on."""
    with transaction():
        country.esep.register.import_indicators(indicators())
        kind = document(retention=RETENTION, reporting=[{"level": "district"}])
        country.esep.register.import_kind(kind, act_number="1", act_date=date(2025, 12, 1))
        report = country.esep.reports.opening.open("X-01", country.tree.department.id, "2026-08")
        row = session.get_one(Report, report.id)
        row.stage, row.ended_at = Stage.ACCEPTED, country.esep.clock.now()
        [instance] = country.esep.engine.instances.list(business_key=report.business_key).items
        country.esep.engine.instances.cancel(instance.id, "accepted", by=None)
    country.esep.clock.move_to(datetime(2028, 1, 2, tzinfo=UTC))
    return str(report.id)


@SQLITE
def test_a_report_goes_from_the_list_of_what_is_due_to_its_tombstone(country: Country, report_id: str):
    body = country.tree.department
    chancery, head = (country.hires(role.value, role, body) for role in (Role.CHANCERY, Role.HEAD))
    [line] = chancery.gets("/reports/archive?due=true")["items"]
    assert (line["kind"], line["retention"], line["over_on"]) == ("X-01", RETENTION | {"permanent": False}, "2028-01-01")
    assert head.gets(f"/reports/{report_id}")["archived_on"] == "2027-01-01"
    hold = chancery.posts("/reports/holds", {"report_id": report_id, "reason": "Сот", "act_number": "7", "act_date": "2028-01-01"})
    assert head.gets(f"/reports/{report_id}/retention")["held"] is True
    new_act = {"body_id": str(body.id), "number": "5", "date": "2028-01-02"}
    refused = chancery.asks("POST", "/reports/destruction-acts", new_act)
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/nothing-to-destroy")

    chancery.posts(f"/reports/holds/{hold['id']}/lifting", {"reason": "Шешім шықты"})
    act = chancery.posts("/reports/destruction-acts", new_act)
    address = f"/reports/destruction-acts/{act['id']}"
    assert [one["id"] for one in head.gets(f"{address}/reports")["items"]] == [report_id]
    assert head.posts(f"{address}/approval")["state"] == "approved"
    paper = Document(BytesIO(head.asks("GET", f"{address}/print.docx?language=ru").data))
    cells = [[cell.text for cell in row.cells] for table in paper.tables for row in table.rows[1:]]
    assert [row[0] for row in cells] == ["X-01", "1"]
    assert cells[0][2:] == ["2026", "1", "363", "1"]
    assert cells[1][1].startswith("X-01:")
    lines = [line.text for line in paper.paragraphs]
    assert any("№ 5 от 02.01.2028" in line for line in lines)
    assert any(line.startswith("Утвердил(а): ") and line.endswith(", 02.01.2028") for line in lines)
    assert head.asks("GET", f"{address}/print.pdf").data.startswith(b"%PDF")
    while country.esep.reports.archive.purging.purge_next():
        pass

    assert (head.gets(address)["state"], head.gets(address)["purged"]) == ("executed", 1)
    stone = head.gets(f"/reports/{report_id}/tombstone")
    assert (stone["kind"], stone["act_number"], stone["act_date"], stone["instances"]) == ("X-01", "5", "2028-01-02", 1)
    gone = head.asks("GET", f"/reports/{report_id}/content")
    assert (gone.status_code, gone.json["type"]) == (409, "/problems/report-purged")
    assert head.gets("/reports?kind=X-01")["items"] == []
    assert [one["purged_at"] for one in head.gets("/reports?kind=X-01&purged=true")["items"]] == [stone["purged_at"]]
    assert [one["id"] for one in head.gets("/reports/destruction-acts")["items"]] == [act["id"]]


@SQLITE
def test_what_the_archive_refuses_is_a_problem_with_its_status(country: Country, report_id: str):
    body = country.tree.department
    chancery, head = (country.hires(role.value, role, body) for role in (Role.CHANCERY, Role.HEAD))
    act = chancery.posts("/reports/destruction-acts", {"body_id": str(body.id), "number": "5", "date": "2028-01-02"})
    hold = {"reason": "Сот", "act_number": "7", "act_date": "2028-01-01"}

    for person, method, path, sent, status, code in (
        (head, "POST", f"/reports/{report_id}/archive/removal", {"reason": "Тексеру"}, 403, "not-permitted"),
        (chancery, "POST", f"/reports/{report_id}/archive/return", None, 409, "not-of-the-archive"),
        (chancery, "GET", f"/reports/{report_id}/tombstone", None, 404, "report-not-purged"),
        (chancery, "POST", f"/reports/destruction-acts/{act['id']}/approval", None, 403, "not-permitted"),
        (
            chancery,
            "POST",
            "/reports/destruction-acts",
            {"body_id": str(body.id), "number": "6", "date": "2028-02-01"},
            422,
            "destruction-act-invalid",
        ),
        (head, "POST", "/reports/holds", hold, 403, "not-permitted"),
        (head, "POST", "/reports/holds", hold | {"body_id": str(body.id), "report_id": report_id}, 422, "shape-invalid"),
        (head, "POST", "/reports/holds", hold | {"body_id": str(body.id), "act_date": "2029-01-01"}, 422, "report-hold-invalid"),
    ):
        answer = person.asks(method, path, sent)
        assert (answer.status_code, answer.json["type"]) == (status, f"/problems/{code}"), (path, answer.text)

    assert chancery.posts(f"/reports/{report_id}/archive/removal", {"reason": "Тексеру"})["archived"] is False
    assert chancery.posts(f"/reports/{report_id}/archive/return")["archived"] is True
    given_up = chancery.posts(f"/reports/destruction-acts/{act['id']}/abandonment", {"reason": "Қате"})
    assert (given_up["state"], given_up["waiting"]) == ("abandoned", 0)
