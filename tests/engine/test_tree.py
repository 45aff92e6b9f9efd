"""What we rely on in SpiffWorkflow's private fields, and that a restored tree goes on as if it had never been saved."""

import time
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any
from uuid import UUID

import pytest
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine import pruning, snapshots, tree
from engine.account import Account
from engine.errors import InstanceCannotContinue, StepBroken
from engine.evaluation import Evaluation
from engine.execution import Execution
from engine.parsing import build, read
from engine.scopes import Scopes
from engine.situation import Situation
from tests.engine.factories import END, PARALLEL, START, TWO_TASKS, flow, flows, model, user_task

NOW = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)
SITUATION = Situation(UUID(int=1), "p", None, None, "ann")


def begun(data: bytes, **variables: Any) -> Execution:
    executable = build(read(data, "p.bpmn"), "p")
    evaluation = Evaluation(Scopes(), NOW, {})
    evaluation.scopes.write([""], "", variables)
    return Execution(tree.plant(executable.spec, executable.subprocess_specs, evaluation), evaluation, Account(NOW), SITUATION, {})


class Walk:
    """An instance without a database; `restoring` saves and restores it after every step."""

    def __init__(self, data: bytes, *, restoring: bool) -> None:
        self.executable = build(read(data, "p.bpmn"), "p")
        self.restoring = restoring
        self.evaluation = Evaluation(Scopes(), NOW, {})
        top = tree.plant(self.executable.spec, self.executable.subprocess_specs, self.evaluation)
        self.execution = Execution(top, self.evaluation, Account(NOW), SITUATION, {})
        self.execution.go_on()
        self.turn()

    def turn(self) -> None:
        """Save and restore, when that is asked for."""
        if not self.restoring:
            return
        execution = self.execution
        scopes, account = Scopes(self.evaluation.scopes.saved()), Account(NOW)
        saved = snapshots.unpacked(snapshots.packed({"tree": tree.saved(execution.top), "open": execution.account.saved(execution.top)}))
        self.evaluation = Evaluation(scopes, NOW, {})
        top = tree.restored(saved["tree"], self.executable.spec, self.executable.subprocess_specs, self.evaluation)
        account.restore(saved["open"], top)
        self.execution = Execution(top, self.evaluation, account, SITUATION, {})

    def complete(self, element_id: str, **variables: object) -> None:
        """Complete a user task."""
        opening = next(opening for opening in self.execution.account.openings if opening.element.id == element_id and opening.wait)
        self.execution.complete(tree.token_of(self.execution.top, opening.token_id), variables)
        self.turn()

    @property
    def tasks(self) -> list[str]:
        """The open user tasks."""
        return sorted(opening.element.id for opening in self.execution.account.openings if opening.wait == "task")

    @property
    def size(self) -> int:
        """How many tokens are kept in all trees."""
        return sum(len(inner.tasks) for inner in tree.trees(self.execution.top))


def test_this_is_the_version_whose_private_fields_we_know():
    assert version("SpiffWorkflow") == "3.2.0"


def test_tokens_and_trees_have_the_private_fields_that_we_touch():
    executable = build(read(TWO_TASKS, "p.bpmn"), "p")
    top = tree.plant(executable.spec, executable.subprocess_specs, Evaluation(Scopes(), NOW, {}))
    root = top.task_tree

    child = Task(top, executable.spec.task_specs["prepare"], root, state=TaskState.READY, id=UUID(int=7))

    assert (child._parent, child.parent, root._children[-1]) == (root.id, root, child.id)
    assert top.tasks[UUID(int=7)] is child
    assert (top.subprocesses, top.parent_task_id, top.completed, child.internal_data, child.triggered) == ({}, None, False, {}, False)
    assert (TaskState.WAITING, TaskState.READY, TaskState.STARTED, TaskState.COMPLETED) == (8, 16, 32, 64)


INNER = (
    '<bpmn:startEvent id="in"/>' + user_task("work") + '<bpmn:exclusiveGateway id="again" default="again__out"/><bpmn:endEvent id="out"/>'
)
NESTED = model(
    START
    + f'<bpmn:subProcess id="inside">{INNER}{flows("in work again out")}{flow("again", "work", "${more}")}</bpmn:subProcess>'
    + user_task("last")
    + END
    + flows("start inside last end")
)


@pytest.mark.parametrize(
    ("data", "steps"),
    [
        (TWO_TASKS, [("prepare", {}), ("approve", {"decision": "return"})] * 5 + [("prepare", {}), ("approve", {"decision": "ok"})]),
        (
            PARALLEL,
            [
                ("prepare", {}),
                ("approve", {}),
                ("check", {"decision": "return"}),
                ("prepare", {}),
                ("check", {}),
                ("approve", {"decision": "no"}),
            ],
        ),
        (NESTED, [("work", {"more": True})] * 4 + [("work", {"more": False}), ("last", {})]),
    ],
)
def test_a_restored_instance_goes_on_as_if_it_had_never_been_saved(data: bytes, steps: list[tuple[str, dict[str, object]]]):
    saved, unsaved = Walk(data, restoring=True), Walk(data, restoring=False)

    for element_id, variables in steps:
        for walk in (saved, unsaved):
            walk.complete(element_id, **variables)
        assert saved.tasks == unsaved.tasks
        assert [*saved.evaluation.scopes.saved().values()] == [*unsaved.evaluation.scopes.saved().values()]

    assert saved.execution.completed
    assert unsaved.execution.completed


