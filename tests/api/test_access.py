"""Every route says who may use it, and the edge keeps to it: authenticated first, one transaction for a change, none for reading."""

import pytest
from flask import Blueprint, Flask

import api
from api.access import PUBLIC, SIGNED_IN, RouteWithoutAccess, access_of, needs
from api.house import house
from organisations.organisations import Organisations
from organisations.permissions import Permission
from organisations.roles import Role
from storage import journal
from storage.transaction import in_transaction, transaction
from tests.api.conftest import SECRET, empty_house, with_routes
from tests.api.test_authentication import PASSWORD, basic
from tests.organisations.factories import make_tree, make_user


@pytest.fixture
def client(bound, clock, database):
    with transaction():
        tree = make_tree()
        make_user(Role.HEAD, tree.district, login="head", password=PASSWORD)
        make_user(Role.ADMINISTRATOR, tree.oblast, login="admin", password=PASSWORD)
        make_user(login="dutiless", password=PASSWORD)
    routes = Blueprint("routes", __name__)

    @routes.route("/edge", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    @SIGNED_IN
    def edge() -> dict:
        return {"transaction": in_transaction()}

    @routes.post("/own")
    @SIGNED_IN.but(own_transaction=True)
    def own() -> dict:
        return {"transaction": in_transaction()}

    @routes.get("/users-only")
    @needs(Permission.USER_EDIT)
    def users_only() -> dict:
        return {}

    @routes.get("/either")
    @needs(Permission.USER_EDIT, Permission.REPORT_APPROVE)
    def either() -> dict:
        return {}

    @routes.post("/broken")
    @SIGNED_IN
    def broken() -> dict:
        journal.record("thing:done", at=house().clock.now(), subject=("thing", "1"))
        raise RuntimeError("broken on purpose")

    return with_routes(bound(), routes, empty_house(clock, organisations=Organisations(clock))).test_client()


def test_an_application_with_a_route_that_says_nothing_does_not_start(bound, clock):
    app = bound()
    app.add_url_rule("/forgotten", view_func=lambda: "")

    with pytest.raises(RouteWithoutAccess, match="/forgotten"):
        api.create(app, empty_house(clock), secret_key=SECRET)


def test_needing_no_permission_at_all_is_a_mistake():
    with pytest.raises(RouteWithoutAccess):
        needs()


def test_every_route_of_the_product_says_who_may_use_it(bound, clock):
    app: Flask = api.create(bound(), empty_house(clock), secret_key=SECRET)

    for rule in app.url_map.iter_rules():
        assert access_of(app.view_functions[rule.endpoint]) is not None, rule.rule


def test_only_what_must_be_public_is_public(bound, clock):
    app: Flask = api.create(bound(), empty_house(clock), secret_key=SECRET)

    public = {rule.rule for rule in app.url_map.iter_rules() if access_of(app.view_functions[rule.endpoint]).public}

    assert public - {"/engine-rest/version", "/engine-rest/engine"} == {
        "/",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/api/docs",
        "/api/v1/openapi.json",
        "/api/v1/certificate-challenges",
        "/api/v1/certificate-sessions",
        "/api/v1/notifications/mail-stop/<token>",
        "/api/v1/phone/<link>",
        "/api/v1/phone/<link>/documents",
        "/api/v1/sessions",
    }


def test_a_change_runs_inside_one_transaction_and_reading_in_none(client):
    for method, inside in {"GET": False, "POST": True, "PUT": True, "PATCH": True, "DELETE": True}.items():
        answer = client.open("/edge", method=method, headers=basic("head", PASSWORD))

        assert answer.json == {"transaction": inside}, method


def test_a_view_may_open_its_transactions_itself(client):
    assert client.post("/own", headers=basic("head", PASSWORD)).json == {"transaction": False}


def test_a_step_that_breaks_leaves_nothing_behind(client):
    answer = client.post("/broken", headers=basic("head", PASSWORD))

    assert answer.status_code == 500
    assert journal.entries_about("thing", "1") == []


def test_who_holds_the_permission_nowhere_is_refused_at_the_door(client):
    for login, status in {"admin": 200, "head": 403, "dutiless": 403}.items():
        assert client.get("/users-only", headers=basic(login, PASSWORD)).status_code == status, login


def test_any_one_of_several_permissions_will_do(client):
    for login, status in {"admin": 200, "head": 200, "dutiless": 403}.items():
        assert client.get("/either", headers=basic(login, PASSWORD)).status_code == status, login


def test_a_wrong_credential_does_not_close_a_public_door(client):
    assert client.get("/health/live", headers=basic("head", "wrong")).status_code == 200
    assert PUBLIC.public
