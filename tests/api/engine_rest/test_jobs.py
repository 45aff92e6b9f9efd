"""Jobs and their definitions at this door, as its clients ask for them."""

from typing import Any

import httpx
import pytest

from engine.instances import Instance
from storage.transaction import transaction
from tests.api.engine_rest.conftest import Door
from tests.engine.factories import END, START, flows, model, service_task, user_task
from tests.worklist.office import Office

LATE = '<bpmn:boundaryEvent id="late" attachedToRef="ask"><bpmn:timerEventDefinition><bpmn:timeDuration>PT2H</bpmn:timeDuration>'
WORKING = model(
    START
    + service_task("send", "mail.send", 'camunda:asyncBefore="true"')
    + user_task("ask")
    + LATE
    + "</bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    + END
    + flows("start send ask end", "late end"),
    key="working",
)


@pytest.fixture
def admin(office: Office, door: Door) -> httpx.Client:
    office.operations["mail.send"] = lambda call: None
    with transaction():
        office.operate.deploy(office.methodologist, "working", {"working.bpmn": WORKING})
    return door.client("admin")


def only(client: httpx.Client, **query: Any) -> dict[str, Any]:
    [found] = client.get("/job", params=query).json()
    return found


def test_a_job_goes_its_way_from_waiting_to_failed_to_done(office: Office, admin: httpx.Client):
    office.operations["mail.send"] = lambda call: 1 / 0
    instance = office.starts("working")
    job = only(admin, processInstanceId=str(instance.id))
    assert (job["retries"], job["exceptionMessage"], job["suspended"], job["priority"]) == (3, None, False, 0)
    assert admin.get("/job/count", params={"executable": "true"}).json() == {"count": 1}
    assert admin.get("/job/count", params={"timers": "true"}).json() == {"count": 0}

    assert admin.put(f"/job/{job['id']}/priority", json={"priority": 7}).status_code == 204
    assert only(admin, priorityHigherThanOrEquals="7")["id"] == job["id"]
    assert admin.post(f"/job/{job['id']}/execute").status_code == 409
    assert admin.put(f"/job/{job['id']}/retries", json={"retries": 0}).status_code == 400
    office.engine.jobs.run_due()
    assert "ZeroDivisionError" in only(admin, withException="true")["exceptionMessage"]
    assert "ZeroDivisionError" in admin.get(f"/job/{job['id']}/stacktrace").text

    office.operations["mail.send"] = lambda call: None
    assert admin.post("/job/retries", json={"jobIds": [job["id"]], "retries": 2}).json()["totalJobs"] == 1
    assert admin.post(f"/job/{job['id']}/execute").status_code == 204
    assert admin.get(f"/job/{job['id']}").status_code == 404
    assert office.task(instance).element_id == "ask"


def at_the_task(office: Office) -> Instance:
    instance = office.starts("working")
    office.engine.jobs.run_due()
    return instance


def test_a_timer_is_moved_worked_out_anew_and_suspended(office: Office, admin: httpx.Client):
    at_the_task(office)
    job = only(admin, activityId="late")
    assert job["dueDate"] == "2026-10-01T06:00:00.000+0000"

    assert admin.put(f"/job/{job['id']}/duedate", json={"duedate": "2026-10-02T06:00:00.000+0000", "cascade": False}).status_code == 204
    assert only(admin, dueDates="gt_2026-10-02T00:00:00.000+0000")["dueDate"] == "2026-10-02T06:00:00.000+0000"
    assert admin.post(f"/job/{job['id']}/duedate/recalculate").status_code == 204
    assert only(admin, timers="true")["dueDate"] == "2026-10-01T06:00:00.000+0000"
    assert admin.put("/job/suspended", json={"processDefinitionKey": "working", "suspended": True}).status_code == 204
    assert only(admin, suspended="true")["id"] == job["id"]
    assert admin.put(f"/job/{job['id']}/priority", json={"priority": 1}).status_code == 409
    assert admin.delete(f"/job/{job['id']}").status_code == 409
    later = {
        "dueDates": [{"operator": "lt", "value": "2026-10-01T05:00:00.000+0000"}],
        "sorting": [{"sortBy": "jobId", "sortOrder": "asc"}],
    }
    assert admin.post("/job", json=later).json() == []


def test_the_jobs_of_an_element_are_told_and_suspended_by_their_definition(office: Office, admin: httpx.Client):
    at_the_task(office)
    found = admin.get("/job-definition", params={"processDefinitionKey": "working"}).json()
    assert [(one["activityId"], one["jobType"], one["jobConfiguration"]) for one in found] == [
        ("send", "async-continuation", "async-before"),
        ("late", "timer-transition", "DURATION: PT2H"),
    ]
    late = found[1]["id"]
    assert admin.get("/job", params={"jobDefinitionId": late}).json()[0]["jobDefinitionId"] == late

    assert admin.put(f"/job-definition/{late}/suspended", json={"suspended": True, "includeJobs": True}).status_code == 204
    assert only(admin, activityId="late")["suspended"]
    assert admin.get(f"/job-definition/{late}").json()["suspended"]
    assert admin.put(
        "/job-definition/suspended", json={"processDefinitionKey": "working", "suspended": False, "includeJobs": True}
    ).is_success
    assert not only(admin, activityId="late")["suspended"]
    assert admin.put(f"/job-definition/{late}/retries", json={"retries": 1}).status_code == 204


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/job", {"acquired": "true"}),
        ("/job", {"dueDates": "eq_2026-10-02T00:00:00.000+0000"}),
        ("/job", {"dueDates": "gt_tomorrow"}),
        ("/job", {"sortBy": "mood", "sortOrder": "asc"}),
        ("/job-definition", {}),
        ("/job-definition", {"processDefinitionKey": "working", "colour": "red"}),
    ],
)
def test_what_is_not_offered_is_refused(admin: httpx.Client, path: str, query: dict[str, str]):
    assert admin.get(path, params=query).status_code == 400


def test_suspending_every_job_there_is_by_a_word_too_few_is_refused(admin: httpx.Client):
    assert admin.put("/job/suspended", json={"suspended": True}).status_code == 400
    assert admin.post("/job/retries", json={"retries": 1}).status_code == 400
    assert admin.get("/job-definition/nothing").status_code == 404
