"""What is open in an instance and what has ended in the present step: the source of work items, timers, subscriptions, jobs and history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from SpiffWorkflow.util.task import TaskState

from engine import tree
from engine.evaluation import path_of
from engine.parsing.elements import Element
from engine.parsing.specs.ad_hoc import is_open
from engine.parsing.specs.events import DUE
from engine.parsing.specs.repeated import BODY
from engine.parsing.specs.several import PART
from engine.parsing.specs.tokens import RELEASED, is_held, is_part, is_trigger
from engine.scopes import Change
from engine.sleeping import Asleep, openings_of
from engine.tree import Token, Tree
from storage.identifiers import new_id

Wait = Literal["", "task", "timer", "message", "signal", "job", "external", "condition", "ad_hoc"]

#: What waits for something to happen and was never visited when it did not.
ATTENDING: Final = frozenset({"boundaryEvent", "eventSubProcessStart", PART})

_ENTERED = "entered"
#: Where a token keeps that somebody had it begin without its input mappings.
_UNMAPPED = "unmapped"


@dataclass
class Opening:
    """A visit of an element that is not over. `id` is that of its activity, and of the task, timer, subscription or job it waits for."""

    id: UUID
    token_id: str
    element: Element
    kind: str
    started_at: datetime
    parent_id: UUID | None = None
    wait: Wait = ""
    due_at: datetime | None = None
    task_id: UUID | None = None  # of a boundary event: the user task it is attached to


@dataclass(frozen=True)
class Ending:
    """A visit of an element that ended in this step."""

    opening: Opening
    ended_at: datetime
    cancelled: bool = False
    changes: Sequence[Change] = field(default_factory=tuple)


class Account:
    """Follows the tokens of one instance through one step."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._open: dict[str, Opening] = {}
        self.endings: list[Ending] = []
        self.before: dict[UUID, Opening] = {}
        self.asleep: Asleep = {}

    def __len__(self) -> int:
        return len(self._open)

    @property
    def openings(self) -> list[Opening]:
        """All that is open, oldest first."""
        return list(self._open.values())

    def waits(self) -> dict[UUID, Opening]:
        """What waits for a person, a moment, a message or a worker, by id."""
        return {opening.id: opening for opening in self._open.values() if opening.wait}

    def of(self, token: Token) -> Opening | None:
        """What is open for a token."""
        return self._open.get(token.id.hex)

    def by_id(self, identifier: UUID) -> Opening | None:
        """What is open under an id."""
        return next((opening for opening in self._open.values() if opening.id == identifier), None)

    def look(self, top: Tree) -> list[Token]:
        """Note which tokens have come to stand at an element, which are gone, and what each waits for; gives the new ones."""
        living: set[str] = set()
        fresh: list[Token] = []
        for token in tree.open_tokens(top):
            element = tree.element_of(token)
            if element is None or (element.inserted and element.event.kind != "timer" and not waits_for_job(token, element)):
                continue
            key = token.id.hex
            living.add(key)
            if key not in self._open:
                self._open[key] = self._opened(token, element)
                fresh.append(token)
            self._open[key].wait, self._open[key].due_at = _waits_for(token, element)
        for token in fresh:
            self._attach(token)
        for key in [key for key in self._open if key not in living]:
            self._cancel(key)
        for body in [body for body in self.asleep if body not in living]:
            self._cancel_asleep(body)
        return fresh

    def close(self) -> None:
        """The instance is over: whatever is open has been cancelled."""
        for key in list(self._open):
            self._cancel(key)
        for body in list(self.asleep):
            self._cancel_asleep(body)

    def forget(self, token: Token) -> None:
        """Leave no trace of a visit: of what waited to start an event subprocess or for one of several things, where another visit counts,
        or for a job at no element.
        """
        self._open.pop(token.id.hex, None)

    def ended(self, token: Token, element: Element, changes: Sequence[Change]) -> None:
        """An element has been passed. Changes of an element that nobody sees are told of the next one that somebody does."""
        if element.inserted:
            return
        opening = self._open.pop(token.id.hex, None) or self._opened(token, element)
        self.endings.append(Ending(opening, self._now, changes=changes))

    def saved(self, top: Tree) -> list[list[Any]]:
        """What is open, as JSON: what a step needs to go on, then what a reader wants to know (element, name, scopes that it sees)."""
        tokens = tree.by_id(top)
        return [
            [
                opening.token_id,
                opening.id.hex,
                opening.started_at.isoformat(),
                opening.kind,
                opening.wait,
                opening.due_at.isoformat() if opening.due_at else None,
                opening.parent_id.hex if opening.parent_id else None,
                opening.task_id.hex if opening.task_id else None,
                opening.element.drawn_id,
                opening.element.name,
                path_of(tokens[opening.token_id]),
            ]
            for opening in self._open.values()
        ]

    def restore(self, saved: Iterable[list[Any]], top: Tree, asleep: Asleep | None = None) -> None:
        """Take up what was open; what it waited for is remembered in `before`, for comparison. `asleep` is what this step leaves alone."""
        self.asleep = asleep or {}
        tokens = tree.by_id(top)
        for row in saved:
            token = tokens.get(row[0])
            element = None if token is None else tree.element_of(token)
            if element is not None:
                self._take_up(row, element)

    def replant(self, top: Tree) -> None:
        """Let what is open be at the elements that its tokens stand at in other trees, and in what is around them there."""
        tokens = tree.by_id(top)
        for key, opening in self._open.items():
            token = tokens.get(key)
            element = None if token is None else tree.element_of(token)
            if token is not None and element is not None:
                opening.element = element
                opening.parent_id = self._around(token)

    def _around(self, token: Token) -> UUID | None:
        outer = tree.body_of(token) or tree.parent_token(token)
        parent = None if outer is None else self._open.get(outer.id.hex)
        return None if parent is None else parent.id

    def _take_up(self, row: list[Any], element: Element) -> None:
        token_id, identifier, started_at, kind, wait, due_at, parent_id, task_id, *_shown = row
        due = datetime.fromisoformat(due_at) if due_at else None
        parent = UUID(parent_id) if parent_id else None
        task = UUID(task_id) if task_id else None
        facts = (UUID(identifier), token_id, element, kind, datetime.fromisoformat(started_at), parent, wait, due, task)
        self._open[token_id] = Opening(*facts)
        if wait:
            self.before[UUID(identifier)] = Opening(*facts)

    def _opened(self, token: Token, element: Element) -> Opening:
        kind = BODY if tree.holds_instances(token) else element.kind
        kind = "eventSubProcessStart" if is_trigger(token) and not is_part(token) else kind
        outer = tree.body_of(token) or tree.parent_token(token)
        while outer is not None and outer.id.hex not in self._open:  # a subprocess that is undone is not visited again
            outer = tree.parent_token(outer)
        parent = None if outer is None else self._open[outer.id.hex]
        return Opening(new_id(), token.id.hex, element, kind, self._now, parent.id if parent else None)

    def _attach(self, token: Token) -> None:
        """Note which user task a boundary event stands on, so that its row goes with the task's."""
        opening = self._open[token.id.hex]
        if opening.kind == "boundaryEvent":
            beside = [self._open.get(child.id.hex) for child in token.parent.children]
            on = opening.element.event.attached_to
            opening.task_id = next((other.id for other in beside if other and other.element.id == on and other.wait == "task"), None)

    def _cancel(self, key: str) -> None:
        opening = self._open.pop(key)
        if opening.kind not in ATTENDING and not opening.element.inserted:
            self.endings.append(Ending(opening, self._now, cancelled=True))

    def _cancel_asleep(self, body: str) -> None:
        """The activity around sleeping instances is over, and they with it; of their elements no more is needed than was told."""
        for text in self.asleep.pop(body).values():
            for row in openings_of(text):
                self._take_up(row, Element(id=row[8], kind=row[3], name=row[9], line=0, scope=""))
                self._cancel(row[0])


