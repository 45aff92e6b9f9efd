"""What the readers of all surfaces share: the tokens, names of several words, and operators by precedence."""

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Iterator as IteratorOf
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple, TypeVar

from expressions.errors import ExpressionRefused, ExpressionTooDeep, ExpressionUnreadable, SignMissing
from expressions.limits import DEPTH
from expressions.syntax import Arithmetic, Comparison, Conjunction, Disjunction, Faulty, Literal, Name, Node, Type
from expressions.tokens import Token, tokenize

Read = TypeVar("Read")

#: How the end of the text is shown in a refusal.
END = "∎"
COMPARATORS = frozenset({"=", "!=", "<", "<=", ">", ">="})
CONSTANTS: Mapping[str, Any] = {"true": True, "false": False, "null": None}


class Operator(NamedTuple):
    """How tightly an operator binds (the higher, the tighter) and what it means in the syntax tree."""

    level: int
    meaning: str


class NameOfWords(NamedTuple):
    """A name that is more than one token: its tokens, and whether it is a function's (then a bracket has to follow)."""

    tokens: tuple[str, ...]
    name: str
    called: bool = False


@lru_cache(maxsize=4096)
def tokens_of(name: str) -> tuple[str, ...]:
    """The tokens of a name as they are written; none when it can't be written in an expression at all."""
    try:
        tokens = tokenize(name, apostrophes=True)[:-1]
    except ExpressionRefused:
        return ()
    if not tokens or tokens[0].kind != "word":
        return ()
    return (str(tokens[0].value), *(token.text for token in tokens[1:]))


def words_of(name: str, *, called: bool = False) -> NameOfWords | None:
    """The tokens of a name, or None when it is a single word or can't be written in an expression at all."""
    tokens = tokens_of(name)
    return NameOfWords(tokens, name, called) if len(tokens) > 1 else None


def _by_tokens(names: list[NameOfWords]) -> dict[str, dict[int, dict[tuple[str, ...], list[NameOfWords]]]]:
    """Names by their first token, by how many they have, the longest first, and by the others."""
    found: dict[str, dict[int, dict[tuple[str, ...], list[NameOfWords]]]] = {}
    for name in sorted(names, key=lambda name: -len(name.tokens)):
        found.setdefault(name.tokens[0], {}).setdefault(len(name.tokens), {}).setdefault(name.tokens[1:], []).append(name)
    return found


