"""An unmodified client mends instances at the served door."""

import generic_camunda_client as camunda
import pytest
from generic_camunda_client.rest import ApiException

from storage.transaction import transaction
from tests.api.engine_rest.test_generated_client import Api, as_, value
from tests.engine.factories import END, START, flows, model, service_task, user_task
from tests.engine.mending.models import NESTED

__all__ = ["as_"]


@pytest.fixture
def nested(office):
    """An instance of a process with subprocesses, at the district."""
    with transaction():
        office.operate.deploy(office.methodologist, "nested", {"nested.bpmn": NESTED})
    return office.starts("p")


def state(office, instance) -> str:
    """As it is now: what the test has read before belongs to another transaction."""
    with transaction():
        return office.engine.instances.get(instance.id).state


def standing(office, instance) -> list[str]:
    with transaction():
        return [task.element_id for task in office.engine.tasks.of_instance(instance.id)]


def instruction(kind: str, **places):
    return camunda.ProcessInstanceModificationInstructionDto(type=kind, **places)


def test_a_token_is_moved_by_a_client(as_: Api, office, nested):
    api = as_(camunda.ProcessInstanceApi, "admin")
    tree = api.get_activity_instance_tree(str(nested.id))
    [open_one] = tree.child_activity_instances
    given = {"hint": camunda.TriggerVariableValueDto(value="x", type="String", local=True), "year": value(2026, "Integer")}

    api.modify_process_instance(
        str(nested.id),
        process_instance_modification_dto=camunda.ProcessInstanceModificationDto(
            annotation="prepared on paper",
            skip_custom_listeners=True,
            skip_io_mappings=False,
            instructions=[
                instruction("cancel", activity_instance_id=open_one.id),
                instruction("startBeforeActivity", activity_id="deep", variables=given),
            ],
        ),
    )

    assert standing(office, nested) == ["deep"]
    [outer] = api.get_activity_instance_tree(str(nested.id)).child_activity_instances
    [inner] = outer.child_activity_instances
    assert [one.activity_id for one in inner.child_activity_instances] == ["deep"]
    assert set(api.get_process_instance_variables(str(nested.id))) == {"due", "year"}


def test_an_instruction_that_cannot_be_carried_out_is_told_with_its_place(as_: Api, office, nested):
    api = as_(camunda.ProcessInstanceApi, "admin")
    wrong = camunda.ProcessInstanceModificationDto(instructions=[instruction("startBeforeActivity", activity_id="nowhere")])

    with pytest.raises(ApiException) as refused:
        api.modify_process_instance(str(nested.id), process_instance_modification_dto=wrong)

    assert refused.value.status == 400
    assert "instructions/0" in refused.value.body
    assert "nowhere" in refused.value.body
    assert standing(office, nested) == ["prepare"]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"instructions": []},
        {"instructions": [{}]},
        {"instructions": ["cancel"]},
        {"instructions": [{"type": "jump", "activityId": "deep"}]},
        {"instructions": [{"type": "startBeforeActivity"}]},
        {"instructions": [{"type": "startBeforeActivity", "transitionId": "x"}]},
        {"instructions": [{"type": "startBeforeActivity", "activityId": "deep", "activityInstanceId": "x"}]},
        {"instructions": [{"type": "cancel", "activityId": "prepare", "activityInstanceId": "x"}]},
        {"instructions": [{"type": "cancel", "activityInstanceId": "no id"}]},
        {"instructions": [{"type": "startBeforeActivity", "activityId": 1}]},
        {"instructions": [{"type": "startBeforeActivity", "activityId": "deep", "variables": {"x": {"value": 1, "local": "maybe"}}}]},
        {"instructions": [{"type": "startBeforeActivity", "activityId": "deep", "unknown": 1}]},
        {"instructions": [{"type": "startBeforeActivity", "activityId": "approve"}], "skipIoMappings": "maybe"},
        {"instructions": [{"type": "startBeforeActivity", "activityId": "approve"}], "annotation": 5},
    ],
)
def test_misshapen_instructions_change_nothing(door, office, nested, sent):
    with door.client("admin") as client:
        answer = client.post(f"/process-instance/{nested.id}/modification", json=sent)

    assert (answer.status_code, answer.json()["type"]) == (400, "InvalidRequestException")
    assert standing(office, nested) == ["prepare"]


