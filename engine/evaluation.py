"""What tokens can see and change while they run: the one way from SpiffWorkflow to variables, the clock and expressions."""

from collections import ChainMap
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from engine import tree
from engine.parsing.specs.references import Reference
from engine.parsing.variable_mapping import VariableMapping
from engine.scopes import PROCESS, Scopes
from engine.tree import Token
from engine.values import typed_from_json, typed_to_json


class Evaluation:
    """The script engine of one loaded instance (see `engine.ports.Evaluation`); nothing here ever reaches Python's `eval`."""

    def __init__(self, scopes: Scopes, now: datetime, functions: Mapping[str, Callable[..., Any]], zone: tzinfo = UTC) -> None:
        self.scopes = scopes
        self.zone = zone
        self._now = now
        self._functions = functions
        self._chosen: dict[Reference, str] = {}

    def now(self) -> datetime:
        """The moment of the present step, in UTC."""
        return self._now

    def evaluate(self, task: Token, expression: Any, external_context: Any = None) -> Any:
        """The value of an expression as the token sees it, and `external_context` before all. Raises EvaluationFailed."""
        return self._value(path_of(task), expression, external_context)

    def read(self, task: Token, name: str) -> Any:
        """The value of a variable as the token sees it, or None."""
        found = self.scopes.find(path_of(task), name)
        return None if found is None else found.value

    def chosen(self, reference: Reference, choose: Callable[[Reference], str]) -> str:
        """Which process a reference means: chosen once in a step, and the same until its end."""
        if reference not in self._chosen:
            self._chosen[reference] = choose(reference)
        return self._chosen[reference]

    def write_local(self, task: Token, values: Mapping[str, Any]) -> None:
        """Set variables that only the token and what is inside it see."""
        self.scopes.open(task.id.hex, values)

    def own(self, task: Token) -> dict[str, list[Any]]:
        """The variables that only the token and what is inside it see, as JSON."""
        return {name: typed_to_json(value) for name, value in self.scopes.typed([task.id.hex]).items()}

    def recall(self, task: Token, own: Mapping[str, list[Any]]) -> None:
        """Give a token, for its own, the variables that `own` once told of another."""
        if own:
            self.scopes.open(task.id.hex, {name: typed_from_json(value) for name, value in own.items()})

    def write(self, task: Token, values: Mapping[str, Any]) -> None:
        """Set variables where the token sees them, new ones in the instance, subprocess or process that it belongs to."""
        path = path_of(task)
        self.scopes.write(path, path[0] if tree.keeps_variables(task) else home_of(task), values)

    def write_outside(self, task: Token, values: Mapping[str, Any]) -> None:
        """Set variables in what encloses the token."""
        self.scopes.write(outer_path_of(task), home_of(task), values)

    def put_out(self, task: Token, mapping: VariableMapping) -> None:
        """Carry out an output mapping, in what encloses the token or where the target is declared. Raises a Refusal."""
        value, home = self.evaluate(task, mapping.source), home_of(task, mapping.declared_in)
        path = outer_path_of(task) if mapping.declared_in is None else [home]
        before = self.scopes.find(path, mapping.target) if mapping.path else None
        self.scopes.write(path, home, {mapping.target: mapping.placed(None if before is None else before.value, value)})

    def variables(self, task: Token) -> Mapping[str, Any]:
        """All variables that the token sees."""
        return self.scopes.view(path_of(task))

    def _value(self, path: list[str], expression: Any, besides: Mapping[str, Any] | None = None) -> Any:
        variables = self.scopes.view(path)
        seen = ChainMap(dict(besides), dict(variables)) if besides else variables
        return expression.evaluate(seen, functions=self._functions, now=self._now.astimezone(self.zone))


def path_of(token: Token) -> list[str]:
    """The scopes a token sees, innermost first: its own and those of what it is inside of. A called process sees nothing outside."""
    return [token.id.hex, *outer_path_of(token)]


def outer_path_of(token: Token) -> list[str]:
    """The scopes that what encloses a token sees."""
    path: list[str] = []
    while (outer := tree.parent_token(token)) is not None:
        path.append(outer.id.hex)
        if is_call(outer):
            return path
        token = outer
    return [*path, PROCESS]


def home_of(token: Token, declared_in: str | None = None) -> str:
    """The scope where a token's new variables go: the subprocess, called process or process it is in, or the one `declared_in` names."""
    outer = tree.parent_token(token)
    while declared_in is not None and outer is not None and not (is_call(outer) or outer.task_spec.bpmn_id == declared_in):
        outer = tree.parent_token(outer)
    return PROCESS if outer is None else str(outer.id.hex)


def is_call(token: Token) -> bool:
    """Whether a token stands at a call activity."""
    element = tree.element_of(token)
    return element is not None and element.call is not None
