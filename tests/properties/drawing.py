"""Random diagrams: blocks within blocks, and pieces that no block structure has but that come to an end all the same.

What is drawn is sound: no token waits for ever, and whatever ends more than its own token (errors, escalations, terminate events) stands
right behind a user task, so that nothing else is on its way at that moment. Loops go back to a user task.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from hypothesis import strategies as st

from tests.properties.around import Around, Ends, Loose
from tests.properties.diagrams import DICE, SHORT, Diagram, Event, Flow, Node, Repetition

_MAX_NODES: Final = 45
_MAX_DEPTH: Final = 3


@st.composite
def diagrams(draw: Callable[[Any], Any]) -> Diagram:
    """A diagram."""
    return _Drawing(draw).drawn()


class _Drawing:
    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self._draw = draw
        self._diagram = Diagram()

    def drawn(self) -> Diagram:
        self._level(Around("p"), handlers=self._number(0, 1))
        return self._diagram

    # Choices

    def _number(self, least: int, most: int) -> int:
        return int(self._draw(st.integers(least, most)))

    def _maybe(self, one_in: int = 2) -> bool:
        return self._number(0, one_in - 1) == one_in - 1

    def _of(self, choices: Any) -> Any:
        return choices[self._number(0, len(choices) - 1)]

    def _faces(self) -> frozenset[int]:
        mask = self._number(1, 2 ** len(DICE) - 2)
        return frozenset(face for face in DICE if mask >> face & 1)

    @property
    def _is_full(self) -> bool:
        return len(self._diagram.nodes) >= _MAX_NODES

    # Nodes and flows

    def _node(self, kind: str, level: str, **facts: Any) -> str:
        name = f"{SHORT.get(kind, kind)}{len(self._diagram.nodes) + 1}"
        self._diagram.nodes[name] = Node(name, kind, level, **facts)
        return name

    def _lead(self, ends: Ends, target: str) -> None:
        for end in ends:
            level = self._diagram.nodes[target].level
            if any(flow.source == end.source and flow.target == target for flow in self._diagram.flows.values()):
                between = self._node("task", level)
                self._flow(end, between)
                end = Loose(between)
            self._flow(end, target)

    def _flow(self, end: Loose, target: str) -> None:
        flow = Flow(f"{end.source}_{target}", end.source, target, end.on, end.is_default)
        self._diagram.flows[flow.id] = flow

    def _put(self, ends: Ends, kind: str, around: Around, **facts: Any) -> str:
        name = self._node(kind, around.level, **facts)
        self._lead(ends, name)
        return name

    def _one(self, ends: Ends, around: Around) -> Ends:
        """One end of several that exclude each other."""
        return ends if len(ends) < 2 else [Loose(self._put(ends, "exclusiveGateway", around))]

    # Levels

    def _level(self, around: Around, *, handlers: int = 0) -> None:
        """What stands on a level: a start, blocks, ends, and event subprocesses."""
        made = [self._handler(around) for _ in range(handlers)]
        inside = around
        for event in made:
            inside = inside.catching(event)
        ends = self._blocks([Loose(self._node("startEvent", around.level))], inside, self._number(1, 3))
        if ends and around.cancels:
            ends = self._cancelling(ends, around)
        if ends:
            self._put(ends, "endEvent", around)

    def _cancelling(self, ends: Ends, around: Around) -> Ends:
        """At the end of a transaction, a way to cancel it."""
        split = self._put([Loose(self._put(ends, "userTask", around))], "exclusiveGateway", around)
        self._put([Loose(split, self._faces())], "endEvent", around, event=Event("cancel"))
        return [Loose(split, is_default=True)]

    def _handler(self, around: Around) -> Event:
        """An event subprocess; gives what starts it."""
        event = self._event(("timer", "message", "signal", "error", "escalation"))
        inside = f"in{len(self._diagram.nodes) + 1}"
        self._node("eventSubProcess", around.level, inside=inside)
        started = self._node("startEvent", inside, event=event)
        self._finish([Loose(started)], replace(around, level=inside, may_end=True, again=False), simply=not event.interrupting)
        return event

    def _finish(self, ends: Ends, around: Around, *, simply: bool) -> None:
        """Lead to an end of their own what does not come back."""
        if simply:
            for _ in range(self._number(0, 2)):
                ends = self._step(ends, around)
        else:
            ends = self._blocks(ends, around.ending, self._number(0, 2))
        if ends:
            self._put(ends, "endEvent", around)

    def _event(self, kinds: tuple[str, ...]) -> Event:
        kind = self._of(kinds)
        number = len(self._diagram.nodes) + 1
        interrupting = kind == "error" or self._maybe()
        if kind == "timer":
            rounds = 1 if interrupting or self._maybe() else 3
            return Event(kind, f"R3/PT{number}H" if rounds == 3 else f"PT{number}H", interrupting, rounds)
        if kind in ("error", "escalation") and self._maybe(4):
            return Event(kind, "", interrupting)
        return Event(kind, f"{kind[0:2]}{number}", interrupting)

    # Blocks

    def _blocks(self, ends: Ends, around: Around, count: int) -> Ends:
        for _ in range(count):
            if ends:
                ends = self._block(ends, around)
        return ends

    def _block(self, ends: Ends, around: Around) -> Ends:
        if self._is_full or around.depth >= _MAX_DEPTH:
            return self._step(ends, around)
        block = self._of(_BLOCKS)
        made: Ends = block(self, ends, around)
        return made

    def _step(self, ends: Ends, around: Around) -> Ends:
        """One element that a token passes or waits at."""
        kind = self._of(_STEPS)
        if kind in ("intermediateCatchEvent", "receiveTask"):
            event = self._event(("message",) if kind == "receiveTask" else ("message", "timer", "signal"))
            event = replace(event, interrupting=True)
            if event.rounds > 1:
                event = replace(event, rounds=1, name=event.name.removeprefix("R3/"))
            return [Loose(self._put(ends, kind, around, event=event))]
        is_job = kind == "scriptJob"
        return [Loose(self._put(ends, "task" if is_job else kind, around, is_job=is_job))]

    def _exclusive(self, ends: Ends, around: Around) -> Ends:
        split = self._put(ends, "exclusiveGateway", around)
        made = self._blocks([Loose(split, self._faces())], around.ending, self._number(1, 2))
        if self._maybe(3):
            made += self._blocks([Loose(split, self._faces())], around.ending, 1)
        made += self._blocks([Loose(split, is_default=True)], around.ending, self._number(0, 2))
        return self._one(made, around) if made and self._maybe() else made

    def _end_early(self, ends: Ends, around: Around) -> Ends:
        if not around.may_end:
            return self._step(ends, around)
        split = self._put(ends, "exclusiveGateway", around)
        self._put([Loose(split, self._faces())], "endEvent", around)
        return [Loose(split, is_default=True)]

    def _jump(self, ends: Ends, around: Around) -> Ends:
        """Two ways, with a way over from the middle of the first into the middle of the second."""
        split = self._put(ends, "exclusiveGateway", around)
        first = self._step([Loose(split, self._faces())], around)
        over = self._put(first, "exclusiveGateway", around)
        second = self._step([Loose(split, is_default=True)], around)
        meet = self._put([*second, Loose(over, self._faces())], "exclusiveGateway", around)
        return [*self._step([Loose(over, is_default=True)], around), *self._blocks([Loose(meet)], around.ending, 1)]

    def _parallel(self, ends: Ends, around: Around) -> Ends:
        fork = self._put(self._one(ends, around), self._of(("parallelGateway", "parallelGateway", "userTask")), around)
        branches = [self._branch([Loose(fork)], around) for _ in range(self._number(2, 3))]
        if around.may_end and self._maybe(4):
            self._finish([Loose(fork)], around, simply=False)
        return self._join([branch for branch in branches if branch], around)

    def _branch(self, ends: Ends, around: Around) -> Ends:
        return self._one(self._blocks(ends, around.staying, self._number(1, 2)), around)

    def _join(self, branches: list[Ends], around: Around) -> Ends:
        if not branches:
            return []
        return [Loose(self._put([end for branch in branches for end in branch], "parallelGateway", around))]

    def _overlapping(self, ends: Ends, around: Around) -> Ends:
        """Two forks and two joins of which neither is inside the other."""
        fork = self._put(self._one(ends, around), "parallelGateway", around)
        second = self._put(self._step([Loose(fork)], around), "parallelGateway", around)
        other = self._branch([Loose(fork)], around)
        middle = self._join([other, self._step([Loose(second)], around)], around)
        return self._join([self._step([Loose(second)], around), self._step(middle, around)], around)

    def _complex(self, ends: Ends, around: Around) -> Ends:
        """A fork whose join lets one token on before all have come; not where a second round could come meanwhile."""
        if around.again:
            return self._step(ends, around)
        fork = self._put(self._one(ends, around), "parallelGateway", around)
        branches = [made for made in [self._branch([Loose(fork)], around) for _ in range(self._number(2, 3))] if made]
        if not branches:
            return []
        together = [end for branch in branches for end in branch]
        return [Loose(self._put(together, "complexGateway", around, enough=self._number(1, len(branches))))]

    def _inclusive(self, ends: Ends, around: Around) -> Ends:
        split = self._put(ends, "inclusiveGateway", around)
        made = self._blocks([Loose(split, self._faces())], around.ending, self._number(1, 2))
        made += self._blocks([Loose(split, self._faces())], around.ending, self._number(1, 2))
        made += self._blocks([Loose(split, is_default=True)], around.ending, self._number(0, 1))
        return [Loose(self._put(made, "inclusiveGateway", around))] if made else []

    def _loop(self, ends: Ends, around: Around) -> Ends:
        again = self._put(ends, "exclusiveGateway", around)
        body = self._put([Loose(again)], "userTask", around)
        made = self._blocks([Loose(body)], replace(around.ending, again=True), self._number(0, 2))
        if not made:
            return []
        split = self._put(made, "exclusiveGateway", around)
        self._lead([Loose(split, self._faces())], again)
        return [Loose(split, is_default=True)]

    def _race(self, ends: Ends, around: Around) -> Ends:
        gateway = self._put(ends, "eventBasedGateway", around)
        made: Ends = []
        for kind in [self._of(("message", "timer", "signal")) for _ in range(self._number(2, 3))]:
            event = replace(self._event((kind,)), interrupting=True, rounds=1)
            event = replace(event, name=event.name.removeprefix("R3/"))
            caught = self._put([Loose(gateway)], "intermediateCatchEvent", around, event=event)
            made += self._blocks([Loose(caught)], around.ending, self._number(0, 1))
        return made

    def _activity(self, ends: Ends, around: Around) -> Ends:
        """A task with events on it, perhaps repeated."""
        kind = self._of(("userTask", "userTask", "externalTask"))
        name = self._put(ends, kind, around, repetition=self._repetition())
        kinds = ("timer", "message", "signal", "error") if kind == "externalTask" else ("timer", "message", "signal")
        return self._with_events(name, [self._event(kinds) for _ in range(self._number(0, 2))], around)

    def _subprocess(self, ends: Ends, around: Around) -> Ends:
        return self._scope(ends, around, self._of(("subProcess", "subProcess", "transaction")), f"in{len(self._diagram.nodes) + 1}")

    def _undoing(self, ends: Ends, around: Around) -> Ends:
        """A subprocess in which tasks are done and then undone, perhaps again and again."""
        inside = f"in{len(self._diagram.nodes) + 1}"
        within = replace(around, level=inside)
        name = self._put(ends, "subProcess", around, inside=inside)
        again = self._put([Loose(self._node("startEvent", inside))], "exclusiveGateway", within)
        done = again
        for _ in range(self._number(1, 3)):
            handler = self._node(self._of(("userTask", "externalTask", "task")), inside, is_handler=True)
            done = self._put([Loose(done)], self._of(("userTask", "task")), within, handler=handler)
        before = self._put([Loose(done)], "userTask", within)
        thrown = self._put([Loose(before)], "intermediateThrowEvent", within, event=Event("compensate"))
        split = self._put([Loose(self._put([Loose(thrown)], "userTask", within))], "exclusiveGateway", within)
        self._lead([Loose(split, self._faces())], again)
        self._put([Loose(split, is_default=True)], "endEvent", within)
        return self._with_events(name, [self._event(("timer", "message", "signal")) for _ in range(self._number(0, 1))], around)

    def _call(self, ends: Ends, around: Around) -> Ends:
        return self._scope(ends, around, "callActivity", f"called{len(self._diagram.nodes) + 1}")

    def _scope(self, ends: Ends, around: Around, kind: str, inside: str) -> Ends:
        events = [self._event(("timer", "message", "signal", "error", "escalation")) for _ in range(self._number(0, 2))]
        cancels = kind == "transaction"
        events += [Event("cancel")] if cancels else []
        repetition = self._repetition() if kind == "subProcess" else None
        name = self._put(ends, kind, around, inside=inside, repetition=repetition)
        within = replace(around, level=inside, depth=around.depth + 1, may_end=True, again=False, cancels=cancels)
        for event in events:
            within = within.catching(event)
        self._level(within, handlers=self._number(0, 1))
        return self._with_events(name, events, around)

    def _repetition(self) -> Repetition | None:
        kind = self._of((None, None, "parallel", "sequential", "loop"))
        if kind is None:
            return None
        return Repetition(kind, self._number(2, 3), self._faces() if kind == "loop" else frozenset())

    def _with_events(self, activity: str, events: list[Event], around: Around) -> Ends:
        made = [Loose(activity)]
        for event in _different(events):
            name = self._node("boundaryEvent", around.level, event=event, attached_to=activity)
            if not event.interrupting:
                self._finish([Loose(name)], around, simply=True)
            elif around.may_end and self._maybe():
                self._finish([Loose(name)], around, simply=False)
            else:
                made += self._blocks([Loose(name)], around.ending, self._number(0, 1))
        return made

    def _throw(self, ends: Ends, around: Around) -> Ends:
        """What ends or calls more than its own token, right behind a user task."""
        before = [Loose(self._put(ends, "userTask", around))]
        kinds = ["terminate", *(["error"] * 2 if around.errors else []), *(["escalation"] * 3 if around.escalations else [])]
        kinds += ["cancel"] * 3 if around.cancels else []
        kind = self._of(kinds)
        codes = {"error": around.errors, "escalation": around.escalations}.get(kind, ("",))
        event = Event(kind, self._of(codes))
        if kind == "escalation" and not (around.may_end and self._maybe()):
            return [Loose(self._put(before, "intermediateThrowEvent", around, event=event))]
        self._put(before, "endEvent", around, event=event)
        return []


def _different(events: list[Event]) -> list[Event]:
    """Events of which no two catch the same."""
    return list({(event.kind, event.name): event for event in events}.values())


_STEPS: Final = ("userTask", "userTask", "task", "externalTask", "intermediateCatchEvent", "receiveTask", "scriptJob")
_BLOCKS: Final = (
    _Drawing._step,
    _Drawing._step,
    _Drawing._exclusive,
    _Drawing._end_early,
    _Drawing._jump,
    _Drawing._parallel,
    _Drawing._parallel,
    _Drawing._overlapping,
    _Drawing._inclusive,
    _Drawing._inclusive,
    _Drawing._loop,
    _Drawing._race,
    _Drawing._activity,
    _Drawing._activity,
    _Drawing._subprocess,
    _Drawing._subprocess,
    _Drawing._subprocess,
    _Drawing._complex,
    _Drawing._undoing,
    _Drawing._call,
    _Drawing._throw,
)
