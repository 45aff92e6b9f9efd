"""The state of one instance under another definition, made from its present state: the same tokens by the same ids, standing at what their
elements have become.

Only what is not over is taken along, and set anew into the trees of the target: below the root, with its boundary events beside it. What
the target adds beside it (boundary events, events behind a gateway, starts of event subprocesses) is noted, to be armed afterwards.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from SpiffWorkflow.util.task import TaskState

from engine import tree
from engine.account import Account
from engine.migration.plan import Pair
from engine.migration.remembering import renamed_memory
from engine.migration.validation import is_plain
from engine.parsing import Executable
from engine.parsing.elements import Element, ProcessModel
from engine.parsing.specs.base import spec_name
from engine.parsing.specs.gateways import ARRIVED_FROM
from engine.parsing.specs.memory import REMEMBERED
from engine.parsing.specs.tokens import RELEASED, is_part, is_trigger
from engine.tree import Row, Token, Tree

_ROOT = 0


@dataclass(frozen=True)
class Obstacle:
    """Why one open activity (it may wait `for_job`), or for None the whole instance, cannot be brought over; `pair` is the plan's."""

    code: str
    element_id: str | None = None
    activity_id: UUID | None = None
    for_job: bool = False
    pair: Pair | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class NewTree:
    """A tree of the new state: the element it is inside of (or the process), and its rows."""

    owner: str
    scope: str
    specs: Mapping[str, Any]
    rows: list[Row]

    def add(self, token_id: str, parent: int, state: int, name: str, internal: Mapping[str, Any], *, triggered: bool = False) -> int:
        """Add a token; gives its place."""
        self.rows.append([token_id, parent, state, name, dict(internal), int(triggered)])
        return len(self.rows) - 1

    def split(self, element_id: str) -> int:
        """Where an element goes: below the beginning of its boundary events, where it has any."""
        name = spec_name(element_id, "begin")
        return self.add(uuid4().hex, _ROOT, TaskState.COMPLETED, name, {}) if name in self.specs else _ROOT


@dataclass
class Rewritten:
    """The new state, and what is to be done once it stands: `armed` are parents and specs of events that begin to wait, `anew` the tokens
    that wait for something else now, `dissolved` the scopes that are gone, each with the scope around it and the tokens that were in it.
    """

    state: dict[str, Any]
    armed: Sequence[tuple[str, str]]
    anew: Sequence[str]
    dissolved: Mapping[str, tuple[str, Sequence[str]]]
    obstacles: Sequence[Obstacle]


def rewritten(top: Tree, account: Account, pairs: Sequence[Pair], target: Executable) -> Rewritten:
    """The new state of an instance. With obstacles among the answer it is incomplete."""
    work = _Rewriting(top, account, pairs, target)
    made = work.begun(top.task_tree, "", target.process.key)
    work.walk(top, made)
    work.arm_handlers(made, top)
    state = {"tokens": made.rows, "inner": work.inner, "completed": top.completed}
    return Rewritten(state, work.armed, work.anew, work.dissolved, work.obstacles)


