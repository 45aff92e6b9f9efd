"""One loaded instance on its way through one step: runs its tokens until each of them waits, and keeps account of what happened.

Knows no database. After any exception the object must be dropped: nothing of it may be saved.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from SpiffWorkflow.util.task import TaskState

from engine import account as accounts
from engine import business_keys, caught, operations, pruning, tree
from engine.account import Account
from engine.decisions.made import Decide, Made, mapped, none_here
from engine.definition_errors import AT_ELEMENT
from engine.errors import BpmnError, StepBroken, in_words
from engine.evaluation import Evaluation, outer_path_of
from engine.listening import Listening, hears
from engine.parsing.call_facts import DecisionCall
from engine.parsing.elements import Element
from engine.parsing.specs.errors import throw_error
from engine.parsing.specs.events import deliver
from engine.parsing.specs.references import referred
from engine.parsing.specs.repeated import BODY
from engine.parsing.specs.tokens import LISTENED_TO, RELEASED, is_part, is_trigger
from engine.ports import UNWATCHED, Operations, TaskHeard, Watching
from engine.sendings import Sending, sending_of
from engine.situation import Situation
from engine.tree import Token, Tree
from expressions import Expression
from refusals import Refusal

#: A step that runs this many tokens is in a loop without a wait.
MAX_RUNS = 10_000
#: So is one in which open tokens are looked at this often in all: a thousand may stay open while a thousand run one after another.
MAX_LOOKS = 1_500_000
#: How often a look counts at which more are open than ever before: a loop that leaves a token behind each time costs more and more.
_GROWING = 4
_PRUNE_EVERY = 100

Result = TypeVar("Result")


class Execution:
    """Runs the tokens of one instance. `account` holds what is open and what has ended, `sendings` what was thrown to others."""

    def __init__(
        self,
        top: Tree,
        evaluation: Evaluation,
        account: Account,
        situation: Situation,
        operations: Operations,
        decide: Decide = none_here,
        watching: Watching = UNWATCHED,
    ) -> None:
        self.top = top
        self.evaluation = evaluation
        self.account = account
        self._situation = situation
        self._operations = operations
        self._decide_by = decide
        self._watching = watching
        self._runs = self._looks = self._most = 0
        self._heard = 0
        self.listening = Listening(evaluation, operations, account, self._situation_of)
        self.sendings: list[Sending] = []
        self.decided: list[tuple[str, Made]] = []

    @property
    def completed(self) -> bool:
        """Whether the process has come to its end."""
        return bool(self.top.completed)

    def go_on(self) -> None:
        """Run every token that can run by itself, until all wait. Raises StepBroken (OperationRefused is one)."""
        while True:
            while ready := self._ready():
                for token in ready:
                    if token.state == TaskState.READY and not self.completed:
                        self._run(token)
                self._look()
            self._look()
            if not self._ask_conditions() and not self._ready():
                break
        self._settle()

    def set_out(self) -> None:
        """Begin a process that begins nowhere: tell its listeners, let wait what may start its event subprocesses."""
        for token in self._ready():
            self._run(token)
            with _breaking_at(token):
                self.listening.hear_process(token, self.top.spec.process, "start")

    def stand(self) -> None:
        """Note where the tokens stand, and let none of them go on. Raises StepBroken."""
        self._look()
        self._settle()

    def complete(self, token: Token, variables: Mapping[str, Any]) -> None:
        """A user task or external task is done: take its variables and go on."""
        self.evaluation.write(token, variables)
        self._run(token)
        self.go_on()

    def throw(self, token: Token, error: BpmnError) -> None:
        """What a token stands at has ended in a BPMN error: go on with what catches it."""
        with _breaking_at(token):
            throw_error(token, error.code, error.message)
            self.evaluation.write(token, error.variables)
        self.go_on()

    def release(self, token: Token) -> None:
        """A job has come to run what a token stands at: do it and go on."""
        token.internal_data[RELEASED] = True
        element = tree.element_of(token)
        with _breaking_at(token), self._catching(token):
            if element is not None and accounts.opens(token, element):
                self._begin(token, element)
            if token.state == TaskState.WAITING:
                token.task_spec._update(token)
        self._look()
        self.go_on()

    def happen(self, token: Token, variables: Mapping[str, Any] | None = None) -> None:
        """What a token waited for has come (its timer is due, its message is here): let it on and go on."""
        self.evaluation.write(token, variables or {})
        with _breaking_at(token):
            deliver(token)
        self.go_on()

    def tell(self, token: Token, element: Element, events: Sequence[str], assignee: str | None) -> None:
        """Somebody has changed a user task: run what listens to that, and go on."""
        with _breaking_at(token), self._catching(token):
            for event in events:
                self.listening.hear(token, element, event, self.listening.task_of(token, assignee))
        self._look()
        self.go_on()

    def cancel(self) -> None:
        """End the instance where it stands."""
        self.top.cancel()
        self.account.close()

    def at(self, token: Token, work: Callable[[], Result]) -> Result:
        """Do something on behalf of a token: whatever goes wrong is a StepBroken at its element."""
        with _breaking_at(token):
            return work()

    def _ready(self) -> list[Token]:
        """The tokens that can run now, those of inner trees first."""
        found = [[token for token in inner.tasks.values() if self._can_run(token)] for inner in tree.trees(self.top)]
        return [token for tokens in reversed(found) for token in tokens]

    def _can_run(self, token: Token) -> bool:
        if token.state != TaskState.READY:
            return False
        element = tree.element_of(token)
        if element is None or tree.holds_instances(token):
            return True
        return element.kind != "userTask" and element.topic is None and not accounts.waits_for_job(token, element)

    def _run(self, token: Token) -> None:
        self._runs += 1
        element = tree.element_of(token)
        if self._runs > MAX_RUNS or self._looks > MAX_LOOKS:
            place = token.task_spec.name if element is None else element.id
            raise StepBroken(place, "step_endless", f"{self._runs} elements in one step, and no end")
        with _breaking_at(token):
            try:
                if element is not None and not tree.holds_instances(token):
                    self._work(token, element)
                token.run()
            except BpmnError as error:
                throw_error(token, error.code, error.message)
                self.evaluation.write(token, error.variables)
                return
        if is_trigger(token) or is_part(token) or (element is not None and element.inserted):
            self.account.forget(token)
        elif element is not None:
            self.account.ended(token, element, self.evaluation.scopes.take_changes())
        if self._watching.passed is not None:
            self._watching.passed(token)
        if self._runs % _PRUNE_EVERY == 0:
            self._look()
            self._prune()

    def _work(self, token: Token, element: Element) -> None:
        """What an element does between its input and its output mappings."""
        self._begin(token, element)
        if element.operation is not None:
            seen, now = self.evaluation.variables(token), self.evaluation.now()
            result = operations.call(self._operations, element.operation, element, self._situation_of(token), seen, now)
            self.evaluation.write(token, result if element.result_variable is None else {element.result_variable: dict(result)})
        if element.decision is not None:
            self._decide(token, element, element.decision)
        if element.sends:
            self._send(token, element)
        for assignment in element.assignments:
            self.evaluation.write(token, {assignment.target: self.evaluation.evaluate(token, assignment.source)})
        caught.take(token, element, self.evaluation)
        self._finish(token, element)
        if element.call is not None and element.call.return_all:
            self.evaluation.write_outside(token, self.evaluation.scopes.typed([token.id.hex]))
        for mapping in () if is_trigger(token) else element.outputs:  # what starts an event subprocess has its outputs inside
            self.evaluation.put_out(token, mapping)

    def _finish(self, token: Token, element: Element) -> None:
        """Tell the listeners that an element is over, before its outputs."""
        if element.kind == "userTask":
            self.listening.hear(token, element, "complete", self.listening.task_of(token))
        if element.call is not None:
            inner = self.top.subprocesses[token.id]
            self.listening.hear_process(inner.task_tree, inner.spec.process, "end")
        self.listening.hear(token, element, "end")

    def _situation_of(self, token: Token) -> Situation:
        return replace(self._situation, business_key=business_keys.key_of(token, self._situation.business_key))

    def _decide(self, token: Token, element: Element, call: DecisionCall) -> None:
        """Evaluate a decision with what the token sees, and keep what came of it."""
        made = self._decide_by(referred(token, call.key, call.binding), self.evaluation.variables(token))
        self.decided.append((element.id, made))
        if call.result_variable is not None:
            self.evaluation.write(token, {call.result_variable: mapped(made, call.mapping)})

    def _send(self, token: Token, element: Element) -> None:
        """Send its messages and signals, with the element's own variables, when the step is saved."""
        for event in element.event.alternatives:
            if event.kind in ("message", "signal"):
                self.sendings.append(sending_of(event, self.evaluation, token, self._situation.business_key))

    def _begin(self, token: Token, element: Element) -> None:
        """What happens once, when an element begins: it gets its variables, and its listeners are told."""
        if not (element.inputs or element.call or element.listeners) or not accounts.enter(token):
            return
        if hears(element, "delete", "end"):
            token.internal_data[LISTENED_TO] = True
        self._enter(token, element)
        for event in ("take", "timeout") if element.inserted else ("start",):
            self.listening.hear(token, element, event)
        if element.kind == "userTask":
            self.listening.hear_new_task(token, element)

    def _enter(self, token: Token, element: Element) -> None:
        """Give a call or an activity with input mappings variables of its own."""
        if not (element.inputs or element.call) or accounts.is_unmapped(token):
            return
        given: dict[str, Any] = {}
        for mapping in element.inputs:
            given[mapping.target] = mapping.placed(given.get(mapping.target), self.evaluation.evaluate(token, mapping.source))
        if element.call is not None and element.call.pass_all:
            given = {**self.evaluation.scopes.typed(outer_path_of(token)), **given}
        if element.call is not None and element.call.business_key is not None:
            self._name(token, element.call.business_key)
        self.evaluation.write_local(token, given)

    def _name(self, token: Token, expression: Expression) -> None:
        """Give what a call runs a business key of its own; one that gives null leaves the caller's."""
        value = self.evaluation.evaluate(token, expression)
        if value is not None and not (0 < len(str(value)) <= business_keys.MAX_KEY and str(value).isprintable()):
            raise StepBroken(token.task_spec.bpmn_id, "business_key_unreadable", str(value)[:200])
        if value is not None:
            token.internal_data[business_keys.BUSINESS_KEY] = str(value)

    def _look(self) -> None:
        """Note what has closed and opened; whoever has opened gets its own variables before anything inside it runs."""
        opened = self.account.look(self.top)
        self._looks += len(self.account) * (_GROWING if len(self.account) > self._most else 1)
        self._most = max(self._most, len(self.account))
        self._tell_of_the_cancelled()
        for token in opened:
            element = tree.element_of(token)
            if element is not None and accounts.begins(token, element):
                with _breaking_at(token), self._catching(token):
                    self._begin(token, element)

    def _tell_of_the_cancelled(self) -> None:
        """Run what listens to the end of elements that were interrupted in this step."""
        endings, self._heard = self.account.endings[self._heard :], len(self.account.endings)
        for opening in [ending.opening for ending in endings if ending.cancelled and hears(ending.opening.element, "delete", "end")]:
            token = tree.token_of(self.top, opening.token_id)
            if token is None or opening.kind == BODY:
                continue
            with _breaking_at(token):
                self.listening.hear(token, opening.element, "delete", TaskHeard(opening.id, None))
                self.listening.hear(token, opening.element, "end")

    @contextmanager
    def _catching(self, token: Token) -> Iterator[None]:
        """A BPMN error that a listener throws goes to what catches it."""
        try:
            yield
        except BpmnError as error:
            throw_error(token, error.code, error.message)
            self.evaluation.write(token, error.variables)

    def _ask_conditions(self) -> bool:
        """Let conditional events happen whose condition has come to hold; gives whether one did."""
        happened = False
        for opening in [opening for opening in self.account.openings if opening.wait == "condition"]:
            token = tree.token_of(self.top, opening.token_id)
            if token is None or token.state != TaskState.WAITING:
                continue
            with _breaking_at(token):
                if token.task_spec.event_definition.comes_to_hold(token):
                    happened = True
                    deliver(token)
        return happened

    def _settle(self) -> None:
        """Prune, and see that an instance that is not over waits for something that can come."""
        if self.completed:
            self.account.close()
            with _breaking_at(self.top.task_tree):
                self.listening.hear_process(self.top.task_tree, self.top.spec.process, "end")
            return
        self._prune()
        standing = tree.open_tokens(self.top)
        self.evaluation.scopes.close_all_but({token.id.hex for token in standing})
        if not self.account.waits() and not self.account.asleep:
            stuck = standing[0].task_spec.name if standing else None
            raise StepBroken(stuck, "nothing_to_wait_for", "no branch can ever go on")

    def _prune(self) -> None:
        if self._watching.prunes:
            pruning.prune(self.top)
        else:
            pruning.forget_orphans(self.top)


@contextmanager
def _breaking_at(token: Token) -> Iterator[None]:
    """Whatever goes wrong at a token becomes a StepBroken that names its element."""
    element = tree.element_of(token)
    place = element.drawn_id if element is not None else token.task_spec.name.split(" [")[0]
    try:
        yield
    except StepBroken:
        raise
    except Refusal as refusal:
        told = refusal.fields["element"] if isinstance(refusal, AT_ELEMENT) else place
        raise StepBroken(str(told), refusal.code, str(refusal)) from refusal
    except Exception as failure:  # the incident border: a model can break a step in ways nobody has thought of
        raise StepBroken(place, "engine_failed", in_words(failure)) from failure
