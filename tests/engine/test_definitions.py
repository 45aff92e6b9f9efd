from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import current_app
from sqlalchemy import event

from engine import definitions as definitions_module
from engine.definition_errors import (
    DefinitionNotExecutable,
    DefinitionNotFound,
    DeploymentEmpty,
    DeploymentInUse,
    DeploymentNotFound,
    DeploymentRefused,
)
from engine.definition_models import DefinitionRow, DeploymentRow, ResourceRow
from engine.definitions import Definitions
from engine.parsing.elements import Act
from engine.parsing.specs.references import Reference
from engine.ports import Ports
from storage import journal
from storage.clock import SetClock
from storage.database import engine, session
from storage.identifiers import new_id
from storage.transaction import transaction
from tests.engine.factories import END, START, Everything, flows, model, service_task, user_task

FILES = Path(__file__).parent / "parsing" / "models"
ACT = 'esep:actType="order" esep:actNumber="7" esep:actDate="2026-09-01" esep:uniqueBusinessKey="true" camunda:versionTag="a"'


class Office:
    """Definitions and what tests do with them; every act is a transaction of its own."""

    def __init__(self, clock: SetClock) -> None:
        self.instances: dict[UUID, int] = {}
        around = Everything()
        ports = Ports(
            {"note": lambda call: None, "leave.record": lambda call: None, "leave.remind": lambda call: None}, around, around, around
        )
        self.definitions = Definitions(clock, ports, count_instances=lambda ids: sum(self.instances.get(one, 0) for one in ids))

    def deploys(self, name="office", /, *, by="ann", source=None, duplicate_filtering=False, changed_only=False, **files: bytes):
        resources = {f"{file}.bpmn": data for file, data in files.items()}
        with transaction():
            return self.definitions.deploy(
                name, resources, by=by, source=source, duplicate_filtering=duplicate_filtering, changed_only=changed_only
            )

    def keys(self, **query):
        return [(found.key, found.version) for found in self.definitions.list(**query).items]


@pytest.fixture
def office(database, clock):
    return Office(clock)


def process(key="p", task="prepare", attributes="") -> bytes:
    return model(START + user_task(task) + END + flows(f"start {task} end"), key=key, attributes=attributes)


def caller(key="outer", called="p") -> bytes:
    return model(START + f'<bpmn:callActivity id="call" calledElement="{called}"/>' + END + flows("start call end"), key=key)


def count(table) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_deployment_makes_a_version_of_every_process_in_it(office, clock):
    first = office.deploys(a=process("a"), b=process("b", attributes=f'{ACT} name="Second"'))
    second = office.deploys(b=process("b", task="other"))

    assert [(made.key, made.version) for made in first.definitions] == [("a", 1), ("b", 1)]
    assert [(made.key, made.version) for made in second.definitions] == [("b", 2)]
    assert (first.created, first.deployed_at, first.deployed_by) == (True, clock.now(), "ann")
    assert office.definitions.latest("b").id == second.definitions[0].id
    assert office.definitions.get(first.definitions[1].id) == first.definitions[1]


def test_a_definition_carries_what_the_process_says(office):
    office.deploys(a=process("a", attributes=f'{ACT} name="Есеп" camunda:historyTimeToLive="90"'))

    found = office.definitions.latest("a")

    assert (found.name, found.version_tag, found.history_ttl_days, found.unique_business_key) == ("Есеп", "a", 90, True)
    assert (found.act.type, found.act.number, found.act.date.isoformat()) == ("order", "7", "2026-09-01")
    assert isinstance(found.act, Act)
    assert (found.resource, found.executable, found.suspended) == ("a.bpmn", True, False)


def test_the_file_comes_back_byte_for_byte(office):
    data = (FILES / "leave_request.bpmn").read_bytes()
    deployment = office.deploys(leave_request=data)

    (resource,) = office.definitions.resources(deployment.id)

    assert office.definitions.xml(deployment.definitions[0].id) == data
    assert resource.name == "leave_request.bpmn"
    assert office.definitions.resource_data(deployment.id, resource.id) == data


def test_a_deployment_with_errors_keeps_nothing_and_names_every_fault(office):
    broken = model(START + service_task("note", "unheard") + '<bpmn:userTask id="nobody"/>' + flows("start note nobody"))

    with pytest.raises(DeploymentRefused) as refused:
        office.deploys(good=process("good"), broken=broken)

    found = [(finding.code, finding.resource, finding.element_id) for finding in refused.value.findings]
    assert found == [("operation_unknown", "broken.bpmn", "note"), ("nobody_to_do", "broken.bpmn", "nobody")]
    assert [fault.fields["line"] for fault in refused.value.faults] == [1, 1]
    assert count(DeploymentRow) == count(ResourceRow) == count(DefinitionRow) == 0


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("bomb.bpmn", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "doctype_not_allowed"),
        ("big.bpmn", b"<x/>" * 13_000_000, "model_too_large"),
        ("table.cmmn", b"<definitions/>", "decision_not_supported"),
        ("", b"x", "resource_name_invalid"),
        ("x" * 300, b"x", "resource_name_invalid"),
        ("line\nbreak.txt", b"x", "resource_name_invalid"),
        ("film.mp4", b"x" * (5 * 1024 * 1024 + 1), "resource_too_large"),
    ],
)
def test_hostile_and_unusable_files_are_refused(office, name, data, code):
    with pytest.raises(DeploymentRefused) as refused, transaction():
        office.definitions.deploy("office", {name: data}, by="ann")

    assert code in [finding.code for finding in refused.value.findings]


