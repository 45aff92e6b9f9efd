"""Closures of literals, names and operators."""

from collections.abc import Callable, Mapping

from expressions.arithmetic import calculated, opposite
from expressions.builtin import FUNCTIONS, Builtin
from expressions.comparing import both, compared, contains, equals, negated, within
from expressions.compiling import Compiler, Rule
from expressions.errors import TypeMismatched, VariableUnknown
from expressions.limits import within_text
from expressions.running import Closure, Run, Scope
from expressions.syntax import (
    Arithmetic,
    Between,
    Comparison,
    Conjunction,
    Disjunction,
    Empty,
    Faulty,
    If,
    In,
    InstanceOf,
    Joined,
    Literal,
    Name,
    Negation,
    Node,
    Not,
    RangeOf,
    Test,
    Typed,
    mentions,
)
from expressions.types import conforms, converted, name_of
from expressions.values import Function, Value
from expressions.writing import written

#: How many arguments a built-in function that is handed on as a value may be called with.
MAX_ARGUMENTS = 20

_Tester = Callable[[Scope, Value], bool | None]


def _literal(node: Literal, _compiler: Compiler) -> Closure:
    value = node.value
    return lambda _: value


def _name(node: Name, compiler: Compiler) -> Closure:
    name = node.name
    if compiler.may_be_made_here(name):
        if not compiler.is_made_here(name):
            return lambda scope: _found_or_given(scope, name)
        return lambda scope: scope.local(name)[1]
    compiler.free.add(name)
    if compiler.forgiving and name in FUNCTIONS:
        return lambda scope: scope.run.variable(name) if scope.run.has(name) else _function_of(FUNCTIONS[name], scope.run)
    return _strict_variable(node) if node.strict else lambda scope: scope.run.variable(name)


def _found_or_given(scope: Scope, name: str) -> Value:
    found, value = scope.local(name)
    return value if found else scope.run.variable(name)


def _function_of(builtin: Builtin, run: Run) -> Function:
    """A built-in function as a value, to be given to another function; it takes what it takes when it is called by name."""
    counts = frozenset(count for count in range(MAX_ARGUMENTS) if builtin.takes(count, ()))
    return Function((), lambda values: builtin.call(run, values), counts)


def _strict_variable(node: Name) -> Closure:
    name, column = node.name, node.column

    def variable(scope: Scope) -> Value:
        if not scope.run.has(name):
            raise VariableUnknown(name=name, column=column)
        return scope.run.variable(name)

    return variable


def _arithmetic(node: Arithmetic, compiler: Compiler) -> Closure:
    first = compiler(node.first)
    rest = [(operator, compiler(operand)) for operator, operand in node.rest]

    def chain(scope: Scope) -> Value:
        value = first(scope)
        for operator, operand in rest:
            value = calculated(operator, value, operand(scope))
            if type(value) is str:
                scope.run.meter.characters(len(value))
        return value

    return chain


def _negation(node: Negation, compiler: Compiler) -> Closure:
    operand = compiler(node.operand)
    return lambda scope: opposite(operand(scope))


def _comparison(node: Comparison, compiler: Compiler) -> Closure:
    left, right, operator = compiler(node.left), compiler(node.right), node.operator
    if operator == "=":
        return lambda scope: equals(left(scope), right(scope), scope.run.meter)
    return lambda scope: compared(operator, left(scope), right(scope), scope.run.meter)


def _junction(node: Conjunction | Disjunction, compiler: Compiler) -> Closure:
    """`and` is settled by the first false, `or` by the first true; null and what is not boolean leave it open."""
    settling = isinstance(node, Disjunction)
    items = [compiler(item) for item in node.items]

    def junction(scope: Scope) -> bool | None:
        result: bool | None = not settling
        for item in items:
            value = item(scope)
            if not isinstance(value, bool):
                result = None
            elif value is settling:
                return value
        return result

    return junction