def test_several_instances_are_modified_together_or_not_at_all(as_: Api, office, nested):
    other, third = office.starts("p"), office.starts("p")
    api = as_(camunda.ModificationApi, "admin")

    def modify(ids, **instructions):
        order = camunda.ModificationDto(
            process_definition_id=str(nested.definition_id),
            process_instance_ids=[str(one.id) for one in ids],
            instructions=[
                camunda.MultipleProcessInstanceModificationInstructionDto(type="startAfterActivity", activity_id="outer"),
                camunda.MultipleProcessInstanceModificationInstructionDto(type="cancel", **instructions),
            ],
        )
        api.execute_modification(modification_dto=order)

    modify([nested, other], activity_id="prepare", cancel_current_active_activity_instances=True)
    assert (standing(office, nested), standing(office, other), standing(office, third)) == (["approve"], ["approve"], ["prepare"])
    with pytest.raises(ApiException) as refused:
        modify([third, other], activity_id="prepare")

    assert refused.value.status == 400
    assert standing(office, third) == ["prepare"]


def test_instances_of_a_query_are_modified_as_a_batch_that_is_done_at_once(as_: Api, office, nested):
    office.starts("p", business_key="k")
    api = as_(camunda.ModificationApi, "admin")
    order = camunda.ModificationDto(
        process_definition_id=str(nested.definition_id),
        process_instance_query=camunda.ProcessInstanceQueryDto(business_key="k"),
        instructions=[camunda.MultipleProcessInstanceModificationInstructionDto(type="startBeforeActivity", activity_id="approve")],
    )

    done = api.execute_modification_async(modification_dto=order)

    assert (done.type, done.total_jobs) == ("instance-modification", 1)
    assert standing(office, nested) == ["prepare"]


def test_instances_of_another_definition_are_not_modified(door, office, nested):
    other = office.starts()
    sent = {"processDefinitionId": str(nested.definition_id), "processInstanceIds": [str(other.id)]}

    with door.client("admin") as client:
        answer = client.post("/modification/execute", json=sent | {"instructions": [{"type": "cancel", "activityId": "prepare"}]})
        nobody = client.post("/modification/execute", json={"instructions": [{"type": "cancel", "activityId": "prepare"}]})

    assert (answer.status_code, nobody.status_code) == (409, 400)
    assert standing(office, other) == ["prepare"]


def test_what_waits_for_its_job_is_a_transition_instance(as_: Api, office):
    with transaction():
        work = service_task("send", "note", 'camunda:asyncBefore="true"')
        waiting = model(START + work + user_task("check") + END + flows("start send check end"), key="waiting")
        office.operations["note"] = lambda call: None
        office.operate.deploy(office.methodologist, "waiting", {"waiting.bpmn": waiting})
    instance = office.starts("waiting")
    api = as_(camunda.ProcessInstanceApi, "admin")
    tree = api.get_activity_instance_tree(str(instance.id))
    [job] = tree.child_transition_instances

    moved = [instruction("cancel", transition_instance_id=job.id), instruction("startAfterActivity", activity_id="send")]
    order = camunda.ProcessInstanceModificationDto(instructions=moved)
    api.modify_process_instance(str(instance.id), process_instance_modification_dto=order)

    assert (job.activity_id, job.parent_activity_instance_id, tree.child_activity_instances) == ("send", str(instance.id), [])
    assert standing(office, instance) == ["check"]


def test_variables_are_changed_and_removed_from_outside(as_: Api, office, nested):
    api = as_(camunda.ProcessInstanceApi, "admin")
    patch = camunda.PatchVariablesDto(modifications={"a": value(1, "Integer"), "b": value(2, "Long")}, deletions=["due"])

    api.modify_process_instance_variables(str(nested.id), patch_variables_dto=patch)
    api.delete_process_instance_variable(str(nested.id), "a")
    api.delete_process_instance_variable(str(nested.id), "never-there")
    several = camunda.SetVariablesAsyncDto(process_instance_ids=[str(nested.id)], variables={"c": value("x", "String")})
    done = api.set_variables_async_operation(set_variables_async_dto=several)

    assert office.engine.instances.variables(nested.id) == {"b": 2, "c": "x"}
    assert (done.type, done.total_jobs) == ("set-variables", 1)


