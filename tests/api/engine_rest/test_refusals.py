"""How this door says no: one body, the statuses that its clients expect, and never more than was asked for."""

from uuid import UUID

import pytest

from operate.filters import InstanceFilter
from storage.transaction import transaction

NOWHERE = UUID(int=0)


@pytest.fixture
def client(door):
    with door.client("executor") as client:
        yield client


@pytest.mark.parametrize(
    "path",
    [
        f"/task/{NOWHERE}",
        "/task/no-id",
        f"/task/{NOWHERE}/variables",
        f"/process-instance/{NOWHERE}",
        f"/process-instance/{NOWHERE}/activity-instances",
        f"/process-definition/{NOWHERE}",
        "/process-definition/key/unknown",
        "/process-definition/key/unknown/xml",
        f"/deployment/{NOWHERE}",
        f"/deployment/{NOWHERE}/resources",
        f"/history/process-instance/{NOWHERE}",
        f"/history/activity-instance/{NOWHERE}",
        f"/decision-definition/{NOWHERE}",
        "/decision-definition/key/unknown/xml",
        f"/decision-requirements-definition/{NOWHERE}/xml",
        "/decision-requirements-definition/key/unknown",
        f"/history/decision-instance/{NOWHERE}",
    ],
)
def test_what_does_not_exist_is_not_found(client, path):
    answer = client.get(path)

    assert answer.status_code == 404
    assert answer.json()["type"] == "InvalidRequestException"
    assert answer.json()["message"]
    assert answer.json()["code"] == 0


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/task?mood=good", "mood"),
        ("/task?processVariables=a_eq_1", "processVariables"),
        ("/task?dueBefore=tomorrow", "dueBefore"),
        ("/task?dueBefore=2026-10-01T09:00:00", "dueBefore"),
        ("/task?maxResults=-1", "maxResults"),
        ("/task?firstResult=x", "firstResult"),
        ("/task?sortBy=mood&sortOrder=asc", "sortBy"),
        ("/task?sortBy=name", "sortBy"),
        ("/task?priority=high", "priority"),
        ("/task?assigned=perhaps", "assigned"),
        ("/task?delegationState=LOST", "delegationState"),
        ("/process-instance?variables=a_eq_1", "variables"),
        ("/history/activity-instance?mood=good", "mood"),
        ("/history/variable-instance", "processInstanceId"),
        ("/process-instance?orQueries=x", "orQueries"),
        ("/process-definition?version=99999999999", "version"),
        ("/decision-definition?mood=good", "mood"),
        ("/decision-requirements-definition?sortBy=mood&sortOrder=asc", "sortBy"),
        ("/history/decision-instance?includeInputs=perhaps", "includeInputs"),
    ],
)
def test_a_filter_that_is_not_offered_is_refused_by_name(client, path, named):
    answer = client.get(path)

    assert answer.status_code == 400
    assert named in answer.json()["message"]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ([], ""),
        ({"variables": []}, "variables"),
        ({"variables": {"a": 1}}, "a"),
        ({"variables": {"a": {"value": "x", "type": "Integer"}}}, "Integer"),
        ({"variables": {"a": {"value": 2**40, "type": "Integer"}}}, "Integer"),
        ({"variables": {"a": {"value": "x", "type": "Spin"}}}, "Spin"),
        ({"variables": {"a": {"value": "yesterday", "type": "Date"}}}, "yesterday"),
        ({"variables": {"a": {"value": "{", "type": "Json"}}}, "Json"),
        ({"variables": {"a": {"value": "no base64!", "type": "Bytes"}}}, "Bytes"),
        ({"variables": {"a": {"value": 1, "type": "Null"}}}, "Null"),
        ({"variables": {"decision": {"value": "burn"}}}, "values/decision"),
        ({"variables": {}}, "values/decision"),
    ],
)
def test_a_completion_of_the_wrong_shape_is_refused_and_changes_nothing(client, office, body, named):
    task = office.task(office.starts())

    answer = client.post(f"/task/{task.id}/complete", json=body)

    assert answer.status_code == 400
    assert named in answer.json()["message"]
    assert office.engine.tasks.get(task.id) == task


def test_a_lost_race_is_a_conflict(client, office):
    task = office.task(office.starts())
    office.does("claim", office.colleague, task)

    answer = client.post(f"/task/{task.id}/claim", json={"userId": "executor"})

    assert (answer.status_code, answer.json()["type"], answer.json()["code"]) == (409, "TaskAlreadyClaimedException", 1)


def test_a_completed_task_is_a_conflict_with_its_reason(client, office):
    task = office.task(office.starts())
    sent = {"variables": {"decision": {"value": "accept"}}}

    answers = [client.post(f"/task/{task.id}/complete", json=sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 409]
    assert answers[1].json()["message"]


def test_a_task_is_not_claimed_for_another_and_who_exists_is_not_told(client, office):
    task = office.task(office.starts())

    assert client.post(f"/task/{task.id}/claim", json={"userId": "nobody"}).status_code == 403
    assert client.post(f"/task/{task.id}/claim", json={"userId": "colleague"}).status_code == 403
    assert client.post(f"/task/{task.id}/delegate", json={}).status_code == 400


def test_a_page_is_capped_and_read_by_position(client, office):
    for number in range(3):
        office.starts(business_key=str(number))

    def keys(path: str) -> list[str]:
        found = client.get(path).json()
        return [office.engine.instances.get(UUID(task["processInstanceId"])).business_key for task in found]

    assert keys("/task?sortBy=created&sortOrder=asc&firstResult=1&maxResults=1") == ["1"]
    assert keys("/task?sortBy=created&sortOrder=desc&maxResults=2147483647") == ["2", "1", "0"]


def test_a_repeated_start_with_an_idempotency_key_starts_once(door, office):
    with door.client("methodologist") as client:
        sent = {"json": {"variables": {"who": {"value": "executor"}}}, "headers": {"Idempotency-Key": "k-1"}}
        answers = [client.post("/process-definition/key/named/start", **sent) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert len(office.operate.instances(office.admin, InstanceFilter()).items) == 1


def test_suspended_instances_take_no_completion(client, office):
    instance = office.starts()
    with transaction():
        office.operate.suspend(office.admin, instance.id)

    answer = client.post(f"/task/{office.task(instance).id}/complete", json={"variables": {"decision": {"value": "accept"}}})

    assert answer.status_code == 409