def _not(node: Not, compiler: Compiler) -> Closure:
    operand = compiler(node.operand)
    return lambda scope: negated(operand(scope))


def _empty(node: Empty, compiler: Compiler) -> Closure:
    operand = compiler(node.operand)

    def is_empty(scope: Scope) -> bool:
        value = operand(scope)
        return value is None or (isinstance(value, str | list | dict) and not value)

    return is_empty


def _between(node: Between, compiler: Compiler) -> Closure:
    operand, low, high = compiler(node.operand), compiler(node.low), compiler(node.high)

    def between(scope: Scope) -> bool | None:
        value, meter = operand(scope), scope.run.meter
        return both(compared(">=", value, low(scope), meter), compared("<=", value, high(scope), meter))

    return between


def _in(node: In, compiler: Compiler) -> Closure:
    operand, negate = compiler(node.operand), node.negated
    asks_itself = isinstance(node.operand, Name) and node.operand.name == "?"
    tests = [_tester(test, compiler, asks_itself=asks_itself) for test in node.tests]

    def is_in(scope: Scope) -> bool | None:
        value = operand(scope)
        result: bool | None = False
        for test in tests:
            passed = test(scope, value)
            if passed is True:
                result = True
                break
            if passed is None:
                result = None
        return negated(result) if negate else result

    return is_in


def _tester(test: Test, compiler: Compiler, *, asks_itself: bool) -> _Tester:
    with compiler.nested():
        operand, operator = compiler(test.operand), test.operator
    if isinstance(test.operand, RangeOf):  # one with an end that is null is no range
        return lambda scope, value: None if (interval := operand(scope)) is None else contains(interval, value)
    if operator != "in":
        return lambda scope, value: compared(operator, value, operand(scope), scope.run.meter)
    if asks_itself and mentions(test.operand, "?"):
        return lambda scope, _: operand(scope) is True
    return lambda scope, value: within(value, operand(scope), scope.run.meter)


def _if(node: If, compiler: Compiler) -> Closure:
    condition, then, otherwise = compiler(node.condition), compiler(node.then), compiler(node.otherwise)
    if node.strict:
        return lambda scope: _chosen(condition(scope), then, otherwise, scope)
    return lambda scope: then(scope) if condition(scope) is True else otherwise(scope)


def _chosen(passed: Value, then: Closure, otherwise: Closure, scope: Scope) -> Value:
    if passed is True:
        return then(scope)
    if passed is False or passed is None:
        return otherwise(scope)
    return scope.run.note(TypeMismatched(name="if", expected="boolean", found=name_of(passed)))


def _instance_of(node: InstanceOf, compiler: Compiler) -> Closure:
    operand, asked = compiler(node.operand), node.type
    return lambda scope: conforms(operand(scope), asked, scope.run, limits=False)


def _typed(node: Typed, compiler: Compiler) -> Closure:
    operand, asked, name = compiler(node.operand), node.type, node.name
    return lambda scope: converted(operand(scope), asked, scope.run, name)


def _faulty(node: Faulty, compiler: Compiler) -> Closure:
    return compiler.fault(node.reason)


def _joined(node: Joined, compiler: Compiler) -> Closure:
    parts = [compiler(part) for part in node.parts]

    def joined(scope: Scope) -> str:
        values = [part(scope) for part in parts]
        text = "".join("" if value is None else written(value, scope.run.meter) for value in values)
        within_text(len(text))
        return text

    return joined


RULES: Mapping[type[Node], Rule] = {
    Literal: _literal,
    Name: _name,
    Arithmetic: _arithmetic,
    Negation: _negation,
    Comparison: _comparison,
    Conjunction: _junction,
    Disjunction: _junction,
    Not: _not,
    Empty: _empty,
    Between: _between,
    In: _in,
    If: _if,
    InstanceOf: _instance_of,
    Typed: _typed,
    Faulty: _faulty,
    Joined: _joined,
}
