"""An unmodified client brings instances to the next version of their process."""

import json
from datetime import timedelta

import generic_camunda_client as camunda
import pytest
from generic_camunda_client.rest import ApiException

from engine.instructions import Instruction
from storage.transaction import transaction
from tests.api.engine_rest.test_generated_client import Api, as_
from tests.api.engine_rest.test_mending import standing
from tests.engine.factories import END, START, flows, model, service_task, user_task
from tests.engine.test_timers import boundary, timer

__all__ = ["as_"]

FIRST = model(START + user_task("prepare") + END + flows("start prepare end"))
SECOND = model(START + user_task("prepare") + user_task("approve") + END + flows("start prepare approve end"))


@pytest.fixture
def versions(office) -> tuple[str, str, str]:
    """The ids of two versions of a process, and of an instance of the first."""
    with transaction():
        (first,) = office.operate.deploy(office.methodologist, "one", {"p.bpmn": FIRST}).definitions
    instance = office.starts("p")
    with transaction():
        (second,) = office.operate.deploy(office.methodologist, "two", {"p.bpmn": SECOND}).definitions
    return str(first.id), str(second.id), str(instance.id)


def planned(api, source: str, target: str):
    ends = {"source_process_definition_id": source, "target_process_definition_id": target}
    return api.generate_migration_plan(
        migration_plan_generation_dto=camunda.MigrationPlanGenerationDto(**ends, update_event_triggers=False)
    )


def test_a_plan_is_made_found_sound_and_followed(as_: Api, office, versions):
    source, target, instance = versions
    api = as_(camunda.MigrationApi, "admin")

    plan = planned(api, source, target)
    report = api.validate_migration_plan(migration_plan_dto=plan)
    api.execute_migration_plan(migration_execution_dto=camunda.MigrationExecutionDto(migration_plan=plan, process_instance_ids=[instance]))

    assert [(one.source_activity_ids, one.target_activity_ids) for one in plan.instructions] == [(["prepare"], ["prepare"])]
    assert report.instruction_reports == []
    with transaction():
        found = office.engine.instances.get(office.engine.instances.list(limit=1).items[0].id)
        assert str(found.definition_id) == target
        (task,) = office.engine.tasks.of_instance(found.id)
    with transaction():
        office.engine.tasks.complete(task.id, {}, by=None)
    assert standing(office, found) == ["approve"]


def test_a_plan_that_cannot_be_followed_is_told_and_changes_nothing(as_: Api, office, versions):
    source, target, instance = versions
    api = as_(camunda.MigrationApi, "admin")
    plan = planned(api, source, target)
    plan.instructions = [camunda.MigrationInstructionDto(source_activity_ids=["prepare"], target_activity_ids=["gone"])]

    (report,) = api.validate_migration_plan(migration_plan_dto=plan).instruction_reports
    with pytest.raises(ApiException) as refused:
        api.execute_migration_plan(
            migration_execution_dto=camunda.MigrationExecutionDto(migration_plan=plan, process_instance_ids=[instance])
        )

    assert len(report.failures) == 1
    assert "gone" in report.failures[0]
    assert refused.value.status == 400
    told = json.loads(refused.value.body)
    assert told["type"] == "MigrationPlanValidationException"
    assert told["validationReport"]["instructionReports"] == [
        {
            "instruction": {"sourceActivityIds": ["prepare"], "targetActivityIds": ["gone"], "updateEventTrigger": False},
            "failures": report.failures,
        }
    ]
    with transaction():
        assert str(office.engine.instances.list(limit=1).items[0].definition_id) == source


