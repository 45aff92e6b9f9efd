"""What the engine needs from the rooms above it, as Protocols; `app.py` joins them.

Beside them stands `Evaluation`: what our spec classes (engine/parsing) reach as `task.workflow.script_engine`, so that an expression or
an operation is always run by us and never by Python's `eval`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Protocol
from uuid import UUID


@dataclass(frozen=True)
class TaskHeard:
    """The user task that a task listener hears of, as it is now; a new one has no facts yet but its assignee."""

    id: UUID
    assignee: str | None


@dataclass(frozen=True)
class OperationCall:
    """What an operation is told: which service task of which instance calls, with which variables, in whose step and when.

    A listener's operation is also told the `event` it hears and, for those of a user task, the `task`.
    """

    name: str
    instance_id: UUID
    definition_key: str
    element_id: str
    business_key: str | None
    body: str | None
    variables: Mapping[str, Any]
    by: str | None
    now: datetime
    on_behalf_of: str | None = None
    event: str | None = None
    task: TaskHeard | None = None


#: A named operation of a room. It runs inside the step's transaction; what it returns is set in the calling scope. It may raise a Refusal
#: (see engine.md on refusal or incident) or `engine.errors.BpmnError(code, message)`.
Operation = Callable[[OperationCall], Mapping[str, Any] | None]

#: Operations by name ("reports.prefill").
Operations = Mapping[str, Operation]


class FormCatalogue(Protocol):
    """Knows which forms exist."""

    def has(self, key: str) -> bool:
        """Whether there is a form of this key."""
        ...


class GroupDirectory(Protocol):
    """Knows which candidate groups exist."""

    def knows(self, role: str) -> bool:
        """Whether people can hold this role."""
        ...


class WorkingDays(Protocol):
    """The calendar of working days."""

    def add(self, moment: datetime, days: int) -> datetime:
        """The end of the working day that is `days` working days after `moment`."""
        ...


#: The functions of expressions that ask the calendar of working days.
CALENDAR_FUNCTIONS = frozenset({"add_working_days", "workdays"})


@dataclass(frozen=True)
class Watching:
    """How a simulation looks on: `passed` is told of every token that has passed its element; without `prunes` finished tokens are kept."""

    passed: Callable[[Any], None] | None = None
    prunes: bool = True


#: Nobody looks on.
UNWATCHED = Watching()


@dataclass(frozen=True)
class Ports:
    """The ports of one engine, together; `zone` is the time zone that dates and times without one are meant in, `now` tells the moment."""

    operations: Operations
    forms: FormCatalogue
    groups: GroupDirectory
    working_days: WorkingDays
    zone: tzinfo = UTC
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    watching: Watching = UNWATCHED

    @property
    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """The functions that expressions of models have besides the built-in ones.

        `add_working_days(moment, days)` is the end of that working day; `workdays(days)` counts from now.
        """
        return self._functions(self.now)

    def functions_at(self, moment: datetime) -> Mapping[str, Callable[..., Any]]:
        """The same functions as they were, or will be, at a moment: `workdays(days)` counts from it."""
        return self._functions(lambda: moment)

    def _functions(self, now: Callable[[], datetime]) -> Mapping[str, Callable[..., Any]]:
        return {
            "add_working_days": lambda moment, days: self.working_days.add(moment, int(days)),
            "workdays": lambda days: self.working_days.add(now(), int(days)),
        }


class Evaluation(Protocol):
    """What a spec class may ask while it runs, found as `task.workflow.script_engine`. `task` is a SpiffWorkflow task.

    Scripts, operations, input and output mappings are run by the step itself around `task.run()`, from the facts in
    `ProcessModel.elements`, so a spec class of a script or service task has nothing to do but return True.
    """

    def evaluate(self, task: Any, expression: Any, external_context: Any = None) -> Any:
        """The value of an `expressions.Expression` in the scope of the task. Raises EvaluationFailed."""
        ...

    def now(self) -> datetime:
        """The moment of the present step: the only time that a timer definition may know."""
        ...

    def read(self, task: Any, name: str) -> Any:
        """The value of a variable as seen from the task, or None."""
        ...

    def chosen(self, reference: Any, choose: Callable[[Any], str]) -> str:
        """Which process a `Reference` means: what `choose` gave for it first in this step."""
        ...

    def write_local(self, task: Any, values: Mapping[str, Any]) -> None:
        """Set variables that only this task and what is below it see: the element variable of a multi-instance child."""
        ...

    def own(self, task: Any) -> dict[str, Any]:
        """The variables that only this task and what is below it see, as JSON."""
        ...

    def recall(self, task: Any, own: Mapping[str, Any]) -> None:
        """Give a task, for its own, the variables that `own` once told of another."""
        ...

    def write(self, task: Any, values: Mapping[str, Any]) -> None:
        """Set variables in the nearest scope that holds them, else in the scope of the task's process or subprocess."""
        ...
