"""An unmodified client brings instances to the next version of their process."""

import generic_camunda_client as camunda
import pytest
from generic_camunda_client.rest import ApiException

from storage.transaction import transaction
from tests.api.engine_rest.test_generated_client import Api, as_
from tests.api.engine_rest.test_mending import standing
from tests.engine.factories import END, START, flows, model, user_task

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
    with transaction():
        assert str(office.engine.instances.list(limit=1).items[0].definition_id) == source


def test_only_who_operates_processes_migrates(as_: Api, versions):
    source, target, _ = versions
    with pytest.raises(ApiException) as refused:
        planned(as_(camunda.MigrationApi, "executor"), source, target)

    assert refused.value.status == 403
