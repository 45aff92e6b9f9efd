"""Lists and contexts whose members are expressions of their own, as one expression."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from expressions.expression import Expression, Surface
from expressions.syntax import Literal


class Gathered(Expression):
    """A list or a context of the values of other expressions, each of which may be written in its own way."""

    __slots__ = ("_members",)

    def __init__(self, members: Sequence[Expression] | Mapping[str, Expression]) -> None:
        parts = list(members.values() if isinstance(members, Mapping) else members)
        super().__init__("{…}" if isinstance(members, Mapping) else "[…]", Surface.FEEL, Literal(1, None))
        self._members = members
        self.names = frozenset[str]().union(*(part.names for part in parts))
        self.functions = frozenset[str]().union(*(part.functions for part in parts))

    def evaluate(
        self,
        variables: Mapping[str, Any],
        *,
        functions: Mapping[str, Callable[..., Any]] | None = None,
        now: datetime | None = None,
    ) -> Any:
        """The list or the context of all values. Raises as `Expression.evaluate`."""

        def value(part: Expression) -> Any:
            return part.evaluate(variables, functions=functions, now=now)

        if isinstance(self._members, Mapping):
            return {name: value(part) for name, part in self._members.items()}
        return [value(part) for part in self._members]
