"""The token game of BPMN 2.0.2, chapter 13, played on a diagram: where tokens wait, and what one happening makes of that.

It knows nothing of our engine nor of SpiffWorkflow, keeps everything in plain objects, forgets nothing and saves nothing. What it plays is
sure to have one outcome whatever the order in which tokens move: diagrams throw errors and the like only where one token is on its way.
"""

from collections import Counter, deque
from collections.abc import Iterator
from typing import Final

from tests.properties.diagrams import Diagram, Event, Flow, Node
from tests.properties.standing import Activity, Armed, Place, Scope, Variables, fitting, once_more, scopes_in

#: What a token can wait for at an element, by the element's kind.
WAITS: Final = {"userTask": "task", "externalTask": "external", "receiveTask": "message"}
#: What a token passes at once.
PASSED: Final = frozenset({"startEvent", "scriptTask", "task", "intermediateThrowEvent", "endEvent"})


class TokenGame:
    """One instance of the process of a diagram."""

    name = "the token game"

    def __init__(self, diagram: Diagram, dice: int) -> None:
        self._diagram = diagram
        self._moving: deque[tuple[Scope, Flow]] = deque()
        self._went_on = True
        self.passed: Counter[str] = Counter()
        self.process = Scope("p", Variables(dice))
        self._begin(self.process)
        self._run()

    @property
    def is_over(self) -> bool:
        """Whether the instance has ended."""
        return self.process.is_over

    def waits(self) -> Counter[Place]:
        """All that waits for something from outside."""
        return Counter(place for place, _, _ in self._waiting())

    def happen(self, place: Place, dice: int | None = None) -> None:
        """What is waited for somewhere comes, and may change the dice: a task is completed, a message or a moment has come."""
        activity, scope, armed = self._at(place)
        if dice is not None:
            around = activity.scope if activity is not None else scope or self.process
            around.variables.dice = dice
        if armed is not None and activity is not None:
            self._boundary(activity, armed)
        elif armed is not None and scope is not None:
            self._trigger(scope, armed)
        elif activity is not None and activity.wait == "job":
            activity.wait = ""
            self._work(activity)
        elif activity is not None:
            self._complete(activity)
        self._run()

    def catches(self, place: Place, code: str) -> bool:
        """Whether an error that the worker of an external task throws is caught."""
        activity, _, _ = self._at(place)
        return activity is not None and self._catcher(activity, activity.scope, "error", code) is not None

    def throw(self, place: Place, code: str) -> None:
        """The worker of an external task throws an error."""
        activity, _, _ = self._at(place)
        if activity is not None:
            self._throw(activity, activity.scope, "error", code)
        self._run()

    def _at(self, place: Place) -> tuple[Activity | None, Scope | None, Armed | None]:
        for found, activity, armed in self._waiting():
            if found == place:
                return (None, activity, armed) if isinstance(activity, Scope) else (activity, None, armed)
        raise LookupError(place)

    def _waiting(self) -> Iterator[tuple[Place, "Activity | Scope", Armed | None]]:
        for scope in scopes_in(self.process):
            for armed in scope.triggers:
                if armed.event.kind in ("message", "signal", "timer"):
                    yield Place(armed.node.id, armed.event.kind, scope.within), scope, armed
            for activity in [one for whole in scope.activities for one in (whole, *whole.times)]:
                if activity.wait:
                    yield Place(activity.node.id, activity.wait, activity.within), activity, None
                for armed in activity.armed:
                    if armed.event.kind in ("message", "signal", "timer"):
                        yield Place(armed.node.id, armed.event.kind, activity.within), activity, armed

    # How tokens move

    def _run(self) -> None:
        """Move tokens until all of them wait: then activities end in which none is left, then inclusive joins let on what they hold."""
        while True:
            while self._moving:
                scope, flow = self._moving.popleft()
                self._arrive(scope, self._diagram.nodes[flow.target], flow)
            ended = [scope for scope in scopes_in(self.process) if not scope.activities and not +scope.tokens and not scope.started]
            if ended:
                self._end(ended[-1])
            elif not self._reset() and not self._join_inclusively():
                return

    def _begin(self, scope: Scope) -> None:
        for node in self._diagram.on(scope.level):
            if node.kind == "eventSubProcess" and node.inside:
                event = self._diagram.start_of(node.inside).event
                if event is not None:
                    scope.triggers.append(Armed(self._diagram.start_of(node.inside), event, event.rounds))
        self._pass(scope, self._diagram.start_of(scope.level))

    def _end(self, scope: Scope) -> None:
        scope.is_over = True
        scope.triggers.clear()
        if scope.holder is not None:
            scope.holder.inner = None
            if scope.holder.node.kind == "callActivity":
                scope.holder.scope.variables.dice = scope.variables.dice
            self._complete(scope.holder)

    def _arrive(self, scope: Scope, node: Node, flow: Flow) -> None:
        if node.kind in ("parallelGateway", "inclusiveGateway"):
            scope.tokens[flow.id] += 1
            incoming = [one.id for one in self._diagram.into(node.id)]
            if node.kind == "parallelGateway" and all(scope.tokens[one] for one in incoming):
                scope.tokens -= Counter(incoming)
                self._pass(scope, node)
        elif node.kind == "complexGateway":
            scope.tokens[flow.id] += 1
            self._start(scope, node)
        elif node.kind == "eventBasedGateway":
            self._pass(scope, node, flows=[])
            rivals = [self._activity(scope, self._diagram.nodes[flow.target]) for flow in self._diagram.out_of(node.id)]
            for one in rivals:
                one.rivals = [other for other in rivals if other is not one]
        elif node.kind in PASSED | {"exclusiveGateway"} and not (node.is_job or node.handler or node.undoes):
            self._pass(scope, node)
        else:
            self._activity(scope, node)

    def _pass(self, scope: Scope, node: Node, flows: list[Flow] | None = None) -> None:
        """A token goes through an element and out of it."""
        self.passed[node.id] += 1
        if node.kind in ("endEvent", "intermediateThrowEvent") and node.event is not None:
            self._happens_at(scope, node, node.event)
            if not self._went_on:
                return
        for flow in self._diagram.taken(node, scope.variables.dice) if flows is None else flows:
            self._moving.append((scope, flow))

    def _start(self, scope: Scope, node: Node) -> None:
        """A complex gateway that waits for its start lets one token on when enough have come; one of each flow is used up (13.4.5)."""
        here = [flow.id for flow in self._diagram.into(node.id) if scope.tokens[flow.id]]
        assert node.enough is not None
        if node.id not in scope.started and sum(scope.tokens[flow] for flow in here) >= node.enough:
            scope.tokens -= Counter(here)
            scope.started[node.id] = set(here)
            self._pass(scope, node)

    def _reset(self) -> bool:
        """Let a complex gateway be as at first when no more token can come that it waits for: those that came end there (13.4.5); gives
        whether there was one. No token goes on, for its flow has no condition.
        """
        for scope in scopes_in(self.process):
            for name, used in scope.started.items():
                node = self._diagram.nodes[name]
                late = [flow.id for flow in self._diagram.into(name) if scope.tokens[flow.id] and flow.id not in used]
                if not self._awaited(scope, node, used | set(late)):
                    scope.tokens -= Counter(late)
                    del scope.started[name]
                    self._pass(scope, node, flows=[])
                    return True
        return False

    def _join_inclusively(self) -> bool:
        """Let an inclusive join go that has a token and to which no token can come where none is (13.4.3); gives whether there was one."""
        for scope in scopes_in(self.process):
            for node in self._diagram.on(scope.level):
                if node.kind != "inclusiveGateway":
                    continue
                here = {flow.id for flow in self._diagram.into(node.id) if scope.tokens[flow.id]}
                if here and not self._awaited(scope, node, here):
                    scope.tokens -= Counter(here)
                    self._pass(scope, node)
                    return True
        return False

    def _awaited(self, scope: Scope, join: Node, here: set[str]) -> bool:
        standing = {flow for flow in +scope.tokens if self._diagram.flows[flow].target != join.id}
        begins = [{flow} for flow in standing] + [{flow.id for flow in self._diagram.out_of(one.node.id)} for one in scope.activities]
        for flows in begins:
            reached = self._diagram.reached(flows, join.id) - {None}
            if reached and not reached & here:
                return True
        return False

    # Activities

    def _activity(self, scope: Scope, node: Node) -> Activity:
        activity = Activity(node, scope)
        scope.activities.append(activity)
        activity.armed = [Armed(one, one.event, one.event.rounds) for one in self._diagram.attached(node.id) if one.event]
        if node.is_job:
            activity.wait = "job"
        else:
            self._work(activity)
        return activity

    def _work(self, activity: Activity) -> None:
        repetition = activity.node.repetition
        if repetition is None:
            self._once(activity)
            return
        for _ in range(repetition.times if repetition.kind == "parallel" else 1):
            self._next_time(activity)

    def _next_time(self, body: Activity) -> None:
        number = None if body.node.repetition is None or body.node.repetition.kind == "loop" else body.done + len(body.times)
        one = Activity(body.node, body.scope, body, number)
        body.times.append(one)
        self._once(one)

    def _once(self, activity: Activity) -> None:
        node = activity.node
        if node.kind in WAITS:
            activity.wait = WAITS[node.kind]
        elif node.kind == "intermediateCatchEvent" and node.event is not None:
            activity.wait = node.event.kind
        elif node.inside is not None:
            outside = activity.scope.variables
            activity.inner = Scope(node.inside, Variables(outside.dice) if node.kind == "callActivity" else outside, activity)
            self._begin(activity.inner)
        elif node.undoes:
            self._undo(activity)
        else:
            self._complete(activity)

    def _undo(self, thrower: Activity) -> None:
        """The handlers of what has completed in the scope run one after another, the last completed first; then the thrower goes on."""
        scope = thrower.scope
        scope.undoing = thrower if scope.completed else None
        if scope.completed:
            self._activity(scope, self._diagram.nodes[scope.completed.pop()])
        else:
            self._complete(thrower)

    def _complete(self, activity: Activity) -> None:
        """An activity, or one time of it, is over: what waits on it is, too."""
        self.passed[activity.node.id] += 1
        activity.wait = ""
        if activity.body is not None:
            self._one_time_is_over(activity.body, activity)
            return
        self._leave_scope(activity)
        if activity.node.handler is not None:
            activity.scope.completed.append(activity.node.handler)
        if activity.node.is_handler and activity.scope.undoing is not None:
            self._undo(activity.scope.undoing)
        for rival in activity.rivals:
            self._cancel(rival)
        for flow in self._diagram.taken(activity.node, activity.scope.variables.dice):
            self._moving.append((activity.scope, flow))

    def _one_time_is_over(self, body: Activity, one: Activity) -> None:
        body.times.remove(one)
        body.done += 1
        repetition = body.node.repetition
        assert repetition is not None
        again = repetition.kind != "loop" or body.scope.variables.dice in repetition.again
        if repetition.kind != "parallel" and body.done < repetition.times and again:
            self._next_time(body)
        elif not body.times:
            self._complete(body)

    def _leave_scope(self, activity: Activity) -> None:
        activity.scope.activities.remove(activity)
        activity.armed.clear()

    def _cancel(self, activity: Activity) -> None:
        """An activity ends without having completed, and all that is in it."""
        self._leave_scope(activity)
        for one in (activity, *activity.times):
            self.passed[f"-{activity.node.id}"] += 1
            if one.inner is not None:
                self._empty(one.inner)
                one.inner.is_over = True
                one.inner = None

    def _empty(self, scope: Scope) -> None:
        """Everything in a scope ends: tokens, activities, and what waited to start event subprocesses."""
        for activity in list(scope.activities):
            self._cancel(activity)
        scope.tokens.clear()
        scope.started.clear()
        scope.triggers.clear()
        self._moving = deque(one for one in self._moving if one[0] is not scope)

    # Events

    def _happens_at(self, scope: Scope, node: Node, event: Event) -> None:
        """What a thrown event does."""
        self._went_on = True
        if event.kind == "terminate":
            self._empty(scope)
        elif event.kind in ("error", "escalation", "cancel"):
            self._throw(None, scope, event.kind, event.name)

    def _throw(self, activity: Activity | None, scope: Scope, kind: str, code: str) -> None:
        catcher = self._catcher(activity, scope, kind, code)
        if catcher is None:
            if kind == "error":
                raise LookupError(f"nobody catches the error {code}")
            return
        place, armed = catcher
        self._went_on = not armed.event.interrupting
        if isinstance(place, Activity):
            self._boundary(place, armed)
        else:
            self._trigger(place, armed)

    def _catcher(self, activity: Activity | None, scope: Scope, kind: str, code: str) -> "tuple[Activity | Scope, Armed] | None":
        """Who catches an error or escalation: on the activity, beside it, then further out. Nobody catches what comes out of itself."""
        while True:
            places: list[Activity | Scope] = [] if activity is None else [activity.whole]
            if activity is None or activity.node.kind != "eventSubProcess":
                places.append(scope)
            for place in places:
                armed = fitting(place.armed if isinstance(place, Activity) else place.triggers, kind, code)
                if armed is not None:
                    return place, armed
            if scope.holder is None:
                return None
            activity, scope = scope.holder, scope.holder.scope

    def _boundary(self, activity: Activity, armed: Armed) -> None:
        """An event on an activity happens."""
        if armed.event.interrupting:
            self._cancel(activity)
        else:
            once_more(activity.armed, armed)
        self._pass(activity.scope, armed.node)

    def _trigger(self, scope: Scope, armed: Armed) -> None:
        """What starts an event subprocess happens."""
        if armed.event.interrupting:
            self._empty(scope)
        else:
            once_more(scope.triggers, armed)
        node = next(one for one in self._diagram.on(scope.level) if one.inside == armed.node.level)
        self._activity(scope, node)
