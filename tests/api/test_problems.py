"""What went wrong is said as problem details, in the language that was asked for; nothing from inside gets out."""

import pytest
from flask import Blueprint, Flask, abort

import texts
from api import problems
from api.access import PUBLIC
from api.problems import Problem
from refusals import Conflict, Fault, Invalid, NotFound, Stale, Throttled, TooLarge
from storage.clock import SystemClock
from storage.transaction import DatabaseBusy
from tests.api.conftest import empty_house, with_routes


class ThingMissing(NotFound):
    """A refusal of the tests."""


class ThingStale(Stale):
    """A refusal of the tests."""


class ThingBusy(Conflict):
    """A refusal of the tests."""


class ThingWrong(Invalid):
    """A refusal of the tests."""


class ThingHuge(TooLarge):
    """A refusal of the tests."""


class ThingSlow(Throttled):
    """A refusal of the tests."""


RAISED = {
    "missing": (ThingMissing(thing="a"), 404),
    "stale": (ThingStale(), 412),
    "busy": (ThingBusy(), 409),
    "wrong": (ThingWrong(faults=[Fault("/values/x", "shape_required")]), 422),
    "huge": (ThingHuge(), 413),
    "slow": (ThingSlow(retry_after=7), 429),
    "queue": (DatabaseBusy(retry_after=5), 503),
}


@pytest.fixture(scope="module")
def client():
    routes = Blueprint("routes", __name__)

    @routes.get("/raise/<name>")
    @PUBLIC
    def raises(name: str) -> str:
        if name in RAISED:
            raise RAISED[name][0]
        if name == "bug":
            raise RuntimeError("the password is swordfish")
        abort(int(name))

    app = with_routes(Flask("doors", static_folder=None), routes, empty_house(SystemClock()))
    problems.speak(app, "/raise/huge", lambda problem: _other_shape(problem))
    return app.test_client()


def _other_shape(problem: Problem):
    return {"type": "Other", "message": problem.detail, "code": problem.code}, problem.status


@pytest.mark.parametrize("name", [name for name in RAISED if name != "huge"])
def test_a_refusal_becomes_a_problem_with_the_status_of_its_family(client, name):
    error, status = RAISED[name]

    answer = client.get(f"/raise/{name}")

    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == error.code
    assert answer.json["type"] == "/problems/" + error.code.replace("_", "-")
    assert answer.json["fields"] == error.fields


def test_throttling_says_when_to_come_back(client):
    assert client.get("/raise/slow").headers["Retry-After"] == "7"
    assert client.get("/raise/queue").headers["Retry-After"] == "5"


def test_faults_point_into_the_body_that_was_sent(client):
    answer = client.get("/raise/wrong", headers={"Accept-Language": "en"})

    assert answer.json["errors"] == [{"pointer": "#/values/x", "code": "shape_required", "detail": "This field is required.", "fields": {}}]


@pytest.mark.parametrize(("accepted", "language"), [("ru", "ru"), ("en-GB,ru;q=0.5", "en"), ("kk-KZ", "kk"), ("fr", "kk"), ("", "kk")])
def test_the_answer_is_in_the_language_that_is_accepted(client, accepted, language):
    answer = client.get("/nowhere", headers={"Accept-Language": accepted})

    assert answer.headers["Content-Language"] == language
    assert answer.json["detail"] == texts.say("http_404", {}, language)


def test_an_unforeseen_error_gives_an_id_to_quote_and_nothing_from_inside(client, caplog):
    answer = client.get("/raise/bug", headers={"Accept-Language": "en"})

    assert answer.status_code == 500
    assert "swordfish" not in answer.text
    assert answer.json["fields"]["quote"] in answer.json["detail"]
    assert answer.json["fields"]["quote"] in caplog.text


def test_another_door_may_give_problems_another_shape(client):
    answer = client.get("/raise/huge")

    assert answer.status_code == 413
    assert answer.json["type"] == "Other"


@pytest.mark.parametrize("status", [400, 404, 405, 415, 418])
def test_exceptions_of_the_web_framework_become_problems_too(client, status):
    answer = client.get(f"/raise/{status}", headers={"Accept-Language": "en"})

    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert not answer.json["detail"].startswith("http_")


def test_a_wrong_method_names_the_right_ones(client):
    answer = client.post("/raise/missing")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
