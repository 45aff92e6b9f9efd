"""Runs what was deployed: starts it, and lets people, workers and time do what they can: it is done, refused, or an incident."""

import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from types import FrameType
from typing import Any

import sqlalchemy as sa

from engine.definitions import Deployment
from engine.external_tasks import Topic
from engine.models import ExternalTaskRow, IncidentRow, SubscriptionRow, TaskRow
from engine.parsing import read
from engine.process_engine import ProcessEngine
from expressions.errors import EvaluationFailed
from refusals import Refusal
from storage.clock import SetClock
from storage.columns import to_json
from storage.database import session
from storage.transaction import transaction

#: Seconds of the processor that one act may take: at most 10,000 elements run in it.
STEPPED = 5.0
#: When an act is broken off, to say what hangs.
HUNG = 20.0
VALUES = (1, 5, -1, 0.1, True, None, "x", "yes", "return", "", [1, 2], ["ann", "bob"], {"name": "a"}, "2026-10-01", 10**30, "ә" * 300, [])
NAMES = ("x", "y", "amount", "decision", "items", "bodies", "approved", "sum", "who", "due", "number", "count")
ROUNDS, MANY, DAY = 3, 4, timedelta(days=1)
Act = Callable[[], object]


class Unlawful(AssertionError):
    """Files that were neither deployed nor refused as they must be, or an instance that did what none may do."""


class Hanging(BaseException):
    """An act has taken far longer than any may; no border of ours holds this up."""


@dataclass
class Run:
    """What happened: how many instances were started and incidents left, how long the slowest act took, and what failed unforeseen."""

    started: int = 0
    incidents: int = 0
    seconds: float = 0.0
    unforeseen: list[str] = field(default_factory=list)


@contextmanager
def watched() -> Iterator[None]:
    """Break off what hangs."""

    def broken(_number: int, _frame: FrameType | None) -> None:
        raise Hanging(f"after {HUNG} s of the processor")

    signal.signal(signal.SIGPROF, broken)
    signal.setitimer(signal.ITIMER_PROF, HUNG)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


class Course:
    """What one deployment goes through."""

    def __init__(self, engine: ProcessEngine, clock: SetClock, dice: random.Random) -> None:
        self._engine = engine
        self._clock = clock
        self._dice = dice
        self._run = Run()

    def of(self, deployment: Deployment) -> Run:
        """Evaluate the decisions of a deployment and run its processes. Raises Unlawful."""
        for decision in deployment.decisions:
            for given in (self._variables(), {}):
                with suppress(EvaluationFailed):
                    self._do(lambda decision=decision, given=given: self._engine.decisions.evaluate(decision.id, given))
        self._start(deployment)
        for _ in range(ROUNDS if self._run.started else 0):
            for act in list(self._of_people()):
                with suppress(Refusal):
                    self._do(act)
            for work in self._of_the_worker():
                self._do(work, alone=False)
            self._clock.advance(DAY * self._dice.choice([0, 1, 400]))
        self._look()
        return self._run

    def _start(self, deployment: Deployment) -> None:
        """Start each process plainly, and by each of its start events."""
        resources = {one.name: one.id for one in self._engine.definitions.resources(deployment.id)}
        for definition in deployment.definitions:
            if not definition.executable:
                continue
            data = self._engine.definitions.resource_data(deployment.id, resources[definition.resource])
            starts = read(data, definition.resource).processes[definition.key].starts()
            for begins_at in (None, *(start.id for start in starts[:MANY])):
                with suppress(Refusal):
                    self._do(self._starting(definition.key, begins_at))
                    self._run.started += 1

    def _starting(self, key: str, begins_at: str | None) -> Act:
        variables = self._variables()
        return lambda: self._engine.instances.start(key, by="ann", business_key="7", variables=variables, start_event=begins_at)

    def _of_people(self) -> Iterator[Act]:
        """What people and workers outside could do now: complete tasks, do work, send what is waited for."""
        tasks, work, messages = self._engine.tasks, self._engine.external_tasks, self._engine.messages
        for task_id in session.scalars(sa.select(TaskRow.id).order_by(TaskRow.id).limit(MANY)).all():
            yield lambda task_id=task_id: tasks.complete(task_id, self._variables(), by="ann")
        for task in session.scalars(sa.select(ExternalTaskRow).order_by(ExternalTaskRow.id).limit(MANY)).all():
            yield lambda topic=task.topic: work.fetch_and_lock("w", [Topic(topic, DAY)], MANY)
            yield lambda task_id=task.id: work.complete(task_id, "w", self._variables(), "ann")
        for one in session.scalars(sa.select(SubscriptionRow).order_by(SubscriptionRow.id).limit(MANY)).all():
            name, instance_id, values = one.message, one.instance_id, self._variables()
            if one.kind == "message":
                yield lambda name=name, id_=instance_id, values=values: messages.correlate(name, instance_id=id_, variables=values)
            else:
                yield lambda name=name, values=values: messages.broadcast(name, variables=values)

    def _of_the_worker(self) -> Iterator[Act]:
        engine = self._engine
        for work in (engine.jobs.run_due, engine.timers.fire_due, engine.start_timers.fire_due, engine.deliveries.deliver_due):
            yield lambda work=work: work(MANY)

    def _do(self, act: Act, *, alone: bool = True) -> None:
        """Do one thing, `alone` in a transaction of its own, and note how long it took. Raises Refusal, Unlawful."""
        begun = time.process_time()
        try:
            with watched():
                if alone:
                    with transaction():
                        act()
                else:
                    act()
        except Refusal as refusal:
            to_json({"fields": refusal.fields, "faults": [fault.fields for fault in refusal.faults]})
            if refusal.fields.get("cause") == "engine_failed":
                self._run.unforeseen.append(f"{refusal.fields.get('element_id')}: {refusal.fields.get('message')}")
            raise
        finally:
            seconds = time.process_time() - begun
            self._run.seconds = max(self._run.seconds, seconds)
        if seconds > (STEPPED if alone else STEPPED * MANY):
            raise Unlawful(f"a step took {seconds:.2f} s")

    def _look(self) -> None:
        """Note the incidents, and require that each has a cause of its own, and that rows and states fit together."""
        incidents = session.scalars(sa.select(IncidentRow)).all()
        self._run.incidents = len(incidents)
        self._run.unforeseen += [f"{one.element_id}: {one.message}" for one in incidents if one.cause == "engine_failed"]
        if self._run.unforeseen:
            raise Unlawful(f"a failure that nobody has thought of: {self._run.unforeseen[:3]}")
        faults = [fault for _, fault in self._engine.instances.check()]
        if faults:
            raise Unlawful(f"rows and states do not fit together: {faults[:3]}")

    def _variables(self) -> dict[str, Any]:
        return {name: self._dice.choice(VALUES) for name in self._dice.sample(NAMES, 5)}
