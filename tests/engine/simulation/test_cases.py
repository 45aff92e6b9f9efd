"""Walking cases: what is done, what is told, and what is found to be otherwise."""

import json
from typing import Any

import pytest

from engine.definition_errors import DeploymentRefused
from engine.simulation import Simulation
from tests.engine.factories import END, START, TWO_TASKS, flow, flows, model, service_task, user_task


def case(*steps: dict[str, Any], **rest: Any) -> str:
    return json.dumps({"cases": [{"name": "a case", "steps": list(steps), **rest}]})


def test_a_case_that_goes_as_expected_has_no_faults(walk, simulation):
    steps = [{"complete": "prepare"}, {"complete": "approve", "variables": {"decision": "return"}}]
    expected = {"path": ["start", "prepare", "approve", "decided"], "tasks": ["prepare"], "waits": ["prepare"], "state": "active"}

    walked = walk(TWO_TASKS, case(*steps, expect=expected))

    assert walked.faults == []
    [share] = simulation.shares()
    assert (share.elements_left, share.flows_left) == (["end"], ["decided__end"])
    assert 70 < share.percent < 90


@pytest.mark.parametrize(
    ("expected", "code"),
    [
        ({"path": ["start", "prepare"]}, "simulation_differs"),
        ({"tasks": []}, "simulation_differs"),
        ({"ends": ["end"]}, "simulation_differs"),
        ({"state": "completed"}, "simulation_differs"),
        ({"instances": 2}, "simulation_differs"),
        ({"incidents": ["prepare: why"]}, "simulation_differs"),
        ({"variables": {"x": 2}}, "simulation_variable_differs"),
        ({"visited": ["approve"]}, "simulation_not_visited"),
        ({"not_visited": ["prepare"]}, "simulation_visited"),
        ({"not_visited": ["perpare"]}, "scenario_element_unknown"),
        ({"process": "q"}, "scenario_process_unknown"),
    ],
)
def test_what_is_not_as_expected_is_a_fault_with_its_line(walk, expected, code):
    walked = walk(TWO_TASKS, case(start={"variables": {"x": 1}}, expect=expected))

    assert [(told.code, told.line) for told in walked.faults] == [(code, 1)]


def test_a_step_where_nothing_is_open_ends_the_case(walk):
    walked = walk(TWO_TASKS, case({"complete": "approve"}, {"complete": "prepare"}))

    assert [(told.code, told.fields["refusal"]) for told in walked.faults] == [("simulation_refused", "nothing_open")]
    assert "prepare" not in [told.element_id for told in walked.told if told.code == "simulation_done"]


SENDING = model(START + user_task("prepare") + service_task("send", "reports.send") + END + flows("start prepare send end"))


def test_a_mocked_operation_answers_call_by_call(walk):
    answers = [{"refusal": "too_early", "reason": "wait"}, {"failure": "no line"}, {"variables": {"number": "= figures + 1"}}]
    done = {"complete": "prepare", "variables": {"figures": 4}}

    walked = walk(
        SENDING,
        case(
            {**done, "refused": "too_early"},
            {**done, "refused": "step_failed"},
            done,
            operations={"reports.send": answers},
            expect={"variables": {"number": 5}, "state": "completed", "incidents": []},
        ),
    )

    assert walked.faults == []
    assert [told.fields["answer"] for told in walked.told if told.code == "simulation_called"] == ["refusal", "failure", "variables"]


def test_an_incident_that_nobody_expects_is_a_fault(walk):
    steps = [{"complete": "prepare", "refused": "step_failed"}]

    walked = walk(SENDING, case(*steps, operations={"send": {"failure": "no line"}}))

    assert [(told.code, told.fields["found"]) for told in walked.faults] == [("simulation_differs", "send: operation_failed")]


def test_a_refusal_that_does_not_come_and_an_operation_that_nobody_calls_are_faults(walk):
    assert [told.code for told in walk(SENDING, case({"complete": "prepare", "refused": "x"})).faults] == ["simulation_not_refused"]


def test_an_operation_that_nobody_calls_is_a_fault(walk):
    assert [told.code for told in walk(SENDING, case(operations={"reports.snd": {}})).faults] == ["scenario_operation_unknown"]


TIMED = model(
    START
    + user_task("prepare")
    + '<bpmn:boundaryEvent id="told" cancelActivity="false" attachedToRef="prepare"><bpmn:timerEventDefinition>'
    + "<bpmn:timeCycle>R3/P1D</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    + service_task("remind", "remind", "camunda:asyncBefore='true'")
    + '<bpmn:endEvent id="reminded"/>'
    + END
    + flows("start prepare end", "told remind reminded")
)


def test_time_stops_wherever_something_is_due(walk):
    walked = walk(TIMED, case({"wait": "P5D"}, expect={"tasks": ["prepare"], "ends": ["reminded"] * 3}))

    assert walked.faults == []
    assert [told.at.day for told in walked.told if told.element_id == "reminded"] == [2, 3, 4]


def test_flows_of_a_step_that_was_rolled_back_are_not_visited(walk, simulation):
    both = model(
        START
        + user_task("prepare")
        + user_task("check")
        + service_task("send", "reports.send")
        + END
        + flows("start prepare check send end")
    )

    walked = walk(both, case({"complete": "prepare"}, {"complete": "check", "refused": "no"}, operations={"send": {"refusal": "no"}}))

    assert walked.faults == []
    [share] = simulation.shares()
    assert share.flows == ["start__prepare", "prepare__check"]


def test_what_is_due_without_end_is_stopped(walk):
    again = '<bpmn:exclusiveGateway id="again" default="again__end"/>'
    parts = START + service_task("poll", "poll", 'camunda:asyncBefore="true"') + again + END
    data = model(parts + flows("start poll again end") + flow("again", "poll", "${1 == 1}"))

    walked = walk(data, case())

    assert [told.code for told in walked.faults] == ["simulation_endless"]


def test_a_model_that_the_linter_refuses_is_not_walked(simulation: Simulation):
    with pytest.raises(DeploymentRefused):
        simulation.deploy({"p.bpmn": model(START + END)})