def test_names_that_no_column_holds_are_refused(office):
    with pytest.raises(DeploymentRefused), transaction():
        office.definitions.deploy("x" * 256, {"a.bpmn": process()}, by="ann")
    with pytest.raises(DeploymentRefused), transaction():
        office.definitions.deploy("nul\x00", {"a.bpmn": process()}, by="ann")


def test_a_deployment_without_files_is_refused(office):
    with pytest.raises(DeploymentEmpty):
        office.deploys()


def test_one_process_in_two_files_is_refused(office):
    with pytest.raises(DeploymentRefused) as refused:
        office.deploys(a=process("same"), b=process("same"))

    assert [finding.code for finding in refused.value.findings] == ["process_twice"]


def test_other_files_are_kept_beside_the_models(office):
    with transaction():
        deployment = office.definitions.deploy("office", {"a.bpmn": process(), "a.form": b"{}"}, by="ann")

    assert [resource.name for resource in office.definitions.resources(deployment.id)] == ["a.bpmn", "a.form"]
    assert [(finding.code, finding.resource) for finding in deployment.warnings] == [("resource_only_stored", "a.form")]


def test_a_foreign_model_is_kept_and_shown_and_cannot_be_started(office):
    deployment = office.deploys(foreign=(FILES / "foreign.bpmn").read_bytes())
    shown = deployment.definitions[0]

    assert [(made.key, made.executable) for made in deployment.definitions] == [("sid-9c1f", False), ("sid-9c20", False)]
    assert b"Signavio" in office.definitions.xml(shown.id)
    with pytest.raises(DefinitionNotExecutable):
        office.definitions.executable(shown.id)


def test_duplicate_filtering_keeps_nothing_when_nothing_is_new(office):
    first = office.deploys(duplicate_filtering=True, a=process("a"), b=process("b"))

    again = office.deploys(duplicate_filtering=True, a=process("a"), b=process("b"))

    assert (again.id, again.created, again.definitions) == (first.id, False, ())
    assert count(DeploymentRow) == 1


def test_duplicate_filtering_keeps_all_when_one_is_new(office):
    office.deploys(duplicate_filtering=True, a=process("a"), b=process("b"))

    again = office.deploys(duplicate_filtering=True, a=process("a"), b=process("b", task="other"))

    assert [(made.key, made.version) for made in again.definitions] == [("a", 2), ("b", 2)]


def test_only_what_has_changed_is_kept_when_that_is_asked(office):
    office.deploys(a=process("a"), b=process("b"))

    second = office.deploys(changed_only=True, a=process("a"), b=process("b", task="other"))
    third = office.deploys(changed_only=True, a=process("a"), b=process("b", task="other"))

    assert [(made.key, made.version) for made in second.definitions] == [("b", 2)]
    assert [resource.name for resource in office.definitions.resources(second.id)] == ["b.bpmn"]
    assert (third.created, third.id) == (False, second.id)


def test_duplicates_are_looked_for_under_the_same_name_and_source_only(office):
    office.deploys("one", duplicate_filtering=True, a=process("a"))

    assert office.deploys("two", duplicate_filtering=True, a=process("a")).created
    assert office.deploys("one", source="modeler", duplicate_filtering=True, a=process("a")).created
    assert not office.deploys("one", duplicate_filtering=True, a=process("a")).created


def test_going_back_to_an_older_file_is_a_change(office):
    office.deploys(changed_only=True, a=process("a"))
    office.deploys(changed_only=True, a=process("a", task="other"))

    assert office.deploys(changed_only=True, a=process("a")).definitions[0].version == 3


def test_a_called_process_may_come_with_its_caller_or_before_it(office):
    with pytest.raises(DeploymentRefused) as refused:
        office.deploys(outer=caller())

    assert refused.value.findings[0].code == "called_process_unknown"
    assert office.deploys(outer=caller(), p=process()).created
    assert office.deploys(outer=caller()).created


def test_an_executable_is_built_once(office):
    made = office.deploys(a=process("a")).definitions[0]

    assert office.definitions.executable(made.id) is office.definitions.executable(made.id)


def test_the_least_used_executables_are_forgotten(office, monkeypatch):
    monkeypatch.setattr(definitions_module, "CACHE_SIZE", 2)
    ids = [office.deploys(**{key: process(key)}).definitions[0].id for key in "abc"]
    first = office.definitions.executable(ids[0])
    second = office.definitions.executable(ids[1])

    office.definitions.executable(ids[0])
    office.definitions.executable(ids[2])

    assert office.definitions.executable(ids[0]) is first
    assert office.definitions.executable(ids[1]) is not second


