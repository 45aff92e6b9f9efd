"""Work that is done by programs outside: fetched, locked, done once, failed, thrown."""

from datetime import timedelta

import pytest

from engine.errors import BpmnError, ExternalTaskNotFound, ExternalTaskNotLocked, StepFailed
from engine.external_tasks import ExternalTask, Topic
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flows, mapping, model, user_task

ERROR = '<bpmn:error id="e" errorCode="refused"/>'
MINUTE = timedelta(minutes=1)


def external(attributes: str = "", inside: str = "", topic: str = "send") -> bytes:
    task = f'<bpmn:serviceTask id="ext" camunda:type="external" camunda:topic="{topic}" {attributes}>{inside}</bpmn:serviceTask>'
    caught = '<bpmn:boundaryEvent id="caught" attachedToRef="ext"><bpmn:errorEventDefinition errorRef="e"/></bpmn:boundaryEvent>'
    parts = START + task + caught + user_task("mend") + user_task("after") + END
    return model(parts + flows("start ext after end", "caught mend end"), before=ERROR)


def fetch(desk: Desk, worker: str = "w1", topic: str = "send", limit: int = 10, **details) -> list[ExternalTask]:
    with transaction():
        return desk.engine.external_tasks.fetch_and_lock(worker, [Topic(topic, MINUTE, **details)], limit)


def complete(desk: Desk, task: ExternalTask, worker: str = "w1", **variables: object) -> None:
    with transaction():
        desk.engine.external_tasks.complete(task.id, worker, variables, by=None)


def fail(desk: Desk, task: ExternalTask, retries: int, pause: timedelta = timedelta(0)) -> None:
    with transaction():
        desk.engine.external_tasks.fail(task.id, "w1", "no line", "a long story", retries, pause, by=None)


def test_a_worker_fetches_does_and_completes(desk: Desk):
    instance = desk.started(external(), variables={"to": "akim"})

    (task,) = fetch(desk)
    assert (task.element_id, task.topic, task.worker_id, task.variables["to"].value) == ("ext", "send", "w1", "akim")
    complete(desk, task, sent=True)

    assert desk.tasks(instance) == ["after"]
    assert desk.variables(instance) == {"to": "akim", "sent": True}
    with pytest.raises(ExternalTaskNotFound):
        complete(desk, task)


def test_a_task_is_locked_for_one_worker_until_its_time_is_over(desk: Desk):
    instance = desk.started(external())
    (task,) = fetch(desk, "w1")

    assert fetch(desk, "w2") == []
    desk.move(minutes=2)
    (again,) = fetch(desk, "w2")

    assert again.id == task.id
    with pytest.raises(ExternalTaskNotLocked):
        complete(desk, task, "w1")
    complete(desk, again, "w2")
    assert desk.tasks(instance) == ["after"]


def test_inputs_are_the_workers_own_variables_and_outputs_lead_out(desk: Desk):
    inside = mapping(inputs={"address": "${to}"}, outputs={"receipt": "${number}"})
    instance = desk.started(external(inside=inside), variables={"to": "akim"})

    (task,) = fetch(desk, local_variables=True)
    assert {name: value.value for name, value in task.variables.items()} == {"address": "akim"}
    complete(desk, task, number=7)

    assert desk.variables(instance)["receipt"] == 7


def test_the_most_urgent_comes_first_and_topics_are_worked_out(desk: Desk):
    desk.deploy(external('camunda:taskPriority="${urgency}"', topic="${kind}"))
    for urgency in (1, 9, 5):
        desk.start(variables={"urgency": urgency, "kind": "mail"})

    assert [task.priority for task in fetch(desk, topic="mail", limit=2)] == [9, 5]
    assert fetch(desk, topic="send") == []


def test_a_failed_task_is_offered_again_after_its_pause(desk: Desk):
    desk.started(external())
    (task,) = fetch(desk)

    fail(desk, task, 2, timedelta(minutes=5))

    assert fetch(desk) == []
    desk.move(minutes=5)
    (again,) = fetch(desk)
    assert (again.retries, again.failure) == (2, "no line")
    assert desk.engine.external_tasks.failure_details(task.id) == "a long story"


def test_without_retries_it_is_an_incident_until_somebody_offers_it_again(desk: Desk):
    instance = desk.started(external())
    (task,) = fetch(desk)

    fail(desk, task, 0)

    assert fetch(desk) == []
    (incident,) = desk.engine.incidents.list(instance.id).items
    assert (incident.kind, incident.cause, incident.message) == ("external", "external_task_failed", "no line")
    with transaction():
        desk.engine.incidents.retry(incident.id, by="ann")
    (again,) = fetch(desk)
    complete(desk, again)
    assert desk.tasks(instance) == ["after"]
    assert desk.engine.incidents.list(instance.id).items == ()


def test_a_bpmn_error_goes_to_what_catches_it(desk: Desk):
    instance = desk.started(external())
    (task,) = fetch(desk)

    with transaction():
        desk.engine.external_tasks.throw(task.id, "w1", BpmnError("refused", "no", {"why": "late"}), by=None)

    assert desk.tasks(instance) == ["mend"]
    assert desk.variables(instance) == {"why": "late"}


def test_a_bpmn_error_that_nothing_catches_changes_nothing_and_is_an_incident(desk: Desk):
    instance = desk.started(external())
    (task,) = fetch(desk)

    with pytest.raises(StepFailed), transaction():
        desk.engine.external_tasks.throw(task.id, "w1", BpmnError("unheard_of", ""), by=None)

    complete(desk, task)
    assert desk.tasks(instance) == ["after"]


def test_a_suspended_instance_offers_nothing(desk: Desk):
    instance = desk.started(external())
    with transaction():
        desk.engine.instances.suspend(instance.id, by="ann")
    assert fetch(desk) == []

    with transaction():
        desk.engine.instances.resume(instance.id, by="ann")
    assert len(fetch(desk)) == 1


def test_twenty_instances_are_shared_out_among_workers_each_once(desk: Desk):
    desk.deploy(external())
    instances = [desk.start() for _ in range(20)]

    shares = [fetch(desk, f"w{number}", limit=7) for number in range(4)]

    fetched = [task.instance_id for share in shares for task in share]
    assert sorted(fetched) == sorted(instance.id for instance in instances)
    assert [len(share) for share in shares] == [7, 7, 6, 0]
