"""What the mutants have found, as small as it can be: what was wrong once is refused in words now."""

import pytest

from engine.definition_errors import DeploymentRefused
from engine.errors import StepFailed
from tests.engine.factories import END, Desk, flows, model


def started_by(timer: str) -> bytes:
    return model(
        f'<bpmn:startEvent id="start"><bpmn:timerEventDefinition>{timer}</bpmn:timerEventDefinition></bpmn:startEvent>{END}'
        + flows("start end")
    )


REFUSED = {
    "a timer start that gives no moment": (
        started_by("<bpmn:timeCycle>= {}</bpmn:timeCycle>"),
        ("start_timer_without_moment", "start"),
    ),
    "a timer start that cannot be worked out": (
        started_by("<bpmn:timeDate>${due}</bpmn:timeDate>"),
        ("start_timer_without_moment", "start"),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_it_is_refused_with_its_element(desk: Desk, name: str):
    data, expected = REFUSED[name]

    with pytest.raises(DeploymentRefused) as refused:
        desk.deploy(data)

    assert [(finding.code, finding.element_id) for finding in refused.value.findings if finding.is_error] == [expected]
    assert all(finding.line for finding in refused.value.findings)
    assert desk.engine.definitions.list().items == ()


PEOPLE = {
    "a group of 300 signs": ("candidateGroups", "x" * 300),
    "a person of 100 signs": ("assignee", "x" * 100),
    "a sign that no database keeps": ("candidateUsers", '${"ann\\u0000"}'),
}


@pytest.mark.parametrize("name", PEOPLE)
def test_people_of_a_task_that_cannot_be_kept_stop_the_step_at_its_element_on_every_database(desk: Desk, name: str):
    attribute, text = PEOPLE[name]
    task = f"<bpmn:userTask id='sign' camunda:{attribute}='{text}'/>"
    desk.deploy(model('<bpmn:startEvent id="start"/>' + task + END + flows("start sign end")))

    with pytest.raises(StepFailed) as failure:
        desk.start()

    assert (failure.value.fields["element_id"], failure.value.fields["cause"]) == ("sign", "people_unreadable")


def test_a_job_that_fails_for_what_no_database_keeps_ends_in_an_incident(desk: Desk):
    topic = "camunda:topic='${&quot;a\\u0000&quot;}'"
    work = f'<bpmn:serviceTask id="send" camunda:type="external" {topic} camunda:asyncBefore="true"/>'
    desk.deploy(model('<bpmn:startEvent id="start"/>' + work + END + flows("start send end")))
    instance = desk.start()

    desk.engine.jobs.run_due()
    for _ in range(3):
        desk.move(days=1)
        desk.engine.jobs.run_due()

    (incident,) = desk.engine.incidents.list(instance.id).items
    assert (incident.element_id, incident.cause) == ("send", "topic_unreadable")
