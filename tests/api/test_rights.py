"""Every route × every role × one's own body and another: only what the table of rights grants gets through.

What is expected is read from the table of rights and from the permission that a route names; the bodies that are sent are lawful ones, so
that a refusal is a refusal of rights and not of shape.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from werkzeug.routing import Rule

from api.access import Access, access_of
from organisations.permissions import GRANTS, Permission, Scope
from organisations.roles import Role
from tests.api.things import things_of
from tests.country import Country, Person

#: The door asks no tree of bodies, so one database will do.
AT_THE_DOOR = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
#: What belongs to no body and is shown to everybody who holds the permission at all.
COMMON_GOODS = (
    "/api/v1/forms",
    "/api/v1/register",
    "/api/v1/territories",
    "/api/v1/processes/de",
    "/api/v1/processes/checks",
    "/engine-rest",
)
#: Figures of one body.
FIGURES = ("/api/v1/register/indicators/<code>/values", "/api/v1/register/indicators/<code>/series")
#: A list below the address of something common.
OF_A_KIND = "/api/v1/register/kinds/<code>/reports"
#: Below those addresses, but of bodies.
OF_BODIES = ("/api/v1/register/forecast", *FIGURES, OF_A_KIND)
#: Queries without which a list is not asked for.
QUERIES = {
    "/api/v1/notifications/webhooks": f"?body_id={uuid4()}",
    "/api/v1/reports/<uuid:report_id>/differences": "?from=1&to=1",
    "/api/v1/register/calendar": "?year=2026",
    "/api/v1/register/kinds/<code>/bodies": "?period=2026-09",
}
UNKNOWN = uuid4()
TEXT = {"text": "Words"}
VALUES: dict[str, Any] = {"values": {}}
DAY = date(2026, 1, 1)
NOTHING: dict[str, Any] = {}
NO_PLAN: dict[str, Any] = {"source_id": str(UNKNOWN), "target_id": str(UNKNOWN), "pairs": []}


@dataclass(frozen=True)
class Route:
    """One method of one rule with the access its view is marked with."""

    rule: Rule
    method: str
    access: Access

    @property
    def name(self) -> str:
        return f"{self.method} {self.rule.rule}"

    def path(self, known: dict[str, Any]) -> str:
        """The address with things that exist, or with ids that nothing has."""
        of_figures = self.rule.rule in FIGURES
        named = known | {"code": "EMP.UNEMPLOYED"} if of_figures else known
        built = self.rule.build({name: named.get(name, UNKNOWN) for name in self.rule.arguments}, append_unknown=False)
        assert built is not None
        asked = f"?body_id={known.get('body_id', UNKNOWN)}" if of_figures else QUERIES.get(self.rule.rule, "")
        return built[1] + asked


def routes(country: Country) -> Iterator[Route]:
    for rule in country.esep.http.url_map.iter_rules():
        access = access_of(country.esep.http.view_functions[rule.endpoint])
        assert access is not None
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Route(rule, method, access)


def scopes(role: Role, access: Access) -> set[Scope]:
    """The scopes in which a role holds one of the permissions of a route."""
    return {GRANTS[role][permission] for permission in access.permissions if permission in GRANTS[role]}


def hired(country: Country, body: Any) -> dict[Role, Person]:
    """One person in each role at a body."""
    return {role: country.hires(f"{role}-{body.id.hex[:12]}", role, body) for role in Role}


@AT_THE_DOOR
def test_nobody_known_gets_through_anywhere_but_at_public_doors(country):
    client = country.esep.http.test_client()

    for route in routes(country):
        if not route.access.public:
            answer = client.open(route.path({"day": DAY, "number": 1}), method=route.method)
            assert answer.status_code == 401, route.name


@AT_THE_DOOR
def test_a_role_without_the_permission_is_stopped_at_the_door_and_one_with_it_everywhere_is_not(country):
    people = hired(country, country.tree.department)

    for route in routes(country):
        if route.access.public or not route.access.permissions:
            continue
        for role, person in people.items():
            answer = person.knocks(route.method, route.path({"day": DAY, "number": 1}))
            granted = scopes(role, route.access)
            if not granted:
                assert answer.status_code == 403, (route.name, role)
            if Scope.EVERYWHERE in granted:
                assert answer.status_code != 403, (route.name, role, answer.text)


@AT_THE_DOOR
def test_a_token_made_for_something_else_opens_no_door(country):
    admin = country.hires("admin", Role.ADMINISTRATOR, country.tree.oblast)
    expires = (country.esep.clock.now() + timedelta(days=1)).isoformat()
    secret = admin.posts("/tokens", {"name": "backups", "permissions": ["backup:run"], "expires_at": expires})["secret"]
    client = country.esep.http.test_client()

    for route in routes(country):
        if not route.access.public and route.access.permissions:
            path = route.path({"day": DAY, "number": 1})
            answer = client.open(path, method=route.method, headers={"Authorization": f"Bearer {secret}"})
            assert answer.status_code == 403, route.name


@pytest.fixture
def things(country: Country) -> dict[str, Any]:
    """Things of the department, by the names that paths call them."""
    return things_of(country)


def _bodies(body_id: Any, user_id: Any, instance_id: Any, today: str) -> dict[str, Any]:
    """A lawful body for each change of a thing that belongs to a body; a route that is missing here fails the test."""
    body, user = str(body_id), str(user_id)
    order = {"absent_user_id": user, "acting_user_id": str(UNKNOWN), "role": "head", "body_id": body, "order_number": "2"}
    new_body = {"bin": "061211600012", "level": "district", "kind": "department", "name_kk": "А", "name_ru": "А", "parent_id": body}
    return {
        "POST /api/v1/organisations": new_body,
        "PATCH /api/v1/organisations/<uuid:body_id>": {"name_kk": "Басқа"},
        "POST /api/v1/users": {"login": "new", "name_kk": "Жаңа"},
        "PATCH /api/v1/users/<uuid:user_id>": {"name_kk": "Басқа"},
        "PUT /api/v1/users/<uuid:user_id>/password": {"password": "another good long password"},
        "POST /api/v1/users/<uuid:user_id>/deactivation": None,
        "DELETE /api/v1/users/<uuid:user_id>/deactivation": None,
        "POST /api/v1/users/<uuid:user_id>/memberships": {"role": "akim", "body_id": body},
        "POST /api/v1/memberships/<uuid:membership_id>/end": NOTHING,
        "POST /api/v1/acting-persons": {**order, "order_date": today, "valid_from": today, "valid_to": today},
        "POST /api/v1/acting-persons/<uuid:acting_id>/revocation": None,
        "POST /api/v1/reports": {"kind": "EMP-01", "body_id": body, "period": "2026-08"},
        "POST /api/v1/reports/<uuid:report_id>/reminders": None,
        "POST /api/v1/reports/reminders": {"body_id": body},
        "POST /api/v1/reports/<uuid:report_id>/review": None,
        "POST /api/v1/reports/<uuid:report_id>/dispatch": {"number": "1", "date": today},
        "POST /api/v1/reports/<uuid:report_id>/withdrawal": {"reason": "Words"},
        "POST /api/v1/reports/<uuid:report_id>/correction": {"reason": "Words"},
        "DELETE /api/v1/reports/<uuid:report_id>/correction": None,
        "POST /api/v1/reports/<uuid:report_id>/restricted-withdrawal": {"reason": "opened_by_mistake"},
        "POST /api/v1/reports/<uuid:report_id>/extension-requests": {"until": "2026-12-10", "reason": "Words"},
        "POST /api/v1/reports/<uuid:report_id>/not-applicable-requests": {"reason": "Words"},
        "POST /api/v1/reports/requests/<uuid:request_id>/retraction": None,
        "POST /api/v1/reports/<uuid:report_id>/archive/removal": {"reason": "Words"},
        "POST /api/v1/reports/<uuid:report_id>/archive/return": None,
        "POST /api/v1/reports/holds": {"body_id": body, "reason": "Words", "act_number": "1", "act_date": today},
        "POST /api/v1/reports/holds/<uuid:hold_id>/lifting": {"reason": "Words"},
        "POST /api/v1/reports/destruction-acts": {"body_id": body, "number": "1", "date": today},
        "POST /api/v1/reports/destruction-acts/<uuid:act_id>/approval": None,
        "POST /api/v1/reports/destruction-acts/<uuid:act_id>/abandonment": {"reason": "Words"},
        "PATCH /api/v1/reports/<uuid:report_id>/content": {"values": {"jobs.measures.applied.total": "1"}},
        "POST /api/v1/reports/<uuid:report_id>/content.xlsx": None,
        "PUT /api/v1/reports/<uuid:report_id>/notes/<check>": TEXT,
        "POST /api/v1/reports/<uuid:report_id>/attachments": None,
        "DELETE /api/v1/reports/<uuid:report_id>/attachments/<uuid:attachment_id>": None,
        "PUT /api/v1/reports/<uuid:report_id>/sections/<code>/executor": {"executor_id": None},
        "POST /api/v1/reports/<uuid:report_id>/revisions/<int:number>/signatures": {"cms": "AAAA"},
        "POST /api/v1/reports/<uuid:report_id>/revisions/<int:number>/phone-signings": None,
        "POST /api/v1/reports/<uuid:report_id>/remarks": {"anchor": "jobs", "text": "Words"},
        "POST /api/v1/remarks/<uuid:remark_id>/answers": TEXT,
        "POST /api/v1/remarks/<uuid:remark_id>/resolution": TEXT,
        "POST /api/v1/remarks/<uuid:remark_id>/reopening": TEXT,
        "PUT /api/v1/organisations/<uuid:body_id>/distribution-rules/<kind>": NOTHING,
        "DELETE /api/v1/organisations/<uuid:body_id>/distribution-rules/<kind>": None,
        "POST /api/v1/register/forecast/what-if": {"body": body, "suppositions": [{"code": "EMP-01", "periodicity": "quarter"}]},
        "POST /api/v1/notifications/mails/<uuid:mail_id>/retry": None,
        "POST /api/v1/notifications/webhooks": {"body_id": body, "url": "https://example.kz", "sorts": ["overdue"]},
        "PATCH /api/v1/notifications/webhooks/<uuid:webhook_id>": NOTHING,
        "DELETE /api/v1/notifications/webhooks/<uuid:webhook_id>": None,
        "POST /api/v1/notifications/webhooks/<uuid:webhook_id>/test": None,
        "PUT /api/v1/tasks/<uuid:task_id>/draft": VALUES,
        "DELETE /api/v1/tasks/<uuid:task_id>/draft": None,
        "POST /api/v1/tasks/<uuid:task_id>/claim": None,
        "DELETE /api/v1/tasks/<uuid:task_id>/claim": None,
        "PUT /api/v1/tasks/<uuid:task_id>/assignee": {"user_id": user},
        "POST /api/v1/tasks/<uuid:task_id>/delegation": {"user_id": user},
        "POST /api/v1/tasks/<uuid:task_id>/resolution": VALUES,
        "POST /api/v1/tasks/<uuid:task_id>/completion": VALUES,
        "PATCH /api/v1/processes/instances/<uuid:instance_id>/variables": {"variables": {"a": 1}},
        "POST /api/v1/processes/instances/<uuid:instance_id>/cancellation": {"reason": "Words"},
        "POST /api/v1/processes/instances/<uuid:instance_id>/suspension": None,
        "DELETE /api/v1/processes/instances/<uuid:instance_id>/suspension": None,
        "POST /api/v1/processes/instances/<uuid:instance_id>/modification": {
            "instructions": [{"kind": "startBeforeActivity", "element_id": "prepare"}],
            "reason": "Words",
        },
        "POST /api/v1/processes/migrations/plans": {"source_id": str(UNKNOWN), "target_id": str(UNKNOWN)},
        "POST /api/v1/processes/migrations/checks": {"plan": NO_PLAN, "instance_ids": [str(instance_id)]},
        "POST /api/v1/processes/migrations": {"plan": NO_PLAN, "instance_ids": [str(instance_id)]},
        "POST /api/v1/processes/instances/<uuid:instance_id>/ad-hoc/activities": {"elements": ["prepare"]},
        "POST /api/v1/processes/instances/<uuid:instance_id>/ad-hoc/completion": NOTHING,
        "POST /api/v1/processes/messages": {"name": "report_withdrawn", "business_key": "x"},
        "POST /api/v1/processes/signals": {"name": "holiday"},
        "POST /api/v1/processes/incidents/<uuid:incident_id>/retry": None,
        "POST /api/v1/processes/incidents/<uuid:incident_id>/resolution": {"reason": "Words"},
        "PUT /api/v1/processes/incidents/<uuid:incident_id>/annotation": {"annotation": "Words"},
        "DELETE /api/v1/processes/incidents/<uuid:incident_id>/annotation": None,
        "POST /api/v1/processes/holds": {"business_key": "x", "reason": "Words"},
        "POST /api/v1/processes/holds/<uuid:hold_id>/lifting": {"reason": "Words"},
        "POST /api/v1/processes/undelivered/<uuid:message_id>/retry": NOTHING,
        "POST /api/v1/processes/undelivered/<uuid:message_id>/discard": {"reason": "Words"},
    }


def test_people_of_another_body_can_neither_see_nor_change_what_is_not_theirs(country, things):
    strangers = hired(country, country.tree.other_district)
    bodies = _bodies(country.tree.department.id, things["user_id"], things["instance_id"], country.esep.clock.now().date().isoformat())

    for route in routes(country):
        if route.access.public or not route.access.permissions:
            continue
        if route.rule.rule.startswith(COMMON_GOODS) and not route.rule.rule.startswith(OF_BODIES):
            continue
        body = bodies[route.name] if route.method in UNSAFE else None
        path = route.path(things)
        for role, person in strangers.items():
            if Scope.EVERYWHERE in scopes(role, route.access):
                continue
            answer = person.knocks(route.method, path, body, If_Match='"1"')
            if (route.rule.arguments and route.rule.rule != OF_A_KIND) or route.method in UNSAFE:
                assert answer.status_code in (403, 404), (route.name, role, answer.text)
            elif answer.status_code == 200:
                for thing in things.values():
                    assert str(thing) not in answer.text or len(str(thing)) < 30, (route.name, role)


#: Reading that asks more of a person than the permission: a draft is for its makers, single people are for administrators.
ASKS_MORE = {
    "GET /api/v1/reports/<uuid:report_id>/content": {Role.ADMINISTRATOR},
    "GET /api/v1/reports/<uuid:report_id>/content/changes": {Role.ADMINISTRATOR},
    "GET /api/v1/reports/<uuid:report_id>/attachments": {Role.ADMINISTRATOR},
    "GET /api/v1/reports/<uuid:report_id>/content.xlsx": {Role.ADMINISTRATOR},
    "GET /api/v1/reports/<uuid:report_id>/content.csv": {Role.ADMINISTRATOR},
    "GET /api/v1/reports/<uuid:report_id>/checks": {Role.ADMINISTRATOR},
    "GET /api/v1/reports/<uuid:report_id>/differences": {Role.ADMINISTRATOR},
    "GET /api/v1/reports/<uuid:report_id>/requests": {Role.ADMINISTRATOR},
    "GET /api/v1/tasks/<uuid:task_id>": set(Role),
    "GET /api/v1/tasks/<uuid:task_id>/form": set(Role),
    "GET /api/v1/tasks/<uuid:task_id>/draft": set(Role),
    "GET /api/v1/users/<uuid:user_id>": set(Role) - {Role.ADMINISTRATOR},
    "GET /api/v1/users/<uuid:user_id>/memberships": set(Role) - {Role.ADMINISTRATOR},
}
#: There is none of these yet.
ABSENT = (
    "/webhooks/<",
    "/revisions/<int:number>",
    "/attachments/<",
    "/incidents/<",
    "/undelivered/<",
    "/openings/<",
    "/destruction-acts/<",
    "/tombstone",
    "/indicators/<",
    "/kinds/<",
    "/changes/<",
    "/territories/<",
    "/editions/<",
    "/definitions/<",
    "/deployments/<",
    "/forms/<",
)


def test_people_of_the_body_see_what_their_role_grants(country, things):
    people = hired(country, country.tree.department)

    for route in routes(country):
        if route.method != "GET" or not route.rule.rule.startswith("/api/v1") or any(part in route.rule.rule for part in ABSENT):
            continue
        if not route.access.permissions:
            continue
        for role, person in people.items():
            if scopes(role, route.access) and role not in ASKS_MORE.get(route.name, set()):
                answer = person.knocks("GET", route.path(things))
                assert answer.status_code == 200, (route.name, role, answer.text)


@AT_THE_DOOR
def test_every_permission_of_a_route_exists_and_every_read_permission_has_a_route(country):
    named = {permission for route in routes(country) for permission in route.access.permissions}

    assert named <= set(Permission)
    assert {permission for permission in Permission if permission.value.endswith(":read")} <= named
