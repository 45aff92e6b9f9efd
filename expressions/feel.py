"""The FEEL surface: the grammar of DMN 1.5, with unary tests for decision tables."""

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from expressions.errors import LiteralMalformed, NameMissing, NameRepeated, SignMissing
from expressions.feel_names import NEVER_STARTING, NameReader
from expressions.reader import COMPARATORS, Operator
from expressions.syntax import (
    Between,
    Call,
    ContextOf,
    Filter,
    For,
    FunctionOf,
    If,
    In,
    InstanceOf,
    Iterator,
    ListOf,
    Literal,
    Name,
    Negation,
    Node,
    Path,
    Quantified,
    RangeOf,
    Test,
    Type,
)
from expressions.temporal import temporal_of

_COMPARISON = 3
_SUM = 4
_STARTING_SIGNS = frozenset({"(", "[", "{", "-", "@", "?"})


class FeelReader(NameReader):
    """Reads an expression, or the unary tests of a cell."""

    operators: ClassVar[Mapping[str, Operator]] = {
        "or": Operator(1, "or"),
        "and": Operator(2, "and"),
        **{sign: Operator(_COMPARISON, sign) for sign in (*COMPARATORS, "in", "between")},
        "+": Operator(_SUM, "+"),
        "-": Operator(_SUM, "-"),
        "*": Operator(5, "*"),
        "/": Operator(5, "/"),
        "**": Operator(6, "**"),
    }

    def expression(self) -> Node:
        """Any expression."""
        with self.deeper():
            return self.operation()

    def joined(self, left: Node, operator: Operator) -> Node:
        """The operation that has `left` as its first operand."""
        if operator.meaning == "between":
            self.take()
            low = self.operation(_SUM)
            self.expect("and")
            return Between(left.column, left, low, self.operation(_SUM))
        if operator.meaning == "in":
            self.take()
            return In(left.column, left, self._tests_after_in())
        return super().joined(left, operator)

    def operand(self) -> Node:
        """A negated, filtered, called or plain operand, perhaps asked for its type."""
        column = self.column
        if self.accept("-"):
            with self.deeper():
                negated = self.operand()
            if isinstance(negated, Literal) and isinstance(negated.value, Decimal):
                return Literal(column, -negated.value)
            return Negation(column, negated)
        operand = self._parts_of(self._primary())
        while self.accept("instance"):
            self.expect("of")
            operand = InstanceOf(column, operand, self.type())
        return operand

    def _parts_of(self, source: Node) -> Node:
        while True:
            if self.accept("."):
                source = Path(self.column, source, self.property_name())
            elif self.sees("[") and self._starts_expression():
                self.take()
                source = Filter(source.column, source, self.expression())
                self.expect("]")
            elif self.sees("("):
                source = self._call(source)
            else:
                return source

    def _starts_expression(self) -> bool:
        """Whether an expression begins behind the next token; else a `[` closes an open range."""
        token = self.ahead()
        if token.kind == "word":
            return token.text not in NEVER_STARTING
        return token.kind in {"number", "text"} or token.text in _STARTING_SIGNS or token.text in COMPARATORS

    def _primary(self) -> Node:
        column = self.column
        match self.next.kind, self.next.text:
            case ("number", _) | ("text", _):
                return Literal(column, self.take().value)
            case "word", "if" | "for" | "some" | "every" | "function":
                return self._worded()
            case "sign", "(":
                return self._bracketed()
            case "sign", "[" | "]":
                return self._list_or_range()
            case "sign", "{":
                return self._context()
            case "sign", "@":
                return self._at_literal()
            case "sign", "?":
                return Name(column, self.take().text)
        return self.constant_or_name()

    def _worded(self) -> Node:
        with self.deeper():
            match self.next.text:
                case "if":
                    return self._if()
                case "for":
                    return self._for()
                case "function":
                    return self._function()
            return self._quantified()

    def _if(self) -> Node:
        column = self.take().start + 1
        condition = self.expression()
        self.expect("then")
        then = self.expression()
        self.expect("else")
        return If(column, condition, then, self.expression())

    def _for(self) -> Node:
        column, known = self.take().start + 1, len(self.names)
        iterators = self._iterators()
        self.expect("return")
        body = self.expression()
        del self.names[known:]
        return For(column, iterators, body)

    def _quantified(self) -> Node:
        known, word = len(self.names), self.take()
        iterators = self._iterators()
        self.expect("satisfies")
        condition = self.expression()
        del self.names[known:]
        return Quantified(word.start + 1, word.text == "every", iterators, condition)

    def _iterators(self) -> tuple[Iterator, ...]:
        iterators = [self._iterator()]
        while self.accept(","):
            iterators.append(self._iterator())
        return tuple(iterators)

    def _iterator(self) -> Iterator:
        name = self.new_name("in")
        self.expect("in")
        source = self.expression()
        return Iterator(name, source, self.expression() if self.accept("..") else None)

    def _function(self) -> Node:
        column, known = self.take().start + 1, len(self.names)
        self.expect("(")
        parameters = self.listed(self._parameter, ")")
        if self.sees("external"):
            raise self.refusal()
        body = self.expression()
        del self.names[known:]
        return FunctionOf(column, parameters, body)

    def _parameter(self) -> tuple[str, Type | None]:
        name = self.new_name(":", ",", ")")
        return name, self.type() if self.accept(":") else None

    def _bracketed(self) -> Node:
        """`(a)`, `(low..high]`, `(> 5)`."""
        column = self.take().start + 1
        if self.sees(*COMPARATORS):
            test = self._test()
            self.expect(")")
            return _range_of(test) if test.operator not in {"!="} else In(column, Name(column, "?"), (test,))
        inner = self.expression()
        if self.accept(".."):
            return self._range_from(column, inner, low_included=False)
        self.expect(")")
        return inner

    def _list_or_range(self) -> Node:
        opening = self.take()
        column = opening.start + 1
        if opening.text == "[" and self.accept("]"):
            return ListOf(column, ())
        first = self._list_item()
        if self.accept(".."):
            return self._range_from(column, first, low_included=opening.text == "[")
        if opening.text == "]":
            raise self.refusal(SignMissing, expected="..")
        if self.accept("]"):
            return ListOf(column, (first,))
        self.expect(",")
        return ListOf(column, (first, *self.listed(self._list_item, "]")))

    def _list_item(self) -> Node:
        return _range_of(self._test()) if self.sees(*COMPARATORS) else self.expression()

    def _range_from(self, column: int, low: Node, *, low_included: bool) -> Node:
        high = self.expression()
        if not self.sees("]", ")", "["):
            raise self.refusal(SignMissing, expected="]")
        return RangeOf(column, low, high, low_included, self.take().text == "]")

    def _context(self) -> Node:
        column, known = self.take().start + 1, len(self.names)
        entries = self.listed(self._entry, "}")
        del self.names[known:]
        keys: set[str] = set()
        for place, name, _ in entries:
            if name in keys:
                return self.meaningless(NameRepeated(column=place, name=name))
            keys.add(name)
        return ContextOf(column, tuple((name, value) for _, name, value in entries))

    def _entry(self) -> tuple[int, str, Node]:
        column = self.column
        name = str(self.take().value) if self.next.kind == "text" else self.new_name(":")
        self.expect(":")
        return column, name, self.expression()

    def _at_literal(self) -> Node:
        column = self.take().start + 1
        if self.next.kind != "text":
            raise self.refusal(SignMissing, expected='"')
        value = temporal_of(self.next.value)
        text = str(self.take().value)
        return self.meaningless(LiteralMalformed(column=column, text=text)) if value is None else Literal(column, value)

    def _call(self, function: Node) -> Node:
        self.expect("(")
        keywords: list[str] = []

        def argument() -> Node:
            if self.is_keyword():
                keywords.append(self.written_name(":"))
                self.expect(":")
            elif keywords:
                raise self.refusal(NameMissing)
            return self.expression()

        arguments = self.listed(argument, ")")
        if keywords and len(keywords) != len(arguments):
            raise self.refusal(NameMissing)
        return Call(function.column, function, arguments, tuple(keywords))

    def unary_tests(self) -> Node:
        """The tests of a decision table's cell on the name `?`: `-`, `< 5, [7..9]`, `not("a", "b")`."""
        column = self.column
        if self.sees("-") and self.ahead().kind == "end":
            self.take()
            return Literal(column, value=True)
        subject = Name(column, "?")
        if self.sees("not") and self.ahead().text == "(":
            self.take()
            self.take()
            return In(column, subject, self.listed(self._test, ")"), negated=True)
        tests = [self._test()]
        while self.accept(","):
            tests.append(self._test())
        return In(column, subject, tuple(tests))

    def _tests_after_in(self) -> tuple[Test, ...]:
        """`x in < 5`, `x in (1, > 5)`, `x in [1..3]`, `x in list`."""
        if self.sees(*COMPARATORS):
            return (self._test(_SUM),)
        if not self.sees("("):
            return (Test(self.column, "in", self.operation(_SUM)),)
        column = self.take().start + 1
        tests = [self._test()]
        if self.accept(".."):
            return (Test(column, "in", self._range_from(column, tests[0].operand, low_included=False)),)
        while self.accept(","):
            tests.append(self._test())
        self.expect(")")
        return tuple(tests)

    def _test(self, weakest: int = 1) -> Test:
        column = self.column
        if self.sees(*COMPARATORS):
            operator = self.take().text
            return Test(column, operator, self.operation(_SUM))
        with self.deeper():
            return Test(column, "in", self.operation(weakest))


def _range_of(test: Test) -> Node:
    """`(> 5)` as a range without an upper end."""
    match test.operator:
        case "<" | "<=":
            return RangeOf(test.column, None, test.operand, False, test.operator == "<=")
        case ">" | ">=":
            return RangeOf(test.column, test.operand, None, test.operator == ">=", False)
    return RangeOf(test.column, test.operand, test.operand, True, True, True)
