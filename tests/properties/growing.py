"""Random graphs, of blocks with one way in and one way out, and of what hangs on them: boundary events, handlers, special ends."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from tests.properties.graphs import Flow, Graph, Node

#: The first and the last node of a block.
Ends = tuple[str, str]
STEPS = ("user", "user", "user", "external", "message", "timer", "task")


@dataclass
class Growing:
    """Grows one graph. `catches` is what the subprocesses around the present place catch.

    Between a fork and its join every token must come to the join (`is_forked`), else it would wait for ever.
    """

    random: Random
    graph: Graph = field(default_factory=Graph)
    scope: str = ""
    catches: frozenset[str] = frozenset()
    is_forked: bool = False

    def process(self, size: int) -> Graph:
        """A whole process with about `size` blocks."""
        self._body(size)
        if self.random.random() < 0.3:
            self._handler()
        return self.graph

    def _body(self, size: int) -> None:
        start, end = self._node("start"), self._node("end")
        first, last = self._sequence(size)
        self._flow(start, first)
        self._flow(last, end)

    def _node(self, kind: str, **facts: object) -> str:
        node = Node(f"{kind}_{len(self.graph.nodes)}", kind, self.scope, **facts)  # type: ignore[arg-type] - facts of a Node
        self.graph.nodes[node.id] = node
        return node.id

    def _flow(self, source: str, target: str, condition: str = "", *, is_default: bool = False) -> None:
        self.graph.flows.append(Flow(f"flow_{len(self.graph.flows)}", source, target, condition, is_default))

    def _sequence(self, size: int) -> Ends:
        parts = [self._block(share) for share in self._shares(max(size, 1), self.random.randint(1, 3))]
        for before, after in pairwise(parts):
            self._flow(before[1], after[0])
        return parts[0][0], parts[-1][1]

    def _shares(self, size: int, parts: int) -> list[int]:
        return [max(size // parts, 1)] * min(parts, size)

    def _block(self, size: int) -> Ends:
        if size <= 1:
            return self._step()
        grown: tuple[Callable[[int], Ends], ...] = (
            self._choice,
            self._parallel,
            self._parallel,
            self._inclusive,
            self._loop,
            self._race,
            self._subprocess,
            self._subprocess,
            self._special_end,
            self._sequence,
        )
        return self.random.choice(grown)(size - 1)

    def _step(self) -> Ends:
        kind = self.random.choice(STEPS)
        several = kind == "user" and self.random.random() < 0.2
        facts = {"times": self.random.randint(2, 3), "sequential": self.random.random() < 0.4} if several else {}
        step = self._node(kind, **facts)
        caught = ("message", "timer", "error") if kind == "external" else ("message", "timer") if kind == "user" else ()
        return self._guarded(step, caught)

    def _guarded(self, activity: str, events: Collection[str]) -> Ends:
        """Some boundary events on an activity. What interrupts it may come back to the flow, what does not ends by itself."""
        chosen = [event for event in events if self.random.random() < 0.3]
        if not chosen:
            return activity, activity
        after = self._node("xor")
        self._flow(activity, after)
        for event in chosen:
            self._boundary(activity, event, after)
        return activity, after

    def _boundary(self, activity: str, event: str, after: str) -> None:
        interrupting = event == "error" or self.random.random() < 0.5
        code = event if event in ("error", "escalation") else ""
        boundary = self._node("boundary", on=activity, event=event, interrupting=interrupting, code=code)
        if interrupting and (self.is_forked or self.random.random() < 0.5):
            self._flow(boundary, after)
            return
        handled, over = self._node("user"), self._node("end")
        self._flow(boundary, handled)
        self._flow(handled, over)

    def _branches(self, split: str, join: str, size: int, conditions: Collection[str]) -> None:
        """Ways between two gateways; of those with conditions the last is the default."""
        shares = self._shares(size, len(conditions))
        for number, condition in enumerate(conditions):
            first, last = self._block(shares[number] if number < len(shares) else 1)
            self._flow(split, first, condition, is_default=condition == "" and self.graph.nodes[split].kind != "and")
            self._flow(last, join)

    def _choice(self, size: int) -> Ends:
        split, join = self._node("xor"), self._node("xor")
        self._branches(split, join, size, ("== 1", "> 1", "")[self.random.randint(0, 1) :])
        return split, join

    def _parallel(self, size: int) -> Ends:
        split, join = self._node("and"), self._node("and")
        around, self.is_forked = self.is_forked, True
        self._branches(split, join, size, ("",) * self.random.randint(2, 3))
        self.is_forked = around
        return split, join

    def _inclusive(self, size: int) -> Ends:
        split, join = self._node("or"), self._node("or")
        self._branches(split, join, size, ("> 0", "> 1", "")[: self.random.choice((3, 3))])
        return split, join

    def _loop(self, size: int) -> Ends:
        head, decided, asked = self._node("xor"), self._node("xor"), self._node("user")
        first, last = self._block(size)
        after = self._node("task")
        self._flow(head, first)
        self._flow(last, asked)
        self._flow(asked, decided)
        self._flow(decided, head, "== 3")
        self._flow(decided, after, is_default=True)
        return head, after

    def _race(self, size: int) -> Ends:
        race, after = self._node("race"), self._node("xor")
        for kind in ("message", "timer", "message")[: self.random.randint(2, 3)]:
            event = self._node(kind)
            first, last = self._block(size // 2)
            self._flow(race, event)
            self._flow(event, first)
            self._flow(last, after)
        return race, after

    def _special_end(self, _size: int) -> Ends:
        """A person decides whether the level around ends in another way."""
        asked, decided, after = self._node("user"), self._node("xor"), self._node("task")
        event = self.random.choice(["terminate", *sorted(self.catches - ({"escalation"} if self.is_forked else set()))])
        ended = self._node("end", event=event, code="" if event == "terminate" else event)
        self._flow(asked, decided)
        self._flow(decided, ended, "== 2")
        self._flow(decided, after, is_default=True)
        return asked, after

    def _subprocess(self, size: int) -> Ends:
        several = self.random.random() < 0.35
        facts = {"times": self.random.randint(2, 3), "sequential": self.random.random() < 0.4} if several else {}
        body = self._node("sub", **facts)
        caught = {event for event in ("error", "escalation") if self.random.random() < 0.5}
        around = self.scope, self.catches, self.is_forked
        self.scope, self.catches, self.is_forked = body, self.catches | caught, False
        self._body(size)
        if self.random.random() < 0.3:
            self._handler()
        self.scope, self.catches, self.is_forked = around
        after = self._node("xor")
        self._flow(body, after)
        for event in sorted(caught) + [event for event in ("message", "timer") if self.random.random() < 0.3]:
            self._boundary(body, event, after)
        return body, after

    def _handler(self) -> None:
        """An event subprocess of the present level."""
        event = self.random.choice(("message", "message", "timer"))
        handler, around = self._node("handler"), self.scope
        self.scope = handler
        trigger = self._node("trigger", event=event, interrupting=self.random.random() < 0.5)
        handled, over = self._node("user"), self._node("end")
        self._flow(trigger, handled)
        self._flow(handled, over)
        self.scope = around


def grown(random: Random, size: int) -> Graph:
    """A random process with about `size` blocks."""
    return Growing(random).process(size)
