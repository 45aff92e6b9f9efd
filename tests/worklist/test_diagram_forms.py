"""Forms that stand in the diagram: shown as schemas, and held to their rules by whichever door the values come."""

import json
from typing import Any

import pytest

from engine.definition_errors import DeploymentRefused
from engine.instances import Instance
from forms.errors import FormInvalid
from operate.errors import NotAStarter
from storage.transaction import transaction
from tests.engine.factories import END, START, flows, model
from tests.worklist.office import Office

FIELDS = """<bpmn:extensionElements><camunda:formData>
<camunda:formField id="reason" type="string" label="Reason" defaultValue="none">
  <camunda:properties><camunda:property id="label.kk" value="Себебі"/></camunda:properties>
  <camunda:validation><camunda:constraint name="required"/><camunda:constraint name="maxlength" config="10"/></camunda:validation>
</camunda:formField>
<camunda:formField id="days" type="long" label="Days">
  <camunda:validation><camunda:constraint name="min" config="1"/><camunda:constraint name="max" config="30"/></camunda:validation>
</camunda:formField>
<camunda:formField id="paid" type="boolean" label="Paid" defaultValue="true"/>
<camunda:formField id="since" type="date" label="Since"/>
<camunda:formField id="kind" type="enum" label="Kind" defaultValue="annual">
  <camunda:value id="annual" name="Annual leave"/><camunda:value id="sick" name="Sick leave"/>
</camunda:formField>
<camunda:formField id="number" type="string" label="Number">
  <camunda:validation><camunda:constraint name="readonly"/></camunda:validation>
</camunda:formField>
</camunda:formData></bpmn:extensionElements>"""
SCHEMA = {
    "type": "default",
    "schemaVersion": 19,
    "components": [
        {
            "type": "textfield",
            "id": "f",
            "key": "reason",
            "label": "Reason",
            "validate": {"required": True},
            "properties": {"label.kk": "Себебі"},
        }
    ],
}
EMBEDDED = (
    '<bpmn:extensionElements><zeebe:userTaskForm id="form_1">{}</zeebe:userTaskForm></bpmn:extensionElements>'
    + START
    + '<bpmn:userTask id="x" camunda:candidateGroups="executor"><bpmn:extensionElements>'
    + '<zeebe:formDefinition formKey="camunda-forms:bpmn:form_1"/></bpmn:extensionElements></bpmn:userTask>'
    + END
    + flows("start x end")
)
TASK = START + f'<bpmn:userTask id="x" camunda:candidateGroups="executor">{FIELDS}</bpmn:userTask>' + END + flows("start x end")
SIGHT = '<bpmn:userTask id="x" camunda:candidateGroups="executor"/>' + END + flows("start x end")


def deploy(office: Office, body: str, attributes: str = "") -> None:
    with transaction():
        office.operate.deploy(office.methodologist, "forms", {"f.bpmn": model(body, key="f", attributes=attributes)})


def begun(office: Office, body: str, **variables: Any) -> Instance:
    deploy(office, body)
    return office.starts("f", **variables)


def codes(refused: pytest.ExceptionInfo[FormInvalid]) -> dict[str, str]:
    return {fault.pointer: fault.code for fault in refused.value.faults}


def test_form_fields_are_shown_as_a_schema(office: Office):
    task = office.task(begun(office, TASK, number="7"))

    form = office.worklist.form(office.executor, task.id, "kk")

    parts = {part["key"]: part for part in form.schema["components"]}
    assert {name: part["type"] for name, part in parts.items()} == {
        "reason": "textfield",
        "days": "number",
        "paid": "checkbox",
        "since": "datetime",
        "kind": "select",
        "number": "textfield",
    }
    assert parts["reason"]["label"] == "Себебі"
    assert parts["reason"]["validate"] == {"required": True, "maxLength": 10}
    assert parts["days"]["validate"] == {"min": 1, "max": 30}
    assert parts["kind"]["values"] == [{"value": "annual", "label": "Annual leave"}, {"value": "sick", "label": "Sick leave"}]
    assert (parts["kind"]["defaultValue"], parts["paid"]["defaultValue"], parts["number"]["readonly"]) == ("annual", True, True)
    assert form.values["number"] == "7"


