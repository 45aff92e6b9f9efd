"""What a BPMN editor's Deploy and Start buttons send, byte for byte in shape, and how the door answers."""

import httpx

from tests.api.engine_rest.conftest import PASSWORD
from tests.engine.factories import END, START, flows, model, user_task

SMALL = model(START + user_task("ask") + END + flows("start ask end"), key="small", attributes='name="A small process"')
BROKEN = model(START + '<bpmn:serviceTask id="send" camunda:class="kz.Send"/>' + END + flows("start send end"), key="broken")


def deploy(client: httpx.Client, name: str, data: bytes) -> httpx.Response:
    """The multipart form of an editor: its fields first, then the diagram under its own file name as text/xml."""
    fields = {"deployment-name": "diagram", "deployment-source": "An editor", "enable-duplicate-filtering": "true"}
    return client.post("/deployment/create", data=fields, files={name: (name, data, "text/xml")}, headers={"accept": "application/json"})


def test_the_connection_is_checked_before_a_deployment(door):
    with door.client("methodologist") as client:
        assert client.get("/deployment?maxResults=0", headers={"accept": "application/json"}).json() == []
        assert client.get("/version").json()["version"].startswith("7.")


def test_a_diagram_is_deployed_once_and_started(door):
    with door.client("methodologist") as client:
        first = deploy(client, "small.bpmn", SMALL)
        again = deploy(client, "small.bpmn", SMALL)
        [definition] = first.json()["deployedProcessDefinitions"].values()
        sent = {"businessKey": "default", "variables": {"amount": {"value": 3, "type": "Integer"}}}
        started = client.post(f"/process-definition/{definition['id']}/start", json=sent)

    assert first.status_code == again.status_code == 200
    assert (first.json()["name"], first.json()["source"]) == ("diagram", "An editor")
    assert (definition["key"], definition["name"], definition["version"]) == ("small", "A small process", 1)
    assert again.json()["id"] == first.json()["id"]
    assert again.json()["deployedProcessDefinitions"] is None
    assert started.json()["definitionId"] == definition["id"]
    assert started.json()["ended"] is False


def test_a_diagram_that_cannot_be_honoured_is_refused_with_file_line_and_element(door):
    with door.client("methodologist") as client:
        client.headers["Accept-Language"] = "ru"
        answer = deploy(client, "broken.bpmn", BROKEN)

    assert answer.status_code == 400
    assert answer.json()["type"] == "ParseException"
    assert answer.json()["message"].startswith("ENGINE-09005 Could not parse BPMN process.")  # editors tell a bad diagram by it
    assert isinstance(answer.json()["code"], int)
    report = answer.json()["details"]["broken.bpmn"]
    assert report["errors"][0]["mainElementId"] == "send"
    assert report["errors"][0]["elementIds"] == ["send"]
    assert report["errors"][0]["line"] > 0
    assert report["errors"][0]["message"] in answer.json()["message"]


def test_what_is_no_diagram_is_refused(door):
    with door.client("methodologist") as client:
        for data in (b"", b"<not xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", b"\xff\xfe\x00"):
            answer = deploy(client, "bad.bpmn", data)

            assert answer.status_code == 400, data
            assert answer.json()["details"]["bad.bpmn"]["errors"]


def test_a_form_without_a_file_is_refused(door):
    with door.client("methodologist") as client:
        answer = client.post("/deployment/create", data={"deployment-name": "nothing"})

    assert answer.status_code == 400
    assert answer.json()["message"]


def test_only_who_may_deploys(door):
    for login, password, status in (("methodologist", "wrong", 401), ("executor", PASSWORD, 403), ("x", "y", 401)):
        assert_refused(door, login, password, status)


def assert_refused(door, login, password, status):
    with httpx.Client(base_url=door.url, auth=(login, password)) as client:
        answer = deploy(client, "small.bpmn", SMALL)

    assert answer.status_code == status
    assert set(answer.json()) == {"type", "message", "code"}
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


def test_what_is_open_stands_inside_its_subprocess(door, office):
    inner = START.replace('"start"', '"begun"') + user_task("ask") + END.replace('"end"', '"over"') + flows("begun ask over")
    nested = model(START + f'<bpmn:subProcess id="inside">{inner}</bpmn:subProcess>' + END + flows("start inside end"), key="nested")

    with door.client("methodologist") as client:
        deploy(client, "nested.bpmn", nested)
        instance = client.post("/process-definition/key/nested/start", json={}).json()
        tree = client.get(f"/process-instance/{instance['id']}/activity-instances").json()

    [inside] = tree["childActivityInstances"]
    [ask] = inside["childActivityInstances"]
    assert (inside["activityId"], inside["activityType"], ask["activityId"]) == ("inside", "subProcess", "ask")
    assert (inside["parentActivityInstanceId"], ask["parentActivityInstanceId"]) == (tree["id"], inside["id"])
