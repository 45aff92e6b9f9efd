"""Evaluating decisions: which rules of a table match, and what its hit policy makes of them (DMN 1.5, 8.2.10)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.decisions.model import Decision, DecisionModel, Output, Rule, Table
from engine.definition_errors import DecisionAmbiguous, DecisionInputNotAllowed, DecisionNotFound, DecisionNotNumeric
from expressions import Expression

Row = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What a decision has come to. `value` is DMN's result: a value, a context of several outputs, or a list of these.

    `rows` are the outputs of the matched rules (or of the one aggregation), `matched` their ids, `inputs` what was tested, by label.
    """

    value: Any
    rows: tuple[Row, ...]
    matched: tuple[str, ...]
    inputs: Mapping[str, Any]


class Evaluator:
    """Evaluates the decisions of one model with some variables, each decision once."""

    def __init__(
        self, model: DecisionModel, variables: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]], now: datetime
    ) -> None:
        self._model = model
        self._variables = variables
        self._functions = functions
        self._now = now
        self._done: dict[str, Outcome] = {}

    def decide(self, key: str) -> Outcome:
        """The outcome of a decision, after those it requires. Raises DecisionNotFound, EvaluationFailed, the refusals of hit policies."""
        if key not in self._model.decisions:
            raise DecisionNotFound(key)
        waiting = [key]
        while waiting:
            decision = self._model.decisions[waiting[-1]]
            missing = [other for other in decision.requires if other not in self._done]
            if missing:
                waiting += missing
                continue
            waiting.pop()
            self._done.setdefault(decision.key, self._outcome(decision))
        return self._done[key]

    def _outcome(self, decision: Decision) -> Outcome:
        seen = dict(self._variables)
        for other in decision.requires:
            seen[self._model.decisions[other].variable] = self._done[other].value
        if isinstance(decision.logic, Expression):
            value = self._value(decision.logic, seen)
            return Outcome(value, ({decision.variable: value},), (), {})
        return self._table(decision, decision.logic, seen)

    def _table(self, decision: Decision, table: Table, seen: Mapping[str, Any]) -> Outcome:
        inputs = [self._value(one.expression, seen) for one in table.inputs]
        for one, value in zip(table.inputs, inputs, strict=True):
            if one.allowed is not None and value is not None and not self._holds(one.allowed, value, seen):
                raise DecisionInputNotAllowed(decision.key, one.label, str(value)[:200])
        labelled = {one.label: value for one, value in zip(table.inputs, inputs, strict=True)}
        matched = [rule for rule in table.rules if self._matches(rule, inputs, seen)]
        if table.hit_policy == "UNIQUE" and len(matched) > 1:
            raise DecisionAmbiguous(decision.key, ", ".join(rule.id for rule in matched))
        if table.hit_policy == "FIRST":
            matched = matched[:1]
        rows = [self._row(rule, table.outputs, seen) for rule in matched]
        if not rows:
            return self._otherwise(table, labelled, seen)
        if table.hit_policy in ("PRIORITY", "OUTPUT ORDER"):
            order = sorted(range(len(rows)), key=lambda place: self._rank(rows[place], table.outputs, seen))
            matched, rows = [matched[place] for place in order], [rows[place] for place in order]
        if table.hit_policy == "PRIORITY":
            matched, rows = matched[:1], rows[:1]
        if table.hit_policy == "ANY" and any(row != rows[0] for row in rows):
            raise DecisionAmbiguous(decision.key, ", ".join(rule.id for rule in matched))
        ids = tuple(rule.id for rule in matched)
        if table.hit_policy in ("UNIQUE", "FIRST", "ANY", "PRIORITY"):
            return Outcome(_single(rows[0]), (rows[0],), ids, labelled)
        if table.aggregation is not None:
            name = table.outputs[0].name
            value = _aggregated(decision.key, table.aggregation, [row[name] for row in rows])
            return Outcome(value, ({name: value},), ids, labelled)
        return Outcome([_single(row) for row in rows], tuple(rows), ids, labelled)

    def _otherwise(self, table: Table, inputs: Mapping[str, Any], seen: Mapping[str, Any]) -> Outcome:
        """No rule matches: the default outputs, where there are any."""
        if any(output.default is not None for output in table.outputs):
            row = {output.name: None if output.default is None else self._value(output.default, seen) for output in table.outputs}
            several = table.hit_policy in ("RULE ORDER", "OUTPUT ORDER") or (table.hit_policy == "COLLECT" and table.aggregation is None)
            return Outcome([_single(row)] if several else _single(row), (row,), (), inputs)
        if table.aggregation == "COUNT":
            return Outcome(Decimal(0), ({table.outputs[0].name: Decimal(0)},), (), inputs)
        several = table.hit_policy in ("RULE ORDER", "OUTPUT ORDER") or (table.hit_policy == "COLLECT" and table.aggregation is None)
        return Outcome([] if several else None, (), (), inputs)

    def _matches(self, rule: Rule, inputs: Sequence[Any], seen: Mapping[str, Any]) -> bool:
        return all(test is None or self._holds(test, value, seen) for test, value in zip(rule.tests, inputs, strict=True))

    def _holds(self, test: Expression, value: Any, seen: Mapping[str, Any]) -> bool:
        return self._value(test, {**seen, "?": value}) is True

    def _row(self, rule: Rule, outputs: Sequence[Output], seen: Mapping[str, Any]) -> Row:
        return {
            output.name: None if result is None else self._value(result, seen) for output, result in zip(outputs, rule.results, strict=True)
        }

    def _rank(self, row: Row, outputs: Sequence[Output], seen: Mapping[str, Any]) -> list[int]:
        """Where each output stands among the values of its column; what is not listed comes last."""
        ranks = []
        for output in outputs:
            listed = self._value(output.values[0], seen) if output.values else []
            ranks.append(listed.index(row[output.name]) if row[output.name] in listed else len(listed))
        return ranks

    def _value(self, expression: Expression, seen: Mapping[str, Any]) -> Any:
        return expression.evaluate(seen, functions=self._functions, now=self._now)


def _single(row: Row) -> Any:
    return next(iter(row.values())) if len(row) == 1 else row


def _aggregated(key: str, aggregation: str, values: Sequence[Any]) -> Any:
    if aggregation == "COUNT":
        return Decimal(len(values))
    if not all(isinstance(value, Decimal) for value in values):
        raise DecisionNotNumeric(key)
    if aggregation == "SUM":
        return sum(values, Decimal(0))
    return min(values) if aggregation == "MIN" else max(values)
