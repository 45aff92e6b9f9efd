"""What stands in for the rooms above while a process is simulated: operations that answer as the scenario says, and a world that knows
every form and every group."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import expressions
from engine.errors import BpmnError
from engine.ports import Operation, OperationCall
from engine.simulation.scenario import Answer, Mock
from refusals import Conflict


class OperationSaysNo(Conflict):
    """A mocked operation refuses, as the scenario wants it; its code is the scenario's."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason=reason or code)
        self.code = code  # type: ignore[misc]  # of this very refusal


class OperationFails(Exception):
    """A mocked operation fails, as the scenario wants it."""


class Everything:
    """Knows every form and every group: what is missing there is told by the linter and not by a simulation."""

    def has(self, key: str) -> bool:
        """Whether there is such a form."""
        return True

    def knows(self, role: str) -> bool:
        """Whether there is such a group."""
        return True


class Mocks(Mapping[str, Operation]):
    """Operations of every name that a model asks for. One without an answer in the scenario does nothing."""

    def __init__(self) -> None:
        self.asked: set[str] = set()
        self._answers: dict[str, list[Answer]] = {}
        self._told: Callable[[OperationCall, Answer], None] = lambda _call, _answer: None

    def begin(self, mocks: Sequence[Mock], told: Callable[[OperationCall, Answer], None]) -> None:
        """A new case begins: these are its answers, and `told` hears of every call."""
        self._answers = {mock.name: list(mock.answers) for mock in mocks}
        self._told = told

    def __contains__(self, name: object) -> bool:
        self.asked.add(str(name))
        return True

    def __getitem__(self, name: str) -> Operation:
        return self._answered

    def __iter__(self) -> Iterator[str]:
        return iter(self.asked)

    def __len__(self) -> int:
        return len(self.asked)

    def _answered(self, call: OperationCall) -> Mapping[str, Any]:
        answers = self._answers.get(call.element_id) or self._answers.get(call.name) or [Answer()]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        self._told(call, answer)
        variables: dict[str, Any] = worked_out(answer.variables, call.variables, call.now)
        if answer.refusal is not None:
            raise OperationSaysNo(answer.refusal, answer.reason)
        if answer.error is not None:
            raise BpmnError(answer.error, answer.reason, variables)
        if answer.failure is not None:
            raise OperationFails(answer.failure)
        return variables


def worked_out(value: Any, variables: Mapping[str, Any], now: datetime) -> Any:
    """A value of the scenario, its expressions worked out with these variables."""
    if isinstance(value, str) and value.startswith("="):
        return expressions.parse_template(value).evaluate(variables, now=now)
    if isinstance(value, dict):
        return {name: worked_out(item, variables, now) for name, item in value.items()}
    if isinstance(value, list):
        return [worked_out(item, variables, now) for item in value]
    return value