def test_a_caller_gets_the_version_that_is_the_latest_when_the_call_is_reached(office):
    outer = office.deploys(outer=caller(), p=process(task="old")).definitions
    specs = office.definitions.executable(next(made.id for made in outer if made.key == "outer")).subprocess_specs
    before = specs.find(Reference("p"))

    office.deploys(p=process(task="new"))

    assert specs.find(Reference("p")) != before
    assert "old" in specs[before].task_specs
    assert "new" in specs[specs.find(Reference("p"))].task_specs


def test_a_definition_is_suspended_and_activated(office):
    made = office.deploys(a=process("a")).definitions[0]

    with transaction():
        assert office.definitions.suspend(made.id, by="ann").suspended
    with transaction():
        assert not office.definitions.activate(made.id, by="ann").suspended

    events = [entry.event for entry in journal.entries_about("process_definition", made.id)]
    assert events == ["process_definition:suspended", "process_definition:activated"]


def test_a_deployment_is_deleted_with_its_definitions(office):
    kept = office.deploys(a=process("a"))
    gone = office.deploys(a=process("a", task="other"))

    with transaction():
        office.definitions.delete_deployment(gone.id, by="ann")

    assert office.definitions.latest("a").id == kept.definitions[0].id
    with pytest.raises(DeploymentNotFound):
        office.definitions.deployment(gone.id)
    with pytest.raises(DefinitionNotFound):
        office.definitions.executable(gone.definitions[0].id)
    assert [entry.event for entry in journal.entries_about("deployment", gone.id)] == ["deployment:created", "deployment:deleted"]


def test_a_deployment_with_instances_is_not_deleted(office):
    made = office.deploys(a=process("a"))
    office.instances[made.definitions[0].id] = 3

    with pytest.raises(DeploymentInUse) as refused, transaction():
        office.definitions.delete_deployment(made.id, by="ann")

    assert refused.value.fields["instances"] == 3


def test_what_is_not_there_is_not_found(office):
    for question in (office.definitions.get, office.definitions.xml, office.definitions.executable):
        with pytest.raises(DefinitionNotFound):
            question(new_id())
    for question in (office.definitions.deployment, office.definitions.resources):
        with pytest.raises(DeploymentNotFound):
            question(new_id())
    with pytest.raises(DefinitionNotFound):
        office.definitions.latest("nothing")


def test_definitions_are_listed_by_key_and_version_and_read_on_by_key(office):
    office.deploys(a=process("a", attributes='name="Monthly 100%"'), b=process("b"))
    office.deploys(b=process("b", task="other"))

    assert office.keys() == [("a", 1), ("b", 1), ("b", 2)]
    assert office.keys(latest=True) == [("a", 1), ("b", 2)]
    assert office.keys(key="b") == [("b", 1), ("b", 2)]
    assert office.keys(name="100%") == [("a", 1)]
    first = office.definitions.list(limit=2)
    assert [found.version for found in office.definitions.list(limit=2, after=first.next).items] == [2]


def test_deployments_are_listed_newest_first_and_read_on_by_key(office):
    made = [office.deploys(name, a=process("a", task=name)) for name in ("one", "two", "three")]
    first = office.definitions.deployments(limit=2)

    assert [found.name for found in first.items] == ["three", "two"]
    assert [found.id for found in office.definitions.deployments(limit=2, after=first.next).items] == [made[0].id]
    assert [found.name for found in office.definitions.deployments(name="two").items] == ["two"]


def test_a_deployment_costs_few_statements_however_many_processes_it_has(office):
    statements: list[str] = []
    listener = lambda connection, cursor, statement, *rest: statements.append(statement)  # noqa: E731
    event.listen(engine(), "before_cursor_execute", listener)

    office.deploys(duplicate_filtering=True, **{f"p{number}": process(f"p{number}") for number in range(10)})
    event.remove(engine(), "before_cursor_execute", listener)

    counted = [statement for statement in statements if not statement.startswith(("BEGIN", "COMMIT"))]
    assert len(counted) <= 8, counted


def test_deployments_at_the_same_time_get_different_versions(office):
    app = current_app._get_current_object()

    def deploy(number: int) -> int:
        with app.app_context():
            return office.deploys(a=process("a", task=f"t{number}")).definitions[0].version

    with ThreadPoolExecutor(4) as pool:
        versions = list(pool.map(deploy, range(8)))

    assert sorted(versions) == list(range(1, 9))


def test_linting_says_what_a_deployment_would_and_keeps_nothing(office):
    found = office.definitions.lint("nobody.bpmn", model(START + '<bpmn:userTask id="x"/>' + flows("start x")))

    assert [(finding.code, finding.element_id) for finding in found] == [("nobody_to_do", "x")]
    assert office.definitions.lint("broken.bpmn", b"<broken")[0].code == "xml_broken"
    assert count(DeploymentRow) == 0
