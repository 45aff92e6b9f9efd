"""What a process says, as plain facts: elements, flows, events and their compiled expressions. No XML and no SpiffWorkflow in here.

`engine.parsing.read` makes them, the linter judges them, `engine.parsing.build` turns them into Spiff specs whose `name` is the element's
id (and whose `element` attribute is the Element), and the running engine looks them up by that id. Every expression was compiled while
the model was read; nothing in here is source text that anybody would still have to interpret.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from engine.parsing.form_facts import DiagramForm
from engine.parsing.starters import Starters
from engine.ports import CALENDAR_FUNCTIONS
from expressions import Expression

TimerKind = Literal["date", "duration", "cycle"]
BindingKind = Literal["latest", "deployment", "version", "versionTag"]
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

#: Kinds of element that people or programs work in and that can hold inputs, outputs, boundary events and loops.
ACTIVITIES = frozenset(
    {
        "task",
        "userTask",
        "serviceTask",
        "scriptTask",
        "manualTask",
        "receiveTask",
        "sendTask",
        "businessRuleTask",
        "callActivity",
        "subProcess",
        "adHocSubProcess",
        "transaction",
    }
)
#: Kinds of element that hold elements.
SUBPROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
#: Kinds of element that throw what they hold.
SENDERS = frozenset({"intermediateThrowEvent", "endEvent", "sendTask"})
#: Kinds of element that route tokens and nothing else.
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})


@dataclass(frozen=True)
class Act:
    """The legal act that puts a process into force (an order, an instruction): type, number, date."""

    type: str
    number: str
    date: date


@dataclass(frozen=True)
class VariableMapping:
    """One input, output or assignment: the value of `source` becomes the variable `target`.

    `declared_in` is the id of the process or subprocess that holds the target where the model declares it, as a data object or property.
    """

    target: str
    source: Expression
    declared_in: str | None = None


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
class UserTaskFacts:
    """Who is to do a user task, with which form, until when; each expression is evaluated when the task is created.

    `assignee` gives one user. `candidate_users` and `candidate_groups` give a text with commas or a list of texts; a lane is not in here,
    see `Element.lane`. `due_date` and `follow_up_date` give a moment, a date, a duration from now, or one of these as ISO 8601 text.
    `priority` gives a whole number. `form_key` is the key of the form catalogue, cleaned of prefixes such as `embedded:app:`.
    """

    assignee: Expression | None = None
    candidate_users: Expression | None = None
    candidate_groups: Expression | None = None
    due_date: Expression | None = None
    follow_up_date: Expression | None = None
    priority: Expression | None = None
    form_key: str | None = None


@dataclass(frozen=True)
class LoopEvent:
    """An event that a multi-instance activity throws when an instance ends: each time, `first_only`, or where `condition` holds."""

    event: Event
    first_only: bool = False
    condition: Expression | None = None


@dataclass(frozen=True)
class MultiInstance:
    """An activity that is done several times: `cardinality` times, or once per item of `collection` (exactly one of the two is given).

    `item` names the local variable that holds the item. `output_collection`, when given, names the variable that collects, in the order
    of the items, what `output_element` gives in each instance. `completion_condition`, evaluated after each instance, ends it early.
    `throws` is what its `behavior` makes of the end of an instance; events attached to the activity catch it.
    """

    sequential: bool
    cardinality: Expression | None = None
    collection: Expression | None = None
    item: str | None = None
    output_collection: str | None = None
    output_element: Expression | None = None
    completion_condition: Expression | None = None
    throws: tuple[LoopEvent, ...] = ()


@dataclass(frozen=True)
class StandardLoop:
    """An activity that is repeated while `condition` holds (None: always), `maximum` times at most; at least one of the two is given.

    The condition is asked after every round and, with `test_before`, before the first one too.
    """

    test_before: bool
    maximum: int | None = None
    condition: Expression | None = None


@dataclass(frozen=True)
class Binding:
    """Which version of a process or decision is meant; `value` gives the number or the tag where the kind wants one."""

    kind: BindingKind = "latest"
    value: Expression | None = None


@dataclass(frozen=True)
class AdHoc:
    """A subprocess whose elements begin on demand, one at a time when `sequential`. It is over once `condition` holds, see `cancels`.

    `cancels` ends what is under way then; else it is waited for. `active` gives the ids of elements that begin at once; without a
    condition such a subprocess is over when nothing in it is under way, any other when somebody says so.
    """

    sequential: bool
    condition: Expression | None = None
    cancels: bool = True
    active: Expression | None = None


@dataclass(frozen=True)
class DecisionCall:
    """What a business rule task evaluates: the decision that `key` names; its result becomes `result_variable`.

    `mapping` says what of it: "value" (as DMN gives it), "singleEntry", "singleResult", "collectEntries" or "resultList".
    """

    key: Expression
    result_variable: str | None
    mapping: str
    binding: Binding = Binding()


@dataclass(frozen=True)
class Call:
    """What a call activity calls: the process that `key` names, in the version that `binding` means when it is reached.

    `business_key` gives the key of what runs inside; None keeps that of the caller. `pass_all` gives the called process every variable,
    besides `Element.inputs`; `return_all` takes every variable back, besides `Element.outputs`.
    """

    key: Expression
    business_key: Expression | None = None
    binding: Binding = Binding()
    pass_all: bool = False
    return_all: bool = False


@dataclass(frozen=True)
class Element:
    """One flow node of a process. `kind` is its local BPMN name ("userTask", "boundaryEvent", …), `scope` the id of what encloses it.

    `line` is where it stands in its file. `lane` is the innermost lane that holds it (see `ProcessModel.lanes` for the name).
    `inserted` marks what is not in the diagram (an implicit split, the place where a token waits for a job before or after an element):
    it belongs in no history that people see. `operation` names what a service task does; where a worker outside does it, `topic` gives the
    topic it asks for and `topic_priority` how urgent it is; with `is_job` the topic may be the name of an operation, which then does it.
    `assignments` are a script task's statements, in order. `triggered_by_event` marks an event subprocess.
    `instantiates` marks a receive task or event-based gateway that begins an instance; `awaits_all` a gateway whose events must all come.
    `initiator` names the variable that a start event gives the one who started the instance. `async_before`
    asks for a job before the element is run (for each instance of a multi-instance activity), `async_body` for one before all of them,
    `async_after` for one before what follows. `retries` is how often such a job is tried, `retry_after` the ISO 8601 pauses between,
    `job_priority` how urgent it is. `result_variable` takes what an operation gives, as one context.
    `start_quantity` tokens begin an activity once, `completion_quantity` are left behind. `activation` says when a complex gateway starts.
    `incoming` and `outgoing` are ids of flows.
    `for_compensation` marks an activity that stands outside the flow and only undoes another.
    """

    id: str
    kind: str
    name: str | None
    line: int
    scope: str
    lane: str | None = None
    inserted: bool = False
    event: Event = field(default_factory=Event)
    user_task: UserTaskFacts | None = None
    operation: str | None = None
    result_variable: str | None = None
    topic: Expression | None = None
    topic_priority: Expression | None = None
    is_job: bool = False
    worker_errors: tuple[WorkerError, ...] = ()
    assignments: tuple[VariableMapping, ...] = ()
    inputs: tuple[VariableMapping, ...] = ()
    outputs: tuple[VariableMapping, ...] = ()
    call: Call | None = None
    decision: DecisionCall | None = None
    multi_instance: MultiInstance | None = None
    standard_loop: StandardLoop | None = None
    start_quantity: int = 1
    completion_quantity: int = 1
    activation: Expression | None = None
    ad_hoc: AdHoc | None = None
    triggered_by_event: bool = False
    for_compensation: bool = False
    async_before: bool = False
    async_body: bool = False
    async_after: bool = False
    initiator: str | None = None
    instantiates: bool = False
    awaits_all: bool = False
    retries: int | None = None
    retry_after: tuple[str, ...] = ()
    job_priority: Expression | None = None
    listeners: tuple[Listener, ...] = ()
    form: DiagramForm | None = None
    documentation: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()

    @property
    def drawn_id(self) -> str:
        """The id that a modeller knows: of an inserted element the id of what it was inserted for."""
        return self.id.split(" ", 1)[0]

    @property
    def is_activity(self) -> bool:
        """Whether it is a task, a subprocess or a call activity."""
        return self.kind in ACTIVITIES

    @property
    def can_be_begun(self) -> bool:
        """Whether, inside an ad-hoc subprocess, it can begin by itself: nothing leads to it."""
        apart = self.triggered_by_event or self.for_compensation or self.inserted
        return not (self.incoming or apart) and self.kind not in ("boundaryEvent", "startEvent", "endEvent")

    @property
    def is_repeated(self) -> bool:
        """Whether it is a loop or a multi-instance activity."""
        return self.multi_instance is not None or self.standard_loop is not None

    @property
    def catches_compensation(self) -> bool:
        """Whether it is a compensation event on an activity: it holds no token, it only says what undoes the activity."""
        return self.kind == "boundaryEvent" and self.event.kind == "compensation"

    @property
    def sends(self) -> bool:
        """Whether it throws a message or signal, that others may receive."""
        return self.kind in SENDERS and any(event.kind in ("message", "signal") for event in self.event.alternatives)

    @property
    def is_gateway(self) -> bool:
        """Whether it only routes."""
        return self.kind in GATEWAYS


@dataclass(frozen=True)
class Flow:
    """A sequence flow. `default` marks the one that is taken when no condition of its siblings holds."""

    id: str
    source: str
    target: str
    line: int
    name: str | None = None
    condition: Expression | None = None
    default: bool = False
    listeners: tuple[Listener, ...] = ()


@dataclass(frozen=True)
class ProcessModel:
    """One process of a file, with everything inside it, embedded subprocesses included: their elements name them as `scope`.

    `key` is the process id. `elements` holds every flow node by id, `flows` every sequence flow by id, `lanes` the names (or else ids)
    of the lanes by id. A process that is not `executable` has facts enough to be shown, and may have none of the above.
    `is_task` marks what was made of a global task: nothing is drawn around it.
    """

    key: str
    name: str | None
    executable: bool
    line: int
    resource: str
    elements: Mapping[str, Element] = field(default_factory=dict)
    flows: Mapping[str, Flow] = field(default_factory=dict)
    lanes: Mapping[str, str] = field(default_factory=dict)
    act: Act | None = None
    version_tag: str | None = None
    history_ttl_days: int | None = None
    unique_business_key: bool = False
    is_task: bool = False
    start_form_key: str | None = None
    starters: Starters = field(default_factory=Starters)
    listeners: tuple[Listener, ...] = ()
    documentation: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)

    def inside(self, scope: str) -> tuple[Element, ...]:
        """The elements directly inside the process (its key) or one of its subprocesses (the element id), in the order of the file."""
        return tuple(self._by_scope.get(scope, ()))

    def attached_to(self, element_id: str) -> tuple[Element, ...]:
        """The boundary events on an activity, in the order of the file."""
        return tuple(element for element in self.elements.values() if element.event.attached_to == element_id)

    def starts(self, scope: str | None = None) -> tuple[Element, ...]:
        """The start events of the process, or of one of its subprocesses."""
        return tuple(element for element in self.inside(scope or self.key) if element.kind == "startEvent")

    def beginnings(self) -> tuple[tuple[Element, Element], ...]:
        """What begins an instance: the element that says by what, and the one where the first token stands."""
        made = [(start, start) for start in self.starts()]
        for element in self.inside(self.key):
            if element.instantiates and element.kind == "eventBasedGateway":
                targets = (self.elements.get(self.flows[name].target) for name in element.outgoing)
                made += [(target, element) for target in targets if target is not None]
            elif element.instantiates:
                made.append((element, element))
        return tuple(made)

    @cached_property
    def compensates(self) -> bool:
        """Whether anything in it can be compensated."""
        return any(element.event.kind == "compensation" and element.kind not in SENDERS for element in self.elements.values())

    @cached_property
    def _by_scope(self) -> Mapping[str, list[Element]]:
        found: dict[str, list[Element]] = {}
        for element in self.elements.values():
            found.setdefault(element.scope, []).append(element)
        return found

    @property
    def start_messages(self) -> tuple[str, ...]:
        """The names of the messages that start an instance."""
        return tuple(event.message for start, _ in self.beginnings() for event in start.event.alternatives if event.message is not None)
