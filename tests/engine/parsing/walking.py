"""Walks a process without a database: real specs, real scopes and expressions, and a hand on the clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.evaluation import Evaluation
from engine.parsing import Executable, build
from engine.parsing.specs.activities import UserTask
from engine.parsing.specs.events import deliver
from engine.scopes import PROCESS, Scopes
from tests.engine.parsing.factories import model

OPEN = (TaskState.READY, TaskState.WAITING, TaskState.STARTED)


class Walk:
    """One instance of an executable; `open` are the ids of elements where tokens stand, in alphabetical order."""

    def __init__(self, executable: Executable, begins_at: str | None = None, **variables: Any) -> None:
        self.now = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)
        self.scopes = Scopes()
        self.tree = BpmnWorkflow(executable.spec, script_engine=self._evaluation())
        self.tree.subprocess_specs = executable.subprocess_specs
        self.tree.begins_at = begins_at
        self.sets(**variables)
        self._go_on()

    def sets(self, **variables: Any) -> None:
        self.scopes.write([PROCESS], PROCESS, variables)

    @property
    def open(self) -> list[str]:
        return sorted(task.task_spec.element.id for task in self._tokens() if task.state in OPEN and hasattr(task.task_spec, "element"))

    @property
    def completed(self) -> bool:
        return bool(self.tree.completed)

    @property
    def size(self) -> int:
        return len(self._tokens())

    def does(self, element_id: str, index: int = 0, **variables: Any) -> "Walk":
        """Complete a user task (the `index`-th of its instances)."""
        ready = [task for task in self._tokens() if self._is_task(task, element_id)]
        evaluation = self.tree.script_engine
        evaluation.write(ready[index], variables)
        ready[index].run()
        self._go_on()
        return self

    def gets(self, element_id: str) -> "Walk":
        """Let what a token waits for come."""
        deliver(next(task for task in self._tokens() if task.state == TaskState.WAITING and task.task_spec.bpmn_id == element_id))
        self._go_on()
        return self

    def passes(self, **length: float) -> "Walk":
        """Let time pass."""
        self.now += timedelta(**length)
        self.tree.script_engine = self._evaluation()
        self._go_on()
        return self

    def sees(self, element_id: str, name: str) -> list[Any]:
        """A variable as each token at an element sees it."""
        standing = [task for task in self._tokens() if task.state in OPEN and isinstance(task.task_spec, UserTask)]
        return [self.tree.script_engine.read(task, name) for task in standing if task.task_spec.bpmn_id == element_id]

    def variable(self, name: str) -> Any:
        found = self.scopes.find([PROCESS], name)
        return None if found is None else found.value

    def _evaluation(self) -> Evaluation:
        return Evaluation(self.scopes, self.now, {})

    def _go_on(self) -> None:
        self.tree.do_engine_steps()
        self.tree.do_engine_steps()  # SpiffWorkflow looks at timers at the end of its steps

    def _tokens(self) -> list[Any]:
        return [task for tree in (self.tree, *self.tree.subprocesses.values()) for task in tree.tasks.values()]

    @staticmethod
    def _is_task(task: Any, element_id: str) -> bool:
        return isinstance(task.task_spec, UserTask) and task.state == TaskState.READY and task.task_spec.bpmn_id == element_id


def walk(body: str, **variables: Any) -> Walk:
    """Start a process around some elements."""
    read = model(body)
    assert not read.findings, read.findings
    return Walk(build(read, "p"), **variables)
