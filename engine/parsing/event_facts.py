"""What a model says of events: what they wait for or do, what listens to them, and what of a worker's answers is one."""

from dataclasses import dataclass
from typing import Literal

from engine.parsing.variable_mapping import VariableMapping
from engine.ports import CALENDAR_FUNCTIONS
from expressions import Expression

TimerKind = Literal["date", "duration", "cycle"]

EventKind = Literal[
    "none",
    "timer",
    "message",
    "error",
    "terminate",
    "signal",
    "escalation",
    "conditional",
    "link",
    "compensation",
    "cancel",
    "multiple",
    "parallelMultiple",
]

#: What a timer on a user task calls the task's due date; who names it follows the due date when that is changed.
TASK_DUE_DATE = "taskDueDate"


@dataclass(frozen=True)
class Timer:
    """When a timer event is due. `value` gives an ISO 8601 text, a date, a moment or a duration; `engine.parsing.timers` does the sums.

    `literal` is the ISO 8601 text when the model holds one (its form was checked while reading), else None: an expression decides.
    """

    kind: TimerKind
    value: Expression
    literal: str | None = None

    @property
    def uses_calendar(self) -> bool:
        """Whether its moment depends on the calendar of working days."""
        return bool(self.value.functions & CALENDAR_FUNCTIONS)

    @property
    def follows_task(self) -> bool:
        """Whether its moment depends on the due date of the user task that it stands on."""
        return TASK_DUE_DATE in self.value.names


@dataclass(frozen=True)
class Event:
    """What a start, end, intermediate or boundary event (or a receive task) waits for or does.

    `message` is the message's name. `error_code` is the code that is thrown or caught; a boundary event without one catches every BPMN
    error. `signal` is the signal's name, `escalation_code` as an error's, `condition` what a conditional event waits for, `link` the name
    that joins a throwing to its catching link event.
    `parts` are the events of one with several definitions, of which any one ("multiple") or all ("parallelMultiple") must come; who throws,
    throws them all. `business_key` names the receiver of a message that is thrown (None: the same key as the sender's).
    `named` works out the name of a message or signal where the model does not simply say it; `message` and `signal` are then what is
    written. `correlation_key` gives the key that a message must carry to be received, in place of the business key. `time_to_live` says
    how long a thrown message waits for its receiver; `payload` (and with `payload_all` every variable) goes with a thrown signal.
    `interrupting` and `attached_to` speak of boundary events; `attached_to` is the activity's element id.
    `code_variable` and `message_variable` receive the code and text of a caught error.
    `handlers` are the ids of what associations join to a compensation event on an activity (an executable process has one for each).
    `activity` is the id of the only activity that a thrown compensation undoes (None: all that it sees); `waits` says that the thrower
    waits until that is over.
    """

    kind: EventKind = "none"
    timer: Timer | None = None
    message: str | None = None
    error_code: str | None = None
    interrupting: bool = True
    attached_to: str | None = None
    code_variable: str | None = None
    message_variable: str | None = None
    signal: str | None = None
    escalation_code: str | None = None
    condition: Expression | None = None
    link: str | None = None
    business_key: Expression | None = None
    named: Expression | None = None
    correlation_key: Expression | None = None
    time_to_live: Expression | None = None
    payload: tuple[VariableMapping, ...] = ()
    payload_all: bool = False
    handlers: tuple[str, ...] = ()
    activity: str | None = None
    waits: bool = True
    parts: tuple["Event", ...] = ()

    @property
    def alternatives(self) -> tuple["Event", ...]:
        """Its parts, or itself alone."""
        return self.parts or (self,)


@dataclass(frozen=True)
class Listener:
    """What is done beside the flow when `event` happens to an element, a flow, a process or a task: an operation, or assignments.

    `event` is "start", "end" or "take", or of a user task "create", "assignment", "update", "complete", "delete" or "timeout", which has
    a `timer`. The target of an assignment may be a fact of the task: `task.assignee`.
    """

    event: str
    operation: str | None = None
    assignments: tuple[VariableMapping, ...] = ()
    timer: "Timer | None" = None


@dataclass(frozen=True)
class WorkerError:
    """What a worker outside has answered is the BPMN error `code` when `condition` holds."""

    code: str
    condition: Expression
