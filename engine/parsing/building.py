"""From facts to Spiff specs, by our extension of SpiffWorkflow's parser.

`ElementParser` and `ScopeParser` take the places of TaskParser and ProcessParser. Theirs recurse along the sequence flow, so a long
process cannot be read, and they take from the XML what they know and leave out the rest. Ours make all specs of a scope first and connect
them afterwards, and they know only facts that the linter has seen. What has no parser class here cannot be built at all.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag

from engine.definition_errors import DefinitionNotExecutable, DefinitionNotFound, ModelRefused
from engine.findings import errors_of
from engine.parsing.compensation import only_beside
from engine.parsing.elements import Element, Flow, ProcessModel
from engine.parsing.event_facts import EventKind
from engine.parsing.model import Model
from engine.parsing.specs import (
    activities,
    ad_hoc,
    compensation,
    complex_gateway,
    events,
    gateways,
    loops,
    quantities,
    several,
    standard_loop,
    transactions,
)
from engine.parsing.specs.activities import Calls, SubprocessSpecs
from engine.parsing.specs.base import spec_name
from engine.parsing.specs.processes import ProcessSpec

#: Events that throw in ways of their own, by kind of element and of event.
_THROWING: Final[dict[tuple[str, EventKind], type]] = {
    ("intermediateCatchEvent", "link"): events.ThrowEvent,
    ("intermediateThrowEvent", "compensation"): compensation.CompensationEvent,
    ("endEvent", "compensation"): compensation.CompensationEvent,
    ("endEvent", "cancel"): transactions.CancelEnd,
}


@dataclass(frozen=True)
class Executable:
    """A process ready to run: its facts, its Spiff spec and those of its subprocesses, by name; shared by all its instances.

    Called processes join `subprocess_specs` when they are first called; which spec a token is inside of says
    `specs.activities.inside_of(token)`. Nothing in here changes otherwise, so nothing needs copying.
    """

    process: ProcessModel
    spec: ProcessSpec
    subprocess_specs: SubprocessSpecs


def build(model: Model, key: str, calls: Calls | None = None, *, name: str | None = None) -> Executable:
    """The executable of a process of a model. `name` is the name of its spec (its key, unless versions must be told apart).

    Raises DefinitionNotFound, DefinitionNotExecutable, and ModelRefused when reading found errors.
    """
    process = model.processes.get(key)
    if process is None:
        raise DefinitionNotFound(key)
    if not process.executable:
        raise DefinitionNotExecutable(key)
    if errors_of(model.findings):
        raise ModelRefused(model.resource, model.findings)
    parser = ModelParser(process, name or key)
    return Executable(process, parser.get_spec(parser.name), SubprocessSpecs(parser.embedded(), calls))


class ElementParser(TaskParser):
    """Makes the spec of one element, with what belongs around it, and connects it to what follows."""

    def __init__(self, process_parser: "ScopeParser", spec_class: Any, element: Element) -> None:
        super().__init__(process_parser, spec_class, etree.Element(full_tag(element.kind), id=element.id), lane=element.lane)
        self.element = element

    def create(self) -> None:
        """Make the spec, and around it the loop that repeats it. `once` is the spec of a single time."""
        if not self.element.is_repeated:
            self.task = self.once = self.create_task()
        else:
            self.once = inner = self.create_task(named=spec_name(self.element.id, "instance"))
            repeated = standard_loop.StandardLoopActivity if self.element.multi_instance is None else loops.MultiInstanceActivity
            self.task = repeated(self.spec, self.element, inner=inner)
            self.task.connect(inner)
            self.task._outputs.remove(inner.name)  # the loop puts tokens there itself, one for each instance
        self.entry = self.exit = self.task

    def create_task(self, named: str | None = None) -> Any:
        """The bare spec."""
        return self.spec_class(self.spec, self.element, named=named)

    def attach(self, boundary: list[Any]) -> None:
        """Set the specs of its boundary events beside it."""
        lane = self.element.lane
        split = events.BoundarySplit(self.spec, spec_name(self.element.id, "begin"), lane=lane)
        join = events.BoundaryJoin(self.spec, spec_name(self.element.id, "over"), lane=lane, split_task=split.name, cancel=True)
        for spec in (self.task, *boundary):
            split.connect(spec)
            if spec is self.task or spec.cancel_activity:  # what does not interrupt changes nothing here
                spec.connect(join)
        self.entry = split

    def count_tokens(self) -> None:
        """Set before it what collects the tokens it needs, and behind it what makes those it leaves."""
        if self.element.start_quantity > 1:
            collected = quantities.TokensCollected(self.spec, self.element)
            collected.connect(self.entry)
            self.entry = collected
        if self.element.completion_quantity > 1:
            self.exit = quantities.TokensProduced(self.spec, self.element)
            self.task.connect(self.exit)

    def connect_outgoing(self, outgoing_task: Any, flow: Flow) -> None:
        """Connect it to the entry of what a flow leads to."""
        self.exit.connect(outgoing_task)


class ChoiceParser(ElementParser):
    """Makes gateways that choose among their flows."""

    def connect_outgoing(self, outgoing_task: Any, flow: Flow) -> None:
        """Connect it with the flow's condition."""
        self.task.connect_flow(flow, outgoing_task)


