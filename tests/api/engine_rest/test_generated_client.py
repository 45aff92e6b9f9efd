"""An unmodified client, generated from the public description of this interface, does its work at the served door."""

from collections.abc import Callable
from typing import Any

import generic_camunda_client as camunda
import pytest
from generic_camunda_client.rest import ApiException

from tests.api.engine_rest.conftest import PASSWORD
from tests.worklist.office import REPORTING

Api = Callable[[type, str], Any]


@pytest.fixture
def as_(door) -> Api:
    """A function from an interface of the client and a login to the interface."""

    def api(kind: type, login: str) -> Any:
        client = camunda.ApiClient(camunda.Configuration(host=door.url, username=login, password=PASSWORD))
        client.set_default_header("Authorization", client.configuration.get_basic_auth_token())
        return kind(client)

    return api


def value(value: Any, kind: str) -> camunda.VariableValueDto:
    return camunda.VariableValueDto(value=value, type=kind)


def test_deploying_starting_and_working_through_a_process(as_, tmp_path, office):
    file = tmp_path / "reporting.bpmn"
    file.write_bytes(REPORTING.replace(b'name="Approve"', b'name="Agree"'))

    deployed = as_(camunda.DeploymentApi, "methodologist").create_deployment(
        deployment_name="reporting", deployment_source="a test", enable_duplicate_filtering=True, data=str(file)
    )
    [definition] = deployed.deployed_process_definitions.values()
    started = as_(camunda.ProcessDefinitionApi, "methodologist").start_process_instance_by_key_and_tenant_id(
        "reporting",
        str(office.tree.district.id),
        start_process_instance_dto=camunda.StartProcessInstanceDto(
            business_key="EMP-01", variables={"due": value("2026-10-06T09:00:00.000+0500", "Date")}, with_variables_in_return=True
        ),
    )
    tasks = as_(camunda.TaskApi, "executor")
    [task] = tasks.get_tasks(process_instance_business_key="EMP-01", unassigned=True)
    tasks.claim(task.id, user_id_dto=camunda.UserIdDto(user_id="executor"))
    [mine] = tasks.query_tasks(
        task_query_dto=camunda.TaskQueryDto(assignee="executor", sorting=[{"sortBy": "dueDate", "sortOrder": "asc"}])
    )
    completion = camunda.CompleteTaskDto(variables={"decision": value("accept", "String")}, with_variables_in_return=True)
    left = tasks.complete(task.id, complete_task_dto=completion)

    assert (definition.key, definition.version) == ("reporting", 2)
    assert (started.definition_id, started.business_key, started.tenant_id) == (definition.id, "EMP-01", str(office.tree.district.id))
    assert started.variables["due"].type == "Date"
    assert (mine.id, mine.assignee, mine.task_definition_key, mine.form_key) == (task.id, "executor", "prepare", "decision")
    assert left["decision"].value == "accept"
    assert mine.due.isoformat() == "2026-10-06T04:00:00+00:00"
    assert tasks.get_tasks_count(process_instance_business_key="EMP-01").count == 1
    [approve] = tasks.get_tasks(process_instance_id=started.id)
    assert (approve.name, approve.assignee) == ("Agree", None)
    history = as_(camunda.HistoricActivityInstanceApi, "executor").get_historic_activity_instances(process_instance_id=started.id)
    assert {one.activity_id: (one.activity_type, one.assignee) for one in history} == {
        "start": ("startEvent", None),
        "prepare": ("userTask", "executor"),
        "approve": ("userTask", None),
    }


def test_instances_are_found_changed_and_deleted(as_, office):
    kept, dropped = office.starts(business_key="kept"), office.starts(business_key="dropped")
    instances = as_(camunda.ProcessInstanceApi, "admin")

    assert {one.business_key for one in instances.get_process_instances(process_definition_key="reporting")} == {"kept", "dropped"}
    assert instances.get_process_instances_count(business_key="kept").count == 1
    assert instances.get_process_instance(str(kept.id)).suspended is False
    instances.set_process_instance_variable(str(kept.id), "amount", variable_value_dto=value(12.5, "Double"))
    changes = camunda.PatchVariablesDto(modifications={"count": value(7, "Long"), "list": value("[1,2]", "Json")})
    instances.modify_process_instance_variables(str(kept.id), patch_variables_dto=changes)
    found = instances.get_process_instance_variables(str(kept.id))
    tree = instances.get_activity_instance_tree(str(kept.id))
    instances.update_suspension_state_by_id(str(kept.id), suspension_state_dto=camunda.SuspensionStateDto(suspended=True))
    instances.delete_process_instance(str(dropped.id))

    assert {name: (one.type, one.value) for name, one in found.items() if name != "due"} == {
        "amount": ("Double", 12.5),
        "count": ("Long", 7),
        "list": ("Json", "[1,2]"),
    }
    assert instances.get_process_instance_variable(str(kept.id), "count").value == 7
    assert [child.activity_id for child in tree.child_activity_instances] == ["prepare"]
    assert instances.get_process_instance(str(kept.id)).suspended is True
    with pytest.raises(ApiException) as gone:
        instances.get_process_instance(str(dropped.id))
    assert gone.value.status == 404
    [ended] = as_(camunda.HistoricProcessInstanceApi, "admin").get_historic_process_instances(finished=True)
    assert (ended.business_key, ended.state, ended.start_user_id) == ("dropped", "EXTERNALLY_TERMINATED", "methodologist")
    assert (ended.process_definition_name, ended.process_definition_version) == (None, 1)


