"""One value that goes into a variable, or into a part of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.definition_errors import PartNotSettable
from expressions import Expression


@dataclass(frozen=True)
class VariableMapping:
    """One input, output or assignment: the value of `source` becomes the variable `target`, or the part of it that `path` leads to.

    `declared_in` is the id of the process or subprocess that holds the target where the model declares it, as a data object or property.
    """

    target: str
    source: Expression
    declared_in: str | None = None
    path: tuple[str, ...] = ()

    def placed(self, before: Any, value: Any) -> Any:
        """What becomes of the target, which was `before`, when it or a part of it gets a value. Raises PartNotSettable."""
        if not self.path:
            return value
        made = inner = self._context(before, 0)
        for depth, name in enumerate(self.path[:-1], 1):
            inner[name] = self._context(inner.get(name), depth)
            inner = inner[name]
        inner[self.path[-1]] = value
        return made

    def _context(self, value: Any, depth: int) -> dict[str, Any]:
        if value is not None and not isinstance(value, Mapping):
            raise PartNotSettable(".".join((self.target, *self.path)), ".".join((self.target, *self.path[:depth])))
        return dict(value or {})
