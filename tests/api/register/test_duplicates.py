"""Whether what somebody wants to ask for is collected already: by whom, and of when the last value is."""

from decimal import Decimal
from uuid import UUID

import pytest

from organisations.roles import Role
from reports.models import HeldValue
from storage.database import session
from storage.transaction import transaction
from tests.api.things import things_of


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_is_collected_already_is_told_with_the_date_of_its_last_value(country):
    things = things_of(country)
    reader = country.hires("reader", Role.EXECUTOR, country.tree.department)
    known = reader.gets("/register/indicators/EMP.UNEMPLOYED")
    question = {"indicators": [{"names": known["names"], "unit": known["unit"]}]}
    [before, *_] = reader.posts("/register/duplicates", question)["items"][0]["matches"]

    with transaction():
        told = {"indicator": "EMP.UNEMPLOYED", "breakdown": "", "body_id": things["body_id"], "period": "2026-09", "value": Decimal(7)}
        held = {"report_id": UUID(things["report_id"]), "revision": 1, "address": "jobs.x", "held_at": country.esep.clock.now()}
        session.add(HeldValue(**told, **held))
    [after, *_] = reader.posts("/register/duplicates", question)["items"][0]["matches"]

    assert (before["indicator"]["code"], before["same"], before["last"]) == ("EMP.UNEMPLOYED", True, {})
    assert "EMP-01" in {kind["code"] for kind in before["kinds"]}
    assert (after["last"]["EMP-01"]["period"], after["last"]["EMP-01"]["at"][:10]) == ("2026-09", "2026-10-01")
    assert after["reasons"][0].startswith("Already collected: “")
    assert "The last value: for 2026-09, accepted on 2026-10-01." in after["reasons"]
