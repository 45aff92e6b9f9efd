"""Models from a few words, and a desk to work with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

from engine.instances import Instance
from engine.models import InstanceRow
from engine.ports import Operation, OperationCall, WorkingDays
from engine.process_engine import ProcessEngine
from engine.user_tasks import UserTask
from storage import database
from storage.clock import SetClock
from storage.transaction import transaction

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:esep="https://esep.kz/schema/bpmn" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="x">'
)


def model(inside: str, key: str = "p", attributes: str = "", before: str = "") -> bytes:
    """A file with one executable process."""
    return f'{HEAD}{before}<bpmn:process id="{key}" isExecutable="true" {attributes}>{inside}</bpmn:process></bpmn:definitions>'.encode()


def flows(*chains: str) -> str:
    """Sequence flows: "a b c" joins a to b and b to c."""
    made: list[str] = []
    for chain in chains:
        names = chain.split()
        for source, target in pairwise(names):
            made.append(f'<bpmn:sequenceFlow id="{source}__{target}" sourceRef="{source}" targetRef="{target}"/>')
    return "".join(made)


def flow(source: str, target: str, condition: str) -> str:
    """A sequence flow with a condition."""
    text = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>"
    return f'<bpmn:sequenceFlow id="{source}__{target}" sourceRef="{source}" targetRef="{target}">{text}</bpmn:sequenceFlow>'


def user_task(element_id: str, attributes: str = "", inside: str = "") -> str:
    """A user task for executors."""
    return f'<bpmn:userTask id="{element_id}" name="{element_id}" camunda:candidateGroups="executor" {attributes}>{inside}</bpmn:userTask>'


def service_task(element_id: str, operation: str, attributes: str = "", inside: str = "") -> str:
    """A service task that names an operation."""
    return f'<bpmn:serviceTask id="{element_id}" camunda:delegateExpression="${{{operation}}}" {attributes}>{inside}</bpmn:serviceTask>'


def mapping(**sides: Mapping[str, str]) -> str:
    """Input and output parameters: mapping(inputs={"x": "${y}"}, outputs={…})."""
    rows = [f'<camunda:inputParameter name="{name}">{text}</camunda:inputParameter>' for name, text in sides.get("inputs", {}).items()]
    rows += [f'<camunda:outputParameter name="{name}">{text}</camunda:outputParameter>' for name, text in sides.get("outputs", {}).items()]
    return f"<bpmn:extensionElements><camunda:inputOutput>{''.join(rows)}</camunda:inputOutput></bpmn:extensionElements>"


START, END = '<bpmn:startEvent id="start"/>', '<bpmn:endEvent id="end"/>'

TWO_TASKS = model(
    START
    + user_task("prepare")
    + user_task("approve")
    + '<bpmn:exclusiveGateway id="decided" default="decided__end"/>'
    + END
    + flows("start prepare approve decided end")
    + flow("decided", "prepare", "${decision == 'return'}")
)
PARALLEL = model(
    START
    + user_task("prepare")
    + '<bpmn:parallelGateway id="ask"/>'
    + user_task("approve")
    + user_task("check")
    + '<bpmn:parallelGateway id="answered"/><bpmn:exclusiveGateway id="decided" default="decided__end"/>'
    + END
    + flows("start prepare ask approve answered decided end", "ask check answered")
    + flow("decided", "prepare", "${decision == 'return'}")
)


class Everything:
    """Knows every form and every group, and works every day."""

    def has(self, key: str) -> bool:
        return True

    def knows(self, role: str) -> bool:
        return True

    def add(self, moment: datetime, days: int) -> datetime:
        return moment + timedelta(days=days)


@dataclass
class Desk:
    """An engine and what was done with it; every act is a transaction of its own."""

    clock: SetClock
    operations: dict[str, Operation] = field(default_factory=dict)
    calls: list[OperationCall] = field(default_factory=list)
    is_damaged: bool = False
    working_days: WorkingDays | None = None

    def __post_init__(self) -> None:
        around = Everything()
        self.offer("note", lambda call: None)
        days = self.working_days or around
        self.engine = ProcessEngine(clock=self.clock, operations=self.operations, forms=around, groups=around, working_days=days)

    def offer(self, name: str, operation: Operation) -> None:
        """Add an operation whose calls are kept."""

        def kept(call: OperationCall) -> Mapping[str, Any] | None:
            self.calls.append(call)
            return operation(call)

        self.operations[name] = kept

    def deploy(self, *files: bytes) -> None:
        """Deploy models."""
        with transaction():
            self.engine.definitions.deploy("test", {f"m{place}.bpmn": data for place, data in enumerate(files)}, by="ann")

    def start(self, key: str = "p", **details: Any) -> Instance:
        """Start an instance."""
        with transaction():
            return self.engine.instances.start(key, by="ann", **details)

    def started(self, *files: bytes, **details: Any) -> Instance:
        """Deploy, and start an instance of process `p`."""
        self.deploy(*files)
        return self.start(**details)

    def tasks(self, instance: Instance) -> list[str]:
        """The element ids of the open user tasks."""
        return sorted(task.element_id for task in self.engine.tasks.of_instance(instance.id))

    def task(self, instance: Instance, element_id: str) -> UserTask:
        """The first open user task at an element."""
        return next(task for task in self.engine.tasks.of_instance(instance.id) if task.element_id == element_id)

    def complete(self, instance: Instance, element_id: str, by: str = "ann", **variables: Any) -> UUID:
        """Complete a user task."""
        task = self.task(instance, element_id)
        with transaction():
            self.engine.tasks.complete(task.id, variables, by=by)
        return task.id

    def variables(self, instance: Instance) -> dict[str, Any]:
        """The variables of the process scope."""
        return self.engine.instances.variables(instance.id)

    def state(self, instance: Instance) -> str:
        """The state of an instance."""
        return self.engine.instances.get(instance.id).state

    def size_of(self, instance: Instance) -> int:
        """The bytes of the saved state of an instance."""
        row = database.session.get(InstanceRow, instance.id)
        return 0 if row is None or row.snapshot is None else len(row.snapshot)

    def passed(self, instance: Instance) -> list[str]:
        """The element ids of all activities that have ended, in order; cancelled ones with a minus."""
        ended = [activity for activity in self.engine.history.activities(instance.id) if activity.ended_at is not None]
        return [f"-{activity.element_id}" if activity.cancelled else activity.element_id for activity in ended]

    def move(self, **step: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**step))


SNAPSHOTS = Path(__file__).parent / "snapshots"