class Reader:
    """Reads tokens from left to right; subclasses say which operators and operands there are."""

    operators: ClassVar[Mapping[str, Operator]] = {}
    reserved: ClassVar[frozenset[str]] = frozenset()

    def __init__(
        self,
        tokens: list[Token],
        names: Iterable[NameOfWords] = (),
        *,
        strict: bool = False,
        types: Mapping[str, Type] | None = None,
        forgiving: bool = False,
    ) -> None:
        self.tokens = tokens
        self.at = 0
        self.next = tokens[0]
        self.names = list(names)
        self.strict = strict
        self.types = types or {}
        self.forgiving = forgiving
        self._depth = 0
        self._count = len(self.names)
        self._given = _by_tokens(self.names)

    def whole(self, read: Callable[[], Read]) -> Read:
        """What a rule reads, when nothing is left after it."""
        result = read()
        if self.next.kind != "end":
            raise self.refusal()
        return result

    def expression(self) -> Node:
        """Any expression."""
        raise NotImplementedError

    def operand(self) -> Node:
        """An expression that binds tighter than every operator."""
        raise NotImplementedError

    def operation(self, weakest: int = 1) -> Node:
        """Operands and the operators between them that bind at least this tightly."""
        left = self.operand()
        while (operator := self._operator()) is not None and operator.level >= weakest:
            left = self.joined(left, operator)
        return left

    def joined(self, left: Node, operator: Operator) -> Node:
        """The operation that has `left` as its first operand."""
        if operator.meaning in COMPARATORS:
            self.take()
            return Comparison(left.column, operator.meaning, left, self.operation(operator.level + 1))
        rest = self._chain(operator.level)
        if operator.meaning == "and":
            return Conjunction(left.column, (left, *(node for _, node in rest)))
        if operator.meaning == "or":
            return Disjunction(left.column, (left, *(node for _, node in rest)))
        return Arithmetic(left.column, left, rest)

    def _chain(self, level: int) -> tuple[tuple[str, Node], ...]:
        rest: list[tuple[str, Node]] = []
        while (operator := self._operator()) is not None and operator.level == level:
            self.take()
            rest.append((operator.meaning, self.operation(level + 1)))
        return tuple(rest)

    def _operator(self) -> Operator | None:
        return self.operators.get(self.next.text) if self.next.kind in {"sign", "word"} else None

    def take(self) -> Token:
        """The next token, gone past."""
        token = self.next
        self.at += 1
        self.next = self.tokens[min(self.at, len(self.tokens) - 1)]
        return token

    def ahead(self, distance: int = 1) -> Token:
        """A token behind the next one."""
        return self.tokens[min(self.at + distance, len(self.tokens) - 1)]

    def sees(self, *texts: str) -> bool:
        """Whether the next token is one of these words or signs."""
        return self.next.text in texts and self.next.kind in {"sign", "word"}

    def accept(self, *texts: str) -> bool:
        """Go past the next token if it is one of these words or signs."""
        found = self.sees(*texts)
        if found:
            self.take()
        return found

    def expect(self, text: str) -> Token:
        """The next token, which has to be this word or sign."""
        if not self.sees(text):
            raise self.refusal(SignMissing, expected=text)
        return self.take()

    @property
    def column(self) -> int:
        """Where the next token begins, counted from 1."""
        return self.next.start + 1

    def refusal(self, family: type[ExpressionRefused] = ExpressionUnreadable, **fields: Any) -> ExpressionRefused:
        """The refusal of the next token."""
        return family(column=self.column, found=self.next.text or END, **fields)

    def meaningless(self, reason: ExpressionRefused) -> Node:
        """What stands for something that can be read and means nothing. Raises the reason where nothing is forgiven."""
        if not self.forgiving:
            raise reason
        return Faulty(int(reason.fields["column"]), reason)

    @contextmanager
    def deeper(self) -> IteratorOf[None]:
        """One level of nesting more."""
        self._depth += 1
        if self._depth > DEPTH:
            raise ExpressionTooDeep(column=self.column, limit=DEPTH)
        yield
        self._depth -= 1

    def constant_or_name(self) -> Node:
        """`true`, `false`, `null`, or a variable of one word or of the words that make a known name."""
        column = self.column
        if self.next.kind != "word":
            raise self.refusal()
        if self.next.text in CONSTANTS:
            return Literal(column, CONSTANTS[self.take().text])
        return Name(column, self.name(), self.strict)

    def name(self) -> str:
        """A name: the longest known one that stands here, else a single word."""
        known = self._known_here()
        if known is None:
            if self.next.kind != "word" or self.next.text in self.reserved:
                raise self.refusal()
            return str(self.take().value)
        for _ in known.tokens:
            self.take()
        return known.name

    def _known_here(self) -> NameOfWords | None:
        """The longest known name that stands here. Those that were given are looked up, not tried: an expression may know thousands."""
        by_length = self._given.get(str(self.next.value), {})
        found = next((name for length in by_length if (name := self._given_here(length)) is not None), None)
        made = [name for name in self.names[self._count :] if name.tokens[0] == self.next.value and self._stands_here(name)]
        longest = max(made, key=lambda name: len(name.tokens), default=None)
        return longest if found is None or (longest is not None and len(longest.tokens) > len(found.tokens)) else found

    def _given_here(self, length: int) -> NameOfWords | None:
        rest = tuple(self.ahead(distance).text for distance in range(1, length))
        same = self._given[str(self.next.value)][length].get(rest, ())
        return next((name for name in same if not name.called or self.ahead(length).text == "("), None)

    def _stands_here(self, name: NameOfWords) -> bool:
        if any(self.ahead(distance).text != text for distance, text in enumerate(name.tokens[1:], 1)):
            return False
        return not name.called or self.ahead(len(name.tokens)).text == "("

    def listed(self, read: Callable[[], Read], end: str) -> tuple[Read, ...]:
        """What a rule reads, any number of times with commas between, up to and past a closing sign."""
        items: list[Read] = []
        if not self.sees(end):
            items.append(read())
            while self.accept(","):
                items.append(read())
        self.expect(end)
        return tuple(items)