class _Rewriting:
    def __init__(self, top: Tree, account: Account, pairs: Sequence[Pair], target: Executable) -> None:
        self._top = top
        self._account = account
        self._pairs = {pair.source: pair for pair in pairs}
        self._target = target
        self._process: ProcessModel = target.process
        self._entered: dict[tuple[str, str], NewTree] = {}
        self._gateways: dict[str, int] = {}
        self.inner: list[list[Any]] = []
        self.armed: list[tuple[str, str]] = []
        self.anew: list[str] = []
        self.dissolved: dict[str, tuple[str, list[str]]] = {}
        self.obstacles: list[Obstacle] = []

    # trees

    def begun(self, root: Token, owner: str, scope: str) -> NewTree:
        """A new tree with its root alone."""
        memory, unknown = renamed_memory(root.internal_data.get(REMEMBERED, ""), self._pairs, self._specs(scope), self._target)
        self.obstacles.extend(Obstacle("migration_memory_lost", element_id) for element_id in unknown)
        internal = tree.internal_of(root) | ({REMEMBERED: memory} if memory else {})
        made = NewTree(owner, scope, self._specs(scope).task_specs, [])
        made.add(root.id.hex, -1, root.state, root.task_spec.name, internal)
        return made

    def walk(self, old: Tree, made: NewTree, gone: str | None = None) -> None:
        """Bring the tokens of a tree over. `gone` is the subprocess around them when that is no more."""
        for token in list(old.tasks.values()):
            if not token.state & tree.OPEN or is_trigger(token):
                continue
            element = tree.element_of(token)
            if element is None:
                self._library_token(token, old, None if gone else made)
            elif element.kind != "boundaryEvent" and tree.body_of(token) is None and not is_part(token) and not self._is_handler(token):
                self._bring(token, element, made, gone)

    def arm_handlers(self, made: NewTree, old: Tree | None = None) -> None:
        """Let the starts of event subprocesses wait in a tree: those that did, and those that are new."""
        waiting = [] if old is None else [token for token in old.tasks.values() if _waits_to_start(token)]
        for handler in self._process.inside(made.scope):
            for start in self._process.starts(handler.id) if handler.triggered_by_event else ():
                name = spec_name(start.id, "trigger")
                kept = [token for token in waiting if self._target_id(token) == start.id]
                for token in kept:
                    place = self._put(token, made, _ROOT, name)
                    self._children(token, made, place, start)
                known = old is not None and any(pair.target == start.id for pair in self._pairs.values())
                if not kept and not known and name in made.specs:
                    self.armed.append((made.rows[_ROOT][0], name))

    def _specs(self, scope: str) -> Any:
        name = self._target.spec.name
        return self._target.spec if scope == self._process.key else self._target.subprocess_specs[f"{name}/{scope}"]

    def _library_token(self, token: Token, old: Tree, made: NewTree | None) -> None:
        """What waits for the others at the end of its tree goes on waiting there, unless that tree is gone."""
        if token.task_spec is old.spec.end:
            if made is not None:
                made.add(token.id.hex, _ROOT, token.state, token.task_spec.name, tree.internal_of(token))
        elif old.spec.compensation is not None and token.task_spec.name == old.spec.compensation.name:
            self.obstacles.append(Obstacle("migration_compensating"))

    def _is_handler(self, token: Token) -> bool:
        """Whether a token undoes something on behalf of a compensation under way, which is an obstacle by itself."""
        above = token.parent
        compensation = token.workflow.spec.compensation
        return above is not None and compensation is not None and above.task_spec.name == compensation.name

    # tokens

    def _bring(self, token: Token, element: Element, made: NewTree, gone: str | None) -> None:
        pair = self._pairs.get(element.drawn_id)
        if pair is None:
            self._leave_out(token, element, made)
            return
        other = self._process.elements.get(pair.target + element.id.removeprefix(element.drawn_id))
        if other is None or (_for_job(self._account, token) and not other.async_before):
            self._stop(token, "migration_job_lost")
            return
        into = self._place(made, other)
        if gone is not None:
            self.dissolved[gone][1].append(token.id.hex)
        parent = self._beside_gateway(token, other, into)
        below = into.split(other.id) if parent is None else parent
        place = self._put(token, into, below, spec_name(other.id))
        self._children(token, into, place, other)
        self._boundary(token, other, into, below)
        for owner in (token, *_instances(token)):
            self._inside(owner, element, other)

    def _put(self, token: Token, into: NewTree, parent: int, name: str) -> int:
        internal = tree.internal_of(token)
        spec = into.specs.get(name)
        if spec is None:
            self._stop(token, "migration_part_lost")
            return _ROOT
        if ARRIVED_FROM in internal:
            internal[ARRIVED_FROM] = self._arrived_from(internal[ARRIVED_FROM], spec, into)
        element = getattr(spec, "element", None)
        if element is not None and element.async_before and not _for_job(self._account, token):
            internal[RELEASED] = True
        pair = self._pair(token)
        if pair is not None and pair.update_trigger and token.state == TaskState.WAITING:
            self.anew.append(token.id.hex)
        return into.add(token.id.hex, parent, token.state, name, internal, triggered=token.triggered)

    def _children(self, token: Token, into: NewTree, place: int, other: Element) -> None:
        """The instances of an activity, or the parts of an event."""
        for child in _instances(token):
            part = child.task_spec.name.partition(" [")[2].rstrip("]")
            self._put(child, into, place, spec_name(other.id, part))

    def _boundary(self, token: Token, other: Element, into: NewTree, split: int) -> None:
        """The events attached to an activity: those that wait, and those that are new."""
        attached = {self._target_id(one): one for one in _attached(token)}
        events = {event.id for event in token.workflow.spec.process.attached_to(token.task_spec.element.id)}
        known = {pair.target for pair in self._pairs.values() if pair.source in events}
        for event in self._process.attached_to(other.id):
            one = attached.get(event.id)
            if one is not None:
                self._children(one, into, self._put(one, into, split, spec_name(event.id)), event)
            elif event.id not in known and spec_name(event.id) in into.specs:
                self.armed.append((into.rows[split][0], spec_name(event.id)))

    def _beside_gateway(self, token: Token, other: Element, into: NewTree) -> int | None:
        """The place of the event-based gateway that a token waits behind, with what the target adds behind it; None for other tokens."""
        gateway = next((one for one in self._before(other) if one.kind == "eventBasedGateway"), None)
        return self._gateway(token.parent, gateway, into) if gateway is not None and _is_event_gateway(token.parent) else None

    def _gateway(self, passed: Token, gateway: Element, into: NewTree) -> int:
        key = passed.id.hex
        if key not in self._gateways:
            self._gateways[key] = into.add(key, _ROOT, TaskState.COMPLETED, spec_name(gateway.id), {})
            known = {pair.target for pair in self._pairs.values()}
            for name in gateway.outgoing:
                event = self._process.flows[name].target
                if event not in known:
                    entry = spec_name(event, "begin")
                    self.armed.append((key, entry if entry in into.specs else spec_name(event)))
        return self._gateways[key]

    def _inside(self, owner: Token, element: Element, other: Element) -> None:
        """What is inside a subprocess or a call."""
        inner = self._top.subprocesses.get(owner.id)
        if inner is None:
            return
        if element.call is not None:
            self._copy(inner, owner)
            return
        made = self.begun(inner.task_tree, owner.id.hex, other.id)
        self.inner.append([owner.id.hex, made.rows, inner.completed])
        self.walk(inner, made)
        self.arm_handlers(made, inner)

    def _copy(self, inner: Tree, owner: Token) -> None:
        """A called process is of its own definition: it stays as it is."""
        self.inner.append([owner.id.hex, tree.rows_of(inner), inner.completed])
        for token in inner.tasks.values():
            if token.id in self._top.subprocesses:
                self._copy(self._top.subprocesses[token.id], token)

    def _leave_out(self, token: Token, element: Element, made: NewTree) -> None:
        """A subprocess that is no more leaves what is in it to what is around it, an event its place to those that its gateway leads to
        now; for anything else there must be a pair.
        """
        gateway = self._pair(token.parent) if _is_event_gateway(token.parent) else None
        if gateway is not None:
            after = self._process.elements[gateway.target]
            self._gateway(token.parent, after, self._place(made, after))
            return
        inner = self._top.subprocesses.get(token.id)
        if inner is None or element.call is not None or not is_plain(element):
            self._stop(token, "migration_pair_missing")
            return
        if inner.task_tree.internal_data.get(REMEMBERED):
            self._stop(token, "migration_memory_lost")
        around = tree.parent_token(token)
        self.dissolved[token.id.hex] = ("" if around is None else around.id.hex, [])
        self.walk(inner, made, gone=token.id.hex)

    # places

    def _place(self, made: NewTree, other: Element) -> NewTree:
        """The tree that an element of the target is in: the one around it, entering first what is new in between."""
        missing: list[Element] = []
        scope = other.scope
        while scope != made.scope:
            missing.insert(0, self._process.elements[scope])
            scope = missing[0].scope
        for element in missing:
            key = (made.owner, element.id)
            if key not in self._entered:
                self._entered[key] = self._enter(made, element)
            made = self._entered[key]
        return made

    def _enter(self, around: NewTree, element: Element) -> NewTree:
        owner, below = uuid4().hex, around.split(element.id)
        around.add(owner, below, TaskState.STARTED, spec_name(element.id), {RELEASED: True} if element.async_before else {})
        for event in self._process.attached_to(element.id):
            if spec_name(event.id) in around.specs:
                self.armed.append((around.rows[below][0], spec_name(event.id)))
        made = NewTree(owner, element.id, self._specs(element.id).task_specs, [])
        made.add(uuid4().hex, -1, TaskState.COMPLETED, "Start", {})
        self.inner.append([owner, made.rows, False])
        self.arm_handlers(made)
        return made

    # words

    def _pair(self, token: Token) -> Pair | None:
        element = tree.element_of(token)
        return None if element is None else self._pairs.get(element.drawn_id)

    def _target_id(self, token: Token) -> str | None:
        pair = self._pair(token)
        return None if pair is None else pair.target

    def _arrived_from(self, name: str, spec: Any, into: NewTree) -> str:
        """Where a token at a join has come from: what that has become, else any flow on which none stands."""
        origin = name.partition(" [")[0]
        pair = self._pairs.get(origin)
        wanted = name if pair is None else pair.target + name.removeprefix(origin)
        free: list[str] = list(spec._inputs)
        for row in into.rows:
            if row[3] == spec.name and row[4].get(ARRIVED_FROM) in free:
                free.remove(row[4][ARRIVED_FROM])
        return wanted if wanted in spec._inputs or not free else free[0]

    def _before(self, element: Element) -> Iterator[Element]:
        for name in element.incoming:
            yield self._process.elements[self._process.flows[name].source]

    def _stop(self, token: Token, code: str) -> None:
        element, opening = tree.element_of(token), self._account.of(token)
        element_id = token.task_spec.name if element is None else element.drawn_id
        found, for_job = (None, False) if opening is None else (opening.id, opening.wait == "job")
        self.obstacles.append(Obstacle(code, element_id, found, for_job, self._pairs.get(element_id), {"element": element_id}))


def _instances(token: Token) -> list[Token]:
    """What a token holds beside its inner tree: the instances of its activity, or the parts of its event."""
    held = tree.holds_instances(token) or getattr(token.task_spec, "parts", None) is not None
    return [child for child in token.children if held and child.triggered and child.state & tree.OPEN]


def _attached(token: Token) -> list[Token]:
    """The boundary events that wait beside an activity."""
    beside = [] if token.parent is None else [child for child in token.parent.children if child.state == TaskState.WAITING]
    on = token.task_spec.element.id
    return [child for child in beside if (element := tree.element_of(child)) is not None and element.event.attached_to == on]


def _is_event_gateway(token: Token | None) -> bool:
    return token is not None and token.task_spec.description == "eventBasedGateway"


def _waits_to_start(token: Token) -> bool:
    return token.state == TaskState.WAITING and is_trigger(token) and not is_part(token)


def _for_job(account: Account, token: Token) -> bool:
    opening = account.of(token)
    return opening is not None and opening.wait == "job"