def test_several_instances_are_suspended_and_cancelled_by_ids_query_or_definition(as_: Api, office, nested):
    other = office.starts("p", business_key="k")
    api = as_(camunda.ProcessInstanceApi, "admin")

    def states():
        return [state(office, one) for one in (nested, other)]

    by_query = camunda.ProcessInstanceQueryDto(business_key="k")
    order = camunda.ProcessInstanceSuspensionStateDto(suspended=True, process_instance_query=by_query)
    api.update_suspension_state(process_instance_suspension_state_dto=order)
    assert states() == ["active", "suspended"]
    order = camunda.ProcessInstanceSuspensionStateDto(suspended=True, process_definition_key="p")
    api.update_suspension_state(process_instance_suspension_state_dto=order)
    assert states() == ["suspended", "suspended"]
    gone = camunda.DeleteProcessInstancesDto(process_instance_ids=[str(nested.id)], process_instance_query=by_query, delete_reason="over")
    done = api.delete_process_instances_async_operation(delete_process_instances_dto=gone)

    assert (states(), done.total_jobs) == (["cancelled", "cancelled"], 2)


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("PUT", "/process-instance/suspended", {"suspended": True}),
        ("PUT", "/process-instance/suspended", {"suspended": True, "processInstanceIds": []}),
        ("POST", "/process-instance/delete", {"deleteReason": "x"}),
        ("POST", "/process-instance/delete", {"processInstanceIds": ["x"], "failIfNotExists": False, "unknown": 1}),
        ("PUT", "/process-definition/key/p/suspended", {"suspended": True, "executionDate": "2030-01-01T00:00:00.000+0000"}),
        ("POST", "/process-instance/variables-async", {"variables": {}}),
    ],
)
def test_what_names_nothing_or_cannot_be_honoured_changes_nothing(door, office, nested, method, path, sent):
    with door.client("admin") as client:
        answer = client.request(method, path, json=sent)

    assert answer.status_code == 400, answer.text
    assert state(office, nested) == "active"
    assert not office.engine.definitions.get(nested.definition_id).suspended


def test_a_definition_is_suspended_with_its_instances_and_let_go_on(as_: Api, office, nested):
    api = as_(camunda.ProcessDefinitionApi, "admin")

    for suspended, then in ((True, "suspended"), (False, "active")):
        order = camunda.ProcessDefinitionSuspensionStateDto(suspended=suspended, include_process_instances=True)
        api.update_process_definition_suspension_state_by_id(str(nested.definition_id), process_definition_suspension_state_dto=order)
        assert state(office, nested) == then


def again(*places: tuple[str, str], **more: object) -> camunda.RestartProcessInstanceDto:
    """An order to start instances anew at places: (kind, id)."""
    made = []
    for kind, name in places:
        place = {"transition_id" if kind == "startTransition" else "activity_id": name}
        made.append(camunda.RestartProcessInstanceModificationInstructionDto(type=kind, **place))
    return camunda.RestartProcessInstanceDto(instructions=made, **more)


def end(office, *instances) -> list[str]:
    """Cancel instances; gives their ids."""
    with transaction():
        for instance in instances:
            office.operate.cancel(office.admin, instance.id, "a mistake")
    return [str(instance.id) for instance in instances]


def test_ended_instances_are_started_anew_by_a_client(as_: Api, office, nested):
    other = office.starts("p", body=office.tree.other_district.id, business_key="k", year=1)
    ids = end(office, nested, other)
    api, definition = as_(camunda.ProcessDefinitionApi, "admin"), str(nested.definition_id)
    instances = as_(camunda.ProcessInstanceApi, "admin")

    order = again(("startAfterActivity", "prepare"), ("startTransition", "outer__approve"), process_instance_ids=ids)
    api.restart_process_instance(definition, restart_process_instance_dto=order)

    begun = {one.business_key: one for one in instances.get_process_instances(process_definition_key="p")}
    assert {key: one.tenant_id for key, one in begun.items()} == {None: str(nested.body), "k": str(other.body)}
    assert instances.get_process_instance_variables(begun["k"].id)["year"].value == 1
    tree = instances.get_activity_instance_tree(begun["k"].id)
    assert sorted(one.activity_id for one in tree.child_activity_instances) == ["approve", "outer"]
    by_query = camunda.HistoricProcessInstanceQueryDto(process_instance_business_key="k", finished=True)
    order = again(
        ("startBeforeActivity", "prepare"),
        historic_process_instance_query=by_query,
        initial_variables=True,
        without_business_key=True,
        skip_custom_listeners=True,
        skip_io_mappings=True,
    )
    done = api.restart_process_instance_async_operation(definition, restart_process_instance_dto=order)
    assert (done.type, done.total_jobs) == ("instance-restart", 1)
    assert instances.get_process_instances_count(process_definition_key="p").count == 3


