"""One instance, kept in one way or another between steps: saved and opened again, never saved, and with or without what is over."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from engine import snapshots, tree
from engine.account import Account, Opening
from engine.errors import BpmnError
from engine.evaluation import Evaluation
from engine.execution import Execution
from engine.parsing import Executable
from engine.ports import Watching
from engine.scopes import PROCESS, Scopes
from engine.situation import Situation
from tests.properties.token_game import Wait

NOW = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)
SITUATION = Situation(UUID(int=1), "p", None, None, "ann")


@dataclass
class Instance:
    """An instance of a process. `saves` it after every step and opens it again; `prunes` what is over."""

    executable: Executable
    saves: bool = True
    prunes: bool = True

    def __post_init__(self) -> None:
        self._watching = Watching(None, self.prunes)
        evaluation = Evaluation(Scopes({PROCESS: {}}), NOW, {})
        top = tree.plant(self.executable.spec, self.executable.subprocess_specs, evaluation)
        self.execution = Execution(top, evaluation, Account(NOW), SITUATION, {}, watching=self._watching)
        self.told: Counter[tuple[str, bool]] = Counter()
        evaluation.scopes.open(PROCESS, {"route": 0})
        self.execution.go_on()
        self._rest()

    @property
    def is_over(self) -> bool:
        """Whether the process has come to its end."""
        return self.execution.completed

    def waits(self) -> Counter[Wait]:
        """All that waits, and how many times."""
        return Counter((opening.element.id, opening.wait) for opening in self._waiting())

    def variables(self) -> dict[str, Any]:
        """The variables of the process."""
        return dict(self.execution.evaluation.scopes.saved()[PROCESS])

    def move(self, wait: Wait, number: int, given: dict[str, Any]) -> None:
        """Let something happen: of several of its kind that with a number, the oldest first."""
        element_id, happens = wait
        kind = "external" if happens == "error" else happens
        found = [opening for opening in self._waiting() if (opening.element.id, opening.wait) == (element_id, kind)]
        token = tree.token_of(self.execution.top, found[number].token_id)
        if happens == "error":
            self.execution.throw(token, BpmnError("error", "", given))
        elif happens in ("task", "external"):
            self.execution.complete(token, given)
        else:
            self.execution.happen(token, given)
        self._rest()

    def _waiting(self) -> list[Opening]:
        return [opening for opening in self.execution.account.openings if opening.wait]

    def _rest(self) -> None:
        account = self.execution.account
        self.told += Counter((ending.opening.element.id, ending.cancelled) for ending in account.endings)
        account.endings.clear()
        if self.saves and not self.is_over:
            self._open_again()

    def _open_again(self) -> None:
        top, scopes = self.execution.top, self.execution.evaluation.scopes
        document = {"tree": tree.saved(top), "scopes": scopes.saved(), "open": self.execution.account.saved(top)}
        document = snapshots.unpacked(snapshots.packed(document))
        evaluation, account = Evaluation(Scopes(document["scopes"]), NOW, {}), Account(NOW)
        opened = tree.restored(document["tree"], self.executable.spec, self.executable.subprocess_specs, evaluation)
        account.restore(document["open"], opened)
        self.execution = Execution(opened, evaluation, account, SITUATION, {}, watching=self._watching)
