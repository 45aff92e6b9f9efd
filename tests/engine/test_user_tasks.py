"""User tasks: who may do them, until when, and what completing one costs."""

import threading
from datetime import UTC, datetime

import pytest
from flask import current_app

from engine.errors import NotAssignee, StepFailed, TaskAlreadyClaimed, TaskDelegated, TaskNotDelegated, TaskNotOpen
from refusals import Refusal
from storage import database as storage_database
from storage.journal import entries_about
from storage.transaction import transaction
from tests.engine.factories import END, PARALLEL, START, TWO_TASKS, Desk, flows, model, service_task, user_task

BODY = "0199a1b2-0000-7000-8000-000000000001"
LANES = '<bpmn:laneSet id="lanes"><bpmn:lane id="lane_1" name="head"><bpmn:flowNodeRef>decide</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'


def test_a_plain_role_is_meant_at_the_instances_body(desk: Desk):
    instance = desk.started(TWO_TASKS, body=BODY)

    assert desk.task(instance, "prepare").candidate_groups == (f"executor@{BODY}",)


def test_without_a_body_a_role_stays_as_it_is(desk: Desk):
    instance = desk.started(TWO_TASKS)

    assert desk.task(instance, "prepare").candidate_groups == ("executor",)


def test_a_group_may_be_an_expression_and_name_another_body(desk: Desk):
    task = '<bpmn:userTask id="review" camunda:candidateGroups="officer@${receiver}, head" camunda:candidateUsers="${people}"/>'
    instance = desk.started(
        model(START + task + END + flows("start review end")), body=BODY, variables={"receiver": "b2", "people": ["u1", "u2"]}
    )

    found = desk.task(instance, "review")
    assert found.candidate_groups == (f"head@{BODY}", "officer@b2")
    assert found.candidate_users == ("u1", "u2")


def test_a_lane_is_a_candidate_group(desk: Desk):
    instance = desk.started(model(LANES + START + '<bpmn:userTask id="decide"/>' + END + flows("start decide end")), body=BODY)

    assert desk.task(instance, "decide").candidate_groups == (f"head@{BODY}",)


def test_dates_priority_and_form_are_read_when_the_task_is_created(desk: Desk):
    attributes = 'camunda:dueDate="P3D" camunda:followUpDate="${day}" camunda:priority="${5 + 70}" camunda:formKey="prepare_report"'
    instance = desk.started(
        model(START + user_task("prepare", attributes) + END + flows("start prepare end")), variables={"day": "2026-10-02T09:00:00+05:00"}
    )

    task = desk.task(instance, "prepare")
    assert task.due_at == datetime(2026, 10, 4, 4, 0, tzinfo=UTC)
    assert task.follow_up_at == datetime(2026, 10, 2, 4, 0, tzinfo=UTC)
    assert (task.priority, task.form_key) == (75, "prepare_report")


def test_claiming_is_for_one_and_can_be_undone(desk: Desk):
    task = desk.task(desk.started(TWO_TASKS), "prepare")
    with transaction():
        desk.engine.tasks.claim(task.id, by="ann")
        desk.engine.tasks.claim(task.id, by="ann")

    with pytest.raises(TaskAlreadyClaimed), transaction():
        desk.engine.tasks.claim(task.id, by="bob")
    with pytest.raises(NotAssignee), transaction():
        desk.engine.tasks.unclaim(task.id, by="bob")
    with transaction():
        desk.engine.tasks.unclaim(task.id, by="ann")

    assert desk.engine.tasks.get(task.id).assignee is None
    assert [entry.event for entry in entries_about("user_task", task.id)] == [
        "user_task:created",
        "user_task:claimed",
        "user_task:unclaimed",
    ]


def test_a_delegated_task_goes_back_to_its_owner_before_it_is_completed(desk: Desk):
    instance = desk.started(TWO_TASKS)
    task = desk.task(instance, "prepare")
    with transaction():
        desk.engine.tasks.claim(task.id, by="ann")
        desk.engine.tasks.delegate(task.id, "bob", by="ann")
    with pytest.raises(TaskDelegated):
        desk.complete(instance, "prepare", by="bob")

    with transaction():
        desk.engine.tasks.resolve(task.id, {"figures": 4}, by="bob")
    found = desk.engine.tasks.get(task.id)
    assert (found.assignee, found.owner, found.delegation_state) == ("ann", "ann", "resolved")
    with pytest.raises(TaskNotDelegated), transaction():
        desk.engine.tasks.resolve(task.id, {}, by="ann")

    desk.complete(instance, "prepare")
    assert desk.variables(instance) == {"figures": 4}


def test_a_task_can_be_given_to_somebody_and_changed(desk: Desk):
    task = desk.task(desk.started(TWO_TASKS), "prepare")
    due = datetime(2026, 12, 1, tzinfo=UTC)

    with transaction():
        desk.engine.tasks.assign(task.id, "bob", by="head")
        desk.engine.tasks.update(task.id, due_at=due, priority=90, by="head")

    found = desk.engine.tasks.get(task.id)
    assert (found.assignee, found.due_at, found.priority) == ("bob", due, 90)


