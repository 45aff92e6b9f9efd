"""What machines ask: is the process alive, is it ready, how much has it done."""

from dataclasses import replace

import pytest
from flask import Flask

import api
from organisations.roles import Role
from storage.clock import SystemClock
from tests.api.conftest import SECRET, empty_house


def application(**readiness) -> Flask:
    house = replace(empty_house(SystemClock()), readiness=readiness)
    return api.create(Flask("doors", static_folder=None), house, secret_key=SECRET)


def test_a_process_that_answers_is_alive():
    assert application().test_client().get("/health/live").json == {"status": "live"}


def test_it_is_ready_when_every_part_is_well():
    answer = application(database=lambda: True, schema=lambda: True).test_client().get("/health/ready")

    assert (answer.status_code, answer.json) == (200, {"status": "ready", "ill": []})


def test_it_is_not_ready_while_a_part_is_ill_and_says_which():
    answer = application(database=lambda: True, schema=lambda: False).test_client().get("/health/ready")

    assert (answer.status_code, answer.json) == (503, {"status": "not ready", "ill": ["schema"]})


def test_requests_are_counted_by_their_pattern_never_by_their_address():
    client = application().test_client()
    client.get("/health/live")
    client.get("/api/v1/reports/01a20a13-2ae8-75f0-84f1-2a2472545ee3?secret=1")
    client.get("/no/such/address")

    figures = client.get("/metrics").text

    assert 'esep_http_requests_total{method="GET",route="/health/live",status="200"} 1.0' in figures
    assert 'route="/api/v1/reports/<uuid:report_id>",status="401"' in figures
    assert 'route="-",status="404"' in figures
    assert "secret" not in figures
    assert "01a20a13" not in figures


def test_two_applications_do_not_count_together():
    first, second = application().test_client(), application().test_client()
    first.get("/health/live")

    assert 'route="/health/live"' not in second.get("/metrics").text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_completed_tasks_are_counted_and_refused_ones_are_not(country):
    department = country.tree.department
    head = country.hires("head", Role.HEAD, department)
    head.posts("/reports", {"kind": "EMP-01", "body_id": str(department.id), "period": "2026-09"})
    task = head.task()

    head.does(task["id"])
    head.asks("POST", f"/tasks/{task['id']}/completion", {"values": {}})
    assert "esep_user_tasks_completed_total 1.0" in country.esep.http.test_client().get("/metrics").text

    head.posts("/reports", {"kind": "EMP-01", "body_id": str(department.id), "period": "2026-08"})
    done = head.knocks("POST", f"/engine-rest/task/{head.task()['id']}/complete", {})
    assert done.status_code == 204

    assert "esep_user_tasks_completed_total 2.0" in country.esep.http.test_client().get("/metrics").text
