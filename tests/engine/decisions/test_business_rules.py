"""Business rule tasks: the decision is deployed beside the process, evaluated in its step, and kept in the history."""

from typing import Any

import pytest

from engine.definition_errors import DecisionNotFound, DeploymentRefused
from engine.errors import StepFailed
from storage.transaction import transaction
from tests.engine.decisions.factories import decision, definitions, table
from tests.engine.factories import END, START, Desk, flow, flows, model, user_task

TERMS = definitions(decision("terms", table(["level"], ["days", "who"], ["'rural' | 1 | 'head'", "'district' | 3 | 'akim'"])))
SINGLE = definitions(decision("single", table(["level"], ["days"], ["'rural' | 1", "'district' | 3", "- | 9"], "RULE ORDER")))


def asking(attributes: str) -> bytes:
    task = f'<bpmn:businessRuleTask id="decide" {attributes}/>'
    parts = START + user_task("prepare") + task + user_task("after") + END
    return model(parts + flows("start prepare decide after end"))


def deploy(desk: Desk, process: bytes, dmn: bytes) -> None:
    with transaction():
        desk.engine.definitions.deploy("both", {"p.bpmn": process, "d.dmn": dmn}, by="ann")


CAMUNDA = 'camunda:decisionRef="{}" camunda:resultVariable="term" camunda:mapDecisionResult="{}"'


@pytest.mark.parametrize(
    ("dmn", "key", "mapping", "expected"),
    [
        (TERMS, "terms", "singleResult", {"days": 1, "who": "head"}),
        (TERMS, "terms", "resultList", [{"days": 1, "who": "head"}]),
        (SINGLE, "single", "collectEntries", [1, 9]),
    ],
)
def test_a_task_takes_of_a_decision_what_it_asks_for(desk: Desk, dmn: bytes, key: str, mapping: str, expected: Any):
    deploy(desk, asking(CAMUNDA.format(key, mapping)), dmn)
    instance = desk.start(variables={"level": "rural"})

    desk.complete(instance, "prepare")

    assert desk.variables(instance)["term"] == expected
    (made,) = desk.engine.decisions.of_instance(instance.id)
    assert (made.decision_key, made.element_id, made.inputs, made.rules[0]) == (key, "decide", {"level": "rural"}, "r0")


def test_the_newer_form_of_editors_is_read_too(desk: Desk):
    called = '<zeebe:calledDecision decisionId="terms" resultVariable="term"/>'
    task = f'<bpmn:businessRuleTask id="decide"><bpmn:extensionElements>{called}</bpmn:extensionElements></bpmn:businessRuleTask>'
    route = '<bpmn:exclusiveGateway id="asks" default="asks__end"/>' + user_task("akim")
    parts = START + task + route + END + flows("start decide asks end", "akim end") + flow("asks", "akim", '= term.who = "akim"')
    deploy(desk, model(parts), TERMS)

    assert desk.tasks(desk.start(variables={"level": "district"})) == ["akim"]


def test_a_decision_that_gives_too_much_fails_the_step_and_loses_nothing(desk: Desk):
    deploy(desk, asking(CAMUNDA.format("single", "singleEntry")), SINGLE)
    instance = desk.start(variables={"level": "rural"})

    with pytest.raises(StepFailed) as failed:
        desk.complete(instance, "prepare")

    assert failed.value.fields["cause"] == "decision_result_mismatched"
    assert desk.tasks(instance) == ["prepare"]


def test_a_new_version_of_a_decision_is_used_from_the_next_task_on(desk: Desk):
    deploy(desk, asking(CAMUNDA.format("terms", "singleResult")), TERMS)
    instance = desk.start(variables={"level": "rural"})
    with transaction():
        desk.engine.definitions.deploy(
            "later", {"d.dmn": TERMS.replace(b"| 1", b"| 2").replace(b"<text>1</text>", b"<text>2</text>")}, by="ann"
        )

    desk.complete(instance, "prepare")

    assert desk.variables(instance)["term"]["days"] == 2
    assert desk.engine.decisions.latest("terms").version == 2
    assert [one.version for one in desk.engine.decisions.list(key="terms").items] == [1, 2]


def test_a_decision_that_is_nowhere_is_refused_at_deployment(desk: Desk):
    with pytest.raises(DeploymentRefused) as refused, transaction():
        desk.engine.definitions.deploy("p", {"p.bpmn": asking(CAMUNDA.format("gone", "singleEntry"))}, by="ann")
    assert [finding.code for finding in refused.value.findings] == ["decision_unknown"]


def test_a_decision_is_evaluated_by_itself(desk: Desk):
    deploy(desk, asking(CAMUNDA.format("terms", "singleResult")), TERMS)
    found = desk.engine.decisions.latest("terms")
    assert desk.engine.decisions.evaluate(found.id, {"level": "district"}).value == {"days": 3, "who": "akim"}
    assert desk.engine.decisions.xml(found.id) == TERMS
    with pytest.raises(DecisionNotFound):
        desk.engine.decisions.latest("gone")


def test_a_decision_that_breaks_its_own_rules_fails_the_step(desk: Desk):
    ambiguous = definitions(decision("terms", table(["level"], ["days"], ["'rural' | 1", "- | 2"])))
    deploy(desk, asking(CAMUNDA.format("terms", "singleEntry")), ambiguous)
    instance = desk.start(variables={"level": "rural"})

    with pytest.raises(StepFailed) as failed:
        desk.complete(instance, "prepare")

    assert failed.value.fields["cause"] == "decision_ambiguous"
    assert desk.engine.decisions.evaluate(desk.engine.decisions.latest("terms").id, {"level": "rural"}).value is None
