"""What an expression of a form can see: the form's data, the row it stands in, and the rows around it."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from expressions import EvaluationFailed, ExpressionRefused, Surface, parse
from forms.components import Path


@dataclass(frozen=True)
class Scope:
    """The names an expression may use: `data` itself, and `this`, `parent`, `i` as in form-js."""

    data: Mapping[str, Any]
    this: Any
    parent: Any = None
    i: tuple[int, ...] = ()

    def names(self) -> dict[str, Any]:
        """All names with their values; data go before the special names, which can also be had between underscores."""
        special = {"this": self.this, "parent": self.parent, "i": list(self.i)}
        return special | dict(self.data) | {f"_{name}_": value for name, value in special.items()}

    def row(self, value: Any, number: int) -> "Scope":
        """The scope of a row; rows count from 1."""
        around = Scope(self.this if isinstance(self.this, Mapping) else {}, self.this, self.parent, self.i)
        return Scope(self.data, value, around.names(), (*self.i, number))


def is_expression(value: object) -> bool:
    """Whether a property of a schema is an expression and not a plain value."""
    return isinstance(value, str) and value.startswith("=")


def evaluate(text: str, scope: Scope) -> Any:
    """The value of an expression (with its leading `=`); None when it has none."""
    try:
        return parse(text[1:], Surface.FEEL).evaluate(scope.names())
    except (EvaluationFailed, ExpressionRefused):
        return None


def test(text: str, scope: Scope) -> bool:
    """Whether a condition holds, as form-js sees it: it reads conditions as unary tests, so null counts as yes, and `not(…)` turns a test.

    A condition that cannot be evaluated at all does not hold.
    """
    negated = negation(text[1:])
    try:
        value = parse(text[1:] if negated is None else negated, Surface.FEEL).evaluate(scope.names())
    except (EvaluationFailed, ExpressionRefused):
        return False
    found = any(item is True or item is None for item in (value if isinstance(value, list) else (value,)))
    return not found if negated is not None else found


def negation(text: str) -> str | None:
    """What stands inside when the whole text is `not(…)`; None otherwise."""
    text = text.strip()
    if not text.startswith("not") or not text.endswith(")"):
        return None
    inside = text[3:].lstrip()
    if not inside.startswith("("):
        return None
    depth, quoted = 0, False
    for place, sign in enumerate(inside):
        quoted ^= sign == '"'
        depth += 0 if quoted else (sign == "(") - (sign == ")")
        if depth == 0:
            return inside[1:-1] if place == len(inside) - 1 else None
    return None


def get(data: Any, path: Path) -> Any:
    """The value at a path; None where there is none."""
    for step in path:
        if isinstance(data, dict) and isinstance(step, str):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def put(data: dict[str, Any], path: Path, value: Any) -> None:
    """Set the value at a path, making the objects and lists on the way; left-out rows of a list become None."""
    target: Any = data
    for step, following in pairwise(path):
        fresh: Any = [] if isinstance(following, int) else {}
        if get(target, (step,)) is None:
            _assign(target, step, fresh)
        target = target[step]
    _assign(target, path[-1], value)


def remove(data: dict[str, Any], path: Path) -> None:
    """Take the value at a path away, and every object or list on the way that is empty then."""
    while path:
        holder = get(data, path[:-1])
        if isinstance(holder, dict):
            holder.pop(path[-1], None)
        elif isinstance(holder, list) and isinstance(path[-1], int) and path[-1] < len(holder):
            holder[path[-1]] = None
        path = path[:-1]
        if any(item is not None for item in (holder.values() if isinstance(holder, dict) else holder or ())):
            return


def _assign(target: Any, step: str | int, value: Any) -> None:
    if isinstance(target, list) and isinstance(step, int):
        target.extend([None] * (step + 1 - len(target)))
    target[step] = value