def test_definitions_are_listed_read_and_suspended(as_, office):
    definitions = as_(camunda.ProcessDefinitionApi, "methodologist")
    deployments = as_(camunda.DeploymentApi, "methodologist")

    [found] = definitions.get_process_definitions(key="reporting", latest_version=True, sort_by="version", sort_order="desc")
    [deployment] = deployments.get_deployments(sort_by="deploymentTime", sort_order="desc", max_results=5)
    definitions.update_process_definition_suspension_state(
        process_definition_suspension_state_dto=camunda.ProcessDefinitionSuspensionStateDto(
            process_definition_key="reporting", suspended=True
        )
    )

    assert definitions.get_process_definition(found.id).key == "reporting"
    assert definitions.get_process_definition_by_key("reporting").suspended is True
    assert definitions.get_process_definitions_count(key="reporting").count == 1
    assert definitions.get_process_definition_bpmn20_xml_by_key("reporting").bpmn20_xml == REPORTING.decode()
    assert definitions.get_start_form(found.id).key is None
    assert deployments.get_deployment(deployment.id).name == "office"
    assert sorted(one.name for one in deployments.get_deployment_resources(deployment.id)) == ["named.bpmn", "reporting.bpmn"]
    assert deployments.get_deployments_count(name="office").count == 1


def test_forms_candidates_and_delegation(as_, office):
    task = str(office.task(office.starts(decision="accept")).id)
    tasks, variables = as_(camunda.TaskApi, "executor"), as_(camunda.TaskVariableApi, "executor")

    tasks.claim(task, user_id_dto=camunda.UserIdDto(user_id="executor"))
    links = as_(camunda.TaskIdentityLinkApi, "executor").get_identity_links(task)
    tasks.delegate_task(task, user_id_dto=camunda.UserIdDto(user_id="colleague"))
    delegated = tasks.get_task(task)
    as_(camunda.TaskApi, "colleague").resolve(task, complete_task_dto=camunda.CompleteTaskDto())
    tasks.unclaim(task)
    as_(camunda.TaskApi, "head").set_assignee(task, user_id_dto=camunda.UserIdDto(user_id="colleague"))

    assert {(link.type, link.user_id or link.group_id) for link in links} == {
        ("assignee", "executor"),
        ("candidate", f"executor@{office.tree.district.id}"),
    }
    assert (delegated.assignee, delegated.owner, delegated.delegation_state) == ("colleague", "executor", "PENDING")
    assert tasks.get_task(task).assignee == "colleague"
    assert tasks.get_form(task).key == "decision"
    assert variables.get_task_variable(task, "decision").value == "accept"
    assert tasks.get_form_variables(task, variable_names="decision")["decision"].value == "accept"


def test_messages_incidents_and_the_rest(as_, office, door):
    with pytest.raises(ApiException) as nobody:
        as_(camunda.MessageApi, "methodologist").deliver_message(correlation_message_dto=camunda.CorrelationMessageDto(message_name="x"))

    assert nobody.value.status == 400
    assert as_(camunda.IncidentApi, "admin").get_incidents() == []
    assert as_(camunda.IncidentApi, "admin").get_incidents_count().count == 0
    assert as_(camunda.VersionApi, "executor").get_rest_api_version().version.startswith("7.")
    assert [engine.name for engine in as_(camunda.EngineApi, "executor").get_process_engine_names()] == ["default"]
    identity = as_(camunda.IdentityApi, "executor")
    groups = identity.get_group_info(user_id="executor")
    assert f"executor@{office.tree.district.id}" in {group.id for group in groups.groups}
    for password, right in ((PASSWORD, True), ("wrong", False)):
        answer = identity.verify_user(basic_user_credentials_dto=camunda.BasicUserCredentialsDto(username="head", password=password))
        assert answer.is_authenticated is right


def test_the_history_of_tasks_and_variables(as_, office):
    instance = office.starts(business_key="EMP-01")
    office.does("complete", office.executor, office.task(instance), {"decision": "accept"})
    tasks = as_(camunda.HistoricTaskInstanceApi, "executor")
    variables = as_(camunda.HistoricVariableInstanceApi, "executor")

    done = tasks.get_historic_task_instances(process_instance_id=str(instance.id), sort_by="startTime", sort_order="asc")
    [decision] = variables.get_historic_variable_instances(process_instance_id=str(instance.id), variable_name="decision")

    assert [(one.task_definition_key, one.assignee, one.delete_reason) for one in done] == [
        ("prepare", "executor", "completed"),
        ("approve", None, None),
    ]
    assert done[0].priority == 60
    assert (decision.type, decision.value) == ("String", "accept")
    assert tasks.get_historic_task_instances_count(finished=True).count == 1
