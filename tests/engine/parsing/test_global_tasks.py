"""What is read of global tasks, and what is said of them."""

import pytest

from engine.linting import lint
from engine.parsing import read, with_operations
from engine.parsing.elements import ProcessModel
from tests.engine.parsing.factories import AROUND, NAMESPACES, OPERATIONS, codes, straight, text

PEOPLE = 'camunda:assignee="${boss}" camunda:candidateGroups="head" camunda:formKey="decide" camunda:dueDate="P1D"'
TAGGED = '<extensionElements><zeebe:versionTag value="2026"/></extensionElements>'
CALLING = straight('<callActivity id="x" calledElement="g"/>')


def alone(task: str) -> bytes:
    return f'<definitions {NAMESPACES} id="d" targetNamespace="x">\n{task}\n</definitions>'.encode()


def process(task: str) -> ProcessModel:
    read_model = read(alone(task), "p.bpmn")
    assert not read_model.findings, list(read_model.findings)
    return read_model.processes["g"]


def said(data: bytes) -> list[tuple[str, str | None, int]]:
    model = with_operations(read(data, "p.bpmn"), OPERATIONS)
    return [(finding.code, finding.element_id, finding.line) for finding in lint(model, AROUND)]


def test_a_global_task_is_a_process_of_its_own_that_holds_the_task_alone():
    made = process(f'<globalUserTask id="g" name="Approve" {PEOPLE} camunda:historyTimeToLive="5">{TAGGED}</globalUserTask>')
    (start,), task = made.starts(), made.elements["g_task"]

    assert (made.key, made.name, made.executable, made.is_task, made.line) == ("g", "Approve", True, True, 2)
    assert (made.version_tag, made.history_ttl_days) == ("2026", 5)
    assert (start.inserted, made.flows[start.outgoing[0]].target) == (True, "g_task")
    assert (task.kind, task.name, task.line, task.outgoing) == ("userTask", "Approve", 2, ())
    assert task.user_task is not None
    assert (task.user_task.assignee.text, task.user_task.form_key) == ("${boss}", "decide")


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ('<globalTask id="g"/>', "task"),
        ('<globalManualTask id="g"/>', "manualTask"),
        ('<globalScriptTask id="g" scriptLanguage="feel"><script>a = 1</script></globalScriptTask>', "scriptTask"),
        ('<globalBusinessRuleTask id="g" camunda:delegateExpression="${office.note}"/>', "businessRuleTask"),
    ],
)
def test_every_global_task_is_the_task_that_its_name_says(written: str, kind: str):
    assert process(written).elements["g_task"].kind == kind
    assert said(alone(written)) == []


def test_global_tasks_run_where_the_processes_of_their_file_do():
    drawn = read(text(CALLING, head='<globalUserTask id="g"/>', process='id="p"'), "p.bpmn").processes["g"]
    running = read(text(CALLING, head='<globalUserTask id="g"/>'), "p.bpmn").processes["g"]

    assert (drawn.executable, running.executable) == (False, True)
    assert said(text(CALLING, head='<globalUserTask id="g" camunda:unheard="1"/>', process='id="p"')) == [("nothing_executable", None, 1)]


def test_what_is_wrong_with_a_global_task_is_told_by_its_own_id():
    assert said(alone('<globalUserTask id="g"/>')) == [("nobody_to_do", "g", 2)]
    assert said(alone('<globalScriptTask id="g" scriptLanguage="groovy"><script>a</script></globalScriptTask>')) == [
        ("script_language_not_supported", "g", 2)
    ]
    assert said(alone('<globalTask id="g" camunda:assignee="ann"/>')) == [("attribute_misplaced", "g", 2)]
    assert said(alone('<globalUserTask camunda:assignee="a"/>'))[0][0] == "id_missing"


def test_a_global_task_inside_a_process_or_of_the_id_of_a_process_is_refused():
    assert "global_task_misplaced" in codes(straight('<globalTask id="x"/>'))
    assert "id_duplicate" in codes(straight('<task id="x"/>'), head='<globalTask id="p"/>')


def test_a_process_may_call_a_global_task_of_its_file():
    assert codes(CALLING, head='<globalTask id="g"/>') == []
    assert codes(CALLING) == ["called_process_unknown"]