def test_instances_are_started_anew_together_or_not_at_all(door, office, nested):
    other, still_open = office.starts(), office.starts("p")
    gone, wrong = end(office, nested, other)
    begin = {"instructions": [{"type": "startBeforeActivity", "activityId": "approve"}]}
    named = {"processInstanceIds": [gone], **begin}
    many = [f"00000000-0000-0000-0000-{number:012}" for number in range(1001)]
    refused: list[tuple[int, dict[str, object]]] = [
        (400, begin),
        (400, begin | {"processInstanceIds": []}),
        (400, begin | {"processInstanceQuery": {}}),
        (400, named | {"instructions": []}),
        (400, named | {"instructions": [{"type": "cancel", "activityId": "prepare"}]}),
        (400, named | {"instructions": [{"type": "startBeforeActivity", "activityId": "nowhere"}]}),
        (400, named | {"unknown": 1}),
        (400, named | {"initialVariables": "maybe"}),
        (409, begin | {"processInstanceIds": [gone, str(still_open.id)]}),
        (409, begin | {"processInstanceIds": [gone, wrong]}),
        (404, begin | {"processInstanceIds": [gone, str(office.tree.district.id)]}),
        (413, begin | {"processInstanceIds": many}),
    ]

    with door.client("admin") as client:
        for status, sent in refused:
            answer = client.post(f"/process-definition/{nested.definition_id}/restart", json=sent)
            assert (answer.status_code, set(answer.json()) >= {"type", "message", "code"}) == (status, True), answer.text
        left = client.get("/process-instance/count", params={"processDefinitionKey": "p"}).json()["count"]

    assert left == 1


def test_who_may_only_start_puts_no_instance_past_its_steps(door, office, nested):
    [gone] = end(office, nested)
    begin = [{"type": "startBeforeActivity", "activityId": "approve"}]

    answers = []
    for login in ("methodologist", "executor"):
        with door.client(login) as client:
            answers.append(
                client.post(
                    f"/process-definition/{nested.definition_id}/restart", json={"processInstanceIds": [gone], "instructions": begin}
                )
            )
            answers.append(client.post("/process-definition/key/p/start", json={"startInstructions": begin}))
    with transaction():
        office.operate.suspend_definition(office.methodologist, nested.definition_id, suspended=True)
    with door.client("admin") as client:
        suspended = client.post(
            f"/process-definition/{nested.definition_id}/restart", json={"processInstanceIds": [gone], "instructions": begin}
        )

    assert [answer.status_code for answer in answers] == [403] * 4
    assert (suspended.status_code, suspended.json()["code"]) == (409, 1)


def test_a_new_instance_begins_at_the_places_that_a_client_names(as_: Api, door, office, nested):
    api = as_(camunda.ProcessDefinitionApi, "admin")
    order = camunda.StartProcessInstanceDto(
        business_key="k",
        variables={"year": value(2026, "Integer")},
        start_instructions=[instruction("startBeforeActivity", activity_id="approve", variables={"more": value("x", "String")})],
        skip_custom_listeners=True,
        with_variables_in_return=True,
    )

    begun = api.start_process_instance_by_key("p", start_process_instance_dto=order)
    with door.client("admin") as client:
        wrong = client.post("/process-definition/key/p/start", json={"startInstructions": [{"type": "cancel", "activityId": "approve"}]})

    assert {name: one.value for name, one in begun.variables.items()} == {"year": 2026, "more": "x"}
    assert [
        one.activity_id for one in as_(camunda.ProcessInstanceApi, "admin").get_activity_instance_tree(begun.id).child_activity_instances
    ] == ["approve"]
    assert wrong.status_code == 400