def test_what_of_an_instance_stands_in_the_way_is_told_activity_by_activity(as_: Api, office):
    def drawn(about_job: str) -> bytes:
        return model(START + service_task("send", "note", about_job) + user_task("check") + END + flows("start send check end"), key="jobs")

    office.operations["note"] = lambda call: None
    with transaction():
        (first,) = office.operate.deploy(office.methodologist, "one", {"jobs.bpmn": drawn('camunda:asyncBefore="true"')}).definitions
    waiting, standing_on = office.starts("jobs"), office.starts("jobs")
    with transaction():
        office.operate.interventions.modify(
            office.admin, standing_on.id, [Instruction("startAfterActivity", "send"), Instruction("cancel", "send")]
        )
        (second,) = office.operate.deploy(office.methodologist, "two", {"jobs.bpmn": drawn("")}).definitions
    api = as_(camunda.MigrationApi, "admin")
    plan = planned(api, str(first.id), str(second.id))
    plan.instructions = [one for one in plan.instructions if one.source_activity_ids == ["send"]]

    reports = []
    for instance in (waiting, standing_on):
        order = camunda.MigrationExecutionDto(migration_plan=plan, process_instance_ids=[str(instance.id)])
        with pytest.raises(ApiException) as refused:
            api.execute_migration_plan(migration_execution_dto=order)
        told = json.loads(refused.value.body)
        assert (refused.value.status, told["type"]) == (400, "MigratingProcessInstanceValidationException")
        reports.append(told["validationReport"])

    [job], [task] = reports[0]["transitionInstanceValidationReports"], reports[1]["activityInstanceValidationReports"]
    assert [one["processInstanceId"] for one in reports] == [str(waiting.id), str(standing_on.id)]
    assert (job["sourceScopeId"], job["migrationInstruction"]["targetActivityIds"], len(job["failures"])) == ("send", ["send"], 1)
    assert (task["sourceScopeId"], task["migrationInstruction"], task["activityInstanceId"]) == (
        "check",
        None,
        str(office.task(standing_on).id),
    )
    assert (
        reports[0]["activityInstanceValidationReports"] == reports[1]["transitionInstanceValidationReports"] == reports[0]["failures"] == []
    )


def test_drafts_due_dates_and_the_moments_of_timers_survive(as_: Api, office):
    def drawn() -> bytes:
        reminded = boundary("late", "prepare", timer("timeDuration", "PT1H"), interrupting=False)
        task = user_task("prepare", 'camunda:formKey="decision" camunda:dueDate="${due}"')
        return model(START + task + reminded + user_task("remind") + END + flows("start prepare end", "late remind"), key="dated")

    with transaction():
        (first,) = office.operate.deploy(office.methodologist, "one", {"dated.bpmn": drawn()}).definitions
    instance = office.starts("dated")
    task = office.task(instance)
    draft = office.does("save_draft", office.executor, task, {"decision": "return"}, if_match=None)
    with transaction():
        office.engine.tasks.update(task.id, due_at=office.clock.now() + timedelta(days=9), priority=70, by=office.head.by)
    task, [waits] = office.task(instance), office.engine.timers.of_instance(instance.id)
    office.clock.advance(timedelta(minutes=10))
    with transaction():
        later = drawn().replace(b"PT1H", b"PT9H").replace(b"${due}", b"${another}")
        (second,) = office.operate.deploy(office.methodologist, "two", {"dated.bpmn": later}).definitions
    api = as_(camunda.MigrationApi, "admin")

    plan = planned(api, str(first.id), str(second.id))
    order = camunda.MigrationExecutionDto(migration_plan=plan, process_instance_ids=[str(instance.id)])
    api.execute_migration_plan(migration_execution_dto=order)

    with transaction():
        now, [still] = office.task(instance), office.engine.timers.of_instance(instance.id)
        assert (now.id, now.due_at, now.priority, now.definition_id) == (task.id, task.due_at, 70, second.id)
        assert (still.id, still.due_at) == (waits.id, waits.due_at)
        assert office.worklist.draft(office.executor, task.id) == draft
    office.clock.advance(timedelta(minutes=50))
    office.engine.timers.fire_due()
    assert standing(office, instance) == ["prepare", "remind"]


def test_only_who_operates_processes_migrates(as_: Api, versions):
    source, target, _ = versions
    with pytest.raises(ApiException) as refused:
        planned(as_(camunda.MigrationApi, "executor"), source, target)

    assert refused.value.status == 403
