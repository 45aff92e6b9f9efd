"""Instructions to an instance: begin before an element, behind it, on a flow; cancel what is open. Carried out one by one, then it goes on.

Elements are those of the process; with an ancestor that is a call activity, those of the process it has called.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from engine import account as accounts
from engine import tree
from engine.errors import InstructionRefused, ModificationRefused
from engine.evaluation import outer_path_of, path_of
from engine.execution import Execution
from engine.parsing.continuations import BEFORE
from engine.parsing.elements import Element, Flow, ProcessModel
from engine.parsing.specs import placing
from engine.parsing.specs.tokens import is_trigger
from engine.places import BODY, Place, element_named, place_of
from engine.tree import Token
from refusals import Fault

Kind = Literal["startBeforeActivity", "startAfterActivity", "startTransition", "cancel"]


@dataclass(frozen=True)
class Instruction:
    """One thing to do.

    `element_id` names an element ("…#multiInstanceBody" the whole of one that is done several times), `flow_id` a flow, `activity_id`
    one open activity, which `only_waiting` wants to wait for its job. A start can be told in which open activity (`ancestor_id`) and with
    which variables; a cancellation of all at an element, to spare what was begun before it by the same instructions (`only_former`).
    """

    kind: Kind
    element_id: str | None = None
    flow_id: str | None = None
    activity_id: UUID | None = None
    only_waiting: bool = False
    ancestor_id: UUID | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    local_variables: Mapping[str, Any] = field(default_factory=dict)
    only_former: bool = False

    @property
    def starts(self) -> bool:
        """Whether it puts a token somewhere."""
        return self.kind != "cancel"


def carry_out(execution: Execution, instance_id: UUID, instructions: Sequence[Instruction], *, skip_mappings: bool = False) -> bool:
    """Carry out instructions and let the instance go on; gives whether anything is left in it.

    Scopes that were left empty are cancelled, and where all is, the instance has to end. Raises ModificationRefused, StepBroken.
    """
    hands = _Hands(execution, instance_id, skip_mappings=skip_mappings)
    for number, instruction in enumerate(instructions):
        try:
            if instruction.starts:
                hands.start(instruction)
            else:
                hands.cancel(instruction)
        except InstructionRefused as refused:
            fault = Fault(f"/instructions/{number}", refused.code, {"type": instruction.kind, **refused.fields})
            raise ModificationRefused(instruction=number + 1, faults=[fault]) from refused
    return _cleared(execution)


def _cleared(execution: Execution) -> bool:
    top = execution.top
    for inner in reversed(list(top.subprocesses.values())):
        owner = tree.token_of(top, inner.parent_task_id.hex)
        if owner is not None and owner.state & tree.OPEN and not inner.completed and placing.is_deserted(inner):
            _take(owner)
    if placing.is_deserted(top):
        return False
    for grown in tree.trees(top):
        grown.update_waiting_tasks()
    execution.go_on()
    return True


def _take(token: Token) -> None:
    """Take a token away; of the instances of an activity, one."""
    body = tree.body_of(token)
    if body is None or not placing.takes_instances(body):
        placing.take_away(token if body is None else body)
    elif placing.take_instance(body, token):
        placing.take_away(body)


class _Hands:
    """Puts tokens into one loaded instance and takes them out."""

    def __init__(self, execution: Execution, instance_id: UUID, *, skip_mappings: bool) -> None:
        self._execution = execution
        self._instance_id = instance_id
        self._skip_mappings = skip_mappings

    def start(self, instruction: Instruction) -> None:
        """Put a token down and let it arrive."""
        ancestor = self._ancestor(instruction.ancestor_id)
        process = self._process(ancestor)
        target, came_from = _target(process, instruction)
        whole = (instruction.element_id or "").endswith(BODY)
        place = place_of(self._execution.top, process, target, ancestor, whole=whole)
        scope = place.tree
        for element in (*place.missing, target):
            if element.for_compensation:
                raise InstructionRefused("instruction_for_compensation", element=element.id)
        for element in place.missing:
            scope = self._enter(scope, element, place)
        if whole or not target.is_repeated or target.standard_loop is not None:
            token = placing.put_before(scope, _arrival(process, target), came_from)
        else:
            token = self._instance(scope, target, place)
        self._give(token, instruction)
        self._arrive(token)

    def cancel(self, instruction: Instruction) -> None:
        """End what an instruction names."""
        if instruction.activity_id is not None:
            self._cancel_one(instruction.activity_id, only_waiting=instruction.only_waiting)
            return
        top = self._execution.top
        element = element_named(top.spec.process, instruction.element_id)
        if element is None:
            raise InstructionRefused("instruction_element_unknown", element=instruction.element_id)
        if element.kind == "boundaryEvent":
            raise InstructionRefused("instruction_boundary_event", element=element.id)
        found = [token for token in tree.open_tokens(top) if _stands_at(token, element, top.spec.process) and not _attends(token)]
        tokens = [token for token in found if not (instruction.only_former and self._execution.account.of(token) is None)]
        if not tokens:
            raise InstructionRefused("instruction_nothing_to_cancel", element=element.id)
        for token in tokens:
            placing.take_away(token)

    def _cancel_one(self, activity_id: UUID, *, only_waiting: bool) -> None:
        top = self._execution.top
        if activity_id == self._instance_id:
            for token in list(top.tasks.values()):
                if token.state & tree.OPEN and not is_trigger(token):
                    placing.take_away(token)
            return
        opening = self._execution.account.by_id(activity_id)
        token = None if opening is None else tree.token_of(top, opening.token_id)
        fits = opening is not None and opening.kind not in accounts.ATTENDING and (opening.wait == "job" or not only_waiting)
        if token is None or not fits or not token.state & tree.OPEN:
            raise InstructionRefused("instruction_activity_unknown", activity=str(activity_id))
        _take(token)

    def _ancestor(self, activity_id: UUID | None) -> Token | None:
        """The token of the open activity that a start is to be in; None is the process."""
        if activity_id is None or activity_id == self._instance_id:
            return None
        opening = self._execution.account.by_id(activity_id)
        token = None if opening is None else tree.token_of(self._execution.top, opening.token_id)
        if token is None or not (tree.holds_instances(token) or token.id in self._execution.top.subprocesses):
            raise InstructionRefused("instruction_ancestor_unknown", activity=str(activity_id))
        return token

    def _process(self, ancestor: Token | None) -> ProcessModel:
        """The process that an open activity is in, or has called."""
        if ancestor is None:
            around = self._execution.top
        else:
            around = ancestor.workflow if tree.holds_instances(ancestor) else placing.inside(ancestor)
        process: ProcessModel = around.spec.process
        return process

    def _enter(self, scope: Any, element: Element, place: Place) -> Any:
        """Enter a subprocess that encloses the target, without putting a token on its start event; gives its tree."""
        token = self._instance(scope, element, place) if element.is_repeated else placing.put_before(scope, element)
        placing.begin_nowhere(token)
        self._arrive(token)
        return self._execution.top.subprocesses[token.id]

    def _instance(self, scope: Any, element: Element, place: Place) -> Token:
        """One instance more of an activity that is done several times, or the first."""
        body = place.bodies.get(element.id)
        if body is None:
            body = placing.put_before(scope, element)
            placing.hold_none(body)
            self._arrive(body)
        elif not placing.takes_instances(body):
            raise InstructionRefused("instruction_sequential", element=element.id)
        return self._execution.at(body, lambda: placing.put_instance(body))

    def _give(self, token: Token, instruction: Instruction) -> None:
        scopes = self._execution.evaluation.scopes
        if instruction.variables:
            scopes.write(path_of(token), outer_path_of(token)[-1], instruction.variables)
        if instruction.local_variables:
            self._execution.evaluation.write_local(token, instruction.local_variables)

    def _arrive(self, token: Token) -> None:
        if self._skip_mappings:
            accounts.leave_unmapped(token)
        self._execution.at(token, lambda: placing.arrive(token))


def _stands_at(token: Token, element: Element, process: ProcessModel) -> bool:
    """Whether a token is at an element, or waits for a job before or after it; what waits inside a call is of another process."""
    at = tree.element_of(token)
    return at is not None and at.drawn_id == element.id and process.elements.get(at.id) is at


def _attends(token: Token) -> bool:
    """Whether a token goes with another: one instance of an activity with its body, what may start an event subprocess with its scope."""
    return is_trigger(token) or tree.body_of(token) is not None


def _target(process: ProcessModel, instruction: Instruction) -> tuple[Element, str | None]:
    """The element to begin before, and the id of the element that the token comes from."""
    if instruction.kind == "startTransition":
        flow = process.flows.get(instruction.flow_id or "")
        if flow is None or " " in flow.id:
            raise InstructionRefused("instruction_flow_unknown", flow=instruction.flow_id)
        return process.elements[flow.target], flow.source
    element = element_named(process, instruction.element_id)
    if element is None:
        raise InstructionRefused("instruction_element_unknown", element=instruction.element_id)
    if instruction.kind == "startAfterActivity":
        flow = _only_flow(process, element)
        return process.elements[flow.target], flow.source
    if element.kind == "boundaryEvent":
        raise InstructionRefused("instruction_boundary_event", element=element.id)
    return element, None


def _arrival(process: ProcessModel, element: Element) -> Element:
    """Where a token arrives that comes to an element: at the place where it waits for the job before it, where there is one."""
    return process.elements.get(element.id + BEFORE, element)


def _only_flow(process: ProcessModel, element: Element) -> Flow:
    flows = [process.flows[name] for name in element.outgoing]
    while len(flows) == 1 and process.elements[flows[0].target].inserted and process.elements[flows[0].target].drawn_id == element.id:
        flows = [process.flows[name] for name in process.elements[flows[0].target].outgoing]
    if len(flows) != 1:
        raise InstructionRefused("instruction_flows_several" if flows else "instruction_flow_missing", element=element.id)
    return flows[0]
