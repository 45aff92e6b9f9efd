"""A worker of the ecosystem, as its makers publish it, does its work at the served door; and what the door says to odd requests."""

import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine.instances import Instance
from organisations.roles import Role
from storage.transaction import transaction
from tests import node
from tests.api.engine_rest.conftest import PASSWORD, Door
from tests.engine.factories import END, START, flows, model, user_task
from tests.organisations.factories import make_user
from tests.worklist.office import Office

WORKER = Path(__file__).parent / "worker"
TASK = '<bpmn:serviceTask id="ext" camunda:type="external" camunda:topic="send"/>'
CAUGHT = '<bpmn:boundaryEvent id="caught" attachedToRef="ext"><bpmn:errorEventDefinition errorRef="e"/></bpmn:boundaryEvent>'
SENDING = model(
    START + TASK + CAUGHT + user_task("mend") + user_task("after") + END + flows("start ext after end", "caught mend end"),
    key="sending",
    before='<bpmn:error id="e" errorCode="refused"/>',
)


@pytest.fixture
def engine(office: Office) -> Any:
    """The engine, with a process that sends, and a program that may work for it."""
    with transaction():
        make_user(Role.WORKER, office.tree.oblast, login="worker", password=PASSWORD)
        office.engine.definitions.deploy("sending", {"sending.bpmn": SENDING}, by=None)
    return office.engine


def start(engine: Any, office: Office, to: str, key: str = "K") -> Instance:
    with transaction():
        return engine.instances.start("sending", business_key=key, body=str(office.tree.district.id), variables={"to": to})


def open_at(engine: Any, instance: Instance) -> list[str]:
    return [task.element_id for task in engine.tasks.of_instance(instance.id)]


def locked(client: httpx.Client, **more: Any) -> list[dict[str, Any]]:
    topics = [{"topicName": "send", "lockDuration": 10_000}]
    answer = client.post("/external-task/fetchAndLock", json={"workerId": "w", "maxTasks": 5, "topics": topics} | more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_unmodified_worker_does_its_work(door: Door, engine: Any, office: Office):
    node.install(WORKER)
    good, bad, other = start(engine, office, "akim", "A"), start(engine, office, "nobody", "B"), start(engine, office, "court", "C")

    said = json.loads(node.run(WORKER / "work.mjs", door.url, "worker", PASSWORD, "3").splitlines()[-1])

    assert said == {"done": 3}
    assert (open_at(engine, good), open_at(engine, bad), open_at(engine, other)) == (["after"], [], ["mend"])
    assert engine.instances.variables(good.id)["receipt"] == "R-A"
    assert engine.instances.variables(other.id)["why"] == "court"
    (incident,) = engine.incidents.list(bad.id).items
    assert incident.message == "no such address"


def test_a_request_that_waits_is_answered_when_there_is_work(door: Door, engine: Any, office: Office):
    with door.client("worker") as client:
        before = time.monotonic()
        assert locked(client, asyncResponseTimeout=600) == []
        assert time.monotonic() - before >= 0.5
        start(engine, office, "akim")
        (task,) = locked(client, asyncResponseTimeout=5000)
    assert (task["topicName"], task["variables"]["to"]["value"], task["retries"]) == ("send", "akim", None)


def test_who_comes_too_late_is_told_so(door: Door, engine: Any, office: Office):
    start(engine, office, "akim")
    with door.client("worker") as client:
        (task,) = locked(client)
        other = client.post(f"/external-task/{task['id']}/complete", json={"workerId": "somebody else"})
        mine = client.post(f"/external-task/{task['id']}/complete", json={"workerId": "w"})
        again = client.post(f"/external-task/{task['id']}/complete", json={"workerId": "w"})
    assert (other.status_code, mine.status_code, again.status_code) == (409, 204, 404)
    assert other.json()["message"]


def test_locks_are_extended_and_given_up_and_retries_are_set(door: Door, engine: Any, office: Office):
    start(engine, office, "akim")
    with door.client("worker") as client:
        (task,) = locked(client)
        place = f"/external-task/{task['id']}"
        assert client.post(f"{place}/extendLock", json={"workerId": "w", "newDuration": 60_000}).status_code == 204
        assert client.get(place).json()["lockExpirationTime"] > task["lockExpirationTime"]
        assert client.post(f"{place}/unlock", json={}).status_code == 204
        assert client.get("/external-task/count", params={"topicName": "send"}).json() == {"count": 1}
        assert client.put(f"{place}/priority", json={"priority": 7}).status_code == 204
        (again,) = locked(client)
        assert again["priority"] == 7
        failing = {"workerId": "w", "errorMessage": "no", "errorDetails": "a long story", "retries": 0, "retryTimeout": 0}
        assert client.post(f"{place}/failure", json=failing).status_code == 204
        assert client.get(f"{place}/errorDetails").text == "a long story"
        assert locked(client) == []
        assert client.put(f"{place}/retries", json={"retries": 3}).status_code == 204
        assert len(locked(client)) == 1
        assert [one["id"] for one in client.get("/external-task", params={"workerId": "w"}).json()] == [task["id"]]


@pytest.mark.parametrize(
    "sent",
    [{}, {"workerId": "w"}, {"workerId": "w", "maxTasks": "many", "topics": []}, {"workerId": "w", "maxTasks": 1, "topics": ["send"]}],
)
def test_what_is_no_request_for_work_is_refused(door: Door, engine: Any, sent: dict[str, Any]):
    with door.client("worker") as client:
        assert client.post("/external-task/fetchAndLock", json=sent).status_code == 400


def test_an_official_fetches_no_work_of_programs(door: Door, engine: Any, office: Office):
    start(engine, office, "akim")
    with door.client("executor") as client:
        assert client.post("/external-task/fetchAndLock", json={"workerId": "w", "maxTasks": 1, "topics": []}).status_code == 403


def test_a_worker_that_asks_gets_the_properties_of_the_element(door: Door, engine: Any, office: Office):
    told = '<camunda:properties><camunda:property name="system" value="egov"/></camunda:properties>'
    told += '<zeebe:taskHeaders><zeebe:header key="language" value="kk"/></zeebe:taskHeaders>'
    work = '<bpmn:serviceTask id="ext" camunda:type="external" camunda:topic="told"><bpmn:extensionElements>'
    process = START + work + told + "</bpmn:extensionElements></bpmn:serviceTask>" + END + flows("start ext end")
    with transaction():
        engine.definitions.deploy("told", {"told.bpmn": model(process, key="told")}, by=None)

    def fetched(key: str, topic: str, **asked: bool) -> dict[str, Any]:
        with transaction():
            engine.instances.start(key, body=str(office.tree.district.id), variables={"to": "akim"})
        with door.client("worker") as client:
            (task,) = locked(client, topics=[{"topicName": topic, "lockDuration": 10_000, **asked}])
        return task

    assert "extensionProperties" not in fetched("told", "told")
    assert "extensionProperties" not in fetched("told", "told", includeExtensionProperties=False)
    assert fetched("told", "told", includeExtensionProperties=True)["extensionProperties"] == {"system": "egov", "language": "kk"}
    assert fetched("sending", "send", includeExtensionProperties=True)["extensionProperties"] == {}
