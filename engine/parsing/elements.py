"""What a process says, as plain facts: elements, flows and their compiled expressions. No XML and no SpiffWorkflow in here.

What an element holds stands in modules of its own: `event_facts`, `activity_facts`, `call_facts`, `form_facts`, `variable_mapping`.
`engine.parsing.read` makes them, the linter judges them, `engine.parsing.build` turns them into Spiff specs whose `name` is the element's
id (and whose `element` attribute is the Element), and the running engine looks them up by that id. Every expression was compiled while
the model was read; nothing in here is source text that anybody would still have to interpret.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from engine.parsing.activity_facts import AdHoc, MultiInstance, StandardLoop, UserTaskFacts
from engine.parsing.call_facts import Call, DecisionCall
from engine.parsing.event_facts import Event, Listener, WorkerError
from engine.parsing.form_facts import DiagramForm
from engine.parsing.starters import Starters
from engine.parsing.variable_mapping import VariableMapping
from expressions import Expression

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
