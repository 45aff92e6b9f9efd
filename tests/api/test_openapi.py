"""The description of the API is complete, committed, and true: generated requests never get a 500, answers keep their shape."""

import json
import re
from pathlib import Path

import hypothesis
import pytest
import schemathesis
from flask import Flask
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

import api
from api import openapi
from organisations.permissions import Permission
from organisations.roles import Role
from storage.clock import SystemClock
from storage.transaction import transaction
from tests.api.conftest import SECRET, empty_house
from tests.api.things import things_of
from tests.country import PASSWORD, Country
from tests.organisations.factories import make_user

ROOT = Path(__file__).parents[2]
#: PostgreSQL is the stricter of the two.
EXAMPLES = {"sqlite": 2, "postgresql": 4}
#: What ends the things that the others are tried on.
LAST = ("/withdrawal", "/cancellation", "/suspension", "/deactivation")


@pytest.fixture(scope="module")
def app() -> Flask:
    return api.create(Flask("doors", static_folder=None), empty_house(SystemClock()), secret_key=SECRET)


def test_the_committed_description_is_the_one_of_the_routes(app, tmp_path):
    openapi.write(app, tmp_path / "openapi.json")

    assert (ROOT / "docs" / "openapi.json").read_text("utf-8") == (tmp_path / "openapi.json").read_text("utf-8"), "run: esep openapi write"


def test_the_served_description_is_the_committed_one(app):
    served = app.test_client().get("/api/v1/openapi.json")

    assert served.json == json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))


def test_every_route_of_the_product_is_described_with_its_permissions(app):
    described = {(path, method) for path, method, _ in openapi.operations(openapi.document_of(app))}
    routes = {
        (openapi_path(rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.rule != "/api/v1/openapi.json"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert described == routes
    for _, _, operation in openapi.operations(openapi.document_of(app)):
        assert set(operation["x-permissions"]) <= set(Permission)
        assert operation["summary"]


def openapi_path(rule: str) -> str:
    """A rule of Flask as OpenAPI writes it."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)


def test_operations_have_names_of_their_own(app):
    names = [operation["operationId"] for _, _, operation in openapi.operations(openapi.document_of(app))]

    assert len(names) == len(set(names))


def test_the_page_asks_nothing_of_the_outside_and_runs_no_script(app):
    answer = app.test_client().get("/api/docs")

    assert answer.status_code == 200
    assert "script" not in answer.text
    assert "http://" not in answer.text.replace("http://www.w3.org", "")
    assert "https://" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "/api/v1/tasks/{task_id}/completion" in answer.text


def everyone(country: Country) -> str:
    """The login of a person who has every role at the department, its receiver and above."""
    tree = country.tree
    with transaction():
        person = make_user(Role.EXECUTOR, tree.department, login="everyone", password=PASSWORD)
        for body in (tree.department, tree.directorate, tree.oblast):
            for role in Role:
                if (role, body) != (Role.EXECUTOR, tree.department):
                    country.esep.organisations.memberships.grant(person.user_id, role, body.id)
    return "everyone"


def test_generated_requests_never_break_the_server_and_answers_keep_their_shape(country, database):
    login, known = everyone(country), {name: str(thing) for name, thing in things_of(country).items()}
    schema = schemathesis.openapi.from_dict(openapi.document_of(country.esep.http))
    schema.app = country.esep.http
    settings = hypothesis.settings(
        max_examples=EXAMPLES[database], deadline=None, database=None, derandomize=True, suppress_health_check=list(hypothesis.HealthCheck)
    )

    operations = [found.ok() for found in schema.get_all_operations()]
    for operation in sorted(operations, key=lambda one: one.path.endswith(LAST)):
        if operation.path.endswith("/password"):
            continue  # a stranger's password may be set, but not our own

        @settings
        @hypothesis.given(case=operation.as_strategy())
        def knock(case):
            case.path_parameters = {**case.path_parameters, **{name: known[name] for name in case.path_parameters if name in known}}
            case.call_and_validate(
                auth=(login, PASSWORD), checks=(not_a_server_error, response_schema_conformance, content_type_conformance)
            )

        knock()
