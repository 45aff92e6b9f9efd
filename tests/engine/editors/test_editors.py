"""Files in the shape in which several editors write them: run, only shown, or refused with what to change."""

from pathlib import Path

import pytest

from engine.definition_errors import DefinitionNotExecutable, DeploymentRefused
from engine.errors import DefinitionNotStartable
from engine.findings import Finding
from storage.transaction import transaction
from tests.engine.factories import Desk

HERE = Path(__file__).parent


def file(name: str) -> bytes:
    return (HERE / f"{name}.bpmn").read_bytes()


def refused(desk: Desk, data: bytes) -> list[Finding]:
    with pytest.raises(DeploymentRefused) as refusal:
        desk.deploy(data)
    return [finding for finding in refusal.value.findings if finding.is_error]


def test_a_file_of_an_editor_for_the_older_platform_runs(desk: Desk):
    desk.deploy(file("camunda_modeler_7"))
    instance = desk.start("purchase", variables={"amount": 5})
    desk.engine.jobs.run_due()

    assert [(call.event, call.element_id) for call in desk.calls] == [(None, "Activity_check"), ("create", "Activity_sign")]
    assert desk.calls[0].variables["order"] == {"sum": 5, "tags": ["urgent", "5"]}
    desk.complete(instance, "Activity_sign")
    desk.engine.jobs.run_due()
    assert desk.state(instance) == "completed"
    assert desk.variables(instance)["checked"] is True


def test_a_file_of_an_editor_for_the_newer_platform_runs(desk: Desk):
    desk.deploy(file("camunda_modeler_8"))
    instance = desk.start("petition", variables={"sender": "eve"})
    task = desk.task(instance, "Activity_sign")

    assert (task.assignee, task.priority, (task.form_key or "").split(":")[0]) == ("eve", 70, "diagram")
    desk.complete(instance, "Activity_sign", decision="yes")
    assert [call.event for call in desk.calls] == [None, "end", "complete"]
    assert desk.state(instance) == "completed"


def test_the_words_of_operaton_are_read_as_those_it_took_over(desk: Desk):
    desk.deploy(file("operaton"))
    instance = desk.start("permit", variables={"permit": "7"})
    task = desk.task(instance, "review")

    assert (task.candidate_groups, task.priority) == (("officer",), 60)
    assert desk.engine.tasks.local_variables(task.id) == {"subject": "7"}
    definition = desk.engine.definitions.latest("permit")
    assert desk.engine.definitions.xml(definition.id) == file("operaton")
    desk.complete(instance, "review")
    assert desk.state(instance) == "completed"


@pytest.mark.parametrize(("name", "key"), [("bpmn_io", "Process_1"), ("signavio", "sid-5f30"), ("bizagi", "Id_b1f2")])
def test_what_is_not_executable_is_kept_in_versions_and_shown_but_not_started(desk: Desk, name: str, key: str):
    desk.deploy(file(name))
    desk.deploy(file(name).replace(b"</", b" </", 1))

    definition = desk.engine.definitions.latest(key)
    assert (definition.version, definition.executable) == (2, False)
    assert desk.engine.definitions.xml(definition.id)
    with pytest.raises((DefinitionNotStartable, DefinitionNotExecutable)), transaction():
        desk.engine.instances.start(key, by="ann")


@pytest.mark.parametrize("name", ["flowable", "activiti", "jbpm"])
def test_a_model_of_another_engine_can_be_kept_to_be_shown(desk: Desk, name: str):
    desk.deploy(file(name).replace(b'isExecutable="true"', b'isExecutable="false"'))

    (definition,) = desk.engine.definitions.list().items
    assert definition.executable is False


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "flowable",
            {
                ("leave", "candidateStarterGroups", "camunda:candidateStarterGroups"),
                ("begin", "initiator", "camunda:initiator"),
                ("decide", "assignee", "camunda:assignee"),
                ("decide", "formKey", "camunda:formKey"),
                ("decide", "taskListener", "camunda:taskListener"),
                ("send", "type", "camunda:type"),
                ("send", "field", None),
            },
        ),
        (
            "activiti",
            {
                ("begin", "initiator", "camunda:initiator"),
                ("pay", "candidateGroups", "camunda:candidateGroups"),
                ("pay", "dueDate", "camunda:dueDate"),
                ("book", "class", None),
            },
        ),
        ("jbpm", {("order", "packageName", None), ("order", "version", None), ("order", "adHoc", None)}),
    ],
)
def test_what_another_engine_would_run_is_refused_with_what_to_write(desk: Desk, name: str, expected: set):
    found = refused(desk, file(name))

    foreign = [finding for finding in found if finding.code.startswith("foreign_engine")]
    assert {(finding.element_id, finding.fields["name"], finding.fields.get("instead")) for finding in foreign} == expected
    assert all(finding.line > 0 for finding in foreign)
