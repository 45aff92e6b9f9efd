"""The engine at the table: an instance in memory, kept and forgotten in one of several ways, and what can be seen of it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from engine import snapshots, tree
from engine.account import Account, Opening
from engine.errors import BpmnError
from engine.evaluation import Evaluation
from engine.execution import Execution
from engine.parsing import Executable, Model, build, read
from engine.parsing.specs.references import Reference
from engine.ports import Watching
from engine.scopes import PROCESS, Scopes
from engine.situation import Situation
from tests.properties.standing import Place

NOW = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)
_SITUATION = Situation(UUID(int=1), "p", None, None, "ann")
#: Kinds of elements that a token may be seen to leave without having been through: where that is so depends on when one looks.
GATEWAYS = frozenset({"parallelGateway", "inclusiveGateway", "complexGateway", "exclusiveGateway", "eventBasedGateway"})


@dataclass
class Table:
    """A file that is played: the executables of its processes, made when they are first needed."""

    data: bytes
    made: dict[str, Executable] = field(default_factory=dict)

    @cached_property
    def model(self) -> Model:
        """What our parser reads."""
        return read(self.data, "p.bpmn")

    def executable(self, key: str) -> Executable:
        """The executable of one process."""
        if key not in self.made:
            self.made[key] = build(self.model, key, self)
        return self.made[key]

    def find(self, reference: Reference) -> str:
        """The name of the spec of a process that is called."""
        return reference.key

    def specs(self, name: str) -> dict[str, Any]:
        """The specs of a process that is called."""
        called = self.executable(name)
        return {name: called.spec, **called.subprocess_specs}


class Player:
    """An instance in memory. `saves` it and takes it up again after every happening, `forgets` what has finished, or neither."""

    def __init__(self, table: Table, dice: int, *, saves: bool, forgets: bool) -> None:
        self.name = f"{'saved' if saves else 'never saved'}, {'forgetting' if forgets else 'forgetting nothing'}"
        self._table = table
        self._saves = saves
        self.forgets = forgets
        self._watching = Watching(prunes=forgets)
        self.passed: Counter[str] = Counter()
        evaluation = Evaluation(Scopes(), NOW, {})
        evaluation.scopes.write([PROCESS], PROCESS, {"dice": dice})
        executable = table.executable("p")
        top = tree.plant(executable.spec, executable.subprocess_specs, evaluation)
        self.execution = self._executed(top, evaluation, Account(NOW))
        self.execution.go_on()
        self._turn()

    @property
    def is_over(self) -> bool:
        """Whether the instance has ended."""
        return self.execution.completed

    @property
    def dice(self) -> int:
        """What the dice shows, to the process."""
        return int(self.execution.evaluation.scopes.typed([PROCESS])["dice"].value)

    @property
    def tokens(self) -> int:
        """How many tokens are kept."""
        return sum(len(one.tasks) for one in tree.trees(self.execution.top))

    def waits(self) -> Counter[Place]:
        """All that waits for something from outside."""
        return Counter(place_of(self.execution, opening) for opening in self.execution.account.waits().values())

    def may(self, place: Place) -> bool:
        """Whether just this can be brought about: here everything."""
        return place in self.waits()

    def happen(self, place: Place, dice: int | None = None) -> None:
        """What is waited for somewhere comes."""
        token = self._token_at(place)
        given = {} if dice is None else {"dice": dice}
        if place.wait in ("task", "external"):
            self.execution.complete(token, given)
        elif place.wait == "job":
            self.execution.release(token)
        else:
            self.execution.happen(token, given)
        self._turn()

    def throw(self, place: Place, code: str) -> None:
        """The worker of an external task throws an error."""
        self.execution.throw(self._token_at(place), BpmnError(code))
        self._turn()

    def _token_at(self, place: Place) -> Any:
        waits = self.execution.account.waits().values()
        opening = next(opening for opening in waits if place_of(self.execution, opening) == place)
        return tree.token_of(self.execution.top, opening.token_id)

    def _turn(self) -> None:
        execution = self.execution
        self.passed.update(told(execution.account))
        if not self._saves:
            execution.account.endings.clear()
            return
        kept = {
            "tree": tree.saved(execution.top),
            "scopes": execution.evaluation.scopes.saved(),
            "open": execution.account.saved(execution.top),
        }
        document = snapshots.unpacked(snapshots.packed(kept))
        evaluation, account = Evaluation(Scopes(document["scopes"]), NOW, {}), Account(NOW)
        executable = self._table.executable("p")
        top = tree.restored(document["tree"], executable.spec, executable.subprocess_specs, evaluation)
        account.restore(document["open"], top)
        self.execution = self._executed(top, evaluation, account)

    def _executed(self, top: Any, evaluation: Evaluation, account: Account) -> Execution:
        return Execution(top, evaluation, account, _SITUATION, {}, watching=self._watching)


def place_of(execution: Execution, opening: Opening) -> Place:
    """Where something open waits."""
    numbers: list[int] = []
    token = tree.token_of(execution.top, opening.token_id)
    while token is not None:
        if tree.keeps_variables(token):
            numbers.insert(0, int(execution.evaluation.scopes.typed([token.id.hex])["loopCounter"].value))
        token = tree.parent_token(token)
    return Place(opening.element.id, opening.wait, tuple(numbers))


def told(account: Account) -> list[str]:
    """The elements that have been passed since the last save, those that were cancelled with a minus; gateways are not cancelled."""
    endings = account.endings
    return [
        f"-{ending.opening.element.id}" if ending.cancelled else ending.opening.element.id
        for ending in endings
        if not (ending.cancelled and ending.opening.element.kind in GATEWAYS)
    ]
