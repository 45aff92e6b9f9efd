"""One step at revision loop 1,000 beside loop 1, in time and in bytes of state.

The plain two-task loop, the loop with a parallel join in it, and both while a branch that forked before the loop is still open; and the
plain loop when one of its tasks can be compensated, so that each round leaves a record.

    python -m bench.loops [loops]

A step is what the engine does under the lock: restore, complete one user task, run on, prune, pack. The database is left out, for its cost
does not depend on the loop. Ends with a non-zero code when a ratio of more than 1.2 is measured.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from engine import snapshots, tree
from engine.account import Account
from engine.evaluation import Evaluation
from engine.execution import Execution
from engine.parsing import Executable, build, read
from engine.scopes import Scopes
from engine.situation import Situation
from tests.engine.factories import END, PARALLEL, START, TWO_TASKS, flow, flows, model, user_task

LIMIT = 1.2
WINDOW = 60
NOW = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)
SITUATION = Situation(UUID(int=1), "p", None, None, "ann")


BACK = '<bpmn:exclusiveGateway id="decided" default="decided__end"/>' + flow("decided", "prepare", "${decision == 'return'}")
FORK = START + '<bpmn:parallelGateway id="early"/>' + user_task("watch") + END + flows("start early watch end", "early prepare") + BACK
FORKED = model(FORK + user_task("prepare") + user_task("approve") + flows("prepare approve decided end"))
FORKED_JOIN = model(
    FORK
    + user_task("prepare")
    + '<bpmn:parallelGateway id="ask"/><bpmn:parallelGateway id="answered"/>'
    + user_task("approve")
    + user_task("check")
    + flows("prepare ask approve answered decided end", "ask check answered")
)
UNDOABLE = model(
    START
    + user_task("prepare")
    + user_task("approve")
    + '<bpmn:boundaryEvent id="on" attachedToRef="approve"><bpmn:compensateEventDefinition/></bpmn:boundaryEvent>'
    + '<bpmn:association id="undone" sourceRef="on" targetRef="revoke"/>'
    + user_task("revoke", 'isForCompensation="true"')
    + '<bpmn:exclusiveGateway id="decided" default="decided__end"/>'
    + END
    + flows("start prepare approve decided end")
    + flow("decided", "prepare", "${decision == 'return'}")
)


def executable_of(data: bytes) -> Executable:
    """The executable of process `p` of a model."""
    return build(read(data, "p.bpmn"), "p")


def begun(executable: Executable) -> bytes:
    """The state of a new instance at its first wait."""
    scopes = Scopes()
    evaluation = Evaluation(scopes, NOW, {})
    top = tree.plant(executable.spec, executable.subprocess_specs, evaluation)
    execution = Execution(top, evaluation, Account(NOW), SITUATION, {})
    execution.go_on()
    return packed(execution)


def packed(execution: Execution) -> bytes:
    """The bytes that a step would save."""
    document = {
        "tree": tree.saved(execution.top),
        "scopes": execution.evaluation.scopes.saved(),
        "open": execution.account.saved(execution.top),
    }
    return snapshots.packed(document)


def step(executable: Executable, state: bytes, element_id: str, variables: dict[str, Any]) -> bytes:
    """One step: complete the user task at an element, and go on to the next wait."""
    document = snapshots.unpacked(state)
    evaluation = Evaluation(Scopes(document["scopes"]), NOW, {})
    top = tree.restored(document["tree"], executable.spec, executable.subprocess_specs, evaluation)
    account = Account(NOW)
    account.restore(document["open"], top)
    execution = Execution(top, evaluation, account, SITUATION, {})
    opening = next(opening for opening in account.openings if opening.element.id == element_id)
    execution.complete(tree.token_of(top, opening.token_id), variables)
    return packed(execution)


def plain_round(_number: int) -> Iterator[str]:
    """The tasks of one revision in the two-task loop."""
    yield from ("prepare", "approve")


def parallel_round(number: int) -> Iterator[str]:
    """The tasks of one revision in the parallel loop; the reviewers finish in changing order."""
    yield "prepare"
    yield from ("approve", "check") if number % 2 else ("check", "approve")


LOOPS = {
    "two tasks": (TWO_TASKS, plain_round),
    "parallel join": (PARALLEL, parallel_round),
    "two tasks, forked": (FORKED, plain_round),
    "parallel join, forked": (FORKED_JOIN, parallel_round),
    "two tasks, undoable": (UNDOABLE, plain_round),
}


def measured(data: bytes, tasks: Callable[[int], Iterator[str]], loops: int) -> tuple[list[float], list[int]]:
    """The milliseconds and the bytes of every step of so many loops."""
    executable = executable_of(data)
    state, times, sizes = begun(executable), [], []
    for number in range(loops):
        for element_id in tasks(number):
            started = time.perf_counter()
            state = step(executable, state, element_id, {"decision": "return", "loop": number})
            times.append((time.perf_counter() - started) * 1e3)
            sizes.append(len(state))
    return times, sizes


def main(loops: int = 1000) -> int:
    """Print the table; 1 when a ratio is over the limit."""
    print(f"{'loop':<24}{'steps':>8}{'ms early':>10}{'ms late':>10}{'ratio':>8}{'bytes early':>13}{'bytes late':>12}{'ratio':>8}")
    worst = 0.0
    for name, (data, tasks) in LOOPS.items():
        measured(data, tasks, 30)  # warm
        times, sizes = measured(data, tasks, loops)
        early, late = statistics.median(times[:WINDOW]), statistics.median(times[-WINDOW:])
        small, large = max(sizes[:WINDOW]), max(sizes[-WINDOW:])
        worst = max(worst, late / early, large / small)
        row = f"{name:<24}{len(times):>8}{early:>10.3f}{late:>10.3f}{late / early:>8.2f}{small:>13}{large:>12}{large / small:>8.2f}"
        print(row)
    print(f"loops: {'ok' if worst <= LIMIT else 'MISSED'}, worst ratio {worst:.2f}, limit {LIMIT}")
    return 0 if worst <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
