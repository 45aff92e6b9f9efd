"""The `${…}` surface: what BPMN editors of the Camunda family write, without calls on objects."""

from collections.abc import Mapping
from typing import ClassVar

from expressions.errors import MethodCallRefused, NameMissing
from expressions.reader import Operator, Reader
from expressions.syntax import Call, Empty, If, Index, Literal, Negation, Node, Not, Path

_MEANINGS: tuple[tuple[int, Mapping[str, str]], ...] = (
    (1, {"||": "or", "or": "or"}),
    (2, {"&&": "and", "and": "and"}),
    (3, {"==": "=", "eq": "=", "!=": "!=", "ne": "!="}),
    (4, {"<": "<", "lt": "<", "<=": "<=", "le": "<=", ">": ">", "gt": ">", ">=": ">=", "ge": ">="}),
    (5, {"+": "+", "-": "-"}),
    (6, {"*": "*", "/": "/", "div": "/", "%": "%", "mod": "%"}),
)


class JuelReader(Reader):
    """Reads what stands between `${` and `}`."""

    operators: ClassVar[Mapping[str, Operator]] = {
        sign: Operator(level, meaning) for level, signs in _MEANINGS for sign, meaning in signs.items()
    }
    reserved: ClassVar[frozenset[str]] = frozenset({*operators, "not", "empty", "true", "false", "null", "instanceof"})

    def expression(self) -> Node:
        """Any expression, with `condition ? this : that` as the weakest."""
        with self.deeper():
            condition = self.operation()
            if not self.accept("?"):
                return condition
            then = self.expression()
            self.expect(":")
            return If(condition.column, condition, then, self.expression())

    def operand(self) -> Node:
        """A negated, indexed, called or plain operand."""
        column = self.column
        if not self.sees("-", "!", "not", "empty"):
            return self._parts_of(self._primary())
        sign = self.take().text
        with self.deeper():
            operand = self.operand()
        if sign == "-":
            return Negation(column, operand)
        return Empty(column, operand) if sign == "empty" else Not(column, operand)

    def _parts_of(self, source: Node) -> Node:
        while self.sees(".", "["):
            if self.accept("["):
                source = Index(source.column, source, self.expression())
                self.expect("]")
                continue
            self.take()
            column, name = self.column, self.next
            if name.kind != "word":
                raise self.refusal(NameMissing)
            self.take()
            if self.sees("("):
                raise MethodCallRefused(column=column, name=name.text)
            source = Path(column, source, str(name.value))
        return source

    def _primary(self) -> Node:
        column = self.column
        if self.next.kind in {"number", "text", "single"}:
            return Literal(column, self.take().value)
        if self.accept("("):
            inner = self.expression()
            self.expect(")")
            return inner
        named = self.constant_or_name()
        if self.accept("("):
            return Call(column, named, self.listed(self.expression, ")"))
        return named
