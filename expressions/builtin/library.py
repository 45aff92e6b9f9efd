"""How a built-in function is declared: by its signature as the standard writes it.

`substring(string: string, start position: number, length?: number)`: a question mark is an argument that may be left out, three dots are
one or more of them, `|` joins types, `any` takes null too. Arguments of other types make the result null, except that a list of one item
may stand for the item, and an item for a list.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar

from expressions.limits import Meter, within_list, within_text
from expressions.running import Run
from expressions.values import Function, Range, Value, YearsMonths

_TYPES: Mapping[str, frozenset[type]] = {
    "number": frozenset({Decimal}),
    "string": frozenset({str}),
    "boolean": frozenset({bool}),
    "date": frozenset({date}),
    "time": frozenset({time}),
    "moment": frozenset({datetime}),
    "duration": frozenset({timedelta, YearsMonths}),
    "list": frozenset({list}),
    "context": frozenset({dict}),
    "range": frozenset({Range}),
    "function": frozenset({Function}),
    "point": frozenset({Decimal, str, date, datetime, time, timedelta, YearsMonths}),
}
_SIGNATURE = re.compile(r"([\w ]+)\((.*)\)")
_PARAMETER = re.compile(r"([\w ]+?)([?]|\.\.\.)?: ([\w |]+)")

Call = Callable[..., Value]
Declared = TypeVar("Declared", bound=Call)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a built-in function; `types` is None where everything goes, null too."""

    name: str
    types: frozenset[type] | None
    optional: bool = False
    repeated: bool = False

    def fitted(self, value: Value) -> tuple[bool, Value]:
        """Whether a value can be this argument, and as what."""
        if self.types is None or type(value) in self.types:
            return True, value
        if type(value) is list and len(value) == 1 and type(value[0]) in self.types:
            return True, value[0]
        if list in self.types and value is not None:
            return True, [value]
        return False, None


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a built-in function; `runs` says that the function wants the present evaluation before its arguments."""

    text: str
    parameters: tuple[Parameter, ...]
    call: Call
    runs: bool = False

    def takes(self, count: int, keywords: Collection[str]) -> bool:
        """Whether so many arguments, or arguments by these names, can ever be right."""
        needed = [parameter.name for parameter in self.parameters if not parameter.optional]
        if keywords:
            return set(needed) <= set(keywords) <= {parameter.name for parameter in self.parameters} and len(set(keywords)) == len(keywords)
        return len(needed) <= count and (count <= len(self.parameters) or any(parameter.repeated for parameter in self.parameters))

    def fitted(self, values: Sequence[Value]) -> list[Value] | None:
        """The arguments as the function wants them, or None when they are of other types."""
        if not self.takes(len(values), ()):
            return None
        repeated = self.parameters[-1:] * (len(values) - len(self.parameters))
        fitted: list[Value] = []
        for parameter, value in zip(self.parameters + repeated, values, strict=False):
            fits, argument = parameter.fitted(value)
            if not fits:
                return None
            fitted.append(argument)
        return fitted


@dataclass(frozen=True, slots=True)
class Builtin:
    """A built-in function with all the ways to call it."""

    name: str
    signatures: tuple[Signature, ...]

    @property
    def signature(self) -> str:
        """The ways to call it, as people read them."""
        return " | ".join(signature.text for signature in self.signatures)

    def takes(self, count: int, keywords: Collection[str]) -> bool:
        """Whether so many arguments, or arguments by these names, can ever be right."""
        return any(signature.takes(count, keywords) for signature in self.signatures)

    def call(self, run: Run, values: Sequence[Value]) -> Value:
        """The result; null when no signature fits the arguments' types or there is no result."""
        _pay(run.meter, values)
        for signature in self.signatures:
            if (fitted := signature.fitted(values)) is not None:
                return _result(signature, run, fitted)
        return None

    def call_named(self, run: Run, named: Mapping[str, Value]) -> Value:
        """The same with arguments by name; only the last ones may be left out."""
        _pay(run.meter, list(named.values()))
        for signature in self.signatures:
            if not signature.takes(0, named):
                continue
            names = [parameter.name for parameter in signature.parameters]
            values = [named[name] for name in names[: len(named)] if name in named]
            if len(values) == len(named) and (fitted := signature.fitted(values)) is not None:
                return _result(signature, run, fitted)
        return None


def _pay(meter: Meter, values: Sequence[Value]) -> None:
    meter.spend(1)
    for value in values:
        if isinstance(value, str):
            meter.characters(len(value))
        elif isinstance(value, list | dict):
            meter.values(len(value))


def _result(signature: Signature, run: Run, values: Sequence[Value]) -> Value:
    try:
        result = signature.call(run, *values) if signature.runs else signature.call(*values)
    except (ArithmeticError, ValueError):  # no such number, date or text
        return None
    if isinstance(result, str):
        within_text(len(result))
        run.meter.characters(len(result))
    elif isinstance(result, list):
        within_list(len(result))
        run.meter.values(len(result))
    return result


class Library:
    """The built-in functions of one module."""

    def __init__(self) -> None:
        self.functions: dict[str, Builtin] = {}

    def function(self, declaration: str, *, runs: bool = False) -> Callable[[Declared], Declared]:
        """Declare a function by its signature; a second declaration of a name adds a way to call it. See Signature for `runs`."""
        match = _SIGNATURE.fullmatch(declaration)
        if match is None:
            raise ValueError(declaration)
        name, parameters = match[1], tuple(map(_parameter, filter(None, match[2].split(", "))))

        def declare(call: Declared) -> Declared:
            known = self.functions.get(name, Builtin(name, ()))
            self.functions[name] = Builtin(name, (*known.signatures, Signature(declaration, parameters, call, runs)))
            return call

        return declare


def _parameter(declaration: str) -> Parameter:
    match = _PARAMETER.fullmatch(declaration)
    if match is None:
        raise ValueError(declaration)
    name, mark, types = match.groups()
    known = None if types == "any" else frozenset[type]().union(*(_TYPES[type_] for type_ in types.split(" | ")))
    return Parameter(name, known, optional=mark == "?", repeated=mark == "...")
