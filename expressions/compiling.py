"""From the syntax tree to closures: one Python function per node, made once, run many times."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from expressions.errors import ExpressionRefused, ExpressionTooDeep
from expressions.limits import DEPTH
from expressions.running import Closure
from expressions.syntax import Node

#: Makes the closure of one kind of node.
Rule = Callable[[Any, "Compiler"], Closure]

#: Names that a construct may bring with it without telling which: the keys of a filter's items.
_ANY_NAME = None


class Body(NamedTuple):
    """An expression that is run many times: its closure, what one run costs in steps, how deeply it nests."""

    run: Closure
    steps: int
    height: int


class Compiler:
    """Knows while compiling which names are made where. Afterwards `free` are the variables and `called` the functions from outside.

    A forgiving one compiles what has no meaning to null, and keeps in `faults` why.
    """

    def __init__(self, rules: Mapping[type[Node], Rule], *, forgiving: bool = False) -> None:
        self.free: set[str] = set()
        self.called: set[str] = set()
        self.faults: list[ExpressionRefused] = []
        self.forgiving = forgiving
        self._rules = rules
        self._frames: list[set[str] | None] = []
        self._nodes = 0
        self._depth = 0
        self._peak = 0

    def __call__(self, node: Node) -> Closure:
        """The closure of a node. Raises ExpressionTooDeep."""
        self._nodes += 1
        self._depth += 1
        self._peak = max(self._peak, self._depth)
        if self._depth > DEPTH:
            raise ExpressionTooDeep(column=node.column, limit=DEPTH)
        closure = self._rules[type(node)](node, self)
        self._depth -= 1
        return closure

    def fault(self, refusal: ExpressionRefused) -> Closure:
        """What stands for something without a meaning: null with its reason. Raises the refusal where nothing is forgiven."""
        if not self.forgiving:
            raise refusal
        self.faults.append(refusal)
        return lambda scope: scope.run.note(refusal)

    def body(self, node: Node) -> Body:
        """The closure of a node that is run many times, with its cost."""
        nodes, peak, self._peak = self._nodes, self._peak, self._depth
        closure = self(node)
        height = self._peak - self._depth
        self._peak = max(self._peak, peak)
        return Body(closure, self._nodes - nodes, height)

    @contextmanager
    def knowing(self, names: Iterable[str] | None) -> Iterator[set[str]]:
        """Compile with names that are made here; None stands for names that only the data tell. Gives the set, to be added to."""
        frame = _ANY_NAME if names is None else set(names)
        self._frames.append(frame)
        yield set() if frame is None else frame
        self._frames.pop()

    @contextmanager
    def nested(self) -> Iterator[None]:
        """One level of nesting that is no node of its own."""
        self._depth += 1
        yield
        self._depth -= 1

    def is_made_here(self, name: str) -> bool:
        """Whether a name is surely made inside the expression."""
        return any(frame is not None and name in frame for frame in self._frames)

    def may_be_made_here(self, name: str) -> bool:
        """Whether a name is, or depending on the data may be, made inside the expression."""
        return any(frame is None or name in frame for frame in self._frames)
