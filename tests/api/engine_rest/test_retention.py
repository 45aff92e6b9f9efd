"""Time to live, removal time and cleanup at this door; legal holds at the product's own."""

from datetime import timedelta

import pytest

from organisations.roles import Role
from tests.api.engine_rest.conftest import Door
from tests.country import Country
from tests.worklist.office import Office


def test_a_time_to_live_is_set_told_as_a_removal_time_and_kept_to(office: Office, door: Door):
    admin = door.client("admin")
    instance = office.starts(business_key="k")
    admin.delete(f"/process-instance/{instance.id}")

    assert admin.put("/process-definition/key/reporting/history-time-to-live", json={"historyTimeToLive": 30}).status_code == 204
    [shown] = admin.get("/history/process-instance").json()
    assert shown["removalTime"] == "2026-10-31T04:00:00.000+0000"
    assert admin.get("/process-definition/key/reporting").json()["historyTimeToLive"] == 30
    assert admin.put("/process-definition/key/reporting/history-time-to-live", json={"historyTimeToLive": -1}).status_code == 400
    assert door.client("executor").put("/process-definition/key/reporting/history-time-to-live", json={}).status_code == 403

    office.clock.advance(timedelta(days=31))
    assert admin.post("/history/cleanup", params={"immediatelyDue": "false"}).status_code == 200
    assert admin.get("/history/process-instance/count").json() == {"count": 1}
    assert admin.post("/history/cleanup").status_code == 200
    assert admin.get("/history/process-instance/count").json() == {"count": 0}
    window = admin.get("/history/cleanup/configuration").json()
    assert (window["batchWindowStartTime"], window["enabled"]) == ("2026-11-01T01:00:00.000+0000", True)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_hold_is_set_and_lifted_with_a_reason(country: Country):
    admin = country.hires("admin", Role.ADMINISTRATOR, country.tree.oblast)
    manager = country.hires("manager", Role.MANAGER, country.tree.oblast)

    hold = admin.posts("/processes/holds", {"business_key": "EMP-01", "reason": "the court asks"})
    assert [one["reason"] for one in admin.gets("/processes/holds")["items"]] == ["the court asks"]
    assert manager.asks("GET", "/processes/holds").status_code == 403
    both = {"business_key": "x", "instance_id": hold["id"], "reason": "both"}
    for wrong in (both, {"reason": "neither"}, {"business_key": "x"}):
        assert admin.asks("POST", "/processes/holds", wrong).status_code == 422
    assert admin.asks("POST", "/processes/holds", {"instance_id": hold["id"], "reason": "unknown"}).status_code == 404

    lifted = admin.posts(f"/processes/holds/{hold['id']}/lifting", {"reason": "closed"})

    assert lifted["lift_reason"] == "closed"
    assert admin.gets("/processes/holds")["items"] == []
    assert admin.asks("POST", f"/processes/holds/{hold['id']}/lifting", {"reason": "again"}).status_code == 409
