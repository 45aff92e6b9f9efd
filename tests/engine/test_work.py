"""What tasks do: expressions, operations with one result, jobs that are operations or topics, and what parameters can hold."""

from datetime import timedelta

import pytest

from engine.errors import StepFailed
from engine.external_tasks import Topic
from engine.instances import Instance
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flows, mapping, model, service_task, user_task

DRAFT = '<bpmn:{0} id="x" {1}><bpmn:extensionElements><zeebe:taskDefinition type="{2}"/>{3}</bpmn:extensionElements></bpmn:{0}>'


def around(element: str) -> bytes:
    """A process of one element and a user task after it."""
    return model(START + element + user_task("after") + END + flows("start x after end"))


def fetched(desk: Desk, topic: str, **wishes: bool):
    with transaction():
        return desk.engine.external_tasks.fetch_and_lock("w", [Topic(topic, timedelta(minutes=5), **wishes)], 10)


def inputs(desk: Desk, instance: Instance) -> dict[str, object]:
    return desk.engine.tasks.local_variables(desk.task(instance, "x").id)


def test_a_service_task_works_out_an_expression(desk: Desk):
    element = '<bpmn:serviceTask id="x" camunda:expression="${amount * 2}" camunda:resultVariable="double"/>'

    instance = desk.started(around(element), variables={"amount": 21})

    assert desk.variables(instance)["double"] == 42


def test_a_business_rule_task_can_work_out_an_expression_too(desk: Desk):
    element = '<bpmn:businessRuleTask id="x" camunda:expression="= amount &gt; 20" camunda:resultVariable="large"/>'

    instance = desk.started(around(element), variables={"amount": 21})

    assert desk.variables(instance)["large"] is True


def test_all_that_an_operation_gives_can_go_to_one_variable(desk: Desk):
    desk.offer("draft", lambda call: {"text": "answer", "pages": 2})

    instance = desk.started(around(service_task("x", "draft", 'camunda:resultVariable="letter"')))

    assert desk.variables(instance) == {"letter": {"text": "answer", "pages": 2}}


def test_a_business_rule_task_calls_an_operation(desk: Desk):
    desk.offer("judge", lambda call: {"good": True})

    instance = desk.started(around('<bpmn:businessRuleTask id="x" camunda:delegateExpression="${judge}"/>'))

    assert desk.variables(instance) == {"good": True}


def test_a_job_whose_type_is_an_operation_is_done_by_it(desk: Desk):
    desk.offer("draft", lambda call: {"text": "answer"})

    instance = desk.started(around(DRAFT.format("serviceTask", "", "draft", "")))

    assert desk.tasks(instance) == ["after"]
    assert desk.variables(instance) == {"text": "answer"}


def test_any_other_job_is_left_to_workers_outside_with_its_headers(desk: Desk):
    headers = '<zeebe:taskHeaders><zeebe:header key="printer" value="2"/></zeebe:taskHeaders>'
    instance = desk.started(around(DRAFT.format("scriptTask", "", "print-letter", headers)))

    (task,) = fetched(desk, "print-letter", properties=True)
    with transaction():
        desk.engine.external_tasks.complete(task.id, "w", {"printed": True}, by=None)

    assert task.properties == {"printer": "2"}
    assert desk.tasks(instance) == ["after"]
    assert desk.variables(instance) == {"printed": True}


def test_a_worker_that_does_not_ask_is_told_no_properties(desk: Desk):
    desk.started(around(DRAFT.format("serviceTask", "", "print-letter", "")))

    (task,) = fetched(desk, "print-letter")

    assert task.properties is None


def test_the_type_of_a_job_can_be_worked_out(desk: Desk):
    desk.started(around(DRAFT.format("serviceTask", "", "= &quot;print-&quot; + where", "")), variables={"where": "astana"})

    assert len(fetched(desk, "print-astana")) == 1


def test_a_parameter_can_be_a_list_or_a_map_however_deep(desk: Desk):
    made = (
        '<camunda:map><camunda:entry key="year">${year}</camunda:entry><camunda:entry key="parts"><camunda:list>'
        '<camunda:value>= year + 1</camunda:value><camunda:value>last</camunda:value><camunda:map><camunda:entry key="a">b</camunda:entry>'
        "</camunda:map></camunda:list></camunda:entry></camunda:map>"
    )
    instance = desk.started(around(user_task("x", inside=mapping(inputs={"asked": made}))), variables={"year": 2026})

    assert inputs(desk, instance) == {"asked": {"year": 2026, "parts": [2027, "last", {"a": "b"}]}}


def test_a_parameter_can_be_a_script_in_either_language(desk: Desk):
    feel = '<camunda:script scriptFormat="feel">sum(figures)</camunda:script>'
    juel = '<camunda:script scriptFormat="juel">empty figures ? 0 : 1</camunda:script>'
    instance = desk.started(around(user_task("x", inside=mapping(inputs={"a": feel, "b": juel}))), variables={"figures": [1, 2]})

    assert inputs(desk, instance) == {"a": 3, "b": 1}


ERRORS = '<bpmn:error id="e" errorCode="no_account"/>'
CAUGHT = '<bpmn:boundaryEvent id="caught" attachedToRef="x"><bpmn:errorEventDefinition errorRef="e"/></bpmn:boundaryEvent>'


def external(condition: str) -> bytes:
    """A process whose external task turns some answers into the error `no_account`."""
    made = f'<bpmn:extensionElements><camunda:errorEventDefinition errorRef="e" expression="{condition}"/></bpmn:extensionElements>'
    task = f'<bpmn:serviceTask id="x" camunda:type="external" camunda:topic="pay">{made}</bpmn:serviceTask>'
    parts = START + task + CAUGHT + user_task("after") + user_task("mend") + END
    return model(parts + flows("start x after end", "caught mend end"), before=ERRORS)


def fail(desk: Desk, message: str, details: str | None = None) -> None:
    (task,) = fetched(desk, "pay")
    with transaction():
        desk.engine.external_tasks.fail(task.id, "w", message, details, 3, timedelta(0), by=None)


@pytest.mark.parametrize(
    "condition",
    [
        "= contains(errorMessage, &quot;account&quot;)",
        "${externalTask.errorMessage == 'no such account'}",
        "= errorDetails = &quot;trace&quot;",
        "= externalTask.topicName = &quot;pay&quot;",
    ],
)
def test_the_model_makes_a_bpmn_error_of_a_workers_failure(desk: Desk, condition: str):
    instance = desk.started(external(condition))

    fail(desk, "no such account", "trace")

    assert desk.tasks(instance) == ["mend"]


def test_any_other_failure_is_tried_again(desk: Desk):
    instance = desk.started(external("= contains(errorMessage, &quot;account&quot;)"))

    fail(desk, "the line is down")

    assert desk.tasks(instance) == []
    assert [task.retries for task in fetched(desk, "pay")] == [3]


def test_the_model_makes_a_bpmn_error_of_what_a_worker_gives(desk: Desk):
    instance = desk.started(external("${state == 'unknown'}"))
    (task,) = fetched(desk, "pay")

    with transaction():
        desk.engine.external_tasks.complete(task.id, "w", {"state": "unknown"}, by=None)

    assert desk.tasks(instance) == ["mend"]
    assert desk.variables(instance) == {"state": "unknown"}


def test_an_error_that_cannot_be_told_is_an_incident_and_the_task_stays(desk: Desk):
    instance = desk.started(external("${unheard == 1}"))

    with pytest.raises(StepFailed):
        fail(desk, "no such account")

    (incident,) = desk.engine.incidents.list(instance.id).items
    assert (incident.kind, incident.element_id) == ("external", "x")
