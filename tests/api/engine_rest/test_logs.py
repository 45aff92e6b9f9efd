"""An unmodified client reads what is kept beside instances: incidents, failed attempts, acts of people, values, who had which task."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import generic_camunda_client as camunda
import pytest
import sqlalchemy as sa
from generic_camunda_client.rest import ApiException

from engine.external_tasks import Topic
from engine.models import ActivityRow
from storage.database import session
from storage.identifiers import new_id
from storage.transaction import transaction
from tests.api.engine_rest.test_generated_client import Api, as_
from tests.engine.factories import END, START, flows, model, service_task, user_task

__all__ = ["as_"]

WORKING = model(
    START
    + '<bpmn:serviceTask id="mail" camunda:type="external" camunda:topic="mail"/>'
    + service_task("send", "mail.send", 'camunda:asyncBefore="true"')
    + user_task("check")
    + END
    + flows("start mail send check end"),
    key="working",
)


@pytest.fixture
def failed(office) -> Any:
    """An instance of the district whose external task failed once, and whose job failed until it was mended."""
    office.operations["mail.send"] = lambda call: 1 / 0
    with transaction():
        office.operate.deploy(office.methodologist, "working", {"working.bpmn": WORKING})
    instance = office.starts("working", business_key="k", year=2026)
    worker = office.engine.external_tasks
    for details in ("a long story", None):
        with transaction():
            [task] = worker.fetch_and_lock("w1", [Topic("mail", timedelta(minutes=1))], 1)
            if details:
                worker.fail(task.id, "w1", "no answer", details, 2, timedelta(0), by=office.admin.by)
            else:
                worker.complete(task.id, "w1", {"sent": 1}, by=office.admin.by)
    for _ in range(3):
        office.engine.jobs.run_due()
        office.clock.advance(timedelta(hours=1))
    return instance


def mended(office, instance) -> UUID:
    """The cause is mended, the incident tried again; gives the task that the instance now waits with."""
    office.operations["mail.send"] = lambda call: {"year": 2027}
    with transaction():
        [incident] = office.engine.incidents.list(instance_id=instance.id).items
    with transaction():
        office.operate.mending.annotate(office.admin, incident.id, "the server was away")
        office.operate.mending.retry(office.admin, incident.id)
    with transaction():
        return office.task(instance).id


def test_incidents_and_failed_attempts_stay_in_the_history(as_: Api, office, failed):
    incidents, jobs = as_(camunda.HistoricIncidentApi, "admin"), as_(camunda.HistoricJobLogApi, "admin")
    external = as_(camunda.HistoricExternalTaskLogApi, "admin")
    [still_open] = incidents.get_historic_incidents(process_instance_id=str(failed.id), open=True)
    mended(office, failed)

    [settled] = incidents.get_historic_incidents(process_definition_key="working", resolved=True, sort_by="endTime", sort_order="desc")
    assert (still_open.open, still_open.end_time, still_open.failed_activity_id, still_open.incident_type) == (
        True,
        None,
        "send",
        "failedJob",
    )
    assert (settled.id, settled.resolved, settled.tenant_id, settled.annotation) == (
        still_open.id,
        True,
        str(failed.body),
        "the server was away",
    )
    assert incidents.get_historic_incidents_count(open=True).count == 0
    logs = jobs.get_historic_job_logs(process_instance_id=str(failed.id), failure_log=True, sort_by="timestamp", sort_order="asc")
    assert [(one.job_retries, one.failure_log, one.failed_activity_id) for one in logs] == [(n, True, "send") for n in (2, 1, 0)]
    assert {one.job_id for one in logs} == {settled.configuration}
    assert "ZeroDivisionError" in jobs.get_stacktrace_historic_job_log(logs[0].id)
    assert jobs.get_historic_job_log(logs[0].id).job_definition_id == f"{failed.definition_id}:job:send"
    by_body = camunda.HistoricJobLogQueryDto(job_id=settled.configuration, tenant_id_in=[str(failed.body)])
    assert jobs.query_historic_job_logs_count(historic_job_log_query_dto=by_body).count == 3
    assert len(jobs.query_historic_job_logs(historic_job_log_query_dto=by_body, first_result=2, max_results=5)) == 1
    [log] = external.get_historic_external_task_logs(topic_name="mail", worker_id="w1", sort_by="timestamp", sort_order="desc")
    assert (log.error_message, log.retries, log.activity_id, log.process_instance_id) == ("no answer", 2, "mail", str(failed.id))
    assert external.get_error_details_historic_external_task_log(log.id) == "a long story"
    assert external.get_historic_external_task_log(log.id).external_task_id == log.activity_instance_id
    assert external.query_historic_external_task_logs_count(historic_external_task_log_query_dto={"errorMessage": "other"}).count == 0
    with pytest.raises(ApiException) as of_another_kind:
        jobs.get_historic_job_log(log.id)
    assert of_another_kind.value.status == 404


def test_what_people_did_is_told_in_the_words_of_the_door(as_: Api, office, failed):
    task_id = mended(office, failed)
    with transaction():
        office.worklist.claim(office.executor, task_id)
        office.worklist.complete(office.executor, task_id, {})
    api = as_(camunda.HistoricUserOperationLogApi, "admin")

    def did(login: str = "admin", **asked: Any) -> list[tuple[str, str, str]]:
        log = as_(camunda.HistoricUserOperationLogApi, login)
        found = log.query_user_operation_entries(sort_by="timestamp", sort_order="asc", **asked)
        return [(one.user_id, one.entity_type, one.operation_type) for one in found]

    assert did(process_instance_id=str(failed.id)) == [
        ("methodologist", "ProcessInstance", "Create"),
        ("admin", "Incident", "SetAnnotation"),
        ("admin", "Incident", "Retry"),
        ("executor", "Task", "Claim"),
        ("executor", "Task", "Complete"),
    ]
    assert did(task_id=str(task_id), operation_type="Claim") == [("executor", "Task", "Claim")]
    assert did(entity_type="Deployment", user_id="methodologist", category="Operator")[-1] == ("methodologist", "Deployment", "Create")
    assert did("manager", category_in="TaskWorker") == did(category="TaskWorker") != []
    assert did("manager", entity_type="Deployment") == did(entity_type="Task", category="Operator") == []
    assert api.query_user_operation_count(user_id="executor").count == 2
    [claimed] = api.query_user_operation_entries(operation_type="Claim", first_result=0, max_results=1)
    assert (claimed.process_definition_id, claimed.process_definition_key) == (str(failed.definition_id), "working")
    assert api.query_user_operation_entries(operation_id=claimed.operation_id)[0].task_id == str(task_id)
    with pytest.raises(ApiException) as refused:
        did("executor")
    assert refused.value.status == 403


def test_what_people_did_in_an_instance_of_many_activities_is_found(as_: Api, office, failed):
    task_id = mended(office, failed)
    place = {"instance_id": failed.id, "element_id": "again", "kind": "serviceTask", "started_at": office.clock.now(), "step": 9}
    ended = place | {"ended_at": office.clock.now(), "cancelled": False, "variables": []}
    with transaction():
        session.execute(sa.insert(ActivityRow), [ended | {"id": new_id()} for _ in range(33_000)])
    with transaction():
        office.worklist.claim(office.executor, task_id)

    asked = {"process_instance_id": str(failed.id), "entity_type": "Task"}
    found = as_(camunda.HistoricUserOperationLogApi, "admin").query_user_operation_entries(**asked)

    assert [(one.user_id, one.operation_type, one.task_id) for one in found] == [("executor", "Claim", str(task_id))]


def test_whom_a_task_was_made_for_is_told_when_only_its_owner_changes(as_: Api, office):
    made_for = model(START + user_task("check", 'camunda:assignee="${who}"') + END + flows("start check end"), key="made_for")
    with transaction():
        office.operate.deploy(office.methodologist, "made_for", {"made_for.bpmn": made_for})
    head = office.head.by
    task = office.task(office.starts("made_for", who=head))

    with transaction():
        office.engine.tasks.delegate(task.id, head, by=head)

    links = as_(camunda.HistoricIdentityLinkLogApi, "admin")
    told = links.get_historic_identity_links(task_id=str(task.id), sort_by="time", sort_order="asc")
    assert [(one.operation_type, one.type, one.user_id) for one in told] == [("add", "assignee", "head"), ("add", "owner", "head")]


def test_values_of_variables_and_who_had_a_task_are_told_one_by_one(as_: Api, office, failed):
    task_id = mended(office, failed)
    for act, who, more in (("assign", office.head, [office.colleague.user_id]), ("delegate", office.colleague, [office.executor.user_id])):
        office.does(act, who, office.task(failed), *more)
    details, links = as_(camunda.HistoricDetailApi, "executor"), as_(camunda.HistoricIdentityLinkLogApi, "executor")

    found = details.get_historic_details(process_instance_id=str(failed.id), sort_by="time", sort_order="asc")

    given = [(one.variable_name, one.value, one.revision, one.initial) for one in found if one.variable_name != "due"]
    assert given == [("year", 2026, 0, True), ("sent", 1, 0, False), ("year", 2027, 1, False)]
    last = found[-1]
    assert details.historic_detail(last.id).variable_instance_id == f"{failed.id}:year"
    of_activity = camunda.HistoricDetailQueryDto(activity_instance_id=last.activity_instance_id, variable_updates=True)
    assert [one.id for one in details.query_historic_details(historic_detail_query_dto=of_activity)] == [last.id]
    assert details.get_historic_details_count(process_instance_id=str(failed.id), variable_type_in="date", initial=True).count == 1
    told = links.get_historic_identity_links(task_id=str(task_id), sort_by="time", sort_order="asc")
    assert [(one.operation_type, one.type, one.user_id, one.assigner_id) for one in told] == [
        ("add", "assignee", "colleague", "head"),
        ("delete", "assignee", "colleague", "colleague"),
        ("add", "assignee", "executor", "colleague"),
        ("add", "owner", "colleague", "colleague"),
    ]
    assert links.get_historic_identity_links_count(task_id=str(task_id), type="owner", operation_type="add").count == 1


def test_others_see_nothing_of_it_and_what_is_not_kept_is_refused_by_name(door, office, failed):
    task_id = mended(office, failed)
    with door.client("admin") as client:
        [job_log, *_] = client.get("/history/job-log").json()
        [detail, *_] = client.get("/history/detail", params={"processInstanceId": str(failed.id)}).json()
        refused = [
            client.get(f"/history/{asked}").status_code
            for asked in (
                "job-log?successLog=true",
                "job-log?sortBy=hostname&sortOrder=asc",
                "external-task-log?priorityHigherThanOrEquals=1",
                "incident?deleted=true",
                "user-operation?caseInstanceId=x",
                "detail",
                "detail?formFields=true",
                "identity-link-log",
                f"identity-link-log?taskId={task_id}&groupId=x",
            )
        ]
        unknown = [client.get(f"/history/detail/{one}").status_code for one in (f"{task_id}:7", "x", f"{failed.id}:0")]

    with door.client("stranger") as client:
        seen = [
            client.get(f"/history/{asked}").json()
            for asked in (
                "job-log",
                f"detail?processInstanceId={failed.id}",
                f"identity-link-log?taskId={task_id}",
                "external-task-log",
            )
        ]
        hidden = [client.get(f"/history/{one}").status_code for one in (f"job-log/{job_log['id']}", f"detail/{detail['id']}")]

    assert refused == [400] * 9
    assert (unknown, seen, hidden) == ([404] * 3, [[]] * 4, [404] * 2)
