"""Files that the library inside BPMN editors has written, element by element (`moddle/write.mjs`): deployed and run."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from engine.errors import BpmnError
from engine.external_tasks import Topic
from storage.transaction import transaction
from tests import node
from tests.engine.factories import Desk

HERE = Path(__file__).parent
BROWSER = HERE.parents[1] / "browser"
NAMES = ("moddle_camunda", "moddle_zeebe")


def file(name: str) -> bytes:
    return (HERE / f"{name}.bpmn").read_bytes()


def test_the_files_are_what_the_library_writes():
    node.install(HERE / "moddle")
    written = json.loads(node.run(HERE / "moddle" / "write.mjs"))

    assert {name: file(name).decode() for name in NAMES} == written


def test_its_packages_are_those_of_the_editors_in_the_browser_and_name_no_registry():
    own, browser = (json.loads((folder / "package-lock.json").read_text("utf-8"))["packages"] for folder in (HERE / "moddle", BROWSER))

    assert {name: package for name, package in own.items() if name} == {name: browser[name] for name in own if name}
    assert [name for name, package in own.items() if "resolved" in package] == []


def test_a_file_for_the_older_platform_runs_to_its_end(desk: Desk):
    desk.deploy(file("moddle_camunda"))
    instance = desk.start("permit", business_key="7", variables={"amount": 20, "bodies": ["a", "b"]})
    _works(desk, "register", query={"sum": 20, "of": ["permits"]}, gives={"found": True})
    desk.engine.jobs.run_due()

    assert desk.variables(instance)["total"] == 22
    assert desk.variables(instance)["applicant"] == "ann"
    assert desk.tasks(instance) == ["Activity_approve", "Activity_approve"]
    assert [call.event for call in desk.calls] == ["create", "create"]
    task = desk.task(instance, "Activity_approve")
    assert (task.priority, task.candidate_groups, task.due_at) == (60, ("head",), desk.clock.now() + timedelta(days=3))
    desk.complete(instance, "Activity_approve", approved=True)
    desk.complete(instance, "Activity_approve", approved=True)
    with transaction():
        desk.engine.messages.correlate("bodies_answered", business_key="7")
    assert desk.state(instance) == "completed"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_its_error_and_its_condition_lead_elsewhere(desk: Desk):
    desk.deploy(file("moddle_camunda"))
    refused = desk.start("permit", business_key="8", variables={"amount": 5, "bodies": []})

    with transaction():
        (task,) = desk.engine.external_tasks.fetch_and_lock("w", [Topic("register", timedelta(minutes=5))], 1)
        desk.engine.external_tasks.throw(task.id, "w", BpmnError("REFUSED", "no money"), "w")
    small = desk.start("permit", business_key="9", variables={"amount": 5, "bodies": []})
    _works(desk, "register", query={"sum": 5, "of": ["permits"]}, gives={"found": False})

    assert desk.variables(refused)["why"] == "no money"
    assert [desk.passed(instance)[-1] for instance in (refused, small)] == ["Event_stopped", "Event_stopped"]


def test_a_file_for_the_newer_platform_runs_to_its_end(desk: Desk):
    desk.deploy(file("moddle_zeebe"))
    instance = desk.start("complaint", variables={"bodies": ["a", "b"], "number": 12})

    assert [call.variables["to"] for call in desk.calls] == ["a", "b"]
    assert desk.variables(instance)["asked"] == ["A", "B"]
    task = desk.task(instance, "Activity_decide")
    assert (task.priority, task.candidate_groups, (task.form_key or "").split(":")[0]) == (80, ("head",), "diagram")
    desk.move(days=2)
    desk.engine.timers.fire_due()
    assert [call.element_id for call in desk.calls] == ["Activity_ask", "Activity_ask", "Activity_remind"]
    desk.complete(instance, "Activity_decide", decision="yes")
    with transaction():
        desk.engine.messages.correlate("answered", business_key="12")
    assert desk.state(instance) == "completed"


def _works(desk: Desk, topic: str, *, query: object, gives: dict[str, object]) -> None:
    """A worker outside fetches its only task and does it."""
    with transaction():
        (task,) = desk.engine.external_tasks.fetch_and_lock("w", [Topic(topic, timedelta(minutes=5), properties=True)], 1)
    assert ((task.variables or {})["query"].value, dict(task.properties or {})) == (query, {"system": "egov"})
    with transaction():
        desk.engine.external_tasks.complete(task.id, "w", gives, "w")
