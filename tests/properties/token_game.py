"""BPMN's token game over a graph, from the standard alone (BPMN 2.0.2, chapter 13): it knows nothing of how the engine plays it.

A game is at rest between moves: every token stands at something that waits. A move lets one of them happen, then all others run on.
"""

from collections import Counter, deque
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field

from tests.properties.graphs import Flow, Graph, Node

#: What waits: the id of an element, and for what.
Wait = tuple[str, str]
WAITS = {"user": "task", "external": "external", "message": "message", "timer": "timer"}


@dataclass(eq=False)
class Place:
    """A token that stands at a node. `levels` are the bodies that run in an activity, `left` the instances that are still to begin."""

    node: Node
    level: "Level"
    attending: list[Node] = field(default_factory=list)
    levels: list["Level"] = field(default_factory=list)
    open: int = 0
    left: int = 0


@dataclass(eq=False)
class Level:
    """The running body of a process, a subprocess or a handler. `arrived` are the tokens that gateways have taken in, by flow."""

    scope: str
    around: Place | None
    places: list[Place] = field(default_factory=list)
    arrived: Counter[str] = field(default_factory=Counter)
    triggers: list[Node] = field(default_factory=list)
    is_over: bool = False


class TokenGame:
    """One process instance. `route` is its only variable: what the last completed activity said."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.route = 0
        self._moving: deque[tuple[Flow | Node, Level]] = deque()
        self.top = self._begin("", None)
        self._run()

    def __deepcopy__(self, memo: dict[int, object]) -> "TokenGame":
        copied = TokenGame.__new__(TokenGame)
        memo[id(self)] = copied
        copied.graph, copied.route, copied._moving = self.graph, self.route, deque()
        copied.top = deepcopy(self.top, memo | {id(node): node for node in self.graph.nodes.values()})
        return copied

    @property
    def is_over(self) -> bool:
        """Whether the process has come to its end."""
        return self.top.is_over

    def waits(self) -> Counter[Wait]:
        """All that waits, and how many times."""
        return Counter(wait for wait, _, _ in self._waiting())

    def moved(self, wait: Wait, route: int | None = None) -> list["TokenGame"]:
        """The games that come of letting something happen: one for each token that it could be, all lawful. A `route` is set before.

        The wait ("x", "error") is a BPMN error of the worker of an external task.
        """
        found = [place for place, (one, _, _) in enumerate(self._waiting()) if one == wait]
        games = [deepcopy(self) for _ in found]
        for game, place in zip(games, found, strict=True):
            game._move(list(game._waiting())[place], route)
        return games

    def position(self) -> object:
        """Where all tokens are; two games of one position cannot be told apart by what happens next."""
        return self.route, _position(self.top)

    def catches(self, node_id: str, code: str) -> bool:
        """Whether an error of an activity is caught."""
        return any(node.event == "error" and node.code == code for node in self.graph.boundaries(node_id))

    def _waiting(self) -> Iterator[tuple[Wait, Place | Level, Node]]:
        """What waits, whose it is, and the node that happens."""
        levels = deque([self.top])
        while levels:
            level = levels.popleft()
            if level.is_over:
                continue
            for trigger in level.triggers:
                yield (trigger.id, trigger.event), level, trigger
            for place in level.places:
                levels.extend(place.levels)
                for boundary in place.attending:
                    yield (boundary.id, boundary.event), place, boundary
                if place.node.kind == "race":
                    for flow in self.graph.out_of(place.node.id):
                        event = self.graph.nodes[flow.target]
                        yield (event.id, WAITS[event.kind]), place, event
                if place.node.kind in WAITS:
                    for _ in range(place.open):
                        yield (place.node.id, WAITS[place.node.kind]), place, place.node
                if place.node.kind == "external" and self.catches(place.node.id, "error"):
                    yield (place.node.id, "error"), place, place.node

    def _move(self, waiting: tuple[Wait, Place | Level, Node], route: int | None) -> None:
        (_, happens), owner, node = waiting
        self.route = self.route if route is None else route
        if isinstance(owner, Level):
            self._trigger(owner, node)
        elif happens == "error":
            self._throw(owner, "error", "error")
        elif node.kind == "boundary":
            self._interrupt(owner, node)
        elif owner.node.kind == "race":
            owner.level.places.remove(owner)
            self._leave(node, owner.level)
        else:
            self._over(owner)
        self._run()

    def _begin(self, scope: str, around: Place | None) -> Level:
        level = Level(scope, around)
        level.triggers = [node for handler in self._handlers(scope) for node in self.graph.inside(handler.id) if node.kind == "trigger"]
        start = next((node for node in self.graph.inside(scope) if node.kind == "start"), None)
        if start is not None:
            self._leave(start, level)
        return level

    def _handlers(self, scope: str) -> list[Node]:
        return [node for node in self.graph.inside(scope) if node.kind == "handler"]

    def _leave(self, node: Node, level: Level) -> None:
        self._moving.extend((flow, level) for flow in self._chosen(node))

    def _chosen(self, node: Node) -> list[Flow]:
        flows = self.graph.out_of(node.id)
        if node.kind not in ("xor", "or"):
            return flows
        true = [flow for flow in flows if flow.condition and self._holds(flow.condition)]
        true = true or [flow for flow in flows if not flow.condition]
        return true[:1] if node.kind == "xor" else true

    def _holds(self, condition: str) -> bool:
        sign, number = condition.split()
        return self.route > int(number) if sign == ">" else self.route == int(number)

    def _run(self) -> None:
        """Let the tokens run until all wait: first what can move, then inclusive joins that nothing more can reach, then what is over."""
        while True:
            while self._moving:
                moving, level = self._moving.popleft()
                if self._is_alive(level):
                    self._arrive(moving, level)
            if not (self._joined() or self._closed()):
                return

    def _is_alive(self, level: Level) -> bool:
        while not level.is_over:
            if level.around is None:
                return True
            if level.around not in level.around.level.places:
                return False
            level = level.around.level
        return False

    def _arrive(self, moving: Flow | Node, level: Level) -> None:
        node = moving if isinstance(moving, Node) else self.graph.nodes[moving.target]
        if node.kind == "end":
            self._end(node, level)
        elif node.kind in ("and", "or") and isinstance(moving, Flow):
            level.arrived[moving.id] += 1
            if node.kind == "and" or len(self.graph.into(node.id)) == 1:
                self._join(node, level, needed=self.graph.into(node.id))
        elif node.kind in ("xor", "task"):
            self._leave(node, level)
        else:
            self._stand(node, level)

    def _join(self, node: Node, level: Level, needed: list[Flow]) -> bool:
        """Take one token of each flow that is needed, and go on, once all are there."""
        if not needed or any(not level.arrived[flow.id] for flow in needed):
            return False
        level.arrived.subtract(flow.id for flow in needed)
        level.arrived = +level.arrived
        self._leave(node, level)
        return True

    def _stand(self, node: Node, level: Level) -> None:
        place = Place(node, level, open=1)
        place.attending = [one for one in self.graph.boundaries(node.id) if one.event in ("message", "timer")]
        level.places.append(place)
        if node.times:
            place.open = 1 if node.sequential else node.times
            place.left = node.times - place.open
        if node.kind == "sub":
            for _ in range(place.open):
                place.levels.append(self._begin(node.id, place))

    def _over(self, place: Place) -> None:
        """One run of an activity, or what was waited for, is over."""
        place.open -= 1
        if place.left:
            place.left, place.open = place.left - 1, place.open + 1
            if place.node.kind == "sub":
                place.levels.append(self._begin(place.node.id, place))
        if not place.open:
            place.level.places.remove(place)
            self._leave(place.node, place.level)

    def _end(self, node: Node, level: Level) -> None:
        if node.event == "terminate":
            level.places, level.arrived, level.triggers = [], Counter(), []
            self._moving = deque((moving, one) for moving, one in self._moving if one is not level)
        elif node.event and level.around is not None:
            self._throw(level.around, node.event, node.code)

    def _throw(self, place: Place | None, event: str, code: str) -> None:
        """An error or an escalation goes outwards to the first that catches it (BPMN 2.0.2, 10.5.1)."""
        while place is not None:
            for boundary in self.graph.boundaries(place.node.id):
                if (boundary.event, boundary.code) == (event, code):
                    self._interrupt(place, boundary)
                    return
            place = place.level.around

    def _interrupt(self, place: Place, boundary: Node) -> None:
        if boundary.interrupting:
            place.level.places.remove(place)
        elif boundary.event == "timer":
            place.attending.remove(boundary)
        self._leave(boundary, place.level)

    def _trigger(self, level: Level, trigger: Node) -> None:
        if trigger.interrupting:
            level.places, level.arrived, level.triggers = [], Counter(), []
        elif trigger.event == "timer":
            level.triggers.remove(trigger)
        handler = Place(self.graph.nodes[trigger.scope], level, open=1)
        level.places.append(handler)
        body = Level(trigger.scope, handler)
        handler.levels.append(body)
        self._leave(trigger, body)

    def _joined(self) -> bool:
        """Let an inclusive join go on that has a token and waits for no more (BPMN 2.0.2, 13.4.3)."""
        for level in self._levels():
            for node in self.graph.inside(level.scope):
                flows = self.graph.into(node.id)
                taken = [flow for flow in flows if level.arrived[flow.id]]
                if node.kind == "or" and taken and not self._awaits(node, level, taken):
                    return self._join(node, level, needed=taken)
        return False

    def _awaits(self, node: Node, level: Level, taken: list[Flow]) -> bool:
        """Whether a token elsewhere can still come by a flow that has none, and could not as well come by one that has."""
        free = [flow for flow in self.graph.into(node.id) if flow not in taken]
        elsewhere = [place.node.id for place in level.places]
        elsewhere += [flow.target for flow in self.graph.flows if level.arrived[flow.id] and flow.target != node.id]
        return any(self._reaches(one, free, node.id) and not self._reaches(one, taken, node.id) for one in elsewhere)

    def _reaches(self, source: str, flows: list[Flow], around: str) -> bool:
        seen, todo = {source}, [source]
        while todo:
            here = todo.pop()
            for flow in self.graph.out_of(here):
                if flow in flows:
                    return True
                if flow.target not in seen and flow.target != around:
                    seen.add(flow.target)
                    todo.append(flow.target)
        return False

    def _closed(self) -> bool:
        """End a level in which no token is left."""
        for level in self._levels():
            if not level.places and not level.arrived:
                level.is_over, level.triggers = True, []
                if level.around is not None:
                    place = level.around
                    place.levels.remove(level)
                    if place.node.kind == "handler":
                        place.level.places.remove(place)
                    else:
                        self._over(place)
                return True
        return False

    def _levels(self) -> list[Level]:
        """All bodies that run, the innermost first."""
        found, todo = [], [self.top] if not self.top.is_over else []
        while todo:
            level = todo.pop()
            found.append(level)
            todo.extend(inner for place in level.places for inner in place.levels)
        return found[::-1]


def _position(level: Level) -> object:
    triggers = tuple(sorted(trigger.id for trigger in level.triggers))
    places = Counter(
        (
            place.node.id,
            place.open,
            place.left,
            tuple(sorted(one.id for one in place.attending)),
            tuple(sorted((_position(inner) for inner in place.levels), key=repr)),
        )
        for place in level.places
    )
    return level.scope, level.is_over, triggers, tuple(sorted(level.arrived.items())), tuple(sorted(places.items(), key=repr))