class SubProcessParser(ElementParser):
    """Makes embedded subprocesses, whose inside is a spec of its own."""

    def create_task(self, named: str | None = None) -> Any:
        """The bare spec, after a parser for the inside was made."""
        inside = self.process_parser.parser.add_scope(self.element.id)
        return self.spec_class(self.spec, self.element, inside=inside, named=named)


class CallActivityParser(ElementParser):
    """Makes call activities; what they call is found when they are reached."""

    def create_task(self, named: str | None = None) -> Any:
        """The bare spec, with the key of what it calls."""
        if self.element.call is None:
            raise ValueError(f"{self.element.id} calls nothing")
        return self.spec_class(self.spec, self.element, inside=self.element.call.key.text, named=named)


class ScopeParser(ProcessParser):
    """Makes the spec of a process or of the inside of a subprocess: all elements first, then what connects them."""

    def create_spec(self) -> ProcessSpec:
        """The spec, still empty."""
        return ProcessSpec(self.bpmn_id, self.parser.process, self.parser.scopes[self.bpmn_id])

    def _parse(self) -> None:
        self.spec = self.create_spec()
        parsers: dict[str, ElementParser] = {}
        for element in self.parser.process.inside(self.spec.scope):
            parser_class, spec_class = self.parser.PARSER_CLASSES[full_tag(element.kind)]
            if element.catches_compensation:
                continue  # no token ever stands there
            spec_class = events.StartEvent if element.instantiates and element.kind == "receiveTask" else spec_class
            spec_class = _THROWING.get((element.kind, element.event.kind), several.spec_class_of(element, spec_class))
            parsers[element.id] = parser_class(self, spec_class, element)
            parsers[element.id].create()
        for parser in parsers.values():
            self._surround(parser, parsers)
        for parser in parsers.values():
            self._connect(parser, parsers)
            if self.parser.process.compensates:
                self._compensate(parser, parsers)
        scope = self.parser.process.elements.get(self.spec.scope)
        if scope is not None and scope.ad_hoc is not None:
            self._open(scope, parsers)

    def _open(self, scope: Element, parsers: dict[str, ElementParser]) -> None:
        """Keep the inside of an ad-hoc subprocess open until what it is told of its activities ends it."""
        begin = ad_hoc.AdHocBegin(self.spec, scope)
        self.spec.start.connect(begin)
        begin.opened.connect(self.spec.end)
        for parser in parsers.values():
            if parser.element.is_activity and not (parser.element.inserted or parser.element.triggered_by_event):
                begin.opened.watch(parser.task)

    def _surround(self, parser: ElementParser, parsers: dict[str, ElementParser]) -> None:
        attached = self.parser.attached.get(parser.element.id)
        if attached:
            parser.attach([parsers[event.id].task for event in attached])
        parser.count_tokens()
        if parser.element.kind == "startEvent" or parser.element.instantiates:
            self.spec.start.connect(parser.task)
        if parser.element.triggered_by_event:
            self._trigger(parser)

    def _connect(self, parser: ElementParser, parsers: dict[str, ElementParser]) -> None:
        for name in parser.element.outgoing:
            flow = self.parser.process.flows[name]
            parser.connect_outgoing(parsers[flow.target].entry, flow)
        if not parser.element.outgoing:
            self._end(parser)

    def _trigger(self, parser: ElementParser) -> None:
        """Let the start event of an event subprocess wait in the scope around it."""
        for start in self.parser.process.starts(parser.element.id):
            if start.event.kind == "compensation":
                self.spec.compensation.event_handler = parser.entry
                continue
            trigger = several.spec_class_of(start, events.Trigger)(self.spec, start)
            self.spec.start.connect(trigger)
            trigger.connect(parser.entry)

    def _compensate(self, parser: ElementParser, parsers: dict[str, ElementParser]) -> None:
        """Have an activity remembered that has a handler, or in which such activities can be."""
        element = parser.element
        handler = self.parser.handlers.get(element.id)
        beside = only_beside(self.parser.process, self.parser.attached, element.id)
        if handler is not None:
            self.spec.compensation.watch(parser.once, parsers[handler].task, beside)
        elif (
            isinstance(parser, SubProcessParser)
            and not element.for_compensation
            and parser.entry is not self.spec.compensation.event_handler
        ):
            undone = compensation.UndoneSubProcess(self.spec, element, inside=parser.once.spec)
            self.spec.compensation.watch(parser.once, undone, beside)

    def _end(self, parser: ElementParser) -> None:
        """What nothing follows ends its token, as an end event does; a handler's goes back to what compensates."""
        if parser.element.for_compensation:
            return
        if not isinstance(parser.task, gateways.Choice):
            parser.exit.connect(self.spec.end)


