"""Closures of calls and of functions defined in the expression."""

from collections.abc import Mapping

from expressions.builtin import FUNCTIONS, Builtin
from expressions.compiling import Compiler, Rule
from expressions.errors import ArgumentsMismatched, FunctionFailed, FunctionUnknown, MethodCallRefused
from expressions.running import Closure, Scope
from expressions.syntax import Call, FunctionOf, Name, Node, Path
from expressions.types import converted
from expressions.values import Function, Value, adopt, release


def _call(node: Call, compiler: Compiler) -> Closure:
    called = node.function
    if isinstance(called, Name) and not compiler.may_be_made_here(called.name):
        if (builtin := FUNCTIONS.get(called.name)) is not None:
            return _call_of_builtin(node, builtin, compiler)
        compiler.called.add(called.name)
        return _call_of_given(node, called.name, compiler)
    if isinstance(called, Path) and _is_from_outside(called, compiler):
        return compiler.fault(MethodCallRefused(column=called.column, name=called.name))
    return _call_of_value(node, compiler)


def _is_from_outside(called: Node, compiler: Compiler) -> bool:
    """A variable from outside never holds a function, so calling what lies in one is calling a method."""
    root = called
    while isinstance(root, Path):
        root = root.source
    return isinstance(root, Name) and not compiler.may_be_made_here(root.name)


def _call_of_builtin(node: Call, builtin: Builtin, compiler: Compiler) -> Closure:
    if not builtin.takes(len(node.arguments), node.keywords):
        return compiler.fault(ArgumentsMismatched(column=node.column, function=builtin.name, signature=builtin.signature))
    arguments, keywords = [compiler(argument) for argument in node.arguments], node.keywords
    if keywords:
        return lambda scope: builtin.call_named(scope.run, dict(zip(keywords, [each(scope) for each in arguments], strict=True)))
    return lambda scope: builtin.call(scope.run, [argument(scope) for argument in arguments])


def _call_of_given(node: Call, name: str, compiler: Compiler) -> Closure:
    """A function that the caller of the evaluation gives; it gets values of the language, what it returns is taken in like a variable."""
    arguments, column, keywords = [compiler(argument) for argument in node.arguments], node.column, node.keywords

    def call(scope: Scope) -> Value:
        run = scope.run
        function = run.functions.get(name)
        if function is None:
            unknown = FunctionUnknown(name=name, column=column)
            if not run.forgiving:
                raise unknown
            return run.note(unknown)
        if keywords:
            raise FunctionFailed(name=name, column=column)
        run.meter.spend(1)
        values = [release(argument(scope)) for argument in arguments]
        try:
            return adopt(function(*values))
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError):
            raise FunctionFailed(name=name, column=column) from None

    return call


def _call_of_value(node: Call, compiler: Compiler) -> Closure:
    function, arguments, keywords = compiler(node.function), [compiler(argument) for argument in node.arguments], node.keywords

    def call(scope: Scope) -> Value:
        called = function(scope)
        values = [argument(scope) for argument in arguments]
        if not isinstance(called, Function):
            return None
        if keywords:
            named = dict(zip(keywords, values, strict=True))
            if named.keys() != set(called.parameters):
                return None
            values = [named[name] for name in called.parameters]
        return called.call(values) if called.takes(len(values)) else None

    return call


def _function(node: FunctionOf, compiler: Compiler) -> Closure:
    names = tuple(name for name, _ in node.parameters)
    types = tuple(type_ for _, type_ in node.parameters)
    with compiler.knowing(names):
        body = compiler.body(node.body)

    def function(scope: Scope) -> Function:
        def call(values: list[Value]) -> Value:
            run = scope.run
            taken = [converted(value, type_, run, name) for name, value, type_ in zip(names, values, types, strict=True)]
            if any(one is None and value is not None for one, value in zip(taken, values, strict=True)):
                return None
            run.meter.spend(body.steps)
            run.deepen(body.height)
            result = body.run(scope.within(dict(zip(names, taken, strict=True))))
            run.deepen(-body.height)
            return result

        return Function(names, call)

    return function


RULES: Mapping[type[Node], Rule] = {Call: _call, FunctionOf: _function}
