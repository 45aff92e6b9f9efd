"""A syntax tree that was built of parts, compiled: what a decision is made of. Its values stay inside the language, functions too."""

from collections.abc import Iterable, Mapping
from typing import Any

from expressions.compiling import Compiler, Rule
from expressions.errors import ExpressionRefused, ExpressionTooDeep
from expressions.expression import RULES
from expressions.limits import DEPTH
from expressions.running import Closure, Run, Scope
from expressions.syntax import Node
from expressions.values import Value


class Program:
    """A compiled tree. `faults` are the parts that mean nothing and come to null; `free` are the variables it surely asks from outside."""

    __slots__ = ("_closure", "faults", "free")

    def __init__(self, tree: Node, names: Iterable[str], rules: Mapping[type[Any], Rule]) -> None:
        """Compile a tree that will be given `names`; `rules` compile nodes that the language itself does not know.

        Raises ExpressionTooDeep.
        """
        compiler = Compiler({**RULES, **rules}, forgiving=True)
        try:
            with compiler.knowing(names):
                self._closure: Closure = compiler(tree)
        except RecursionError:
            raise ExpressionTooDeep(column=1, limit=DEPTH) from None
        self.faults: tuple[ExpressionRefused, ...] = tuple(compiler.faults)
        self.free = frozenset(compiler.free)

    def value(self, run: Run, names: dict[str, Value]) -> Value:
        """The value with some names, which are values of the language. Raises refinements of EvaluationFailed."""
        return self._closure(Scope(run, names))
