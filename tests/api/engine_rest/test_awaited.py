"""What instances wait for, brought to them at this door: messages triggered, kept until received, conditions that start."""

from datetime import timedelta

import httpx
import pytest

from storage.transaction import transaction
from tests.api.engine_rest.conftest import Door
from tests.engine.factories import END, START, flows, model, user_task
from tests.worklist.office import Office

MESSAGE = '<bpmn:message id="m" name="paid"/><bpmn:message id="m2" name="signed"/>'
WAITING = model(
    START
    + '<bpmn:receiveTask id="wait" messageRef="m"/>'
    + user_task("after")
    + '<bpmn:boundaryEvent id="stop" attachedToRef="after"><bpmn:messageEventDefinition messageRef="m2"/></bpmn:boundaryEvent>'
    + END
    + flows("start wait after end", "stop end"),
    key="waiting",
    before=MESSAGE,
)
CONDITION = "<bpmn:conditionalEventDefinition><bpmn:condition>= figures &gt; 10</bpmn:condition></bpmn:conditionalEventDefinition>"
STARTING = model(
    f'<bpmn:startEvent id="many">{CONDITION}</bpmn:startEvent>' + user_task("work") + END + flows("many work end"), key="starting"
)


@pytest.fixture
def admin(office: Office, door: Door) -> httpx.Client:
    with transaction():
        office.operate.deploy(office.methodologist, "both", {"waiting.bpmn": WAITING, "starting.bpmn": STARTING})
    return door.client("admin")


def started(office: Office, key: str | None = None) -> str:
    with transaction():
        return str(office.engine.instances.start("waiting", business_key=key, body=str(office.tree.district.id)).id)


def test_what_instances_wait_for_is_listed_and_counted(office: Office, admin: httpx.Client):
    one, _other = started(office), started(office)

    [found] = admin.get("/event-subscription", params={"processInstanceId": one}).json()
    assert (found["eventType"], found["eventName"], found["activityId"], found["executionId"]) == ("message", "paid", "wait", one)
    assert admin.get("/event-subscription/count", params={"eventName": "paid"}).json() == {"count": 2}
    assert admin.get("/event-subscription", params={"eventType": "signal"}).json() == []
    assert admin.get("/event-subscription", params={"eventType": "conditional"}).json() == []
    [newest, _] = admin.get("/event-subscription", params={"sortBy": "created", "sortOrder": "desc"}).json()
    assert newest["processInstanceId"] != one
    assert admin.get("/event-subscription", params={"eventType": "letter"}).status_code == 400


def test_a_message_is_triggered_at_the_instance_that_is_named_and_at_no_other(office: Office, admin: httpx.Client):
    one, other = started(office, "K"), started(office, "K")
    path = f"/execution/{one}/messageSubscriptions/paid/trigger"

    assert admin.post(path, json={"variables": {"sum": {"value": 5, "type": "Integer"}}}).status_code == 204

    assert admin.get(f"/process-instance/{one}/variables").json()["sum"]["value"] == 5
    assert [task["taskDefinitionKey"] for task in admin.get("/task", params={"processInstanceId": one}).json()] == ["after"]
    assert admin.get("/task", params={"processInstanceId": other}).json() == []
    assert admin.post(path, json={}).status_code == 400
    assert admin.post(path.replace(one, "00000000-0000-0000-0000-000000000000"), json={}).status_code == 404


def test_a_message_with_a_time_to_live_waits_for_its_receiver(office: Office, admin: httpx.Client):
    sent = {"messageName": "paid", "businessKey": "K", "timeToLive": "PT1H"}

    assert admin.post("/message", json=sent).status_code == 204
    office.clock.advance(timedelta(minutes=59))
    one = started(office, "K")
    office.engine.deliveries.deliver_due()

    assert len(admin.get("/task", params={"processInstanceId": one}).json()) == 1


@pytest.mark.parametrize("live", ["soon", "P", "PT", "P1Y", 5, "-PT1H"])
def test_a_time_to_live_that_is_none_is_refused(admin: httpx.Client, live: object):
    assert admin.post("/message", json={"messageName": "paid", "timeToLive": live}).status_code == 400


def test_a_message_with_a_time_to_live_names_no_instance(admin: httpx.Client):
    sent = {"messageName": "paid", "timeToLive": "PT1H", "resultEnabled": True}

    assert admin.post("/message", json=sent).status_code == 400


def test_conditions_start_instances_with_what_is_brought(office: Office, admin: httpx.Client, door: Door):
    few, many = ({"variables": {"figures": {"value": number, "type": "Integer"}}, "businessKey": "K"} for number in (5, 15))

    assert admin.post("/condition", json=few).json() == []
    [begun] = admin.post("/condition", json=many).json()

    assert (begun["definitionKey"], begun["businessKey"], begun["ended"]) == ("starting", "K", False)
    named = admin.post("/condition", json={**many, "processDefinitionId": begun["definitionId"]}).json()
    assert [one["definitionId"] for one in named] == [begun["definitionId"]]
    assert admin.post("/condition", json={"businessKey": "K"}).status_code == 400
    incomparable = {"variables": {"figures": {"value": "many", "type": "String"}}}
    assert admin.post("/condition", json=incomparable).json() == []
