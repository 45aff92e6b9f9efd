"""Completing one instance of a parallel multi-instance activity of 300 beside one of 10, for user tasks and for subprocesses.

    python -m bench.multi_instance [instances]

Each completion is a transaction of its own on an SQLite file, lock to commit, the two activities in turn. Ends with a non-zero code when a
ratio of more than 1.5 is measured.
"""

import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from engine.instances import Instance
from storage import database, schema
from storage.clock import SetClock
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flows, model, user_task

LIMIT = 1.5
FEW = 10
ROUNDS = 8
EACH = '<bpmn:multiInstanceLoopCharacteristics camunda:collection="bodies" camunda:elementVariable="who"/>'
INSIDE = '<bpmn:startEvent id="in"/><bpmn:endEvent id="out"/>' + user_task("answer") + user_task("check") + flows("in answer check out")
MODELS = {
    "user tasks": model(START + user_task("answer", inside=EACH) + END + flows("start answer end")),
    "subprocesses": model(START + f'<bpmn:subProcess id="sub">{INSIDE}{EACH}</bpmn:subProcess>' + END + flows("start sub end")),
}


def main(many: int = 300) -> int:
    """Print the table; 1 when a ratio is over the limit."""
    worst = 0.0
    print(f"| one of several | ms of {FEW} | ms of {many} | ratio | bytes of {FEW} | bytes of {many} |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        bare = Flask("bench")
        database.bind(bare, f"sqlite:///{Path(folder)}/bench.db")
        with bare.app_context():
            schema.upgrade()
            desk = Desk(SetClock(datetime(2026, 10, 1, 4, 0, tzinfo=UTC)))
            for name, data in MODELS.items():
                desk.deploy(data)
                few, some, much, large = measured(desk, many)
                worst = max(worst, much / few)
                print(f"| {name} | {few:.2f} | {much:.2f} | {much / few:.2f} | {some} | {large} |")
    print(f"multi_instance: {'ok' if worst <= LIMIT else 'MISSED'}, worst ratio {worst:.2f}, limit {LIMIT}")
    return 0 if worst <= LIMIT else 1


def measured(desk: Desk, many: int) -> tuple[float, int, float, int]:
    """The median milliseconds of completing one, and the bytes of state, of few and of many."""
    large, times = started(desk, many), {FEW: list[float](), many: list[float]()}
    for _ in range(ROUNDS):
        small = started(desk, FEW)
        for instance, number in ((small, FEW), (large, many)) * (FEW - 2):
            times[number].append(completed(desk, instance))
    return statistics.median(times[FEW]), desk.size_of(small), statistics.median(times[many]), desk.size_of(large)


def started(desk: Desk, number: int) -> Instance:
    """An instance with so many open."""
    return desk.start(variables={"bodies": [f"body {place}" for place in range(number)]})


def completed(desk: Desk, instance: Instance) -> float:
    """The milliseconds of completing one."""
    task = desk.task(instance, "answer")
    database.session.expunge_all()
    began = time.perf_counter()
    with transaction():
        desk.engine.tasks.complete(task.id, {"answer": "yes"}, by="ann")
    return (time.perf_counter() - began) * 1e3


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
