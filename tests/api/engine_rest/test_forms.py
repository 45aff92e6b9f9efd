"""The forms of tasks and starts, of the catalogue and of diagrams, in the person's language, to who may see them."""

from typing import Any

from storage.transaction import transaction
from tests.api.engine_rest.conftest import Door
from tests.engine.factories import END, flows, model, user_task
from tests.worklist.office import Office

FIELD = (
    '<bpmn:extensionElements><camunda:formData><camunda:formField id="reason" type="string" label="Reason">'
    '<camunda:properties><camunda:property id="label.kk" value="Себебі"/></camunda:properties>'
    '<camunda:validation><camunda:constraint name="required"/><camunda:constraint name="maxlength" config="10"/></camunda:validation>'
    "</camunda:formField></camunda:formData></bpmn:extensionElements>"
)
BEGUN = f'<bpmn:startEvent id="start">{FIELD}</bpmn:startEvent>'
LEAVE = model(BEGUN + user_task("decide", inside=FIELD) + END + flows("start decide end"), key="leave")
NAMED = model('<bpmn:startEvent id="start" camunda:formKey="decision"/>' + user_task("look") + END + flows("start look end"), key="asked")


def deploy(office: Office, **files: bytes) -> None:
    with transaction():
        office.operate.deploy(office.methodologist, "forms", {f"{name}.bpmn": data for name, data in files.items()})


def parts(schema: dict[str, Any]) -> dict[str, tuple[str, Any]]:
    return {part["key"]: (part["type"], part.get("validate")) for part in schema["components"] if "key" in part}


def test_a_task_gives_its_form_of_the_catalogue_and_of_the_diagram(door: Door, office: Office):
    deploy(office, leave=LEAVE)
    catalogued, drawn, bare = (office.starts(), office.starts("leave", reason="ill"), office.starts("named", who="executor"))

    with door.client("executor") as client:
        own = client.get(f"/task/{office.task(catalogued).id}/deployed-form")
        task = office.task(drawn)
        fields = client.get(f"/task/{task.id}/deployed-form")
        named = client.get(f"/task/{task.id}/form").json()
        none = client.get(f"/task/{office.task(bare).id}/deployed-form")
    with door.client("stranger") as client:
        hidden = client.get(f"/task/{task.id}/deployed-form")

    assert own.status_code == fields.status_code == 200
    assert own.headers["Content-Type"].startswith("application/json")
    assert [part["label"] for part in own.json()["components"]] == ["Шешім"]
    assert parts(fields.json()) == {"reason": ("textfield", {"required": True, "maxLength": 10})}
    assert fields.json()["components"][0]["label"] == "Себебі"
    assert (named["key"].split(":")[0], named["camundaFormRef"]) == ("diagram", None)
    assert (none.status_code, hidden.status_code) == (404, 404)
    assert {"type", "message"} <= set(none.json())


def test_a_definition_gives_its_start_form_by_id_and_by_key(door: Door, office: Office):
    deploy(office, leave=LEAVE, asked=NAMED)
    definition = office.engine.definitions.latest("leave")

    with door.client("methodologist") as client:
        by_id = client.get(f"/process-definition/{definition.id}/deployed-start-form")
        by_key = client.get("/process-definition/key/leave/deployed-start-form")
        catalogued = client.get("/process-definition/key/asked/deployed-start-form")
        none = client.get("/process-definition/key/reporting/deployed-start-form")
        unknown = client.get("/process-definition/key/nothing/deployed-start-form")

    assert by_id.json() == by_key.json()
    assert parts(by_id.json()) == {"reason": ("textfield", {"required": True, "maxLength": 10})}
    assert catalogued.status_code == 200
    assert parts(catalogued.json())
    assert (none.status_code, unknown.status_code) == (404, 404)
