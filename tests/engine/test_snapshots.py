"""Saved states: small, checked, versioned, and opened again for ever.

`snapshots/v1.bin` was saved by format 1 at a moment when one of everything was open, `snapshots/v1.bpmn` is its model. They are never
changed: a new format gets files of its own. `python -m tests.engine.test_snapshots` writes the files of the present format.
"""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine import snapshots, tree
from engine.account import Account
from engine.errors import InstanceCannotContinue
from engine.evaluation import Evaluation
from engine.execution import Execution
from engine.parsing import build, read
from engine.scopes import Scopes
from engine.values import TypedValue
from tests.engine.factories import END, SNAPSHOTS, START, flow, flows, model, user_task
from tests.engine.test_tree import NOW, SITUATION

EVERYTHING = model(
    START
    + '<bpmn:exclusiveGateway id="merge"/><bpmn:parallelGateway id="fork"/>'
    + user_task("review")
    + '<bpmn:boundaryEvent id="due_soon" attachedToRef="review" cancelActivity="false"><bpmn:timerEventDefinition>'
    + "<bpmn:timeCycle>R3/PT10M</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    + user_task("reminded")
    + '<bpmn:subProcess id="inside"><bpmn:startEvent id="in"/>'
    + user_task("work", inside='<bpmn:multiInstanceLoopCharacteristics camunda:collection="${bodies}" camunda:elementVariable="who"/>')
    + '<bpmn:endEvent id="out"/>'
    + flows("in work out")
    + "</bpmn:subProcess>"
    + '<bpmn:intermediateCatchEvent id="answer"><bpmn:messageEventDefinition messageRef="m"/></bpmn:intermediateCatchEvent>'
    + '<bpmn:parallelGateway id="join"/><bpmn:exclusiveGateway id="again" default="again__end"/>'
    + END
    + flows("start merge fork review join again end", "fork inside join", "fork answer join", "due_soon reminded")
    + flow("again", "merge", "${more}"),
    before='<bpmn:message id="m" name="answered"/>',
)


def walked() -> Execution:
    """The model in its second round, with the first of two bodies done and one reminder out."""
    executable = build(read(EVERYTHING, "p.bpmn"), "p")
    evaluation = Evaluation(Scopes(), NOW, {})
    given = {"bodies": ["a", "b"], "more": True, "sum": TypedValue("Long", 7), "day": NOW}
    evaluation.scopes.write([""], "", given)
    execution = Execution(tree.plant(executable.spec, executable.subprocess_specs, evaluation), evaluation, Account(NOW), SITUATION, {})
    execution.go_on()
    for element_id in ("review", "work", "work"):
        complete(execution, element_id)
    happen(execution, "answer")
    complete(execution, "work")
    happen(execution, "due_soon")
    return execution


def complete(execution: Execution, element_id: str) -> None:
    """Complete the first user task at an element."""
    opening = next(opening for opening in execution.account.openings if opening.element.id == element_id and opening.wait == "task")
    execution.complete(tree.token_of(execution.top, opening.token_id), {"done": element_id})


def happen(execution: Execution, element_id: str) -> None:
    """Let an event happen."""
    opening = next(opening for opening in execution.account.openings if opening.element.id == element_id)
    execution.happen(tree.token_of(execution.top, opening.token_id))


def document_of(execution: Execution) -> dict[str, object]:
    """What a step would save."""
    scopes = execution.evaluation.scopes.saved()
    return {"tree": tree.saved(execution.top), "scopes": scopes, "open": execution.account.saved(execution.top)}


def opened(state: bytes, data: bytes) -> Execution:
    """A saved instance, restored."""
    document = snapshots.unpacked(state)
    executable = build(read(data, "p.bpmn"), "p")
    evaluation = Evaluation(Scopes(document["scopes"]), NOW + timedelta(minutes=5), {})
    top = tree.restored(document["tree"], executable.spec, executable.subprocess_specs, evaluation)
    account = Account(evaluation.now())
    account.restore(document["open"], top)
    return Execution(top, evaluation, account, SITUATION, {})


@pytest.mark.parametrize("path", sorted(SNAPSHOTS.glob("*.bin")), ids=lambda path: path.stem)
def test_every_old_snapshot_opens_and_goes_on_to_its_end(path: Path):
    execution = opened(path.read_bytes(), path.with_suffix(".bpmn").read_bytes())
    waiting = sorted((opening.element.id, opening.wait) for opening in execution.account.waits().values())
    assert waiting == [("answer", "message"), ("due_soon", "timer"), ("reminded", "task"), ("review", "task"), ("work", "task")]
    assert execution.evaluation.scopes.typed([""])["sum"] == TypedValue("Long", 7)
    assert execution.evaluation.scopes.typed([""])["day"].value == datetime(2026, 10, 1, 4, 0, tzinfo=UTC)

    execution.evaluation.scopes.write([""], "", {"more": False})
    happen(execution, "due_soon")
    for element_id in ("reminded", "work", "review", "reminded"):
        complete(execution, element_id)
    happen(execution, "answer")

    assert execution.completed


def test_there_is_a_snapshot_of_every_format():
    assert {path.stem for path in SNAPSHOTS.glob("*.bin")} == {f"v{number}" for number in range(1, snapshots.VERSION + 1)}


def test_the_present_format_still_writes_what_the_kept_one_holds():
    kept = snapshots.unpacked((SNAPSHOTS / f"v{snapshots.VERSION}.bin").read_bytes())

    now = document_of(walked())

    assert [row[2:4] for row in now["tree"]["tokens"]] == [row[2:4] for row in kept["tree"]["tokens"]]
    assert sorted(now["scopes"][""]) == sorted(kept["scopes"][""])
    assert [len(row) for row in now["open"]] == [len(row) for row in kept["open"]]


def test_a_damaged_snapshot_or_one_from_the_future_is_refused():
    state = snapshots.packed({"tree": {"x": list(range(100))}})
    spoiled = bytearray(state)
    spoiled[len(state) // 2] ^= 0xFF

    for bad in (bytes(spoiled), state[:-3], b"", bytes((snapshots.VERSION + 1,)) + state[1:]):
        with pytest.raises(InstanceCannotContinue):
            snapshots.unpacked(bad)


def test_threads_pack_and_unpack_without_disturbing_each_other():
    failures: list[int] = []

    def work(seed: int) -> None:
        for number in range(300):
            document = {"tree": [seed, number] * 50}
            if snapshots.unpacked(snapshots.packed(document)) != document:
                failures.append(seed)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []


if __name__ == "__main__":
    SNAPSHOTS.mkdir(exist_ok=True)
    (SNAPSHOTS / f"v{snapshots.VERSION}.bpmn").write_bytes(EVERYTHING)
    (SNAPSHOTS / f"v{snapshots.VERSION}.bin").write_bytes(snapshots.packed(document_of(walked())))
