"""Decision tables: which rules match, and what the hit policy makes of them (DMN 1.5, 8.2.10 and 8.2.11)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from engine.definition_errors import DecisionAmbiguous, DecisionInputNotAllowed, DecisionNotNumeric, DecisionOutputNotAllowed
from expressions.comparing import equals, less
from expressions.compiling import Compiler
from expressions.compiling import Rule as CompilingRule
from expressions.numerals import CONTEXT
from expressions.running import Closure, Scope
from expressions.syntax import Node, Type
from expressions.types import converted
from expressions.values import Value
from expressions.writing import written_plainly

HitPolicy = Literal["UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT"]
Aggregation = Literal["SUM", "MIN", "MAX", "COUNT"]
Row = dict[str, Value]

_SINGLE = frozenset({"UNIQUE", "FIRST", "ANY", "PRIORITY"})
_BY_OUTPUT = frozenset({"PRIORITY", "OUTPUT ORDER"})


@dataclass(frozen=True, slots=True)
class Input(Node):
    """A column of conditions: what is tested, and the test that a value of the `type` has to pass to be allowed (None: any is)."""

    label: str
    expression: Node
    allowed: Node | None
    type: Type | None


@dataclass(frozen=True, slots=True)
class Output(Node):
    """A column of results. `listed` gives its allowed values in a list, the most important first; `allowed` tests a value of the `type`."""

    name: str
    listed: Node | None
    allowed: Node | None
    default: Node | None
    type: Type | None


@dataclass(frozen=True, slots=True)
class Rule(Node):
    """A row: a test for each input (None: anything will do) and an expression for each output (None: null)."""

    id: str
    line: int
    tests: tuple[Node | None, ...]
    results: tuple[Node | None, ...]


@dataclass(frozen=True, slots=True)
class Table(Node):
    """A decision table; `key` is the decision or knowledge model that it is the logic of."""

    key: str
    line: int
    hit_policy: HitPolicy
    aggregation: Aggregation | None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Told(Node):
    """A table that is all the logic of a decision: it comes to an Outcome instead of a value."""

    table: Table


@dataclass(frozen=True)
class Outcome:
    """What a table has come to. `value` is DMN's result: a value, a context of several outputs, or a list of these.

    `rows` are the outputs of the matched rules (or of the one aggregation), `matched` their ids, `inputs` what was tested, by label.
    """

    value: Any
    rows: tuple[Row, ...]
    matched: tuple[str, ...]
    inputs: Mapping[str, Any]


def _outcome(node: Told, compiler: Compiler) -> Callable[[Scope], Outcome]:
    return _Compiled(node.table, compiler).outcome


def _value(table: Table, compiler: Compiler) -> Closure:
    work = _Compiled(table, compiler).outcome
    return lambda scope: work(scope).value


RULES: Mapping[type[Node], CompilingRule] = {Table: _value, Told: _outcome}


class _Compiled:
    def __init__(self, table: Table, compiler: Compiler) -> None:
        self._table = table
        self._inputs = [compiler(one.expression) for one in table.inputs]
        self._names = [output.name for output in table.outputs]
        self._listed = [_maybe(output.listed, compiler) for output in table.outputs]
        self._defaults = [_maybe(output.default, compiler) for output in table.outputs]
        self._results = [[_maybe(result, compiler) for result in rule.results] for rule in table.rules]
        with compiler.knowing({"?"}):
            self._allowed = [_maybe(one.allowed, compiler) for one in table.inputs]
            self._allowed_out = [_maybe(output.allowed, compiler) for output in table.outputs]
            self._tests = [[_maybe(test, compiler) for test in rule.tests] for rule in table.rules]

    def outcome(self, scope: Scope) -> Outcome:
        columns = zip(self._table.inputs, self._inputs, strict=True)
        values = [converted(expression(scope), one.type, scope.run, one.label) for one, expression in columns]
        inputs = {one.label: value for one, value in zip(self._table.inputs, values, strict=True)}
        for one, value, allowed in zip(self._table.inputs, values, self._allowed, strict=True):
            if allowed is not None and value is not None and not _holds(allowed, value, scope):
                scope.run.note(DecisionInputNotAllowed(self._table.key, one.label, written_plainly(value)[:200]))
                return Outcome(None, (), (), inputs)
        matched = self._matched(values, scope)
        policy = self._table.hit_policy
        if policy == "UNIQUE" and len(matched) > 1:
            return self._ambiguous(matched, inputs, scope)
        if policy == "FIRST":
            matched = matched[:1]
        rows = [self._row(place, scope) for place in matched]
        if not rows:
            return self._otherwise(inputs, scope)
        if policy in _BY_OUTPUT:
            ranks = self._ranks(rows, scope)
            order = sorted(range(len(rows)), key=lambda place: ranks[place])
            matched, rows = [matched[place] for place in order], [rows[place] for place in order]
        if policy == "ANY" and not all(equals(row, rows[0], scope.run.meter) is True for row in rows):
            return self._ambiguous(matched, inputs, scope)
        if policy in _SINGLE:
            matched, rows = matched[:1] if policy == "PRIORITY" else matched, rows[:1]
        return self._told(rows, tuple(self._table.rules[place].id for place in matched), inputs, scope)

    def _told(self, rows: list[Row], matched: tuple[str, ...], inputs: Mapping[str, Value], scope: Scope) -> Outcome:
        if self._table.hit_policy in _SINGLE:
            return Outcome(_single(rows[0]), (rows[0],), matched, inputs)
        if self._table.aggregation is not None:
            name = self._names[0]
            value = self._aggregated([row[name] for row in rows], scope)
            return Outcome(value, ({name: value},), matched, inputs)
        return Outcome([_single(row) for row in rows], tuple(rows), matched, inputs)

    def _ambiguous(self, matched: Sequence[int], inputs: Mapping[str, Value], scope: Scope) -> Outcome:
        """The rules contradict the hit policy: null, with the reason (DMN 1.5, table 46 and 8.2.10)."""
        ids = tuple(self._table.rules[place].id for place in matched)
        scope.run.note(DecisionAmbiguous(self._table.key, ", ".join(ids)))
        return Outcome(None, (), ids, inputs)

    def _matched(self, values: Sequence[Value], scope: Scope) -> list[int]:
        asked = [scope.within({"?": value}) for value in values]
        matched: list[int] = []
        for place, tests in enumerate(self._tests):
            scope.run.meter.spend(len(tests) + 1)
            if all(test is None or test(inside) is True for test, inside in zip(tests, asked, strict=True)):
                matched.append(place)
        return matched

    def _row(self, place: int, scope: Scope) -> Row:
        row = {}
        for output, result, allowed in zip(self._table.outputs, self._results[place], self._allowed_out, strict=True):
            name, value = output.name, self._worked_out(output, result, scope)
            if allowed is not None and value is not None and not _holds(allowed, value, scope):
                scope.run.note(DecisionOutputNotAllowed(self._table.key, name, written_plainly(value)[:200]))
                value = None
            row[name] = value
        return row

    def _worked_out(self, output: Output, entry: Closure | None, scope: Scope) -> Value:
        """The value of an entry, of its column's type or null (DMN 1.5, 8.3.2, 8.3.3 and 10.3.2.9.4)."""
        return None if entry is None else converted(entry(scope), output.type, scope.run, output.name)

    def _otherwise(self, inputs: Mapping[str, Value], scope: Scope) -> Outcome:
        """No rule matches: the default outputs, where there are any."""
        several = self._table.hit_policy not in _SINGLE and self._table.aggregation is None
        if any(default is not None for default in self._defaults):
            columns = zip(self._table.outputs, self._defaults, strict=True)
            row = {output.name: self._worked_out(output, default, scope) for output, default in columns}
            return Outcome([_single(row)] if several else _single(row), (row,), (), inputs)
        if self._table.aggregation == "COUNT":
            return Outcome(Decimal(0), ({self._names[0]: Decimal(0)},), (), inputs)
        return Outcome([] if several else None, (), (), inputs)

    def _ranks(self, rows: Sequence[Row], scope: Scope) -> list[list[int]]:
        """Where the outputs of each row stand among the values of their columns; what is not listed comes last."""
        listed = [values(scope) if values is not None else [] for values in self._listed]
        return [[_place(row[name], known, scope) for name, known in zip(self._names, listed, strict=True)] for row in rows]

    def _aggregated(self, values: Sequence[Value], scope: Scope) -> Value:
        """Count, sum or extreme; what can't be added up or has no order is null, with the reason."""
        aggregation = self._table.aggregation
        if aggregation == "COUNT":
            return Decimal(len(values))
        if aggregation == "SUM" and all(isinstance(value, Decimal) for value in values):
            total = Decimal(0)
            for value in values:
                total = CONTEXT.add(total, value)
            return total
        if aggregation != "SUM" and all(less(value, values[0]) is not None for value in values):
            return min(values) if aggregation == "MIN" else max(values)
        scope.run.note(DecisionNotNumeric(self._table.key))
        return None


def _maybe(node: Node | None, compiler: Compiler) -> Closure | None:
    return None if node is None else compiler(node)


def _holds(test: Closure, value: Value, scope: Scope) -> bool:
    return test(scope.within({"?": value})) is True


def _place(value: Value, listed: Sequence[Value], scope: Scope) -> int:
    return next((place for place, other in enumerate(listed) if equals(value, other, scope.run.meter) is True), len(listed))


def _single(row: Row) -> Value:
    return next(iter(row.values())) if len(row) == 1 else row