def test_completing_a_user_task_costs_at_most_eight_statements(desk: Desk, statements: list[str]):
    timed = (
        '<bpmn:boundaryEvent id="{0}_late" attachedToRef="{0}" cancelActivity="false"><bpmn:timerEventDefinition>'
        "<bpmn:timeDuration>P3D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    )
    late = "".join(
        timed.format(name) + service_task(f"remind_{name}", "note") + flows(f"{name}_late remind_{name}") for name in ("prepare", "approve")
    )
    instance = desk.started(model(START + user_task("prepare") + user_task("approve") + late + END + flows("start prepare approve end")))
    task = desk.task(instance, "prepare")
    statements.clear()

    with transaction():
        desk.engine.tasks.complete(task.id, {"figures": 1}, by="ann")

    sent = [statement for statement in statements if not statement.startswith(("BEGIN", "COMMIT"))]
    assert len(sent) <= 8, "\n".join(sent)
    assert desk.tasks(instance) == ["approve"]
    assert [timer.element_id for timer in desk.engine.timers.of_instance(instance.id)] == ["approve_late"]


def at_once(*works) -> list[BaseException | None]:
    """Do things in threads, each with a session of its own, as nearly at once as can be; gives what each raised."""
    app, outcomes = current_app._get_current_object(), [None] * len(works)
    gate = threading.Barrier(len(works))

    def run(place: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    works[place]()
            except BaseException as failure:  # noqa: BLE001
                outcomes[place] = failure
            finally:
                storage_database.session.remove()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_two_people_who_complete_two_parallel_tasks_at_once_both_succeed(desk: Desk):
    instance = desk.started(PARALLEL)
    for _ in range(5):
        desk.complete(instance, "prepare")
        approve, check = desk.task(instance, "approve").id, desk.task(instance, "check").id

        outcomes = at_once(
            lambda task_id=approve: desk.engine.tasks.complete(task_id, {"decision": "return"}, by="ann"),
            lambda task_id=check: desk.engine.tasks.complete(task_id, {"decision": "return"}, by="bob"),
        )

        assert outcomes == [None, None]
        storage_database.session.rollback()
    assert desk.tasks(instance) == ["prepare"]


def test_of_two_who_complete_the_same_task_at_once_one_is_refused(desk: Desk):
    instance = desk.started(TWO_TASKS)
    task_id = desk.task(instance, "prepare").id

    outcomes = at_once(*[lambda by=by: desk.engine.tasks.complete(task_id, {"by": by}, by=by) for by in ("ann", "bob", "cyd")])

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "TaskNotOpen", "TaskNotOpen"]
    storage_database.session.rollback()
    assert desk.tasks(instance) == ["approve"]


class RemarkMissing(Refusal):
    """A return without a remark."""


def test_what_an_operation_refuses_in_a_persons_step_is_told_as_it_is_and_changes_nothing(desk: Desk):
    def refuse(_call):
        raise RemarkMissing(report="R-1")

    desk.offer("check_remarks", refuse)
    instance = desk.started(
        model(START + user_task("prepare") + service_task("check", "check_remarks") + END + flows("start prepare check end"))
    )

    with pytest.raises(RemarkMissing):
        desk.complete(instance, "prepare", figures=1)

    assert desk.tasks(instance) == ["prepare"]
    assert desk.variables(instance) == {}
    assert desk.engine.incidents.list(instance.id).items == ()


def test_any_other_failure_in_a_persons_step_changes_nothing_and_leaves_an_incident(desk: Desk):
    desk.offer("break", lambda call: {}["missing"])
    instance = desk.started(
        model(START + user_task("prepare") + service_task("compute", "break") + END + flows("start prepare compute end"))
    )

    for _ in range(2):
        with pytest.raises(StepFailed):
            desk.complete(instance, "prepare", figures=1)

    assert desk.tasks(instance) == ["prepare"]
    (incident,) = desk.engine.incidents.list(instance.id).items
    assert (incident.element_id, incident.cause, incident.kind, incident.failures) == ("compute", "operation_failed", "task", 2)

    desk.offer("break", lambda call: {"figures": call.variables["figures"] + 1})
    with transaction():
        desk.engine.incidents.retry(incident.id, by="admin")
    assert desk.state(instance) == "completed"
    assert desk.variables(instance) == {"figures": 2}
    resolved = desk.engine.incidents.get(incident.id)
    assert (resolved.resolved_by, resolved.resolved_at) == ("admin", desk.clock.now())


def test_a_task_of_a_cancelled_branch_is_gone(desk: Desk):
    both = (
        '<bpmn:parallelGateway id="fork"/>'
        + user_task("a")
        + user_task("b")
        + '<bpmn:endEvent id="stop"><bpmn:terminateEventDefinition/></bpmn:endEvent>'
    )
    instance = desk.started(model(START + both + END + flows("start fork a stop", "fork b end")))
    other = desk.task(instance, "b").id

    desk.complete(instance, "a")

    assert desk.state(instance) == "completed"
    with pytest.raises(TaskNotOpen):
        desk.engine.tasks.get(other)
    assert "-b" in desk.passed(instance)
