"""Decisions at this door: listed, shown, evaluated, and looked up in the history of instances."""

from typing import Any

import pytest

from storage.transaction import transaction
from tests.api.engine_rest.conftest import Door
from tests.engine.decisions.factories import decision, definitions, literal, table
from tests.engine.factories import END, START, flows, model
from tests.worklist.office import Office

TERM = decision("term", table(["level"], ["days", "who"], ["'rural' | 1.5 | 'head'", "'district' | 3 | 'akim'"]))
TERMS = definitions(TERM, decision("twice", literal("term.days * 2"), requires=["term"]))
CALL = 'camunda:decisionRef="term" camunda:resultVariable="term" camunda:mapDecisionResult="singleResult"'
ASKING = model(START + f'<bpmn:businessRuleTask id="decide" {CALL}/>' + END + flows("start decide end"), key="asking")


@pytest.fixture
def client(office: Office, door: Door):
    with transaction():
        office.operate.deploy(office.methodologist, "terms", {"terms.dmn": TERMS})
    with door.client("admin") as client:
        yield client


def test_decisions_are_listed_counted_and_shown_with_their_file(client):
    [term, twice] = client.get("/decision-definition", params={"sortBy": "key", "sortOrder": "asc"}).json()
    [home] = client.get("/decision-requirements-definition").json()

    assert (term["key"], term["version"], term["decisionRequirementsDefinitionId"], twice["key"]) == ("term", 1, home["id"], "twice")
    assert client.get("/decision-definition/count", params={"keyLike": "t%", "latestVersion": "true"}).json() == {"count": 2}
    assert client.get("/decision-definition", params={"decisionRequirementsDefinitionKey": "file", "key": "twice"}).json() == [twice]
    assert client.get(f"/decision-definition/{term['id']}").json() == client.get("/decision-definition/key/term").json() == term
    assert client.get("/decision-definition/key/term/xml").json() == {"id": term["id"], "dmnXml": TERMS.decode()}
    assert client.get(f"/decision-requirements-definition/{home['id']}").json() == home
    assert client.get("/decision-requirements-definition/key/file").json() == home
    assert client.get("/decision-requirements-definition/key/file/xml").json()["dmnXml"] == TERMS.decode()


def test_a_deployment_says_which_decisions_came_with_it(client):
    changed = TERMS.replace(b"3", b"4")
    answer = client.post("/deployment/create", data={"deployment-name": "again"}, files={"terms.dmn": ("terms.dmn", changed)}).json()

    assert {one["version"] for one in answer["deployedDecisionDefinitions"].values()} == {2}
    [home] = answer["deployedDecisionRequirementsDefinitions"].values()
    assert (home["key"], home["version"]) == ("file", 2)


def test_a_decision_is_evaluated_with_typed_values(client):
    sent = {"variables": {"level": {"value": "rural", "type": "String"}}}

    assert client.post("/decision-definition/key/term/evaluate", json=sent).json() == [
        {"days": {"type": "Double", "value": 1.5, "valueInfo": {}}, "who": {"type": "String", "value": "head", "valueInfo": {}}}
    ]
    assert client.post("/decision-definition/key/twice/evaluate", json=sent).json()[0]["twice"]["value"] == 3
    assert client.post("/decision-definition/key/term/evaluate", json={}).json() == []


def test_a_decision_that_breaks_its_own_rules_is_refused(client, office: Office):
    ambiguous = definitions(decision("both", table(["level"], ["days"], ["- | 1", "- | 2"])))
    with transaction():
        office.operate.deploy(office.methodologist, "both", {"both.dmn": ambiguous})

    answer = client.post("/decision-definition/key/both/evaluate", json={})

    assert answer.status_code == 400
    assert "r0, r1" in answer.json()["message"]


def test_an_official_may_not_evaluate(client, door: Door):
    with door.client("executor") as executor:
        assert executor.post("/decision-definition/key/term/evaluate", json={}).status_code == 403


def test_what_was_decided_in_an_instance_is_found_with_inputs_and_outputs(client, office: Office):
    with transaction():
        office.operate.deploy(office.methodologist, "asking", {"asking.bpmn": ASKING})
        instance = office.operate.start(office.admin, "asking", variables={"level": "district"})

    asked: dict[str, Any] = {"processInstanceId": str(instance.id), "includeInputs": "true", "includeOutputs": "true"}
    [made] = client.get("/history/decision-instance", params=asked).json()

    assert (made["decisionDefinitionKey"], made["activityId"], made["processDefinitionKey"]) == ("term", "decide", "asking")
    assert [(one["clauseName"], one["value"]) for one in made["inputs"]] == [("level", "district")]
    outputs = [(one["variableName"], one["value"], one["ruleId"], one["ruleOrder"]) for one in made["outputs"]]
    assert sorted(outputs) == [("days", 3, "r1", 1), ("who", "akim", "r1", 1)]
    plain = client.get(f"/history/decision-instance/{made['id']}").json()
    assert (plain["inputs"], plain["outputs"]) == (None, None)
    assert client.get("/history/decision-instance/count", params={"decisionDefinitionKey": "term"}).json() == {"count": 1}
    assert client.get("/history/decision-instance", params={"activityIdIn": "other"}).json() == []
    after = {
        "evaluatedAfter": "2100-01-01T00:00:00.000+0000",
        "decisionDefinitionNameLike": "t%",
        "decisionRequirementsDefinitionKey": "file",
    }
    assert client.get("/history/decision-instance", params=after).json() == []
