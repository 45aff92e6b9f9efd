"""One evaluation: the variables and functions it was given, the names it made itself, and its meter."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from expressions.errors import EvaluationTooDeep
from expressions.limits import CALL_DEPTH, FAULTS, STEPS, Meter
from expressions.values import Value, adopt
from refusals import Refusal

_ABSENT = object()

GivenFunctions = Mapping[str, Callable[..., Any]]


class Run:
    """What one evaluation knows from outside. Variables are taken in when they are first asked for.

    A forgiving one, as the standard wants it of decisions, gives null for what it can't work out and keeps the reason in `faults`.
    """

    __slots__ = ("_adopted", "_variables", "depth", "faults", "forgiving", "functions", "meter", "now")

    def __init__(
        self,
        variables: Mapping[str, Any],
        functions: GivenFunctions,
        now: datetime | None,
        *,
        steps: int = STEPS,
        forgiving: bool = False,
    ) -> None:
        self._variables = variables
        self._adopted: dict[str, Value] = {}
        self.functions = functions
        self.now = now
        self.meter = Meter(steps)
        self.depth = 0
        self.forgiving = forgiving
        self.faults: list[Refusal] = []

    def has(self, name: str) -> bool:
        """Whether the variable was given at all."""
        return name in self._variables

    def variable(self, name: str) -> Value:
        """The variable's value; null when there is none."""
        value = self._adopted.get(name, _ABSENT)
        if value is _ABSENT:
            value = self._adopted[name] = adopt(self._variables.get(name))
        return value

    def note(self, fault: Refusal) -> None:
        """Keep the reason of a null, where one is asked for."""
        if self.forgiving and len(self.faults) < FAULTS:
            self.faults.append(fault)

    def deepen(self, levels: int) -> None:
        """Go some levels deeper before a function's body. Raises EvaluationTooDeep."""
        self.depth += levels
        if self.depth > CALL_DEPTH:
            raise EvaluationTooDeep(limit=CALL_DEPTH)


class Scope:
    """Names made inside the expression, before those of the scope around it."""

    __slots__ = ("names", "outer", "run")

    def __init__(self, run: Run, names: dict[str, Value], outer: "Scope | None" = None) -> None:
        self.run = run
        self.names = names
        self.outer = outer

    def within(self, names: dict[str, Value]) -> "Scope":
        """A scope inside this one."""
        return Scope(self.run, names, self)

    def local(self, name: str) -> tuple[bool, Value]:
        """Whether a name was made inside the expression, and its value."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return True, scope.names[name]
            scope = scope.outer
        return False, None


Closure = Callable[[Scope], Value]
