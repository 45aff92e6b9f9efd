"""The one syntax tree that all three surfaces are read into."""

from collections.abc import Callable
from collections.abc import Iterator as IteratorOf
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from expressions.errors import ExpressionRefused


@dataclass(frozen=True, slots=True)
class Node:
    """Any expression; `column` is where it begins."""

    column: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A value written out."""

    value: Any


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable; a strict one must be there."""

    name: str
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Faulty(Node):
    """What can be read and means nothing: null, with the reason."""

    reason: "ExpressionRefused"


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """`[a, b]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    """`{a: 1, b: a + 1}`; later entries see earlier ones."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class RangeOf(Node):
    """`[low..high]`, or open to one side (`(> 5)`); an absent end is None. `point` is `(= 5)`, which has one value."""

    low: Node | None
    high: Node | None
    low_included: bool
    high_included: bool
    point: bool = False


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """A chain of one precedence, worked out from left to right."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """`-a`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`a = b` and its kin: = != < <= > >=."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Conjunction(Node):
    """`a and b and c`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Disjunction(Node):
    """`a or b or c`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """`!a`, `not a` of `${…}`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Empty(Node):
    """`empty a` of `${…}`: null, or a text, list or context with nothing in it."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`a between low and high`."""

    operand: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Test(Node):
    """One unary test: `< 5`, or with the operator "in" a value, range or list to be found in."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """`a in (tests)`; negated for `not(tests)`. A unary test's operand is the name `?`."""

    operand: Node
    tests: tuple[Test, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class If(Node):
    """`if a then b else c`; a strict one, as a boxed expression is, comes to null when the condition is a value that is not boolean."""

    condition: Node
    then: Node
    otherwise: Node
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Iterator:
    """`name in source` or `name in source..end`."""

    name: str
    source: Node
    end: Node | None = None


@dataclass(frozen=True, slots=True)
class For(Node):
    """`for a in b, c in d return e`; `partial` is the list so far inside the body."""

    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`some a in b satisfies c`, `every a in b satisfies c`; strict as If is."""

    every: bool
    iterators: tuple[Iterator, ...]
    condition: Node
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Type:
    """A type by name, with the types inside it: `list<number>`, `context<a: number>`, `function<number>->string`.

    `allowed` says of an evaluation (`Run`) and a value whether it passes the tests that the type asks besides.
    """

    name: str
    inner: tuple["Type", ...] = field(default=(), repr=False)  # types share what is inside them, and a text would have it over and over
    keys: tuple[str, ...] = ()
    allowed: Callable[[Any, Any], bool] | None = None


@dataclass(frozen=True, slots=True)
class Typed(Node):
    """A value that has to be of a type, converted to it where the standard converts; `name` says what it is the value of."""

    operand: Node
    type: Type
    name: str


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """`a instance of number`."""

    operand: Node
    type: Type


@dataclass(frozen=True, slots=True)
class Path(Node):
    """`a.b`."""

    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """`a[condition]` or `a[1]`; strict as If is."""

    source: Node
    condition: Node
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Index(Node):
    """`a[0]`, `a['key']` of `${…}`: counted from 0."""

    source: Node
    key: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`name(a, b)` or `name(x: a, y: b)`; `keywords` is empty for the first form."""

    function: Node
    arguments: tuple[Node, ...]
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FunctionOf(Node):
    """`function(a, b: number) body`."""

    parameters: tuple[tuple[str, Type | None], ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Joined(Node):
    """Text with `${…}` inside: the parts' values written one after the other."""

    parts: tuple[Node, ...]


def children(node: Node) -> IteratorOf[Node]:
    """The nodes right inside a node."""
    yield from _nodes_in(tuple(getattr(node, field.name) for field in fields(node)))


def _nodes_in(value: object) -> IteratorOf[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, Iterator):
        yield from _nodes_in((value.source, value.end))
    elif isinstance(value, tuple):
        for part in value:
            yield from _nodes_in(part)


def mentions(node: Node, name: str) -> bool:
    """Whether a name stands anywhere in a tree."""
    return (isinstance(node, Name) and node.name == name) or any(mentions(child, name) for child in children(node))
