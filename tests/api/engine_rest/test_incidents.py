"""Incidents at this door: shown with their definition, noted upon, settled; also where there is no instance."""

from datetime import timedelta
from uuid import UUID

from storage.transaction import transaction
from tests.api.engine_rest.conftest import Door
from tests.engine.factories import END, flows, model, service_task
from tests.worklist.office import Office

HOURLY = "<bpmn:timerEventDefinition><bpmn:timeCycle>R/PT1H</bpmn:timeCycle></bpmn:timerEventDefinition>"
STARTING = model(
    f'<bpmn:startEvent id="begin">{HOURLY}</bpmn:startEvent>' + service_task("send", "mail.send") + END + flows("begin send end"),
    key="starting",
)


def test_a_start_that_failed_is_an_incident_of_its_definition_that_can_be_noted_upon_and_settled(office: Office, door: Door):
    office.operations["mail.send"] = lambda call: 1 / 0
    with transaction():
        definition = office.operate.deploy(office.methodologist, "starting", {"starting.bpmn": STARTING}).definitions[0]
    office.clock.advance(timedelta(hours=1))
    office.engine.start_timers.fire_due()
    admin = door.client("admin")

    [incident] = admin.get("/incident", params={"processDefinitionId": str(definition.id)}).json()
    assert (incident["processInstanceId"], incident["activityId"], incident["incidentType"]) == (None, "send", "failedJob")
    assert admin.put(f"/incident/{incident['id']}/annotation", json={"annotation": "the server was away"}).status_code == 204
    assert admin.get(f"/incident/{incident['id']}").json()["annotation"] == "the server was away"
    assert admin.put(f"/incident/{incident['id']}/annotation", json={"annotation": ""}).status_code == 400
    assert admin.delete(f"/incident/{incident['id']}/annotation").status_code == 204
    assert admin.delete(f"/incident/{incident['id']}", params={"reason": "started by hand"}).status_code == 204

    assert admin.get("/incident/count").json() == {"count": 0}
    assert admin.delete(f"/incident/{incident['id']}").status_code == 409
    assert office.operate.mending.incident(office.admin, UUID(incident["id"])).resolution == "started by hand"
