"""What a token game keeps: where tokens stand, what is under way there, and what may happen to it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.properties.diagrams import Event, Node


class Place(NamedTuple):
    """Where something waits: the element, for what, and which instances of multi-instance activities it is in, the outermost first."""

    element_id: str
    wait: str
    within: tuple[int, ...] = ()


@dataclass(eq=False)
class Armed:
    """An event on an activity, or the start of an event subprocess, that waits to happen; a timer comes so many times yet."""

    node: Node
    event: Event
    left: int


@dataclass(eq=False)
class Activity:
    """An activity that a token stands at; of a repeated one its body, or one time of it."""

    node: Node
    scope: "Scope"
    body: "Activity | None" = None
    number: int | None = None
    wait: str = ""
    inner: "Scope | None" = None
    times: list["Activity"] = field(default_factory=list)
    done: int = 0
    armed: list[Armed] = field(default_factory=list)
    rivals: list["Activity"] = field(default_factory=list)

    @property
    def whole(self) -> "Activity":
        """The activity itself, when this is one time of it."""
        return self.body or self

    @property
    def within(self) -> tuple[int, ...]:
        """The numbers of the instances around."""
        return self.scope.within if self.number is None else (*self.scope.within, self.number)


@dataclass
class Variables:
    """What decisions see: a called process has variables of its own."""

    dice: int


@dataclass(eq=False)
class Scope:
    """One run of a level: tokens that wait at its joins, activities that are under way, and what may start its event subprocesses.

    `started` has the complex gateways that wait for the rest of their tokens, with the flows whose tokens have been used up;
    `completed` the handlers of what has completed, `undoing` what has thrown compensation and waits for them.
    """

    level: str
    variables: Variables
    holder: Activity | None = None
    tokens: Counter[str] = field(default_factory=Counter)
    completed: list[str] = field(default_factory=list)
    undoing: Activity | None = None
    started: dict[str, set[str]] = field(default_factory=dict)
    activities: list[Activity] = field(default_factory=list)
    triggers: list[Armed] = field(default_factory=list)
    is_over: bool = False

    @property
    def within(self) -> tuple[int, ...]:
        """The numbers of the instances that it is in."""
        return () if self.holder is None else self.holder.within


def scopes_in(process: Scope) -> Iterator[Scope]:
    """The scopes that are not over, outer ones first."""
    queue = [] if process.is_over else [process]
    while queue:
        scope = queue.pop()
        yield scope
        queue += [one.inner for whole in scope.activities for one in (whole, *whole.times) if one.inner is not None]


def size_of(process: Scope) -> int:
    """How much is going on: scopes, activities, events that wait, tokens at joins, handlers to come."""
    scopes = list(scopes_in(process))
    activities = [one for scope in scopes for whole in scope.activities for one in (whole, *whole.times)]
    armed = sum(len(one.armed) for one in activities) + sum(len(scope.triggers) for scope in scopes)
    kept = sum(scope.tokens.total() + len(scope.started) + len(scope.completed) for scope in scopes)
    return len(scopes) + len(activities) + armed + kept


def fitting(waiting: list[Armed], kind: str, code: str) -> Armed | None:
    """What catches an error or escalation: by its code, else what catches any."""
    fitting = [armed for armed in waiting if armed.event.kind == kind]
    exact = [armed for armed in fitting if armed.event.name == code]
    return next(iter(exact + [armed for armed in fitting if not armed.event.name]), None)


def once_more(waiting: list[Armed], armed: Armed) -> None:
    """What does not interrupt has happened: a timer comes so many times, all else again and again."""
    if armed.event.kind == "timer":
        armed.left -= 1
        if armed.left == 0:
            waiting.remove(armed)
