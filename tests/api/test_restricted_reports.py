"""A report of a restricted kind tells nothing of itself at any address: strangers read there what they read before it was opened."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from organisations.roles import Role
from reports.models import Report
from reports.opening_tables import OpeningRefusalRow, OpeningRow
from storage.database import session
from storage.identifiers import new_id
from storage.transaction import transaction
from tests.api.test_rights import routes
from tests.api.things import things_of
from tests.country import Country, Person

PERIOD = "2026-09"
DSP: Mapping[str, Any] = {"code": "DSP-01", "report_class": "restricted", "sections": [], "checks": [], "publish": False}
#: Lists that are asked for reports of the kind, of the body, by its business key, by words of it.
ASKED = (
    "/api/v1/reports?kind=DSP-01&limit=200",
    "/api/v1/register/kinds/DSP-01/reports?limit=200",
    "/api/v1/register/kinds/DSP-01/reports?text=DSP-01",
    "/api/v1/register/forecast?months=2",
    "/api/v1/journal?limit=200&subject_type=report",
    "/api/v1/journal?limit=200",
    "/engine-rest/history/user-operation",
)
#: What is another at every reading; the workbook says what the JSON beside it says.
MOVING = ("/metrics", "/health/live", "/health/ready", "/sessions", "/export/xlsx")


def hires(country: Country) -> dict[str, Person]:
    """Two who look everywhere that rights reach, one with most duties there are above the body, and are of neither body nor receiver."""
    tree, memberships = country.tree, country.esep.organisations.users.memberships
    people = {
        "above": country.hires("above", Role.ADMINISTRATOR, tree.oblast),
        "officer": country.hires("officer", Role.OFFICER, tree.ministry),
    }
    user_id = UUID(people["above"].gets("/me")["id"])
    with transaction():
        for role in (Role.METHODOLOGIST, Role.MANAGER, Role.AKIM, Role.CHANCERY, Role.WORKER):
            memberships.grant(user_id, role, tree.oblast.id, valid_from=date(2020, 1, 1))
    return people


def read(country: Country, person: Person, known: Mapping[str, Any]) -> dict[str, tuple[int, bytes]]:
    """What a person is answered at every address that is read, with ids of these things."""
    asked = {route.path(dict(known)) for route in routes(country) if route.method == "GET"}
    left = {path for path in asked if path.endswith(MOVING)}
    answers = {path: person.knocks("GET", path) for path in sorted((asked - left) | set(ASKED))}
    return {path: (answer.status_code, answer.data) for path, answer in answers.items()}


def dispatched(country: Country, chancery: Person) -> Report:
    """A restricted report that was opened and sent, beside a body that was not given its own."""
    esep, body = country.esep, country.tree.department
    with transaction():
        report = esep.reports.opening.open("DSP-01", body.id, PERIOD)
        opening = OpeningRow(id=new_id(), kind_code="DSP-01", kind_version=1, period=PERIOD, planned_at=esep.clock.now())
        session.add(opening)
        session.flush()
        facts: dict[str, Any] = {"code": "deadline_missing", "fields": {}, "tries": 1}
        session.add(
            OpeningRefusalRow(opening_id=opening.id, body_id=body.id, refused_at=opening.planned_at, retry_at=opening.planned_at, **facts)
        )
    today = esep.register.calendar.today().isoformat()
    assert chancery.asks("POST", f"/reports/{report.id}/dispatch", {"number": "12-ҚБП/45", "date": today}).status_code == 200
    return report


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_strangers_read_of_a_restricted_report_what_they_read_before_there_was_one(country: Country):
    things_of(country)
    people, chancery = hires(country), country.hires("chancery", Role.CHANCERY, country.tree.department)
    chancery.gets("/me")
    known = {"report_id": new_id(), "body_id": country.tree.department.id, "code": "DSP-01", "kind": "DSP-01", "number": 1}
    known |= {"day": date(2026, 1, 1), "opening_id": new_id()}
    with transaction():
        document = {name: value for name, value in country.esep.register.document("EMP-01", 1).items() if name != "process_key"}
        country.esep.register.import_kind(document | DSP, act_number="1", act_date=date(2020, 1, 1))
    before = {login: read(country, person, known) for login, person in people.items()}

    report = dispatched(country, chancery)
    [opening] = session.query(OpeningRow).filter_by(kind_code="DSP-01")
    real = known | {"report_id": report.id, "opening_id": opening.id}
    renamed = {str(real[name]): str(known[name]) for name in ("report_id", "opening_id")}

    for login, person in people.items():
        for path, (status, data) in read(country, person, real).items():
            text = data.decode("utf-8", "replace")
            for new, old in renamed.items():
                path, text = path.replace(new, old), text.replace(new, old)
            assert (status, text) == (before[login][path][0], before[login][path][1].decode("utf-8", "replace")), (login, path)
        opened = person.asks("POST", "/reports", {"kind": "DSP-01", "body_id": str(report.body_id), "period": PERIOD})
        assert opened.status_code == 403, (login, opened.text)
        assert person.asks("POST", f"/reports/{report.id}/restricted-withdrawal", {"reason": "body_ended"}).status_code in (403, 404)