def enter(token: Token) -> bool:
    """Note that a token has entered its activity; False when it had before."""
    if token.internal_data.get(_ENTERED):
        return False
    token.internal_data[_ENTERED] = True
    return True


def leave_unmapped(token: Token) -> None:
    """Let a token enter its activity without the input mappings."""
    token.internal_data[_UNMAPPED] = True


def is_unmapped(token: Token) -> bool:
    """Whether a token enters its activity without the input mappings."""
    return bool(token.internal_data.get(_UNMAPPED))


def opens(token: Token, element: Element) -> bool:
    """Whether a token that has come to stand somewhere begins its activity there: it works inside, or waits for a person or a worker."""
    if tree.holds_instances(token) or waits_for_job(token, element):
        return False
    return bool(token.state == TaskState.STARTED or element.kind == "userTask" or element.topic is not None)


def begins(token: Token, element: Element) -> bool:
    """The same, or it has come to an event in the flow that it waits for."""
    return opens(token, element) or (token.state == TaskState.WAITING and element.kind in ("intermediateCatchEvent", "receiveTask"))


def waits_for_job(token: Token, element: Element) -> bool:
    """Whether a token must wait for a worker before its element is run."""
    if not element.async_before or token.internal_data.get(RELEASED):
        return False
    inside = token.id in token.workflow.top_workflow.subprocesses
    return not inside and not tree.holds_instances(token) and not is_trigger(token)


def _waits_for(token: Token, element: Element) -> tuple[Wait, datetime | None]:
    if token.state == TaskState.READY and not tree.holds_instances(token):
        if waits_for_job(token, element):
            return "job", None
        if element.topic is not None:
            return "external", None
        return ("task", None) if element.kind == "userTask" else ("", None)
    if token.state == TaskState.WAITING:
        if waits_for_job(token, element) and is_held(token):
            return "job", None
        if element.event.kind == "timer" and DUE in token.internal_data:
            return "timer", datetime.fromisoformat(token.internal_data[DUE])
        if element.event.kind in ("message", "signal"):
            return element.event.kind, None
        if element.event.kind == "conditional":
            return "condition", None
    if token.state == TaskState.STARTED and element.ad_hoc is not None and is_open(token):
        return "ad_hoc", None
    return "", None