def test_form_fields_are_rules_for_whoever_completes_the_task(office: Office):
    task = office.task(begun(office, TASK))
    office.does("claim", office.executor, task)

    with pytest.raises(FormInvalid) as refused:
        office.does("complete", office.executor, task, {"reason": "", "days": 31, "since": "yesterday", "kind": "study"})

    assert set(codes(refused)) == {"/values/reason", "/values/days", "/values/since", "/values/kind"}


def test_what_the_fields_do_not_hold_is_left_out_and_read_only_ones_stay(office: Office):
    instance = begun(office, TASK, number="7")
    task = office.task(instance)

    sent = {"reason": "moving", "days": 3, "paid": False, "since": "2026-10-01", "kind": "sick", "number": "8", "other": 1}
    office.does("complete", office.executor, task, sent)

    found = office.engine.instances.variables(instance.id)
    assert (found["number"], "other" in found, found["days"]) == ("7", False, 3)


def test_a_form_js_schema_in_the_diagram_is_a_form_too(office: Office):
    task = office.task(begun(office, EMBEDDED.format(json.dumps(SCHEMA, ensure_ascii=False))))

    assert office.worklist.form(office.executor, task.id, "kk").schema["components"][0]["label"] == "Себебі"
    with pytest.raises(FormInvalid) as refused:
        office.does("complete", office.executor, task, {"reason": ""})

    assert list(codes(refused)) == ["/values/reason"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no JSON", "form_not_a_schema"),
        ('{"type": "default", "components": [{"type": "iframe", "id": "a"}]}', "form_component_forbidden"),
        ('{"type": "default", "components": [{"type": "textfield", "id": "a", "label": "A"}]}', "form_key_missing"),
    ],
)
def test_a_schema_in_the_diagram_is_linted_when_it_is_deployed(office: Office, text: str, code: str):
    with pytest.raises(DeploymentRefused) as refused:
        deploy(office, EMBEDDED.format(text))

    assert [finding.code for finding in refused.value.findings if finding.is_error] == [code]


def test_a_form_that_the_diagram_does_not_hold_is_refused(office: Office):
    with pytest.raises(DeploymentRefused) as refused:
        deploy(office, EMBEDDED.format("{}").replace('userTaskForm id="form_1"', 'userTaskForm id="form_2"'))

    assert "reference_dangling" in [finding.code for finding in refused.value.findings]


def test_the_form_of_a_called_process_is_that_of_its_own_diagram(office: Office):
    deploy(office, TASK)
    with transaction():
        calling = START + '<bpmn:callActivity id="x" calledElement="f"/>' + END + flows("start x end")
        office.operate.deploy(office.methodologist, "caller", {"g.bpmn": model(calling, key="g")})
    task = office.task(office.starts("g"))

    with pytest.raises(FormInvalid) as refused:
        office.does("complete", office.executor, task, {"reason": "ok", "days": 0})

    assert list(codes(refused)) == ["/values/days"]


def test_a_start_form_in_the_diagram_is_a_rule_for_whoever_starts(office: Office):
    deploy(office, f'<bpmn:startEvent id="start">{FIELDS}</bpmn:startEvent>' + SIGHT)
    definition = office.engine.definitions.latest("f")

    with pytest.raises(FormInvalid) as refused:
        office.starts("f", days=0)
    instance = office.starts("f", reason="moving", days=2)

    assert list(codes(refused)) == ["/variables/days"]
    assert office.engine.instances.variables(instance.id)["days"] == 2
    assert len(office.operate.start_form(office.methodologist, definition.id, "ru")["components"]) == 6


@pytest.mark.parametrize("starters", ['camunda:candidateStarterGroups="methodologist"', 'camunda:candidateStarterUsers="methodologist"'])
def test_who_is_named_may_start(office: Office, starters: str):
    deploy(office, START + SIGHT, starters)

    assert office.starts("f", body=office.tree.oblast.id).definition_key == "f"


@pytest.mark.parametrize(
    "starters",
    ['camunda:candidateStarterGroups="head"', 'camunda:candidateStarterUsers="head"', 'camunda:candidateStarterGroups="methodologist"'],
)
def test_who_is_not_named_may_not_start(office: Office, starters: str):
    deploy(office, START + SIGHT, starters)

    with pytest.raises(NotAStarter):
        office.starts("f")
