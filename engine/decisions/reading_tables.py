"""Decision tables as they stand in a file (DMN 1.5, 8.3)."""

from collections.abc import Sequence
from typing import Final, cast

from engine.decisions.decision_table import Aggregation, HitPolicy, Input, Output, Rule, Table
from engine.decisions.reading_types import TypeReader
from engine.decisions.source import Source, name_of
from engine.parsing.markup import Node, line_of
from expressions.syntax import In, ListOf, Literal
from expressions.syntax import Node as Tree

POLICIES: Final = frozenset({"UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT"})
AGGREGATIONS: Final = frozenset({"SUM", "MIN", "MAX", "COUNT"})
ORIENTATIONS: Final = frozenset({"Rule-as-Row", "Rule-as-Column", "CrossTable"})
_ANYTHING: Final = "-"


class TableReader:
    """Reads the decision tables of one decision or knowledge model; `key` is its id."""

    def __init__(self, source: Source, types: TypeReader, key: str) -> None:
        self._source = source
        self._types = types
        self._key = key

    def table(self, node: Node, names: Sequence[str]) -> Table:
        """A table in any orientation: rules are rules, however they are drawn; a crosstab has the policy UNIQUE (DMN 1.5, 8.2.2)."""
        policy, aggregation = node.get("hitPolicy", "UNIQUE"), node.get("aggregation")
        written = f"{policy} {aggregation or ''}".strip()
        if policy not in POLICIES or (aggregation is not None and (aggregation not in AGGREGATIONS or policy != "COLLECT")):
            self._source.refuse("hit_policy_unknown", node, policy=written)
            policy, aggregation = "UNIQUE", None
        orientation = node.get("preferredOrientation", "Rule-as-Row")
        if orientation not in ORIENTATIONS or (orientation == "CrossTable" and policy != "UNIQUE"):
            self._source.refuse("decision_orientation_wrong", node, orientation=orientation[:100], policy=policy)
        inputs = tuple(self._input(one, names) for one in self._source.all(node, "input"))
        found = self._source.all(node, "output")
        outputs = tuple(self._output(one, names, place, alone=len(found) == 1) for place, one in enumerate(found))
        if not outputs:
            self._source.refuse("decision_output_missing", node)
        if aggregation is not None and len(outputs) > 1:
            self._source.refuse("hit_policy_unknown", node, policy=written)
        if policy in ("PRIORITY", "OUTPUT ORDER") and not any(output.listed for output in outputs):
            self._source.refuse("output_values_missing", node, policy=policy)
        rules = tuple(self._rule(one, len(inputs), len(outputs), names) for one in self._source.all(node, "rule"))
        return Table(1, self._key, line_of(node), cast(HitPolicy, policy), cast(Aggregation | None, aggregation), inputs, outputs, rules)

    def _input(self, node: Node, names: Sequence[str]) -> Input:
        written = self._source.one(node, "inputExpression")
        text = self._source.text(written)
        label = node.get("label") or text or ""
        text = text or node.get("label")
        if written is None or not text:
            self._source.refuse("decision_input_missing", node)
            return Input(1, label, Literal(1, None), None, None)
        allowed = self._tests(self._source.one(node, "inputValues"), names)
        return Input(1, label, self._source.tree(text, written, names), allowed, self._types.of(written))

    def _output(self, node: Node, names: Sequence[str], place: int, *, alone: bool) -> Output:
        values = self._source.one(node, "outputValues")
        default = self._source.one(node, "defaultOutputEntry")
        name = name_of(node) or node.get("label") or (f"output{place + 1}" if place or not alone else "output")
        tests = self._tests(values, names)
        otherwise = None if default is None else self._entry(default, names)
        return Output(1, name, _listed(tests), tests, otherwise, self._types.of(node))

    def _rule(self, node: Node, inputs: int, outputs: int, names: Sequence[str]) -> Rule:
        tests, results = self._source.all(node, "inputEntry"), self._source.all(node, "outputEntry")
        if len(tests) != inputs or len(results) != outputs:
            self._source.refuse("rule_entries_wrong", node, inputs=inputs, outputs=outputs)
        name = node.get("id") or f"line {line_of(node)}"
        return Rule(
            1, name, line_of(node), tuple(self._tests(one, names) for one in tests), tuple(self._entry(one, names) for one in results)
        )

    def _tests(self, node: Node | None, names: Sequence[str]) -> Tree | None:
        """Unary tests; None where there are none, so that anything passes."""
        text = self._source.text(node)
        return None if node is None or text is None or text == _ANYTHING else self._source.tree(text, node, names, unary=True)

    def _entry(self, node: Node, names: Sequence[str]) -> Tree | None:
        text = self._source.text(node)
        return None if text is None or text == _ANYTHING else self._source.tree(text, node, names)


def _listed(tests: Tree | None) -> ListOf | None:
    """The values that tests name one by one, in their order."""
    named = tests.tests if isinstance(tests, In) and not tests.negated else ()
    values = tuple(test.operand for test in named if test.operator == "in")
    return ListOf(1, values) if values else None
