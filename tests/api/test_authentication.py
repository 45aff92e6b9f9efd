"""Who is asking: Basic, tokens, sessions with their CSRF token; failures are counted though nothing else happens."""

from base64 import b64encode
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Blueprint

from api.access import SIGNED_IN
from api.authentication import actor
from organisations.organisations import Organisations
from organisations.permissions import Permission
from organisations.roles import Role
from organisations.tables import FailureRow
from storage.database import session
from storage.transaction import transaction
from tests.api.conftest import empty_house, with_routes
from tests.organisations.factories import make_tree, make_user

PASSWORD = "a good long password"


@pytest.fixture
def organisations(clock) -> Organisations:
    return Organisations(clock)


@pytest.fixture
def person(database):
    with transaction():
        tree = make_tree()
        return make_user(Role.HEAD, tree.district, login="head", password=PASSWORD, language="ru")


@pytest.fixture
def client(bound, clock, organisations, person):
    routes = Blueprint("routes", __name__)

    @routes.route("/who", methods=["GET", "POST"])
    @SIGNED_IN
    def who() -> dict:
        return {"login": actor().login}

    return with_routes(bound(), routes, empty_house(clock, organisations=organisations)).test_client()


def basic(login: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{login}:{password}".encode()).decode()}


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def token_of(organisations, person, clock, *permissions: Permission) -> str:
    with transaction():
        expires = clock.now() + timedelta(days=1)
        return organisations.tokens.issue(person, "script", [str(one) for one in permissions], expires_at=expires).secret


def test_login_and_password_are_enough(client):
    assert client.get("/who", headers=basic("head", PASSWORD)).json == {"login": "head"}


UNKNOWN = [
    {},
    {"Authorization": "Basic !!!"},
    {"Authorization": "Basic"},
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer nonsense"},
    {"Authorization": "Negotiate abc"},
    basic("head", "wrong"),
    basic("nobody", PASSWORD),
    basic("", ""),
    basic("head\x00", "\x00"),
    {"Cookie": "esep_session=nonsense"},
]


def test_nobody_known_gets_401_and_is_told_how_to_sign_in(client):
    for headers in UNKNOWN:
        answer = client.get("/who", headers=headers)

        assert answer.status_code == 401, headers
        assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")


def test_a_page_that_asks_by_script_gets_no_sign_in_box_of_the_browser(client):
    answer = client.get("/who", headers={"X-Requested-With": "fetch"})

    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_failure_is_counted_in_a_transaction_of_its_own(client):
    client.get("/who", headers=basic("head", "wrong"))
    client.post("/who", headers=basic("head", "wrong"))

    assert session.scalar(sa.select(sa.func.count()).select_from(FailureRow)) == 2


def test_too_many_failures_are_told_to_wait(client):
    for _ in range(10):
        client.get("/who", headers=basic("head", "wrong"))

    answer = client.get("/who", headers=basic("head", PASSWORD))

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_the_answer_is_in_the_language_of_the_person_where_none_is_asked_for(client, organisations, person, clock):
    answer = client.post("/api/v1/tokens", json={}, headers=basic("head", PASSWORD))

    assert answer.headers["Content-Language"] == "ru"


def test_a_token_speaks_for_its_person_until_it_is_revoked(client, organisations, person, clock):
    secret = token_of(organisations, person, clock, Permission.TASK_READ)

    assert client.get("/who", headers=bearer(secret)).json == {"login": "head"}
    [token] = client.get("/api/v1/tokens", headers=bearer(secret)).json["items"]
    assert client.delete(f"/api/v1/tokens/{token['id']}", headers=bearer(secret)).status_code == 204
    assert client.get("/who", headers=bearer(secret)).status_code == 401


def test_a_token_opens_only_what_it_was_made_for(client, organisations, person, clock):
    secret = token_of(organisations, person, clock, Permission.FORM_READ)

    answer = client.get("/api/v1/organisations", headers=bearer(secret))

    assert answer.status_code == 403
    assert answer.json["fields"] == {"permission": "organisation:read"}


def test_a_browser_signs_in_once_and_changes_things_with_its_csrf_token(client):
    opened = client.post("/api/v1/sessions", json={"login": "head", "password": PASSWORD})
    csrf = opened.json["csrf_token"]

    assert opened.status_code == 201
    assert client.get("/who").json == {"login": "head"}
    assert client.post("/who").status_code == 401
    assert client.post("/who").json["code"] == "csrf_token_missing"
    assert client.post("/who", headers={"X-CSRF-Token": "ә"}).status_code == 401
    assert client.post("/who", headers={"X-CSRF-Token": csrf}).json == {"login": "head"}
    assert client.get("/api/v1/sessions/current").json["csrf_token"] == csrf


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites(client):
    cookie = client.post("/api/v1/sessions", json={"login": "head", "password": PASSWORD}).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "esep_session=" in cookie


def test_signing_out_ends_the_session(client):
    csrf = client.post("/api/v1/sessions", json={"login": "head", "password": PASSWORD}).json["csrf_token"]
    kept = client.get_cookie("esep_session").value

    assert client.delete("/api/v1/sessions/current", headers={"X-CSRF-Token": csrf}).status_code == 204
    assert client.get_cookie("esep_session") is None
    client.set_cookie("esep_session", kept)
    assert client.get("/who").status_code == 401


def test_a_session_cannot_be_opened_with_a_wrong_password(client):
    answer = client.post("/api/v1/sessions", json={"login": "head", "password": "wrong"})

    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers
    assert session.scalar(sa.select(sa.func.count()).select_from(FailureRow)) == 1


def test_who_i_am_says_what_i_may_do(client):
    me = client.get("/api/v1/me", headers=basic("head", PASSWORD)).json

    assert me["login"] == "head"
    assert [duty["role"] for duty in me["duties"]] == ["head"]
    assert "report:approve" in me["permissions"]
    assert "user:edit" not in me["permissions"]


def test_an_issued_token_is_shown_once_and_not_repeated_for_its_key(client, clock):
    wanted = {"name": "script", "permissions": ["task:read"], "expires_at": (clock.now() + timedelta(days=3)).isoformat()}
    headers = {**basic("head", PASSWORD), "Idempotency-Key": "one"}

    first = client.post("/api/v1/tokens", json=wanted, headers=headers)
    again = client.post("/api/v1/tokens", json=wanted, headers=headers)

    assert first.status_code == 201
    assert client.get("/who", headers=bearer(first.json["secret"])).json == {"login": "head"}
    assert (again.status_code, again.json["code"]) == (409, "answer_not_repeatable")
    assert "secret" not in client.get("/api/v1/tokens", headers=basic("head", PASSWORD)).text