class ModelParser(BpmnParser):
    """Makes the specs of one process. The table is all there is: what is not in it cannot be built."""

    PARSER_CLASSES: ClassVar[dict[str, tuple[type[ElementParser], type]]] = {
        full_tag("startEvent"): (ElementParser, events.StartEvent),
        full_tag("endEvent"): (ElementParser, events.EndEvent),
        full_tag("intermediateThrowEvent"): (ElementParser, events.ThrowEvent),
        full_tag("intermediateCatchEvent"): (ElementParser, events.CatchEvent),
        full_tag("boundaryEvent"): (ElementParser, events.BoundaryEvent),
        full_tag("receiveTask"): (ElementParser, events.CatchEvent),
        full_tag("task"): (ElementParser, activities.PassThrough),
        full_tag("manualTask"): (ElementParser, activities.PassThrough),
        full_tag("userTask"): (ElementParser, activities.UserTask),
        full_tag("serviceTask"): (ElementParser, activities.ServiceTask),
        full_tag("sendTask"): (ElementParser, activities.ServiceTask),
        full_tag("businessRuleTask"): (ElementParser, activities.ServiceTask),
        full_tag("scriptTask"): (ElementParser, activities.ScriptTask),
        full_tag("subProcess"): (SubProcessParser, activities.SubProcess),
        full_tag("transaction"): (SubProcessParser, activities.SubProcess),
        full_tag("adHocSubProcess"): (SubProcessParser, ad_hoc.AdHocSubProcess),
        full_tag("callActivity"): (CallActivityParser, activities.CallActivity),
        full_tag("exclusiveGateway"): (ChoiceParser, gateways.ExclusiveGateway),
        full_tag("inclusiveGateway"): (ChoiceParser, gateways.InclusiveGateway),
        full_tag("parallelGateway"): (ElementParser, gateways.ParallelGateway),
        full_tag("complexGateway"): (ChoiceParser, complex_gateway.ComplexGateway),
        full_tag("eventBasedGateway"): (ElementParser, gateways.EventBasedGateway),
    }
    PROCESS_PARSER_CLASS = ScopeParser

    def __init__(self, process: ProcessModel, name: str) -> None:
        super().__init__()
        self.process = process
        self.name = name
        self.scopes: dict[str, str] = {}
        self.attached: dict[str, list[Element]] = {}
        self.handlers: dict[str, str] = {}
        for element in process.elements.values():
            if element.catches_compensation:
                self.handlers.update((element.event.attached_to or "", name) for name in element.event.handlers)
            elif element.event.attached_to is not None:
                self.attached.setdefault(element.event.attached_to, []).append(element)
        self._add(name, process.key)

    def add_scope(self, element_id: str) -> str:
        """Make a parser for the inside of a subprocess; gives the name of its spec."""
        name = f"{self.name}/{element_id}"
        self._add(name, element_id)
        return name

    def embedded(self) -> dict[str, ProcessSpec]:
        """The specs of all subprocesses, however deep, by name; the process's own is left out."""
        self.get_spec(self.name)
        made: dict[str, ProcessSpec] = {}
        while missing := [name for name in self.scopes if name not in made]:
            made.update({name: self.get_spec(name) for name in missing})
        made.pop(self.name)
        return made

    def _add(self, name: str, scope: str) -> None:
        self.scopes[name] = scope
        self.create_parser(etree.Element(full_tag("process"), id=name))
