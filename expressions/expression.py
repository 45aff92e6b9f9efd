"""An expression, read once and evaluated as often as one likes."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Any

from expressions import calls, loops, operators
from expressions.builtin import FUNCTIONS
from expressions.compiling import Compiler
from expressions.errors import EvaluationTooDeep, ExpressionTooDeep, ExpressionTooLong, ExpressionUnreadable, QuotationUnclosed
from expressions.feel import FeelReader
from expressions.juel import JuelReader
from expressions.limits import CALL_DEPTH, DEPTH, SOURCE_BYTES
from expressions.reader import NameOfWords, Reader, words_of
from expressions.running import Closure, Run, Scope
from expressions.syntax import Joined, Literal, Node, Type
from expressions.tokens import tokenize
from expressions.values import release

RULES = {**operators.RULES, **loops.RULES, **calls.RULES}
_OPENING = re.compile(r"(?<!\\)[$#]\{")
_BUILTIN_NAMES = tuple(words for name in FUNCTIONS if (words := words_of(name, called=True)) is not None)


class Surface(Enum):
    """How an expression is written."""

    FEEL = "feel"
    JUEL = "juel"
    UNARY = "unary"


class Expression:
    """A text that was read and compiled; immutable, and safe to use from several threads.

    `text` is what was read; `names` are the variables that it surely asks for (names inside a filter may be fields of the list's
    items, so they are left out); `functions` are the functions that it calls and that are not built in; `constant` says that it is a
    text without any expression in it.
    """

    __slots__ = ("_closure", "constant", "functions", "names", "surface", "text")

    def __init__(self, text: str, surface: Surface, tree: Node, *, constant: bool = False) -> None:
        compiler = Compiler(RULES)
        self._closure: Closure = compiler(tree)
        self.text = text
        self.surface = surface
        self.names = frozenset(compiler.free)
        self.functions = frozenset(compiler.called)
        self.constant = constant

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def __deepcopy__(self, _memo: object) -> "Expression":
        return self

    def evaluate(
        self,
        variables: Mapping[str, Any],
        *,
        functions: Mapping[str, Callable[..., Any]] | None = None,
        now: datetime | None = None,
    ) -> Any:
        """The value for some variables: None, bool, Decimal, str, date, time, datetime, timedelta, YearsMonths, Range, list or dict.

        `functions` are called by name with values of these kinds and return one; `now` is the moment that `now()` and `today()` tell,
        in the time zone that the day is meant in. Raises a refinement of EvaluationFailed, or a Refusal that a given function raised.
        """
        run = Run(variables, functions or {}, now)
        try:
            return release(self._closure(Scope(run, {})))
        except RecursionError:
            raise EvaluationTooDeep(limit=CALL_DEPTH) from None


def parse(text: str, surface: Surface = Surface.FEEL, *, names: Iterable[str] = ()) -> Expression:
    """Read an expression. `names` are variables of several words or with signs in them ("first name", "well-known") that it may use.

    FEEL is written bare, `${…}` with or without its braces, unary tests ask about the variable `?`. Raises a refinement of
    ExpressionRefused with the column.
    """
    return _parsed(text, surface, tuple(names))


def parse_template(text: str, *, names: Iterable[str] = ()) -> Expression:
    """Read what an attribute of a diagram holds: `=…` is FEEL, `${…}` or `#{…}` is an expression, and text around one is joined with it.

    Everything else is a constant text. A `${…}` alone, spaces around it aside, gives its value and not its text; `\\${` is no expression.
    Raises a refinement of ExpressionRefused with the column.
    """
    if len(text) > SOURCE_BYTES and _opening(text, 0) < 0 and not text.lstrip().startswith("="):
        return _constant(text)
    return _parsed_template(text, tuple(names))


def tree_of(text: str, surface: Surface, *, names: Iterable[str], types: Mapping[str, Type]) -> Node:
    """The syntax tree of a part of a decision, in which what means nothing is a `Faulty`. `types` are the types it may name besides.

    Raises a refinement of ExpressionRefused.
    """
    _bound(text)
    try:
        return _tree(text, surface, names, types, forgiving=True)
    except RecursionError:
        raise ExpressionTooDeep(column=1, limit=DEPTH) from None


@lru_cache(maxsize=2048)
def _parsed(text: str, surface: Surface, names: tuple[str, ...]) -> Expression:
    _bound(text)
    try:
        return Expression(text, surface, _tree(text, surface, names))
    except RecursionError:
        raise ExpressionTooDeep(column=1, limit=DEPTH) from None


def _tree(text: str, surface: Surface, names: Iterable[str], types: Mapping[str, Type] | None = None, *, forgiving: bool = False) -> Node:
    if surface is Surface.JUEL:
        if (start := _opening(text, 0)) == len(text) - len(text.lstrip()):
            node, end = _embedded(text, start, tuple(names))
            if text[end:].strip():
                raise ExpressionUnreadable(column=end + 1, found=text[end:].strip()[0])
            return node
        juel = JuelReader(tokenize(text), _known(names), strict=True)
        return juel.whole(juel.expression)
    reader = FeelReader(tokenize(text, apostrophes=True), _known(names), types=types, forgiving=forgiving)
    return reader.whole(reader.expression if surface is Surface.FEEL else reader.unary_tests)


def _known(names: Iterable[str]) -> list[NameOfWords]:
    return [*_BUILTIN_NAMES, *(words for name in names if (words := words_of(name)) is not None)]


@lru_cache(maxsize=2048)
def _parsed_template(text: str, names: tuple[str, ...]) -> Expression:
    start = len(text) - len(text.lstrip())
    try:
        if text[start : start + 1] == "=":
            _bound(text)
            reader = FeelReader(tokenize(text, start + 1, apostrophes=True), _known(names))
            return Expression(text, Surface.FEEL, reader.whole(reader.expression))
        return _joined(text, names)
    except RecursionError:
        raise ExpressionTooDeep(column=1, limit=DEPTH) from None


def _joined(text: str, names: tuple[str, ...]) -> Expression:
    if _opening(text, 0) < 0:
        return _constant(text)
    _bound(text)
    parts: list[Node] = []
    at = 0
    while (start := _opening(text, at)) >= 0:
        parts.append(Literal(at + 1, _unescaped(text[at:start])))
        node, at = _embedded(text, start, names)
        parts.append(node)
    parts.append(Literal(at + 1, _unescaped(text[at:])))
    if len(parts) == 3 and not any(isinstance(part, Literal) and str(part.value).strip() for part in (parts[0], parts[2])):
        return Expression(text, Surface.JUEL, parts[1])
    return Expression(text, Surface.JUEL, Joined(1, tuple(part for part in parts if not _is_nothing(part))))


def _constant(text: str) -> Expression:
    return Expression(text, Surface.JUEL, Literal(1, _unescaped(text)), constant=True)


def _unescaped(text: str) -> str:
    return text.replace("\\${", "${").replace("\\#{", "#{")


def _is_nothing(part: Node) -> bool:
    return isinstance(part, Literal) and part.value == ""


def _opening(text: str, at: int) -> int:
    """Where the next `${` or `#{` stands that has no backslash before it; -1 if there is none."""
    match = _OPENING.search(text, at)
    return match.start() if match else -1


def _embedded(text: str, start: int, names: tuple[str, ...]) -> tuple[Node, int]:
    """The expression that opens at a place, and where its text ends."""
    tokens = tokenize(text, start + 2, until="}")
    end = tokens[-1].start
    if end >= len(text):
        raise QuotationUnclosed(column=start + 1, opening=text[start : start + 2])
    reader: Reader = JuelReader(tokens, _known(names), strict=True)
    return reader.whole(reader.expression), end + 1


def _bound(text: str) -> None:
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > SOURCE_BYTES:
        raise ExpressionTooLong(limit=SOURCE_BYTES, size=size, column=1)