def test_a_thousand_revisions_neither_stall_nor_grow():
    walk = Walk(TWO_TASKS, restoring=False)
    walk.complete("prepare")
    before = walk.size

    for number in range(1000):
        walk.complete("approve", decision="return", number=number)
        walk.complete("prepare")

    assert walk.tasks == ["approve"]
    assert walk.size == before


def test_a_loop_inside_a_subprocess_does_not_grow():
    walk = Walk(NESTED, restoring=True)
    walk.complete("work", more=True)
    before = walk.size

    for _ in range(300):
        walk.complete("work", more=True)

    assert walk.size == before


EARLY_FORK = model(
    START
    + '<bpmn:parallelGateway id="fork"/>'
    + user_task("slow")
    + user_task("prepare")
    + '<bpmn:parallelGateway id="ask"/>'
    + user_task("approve")
    + user_task("check")
    + '<bpmn:parallelGateway id="answered"/><bpmn:exclusiveGateway id="decided" default="decided__join"/>'
    + '<bpmn:parallelGateway id="join"/>'
    + END
    + flows("start fork slow join end", "fork prepare ask approve answered decided join", "ask check answered")
    + flow("decided", "prepare", "${decision == 'return'}")
)


def test_a_branch_that_forked_early_pins_nothing():
    walk = Walk(EARLY_FORK, restoring=True)
    sizes = []

    for number in range(200):
        walk.complete("prepare")
        for element_id in ("approve", "check") if number % 2 else ("check", "approve"):
            walk.complete(element_id, decision="return")
        sizes.append(walk.size)
    assert walk.tasks == ["prepare", "slow"]
    assert sizes[-1] == sizes[0]

    walk.complete("prepare")
    walk.complete("approve", decision="ok")
    walk.complete("check")
    walk.complete("slow")
    assert walk.execution.completed


def test_open_tokens_are_found_in_a_tree_deeper_than_the_stack():
    executable = build(read(TWO_TASKS, "p.bpmn"), "p")
    top = tree.plant(executable.spec, executable.subprocess_specs, Evaluation(Scopes(), NOW, {}))
    token = top.task_tree
    token._set_state(TaskState.COMPLETED)
    for _ in range(5000):
        token = Task(top, executable.spec.task_specs["approve"], token, state=TaskState.COMPLETED)
    Task(top, executable.spec.task_specs["prepare"], token, state=TaskState.READY)

    assert [open_one.task_spec.name for open_one in tree.open_tokens(top)] == ["prepare"]
    assert len(tree.saved(top)["tokens"]) == 5002
    assert pruning.prune(top) == 4999


def test_a_circle_in_which_nobody_has_anything_to_do_is_stopped():
    data = model(
        START
        + '<bpmn:scriptTask id="count" scriptFormat="feel" camunda:resultVariable="n"><bpmn:script>n + 1</bpmn:script></bpmn:scriptTask>'
        + '<bpmn:exclusiveGateway id="enough" default="enough__end"/>'
        + END
        + flows("start count enough end")
        + flow("enough", "count", "${true}")
    )
    with pytest.raises(StepBroken, match="step_endless"):
        begun(data, n=0).go_on()


def test_a_circle_that_leaves_a_task_behind_each_time_is_stopped_before_it_costs_too_much():
    data = model(
        START
        + '<bpmn:inclusiveGateway id="again"/>'
        + user_task("answer")
        + END
        + flows("start again")
        + flow("again", "again", "${true}")
        + flow("again", "answer", "${true}")
        + flows("answer end")
    )
    execution = begun(data)
    started = time.process_time()

    with pytest.raises(StepBroken, match="step_endless"):
        execution.go_on()

    assert time.process_time() - started < 5
    assert len(execution.account) < 1000


def test_many_may_stay_open_while_many_run_one_after_another():
    each = (
        "<bpmn:multiInstanceLoopCharacteristics {}><bpmn:loopCardinality>{}</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    )
    one_by_one = each.format('isSequential="true"', 1000)
    data = model(
        START
        + '<bpmn:parallelGateway id="fork"/><bpmn:parallelGateway id="join"/>'
        + user_task("answer", inside=each.format("", 400))
        + f'<bpmn:task id="count">{one_by_one}</bpmn:task>'
        + END
        + flows("start fork answer join end", "fork count join")
    )
    execution = begun(data)

    execution.go_on()

    assert sorted(opening.element.id for opening in execution.account.openings if opening.wait == "task") == ["answer"] * 400


def test_a_state_whose_element_is_gone_is_refused():
    walk = Walk(TWO_TASKS, restoring=False)
    other = build(read(model(START + user_task("other") + END + flows("start other end")), "p.bpmn"), "p")

    with pytest.raises(InstanceCannotContinue):
        tree.restored(tree.saved(walk.execution.top), other.spec, other.subprocess_specs, walk.evaluation)


def test_a_join_that_no_branch_can_reach_is_told_and_not_waited_for():
    data = model(
        START
        + '<bpmn:exclusiveGateway id="which" default="which__b"/>'
        + user_task("a")
        + user_task("b")
        + '<bpmn:parallelGateway id="both"/>'
        + END
        + flows("start which b both end", "a both")
        + flow("which", "a", "${false}")
    )
    walk = Walk(data, restoring=True)

    with pytest.raises(StepBroken, match="nothing_to_wait_for"):
        walk.complete("b")
