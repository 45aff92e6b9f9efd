"""What a modeller should know about decisions that can be deployed: rules that meet, are never reached or leave gaps, unknown names."""

from itertools import combinations
from typing import Final

from engine.decisions import coverage
from engine.decisions.coverage import Column
from engine.decisions.decision_table import Rule, Table
from engine.decisions.model import Decision, DecisionModel, InputData
from engine.findings import Finding, Findings
from expressions.syntax import Literal, Type
from expressions.types import DATE_AND_TIME, DAYS_DURATION, MONTHS_DURATION, name_of
from expressions.values import Value
from expressions.writing import written_plainly

#: Findings of one kind in one table; more of them say nothing new.
MAX_FINDINGS: Final = 10
#: Types whose values can be written out.
_WRITTEN_OUT: Final = frozenset({"number", "string", "boolean", "date", "time", DATE_AND_TIME, DAYS_DURATION, MONTHS_DURATION})


def warnings_of(model: DecisionModel) -> list[Finding]:
    """The warnings of a file without errors."""
    found = Findings(model.resource)
    for decision in model.decisions.values():
        _names(model, decision, found)
        if decision.table is not None and decision.table.rules and len(decision.table.rules) <= coverage.MAX_RULES:
            _rules(decision.table, found)
            _types(decision.table, found)
    return list(found)


def _names(model: DecisionModel, decision: Decision, found: Findings) -> None:
    """Names that a decision asks for and does not require; in a file without input data they are variables of the process."""
    own = {ref: one for ref, one in model.elements.items() if "#" not in ref}
    inputs = {one.name for one in own.values() if isinstance(one, InputData)}
    elements = inputs | {one.variable if isinstance(one, Decision) else one.name for one in own.values()}
    for name in sorted(decision.logic.free if decision.logic is not None else ()):
        if name in elements:
            found.warning("decision_requirement_missing", decision.line, decision.key, name=name)
        elif inputs:
            found.warning("decision_name_unknown", decision.line, decision.key, name=name)


def _types(table: Table, found: Findings) -> None:
    """Cells of another type than their column."""
    told = 0
    for place, rule in enumerate(table.rules):
        tested = [(one.label, one.type, coverage.values_tested(test)) for one, test in zip(table.inputs, rule.tests, strict=True) if test]
        given = [
            (one.name, one.type, [coverage.value_given(entry)]) for one, entry in zip(table.outputs, rule.results, strict=True) if entry
        ]
        for column, type_, values in (*tested, *given):
            other = next((value for value in values if value is not None and _is_of_other(value, type_)), None)
            if other is not None and type_ is not None and told < MAX_FINDINGS:
                told += 1
                value, at = written_plainly(other)[:200], (rule.line, table.key)
                found.warning("decision_cell_of_other_type", *at, rule=rule.id, place=place + 1, label=column, value=value, type=type_.name)


def _is_of_other(value: Value, type_: Type | None) -> bool:
    """Whether a value can't be one of a type that can be written out; a date is the midnight that begins it."""
    if type_ is None or type_.name not in _WRITTEN_OUT or name_of(value) == type_.name:
        return False
    return (name_of(value), type_.name) != ("date", DATE_AND_TIME)


def _rules(table: Table, found: Findings) -> None:
    columns = coverage.columns_of(table)
    if table.hit_policy in ("UNIQUE", "ANY"):
        _meetings(table, columns, found)
    if table.hit_policy == "FIRST":
        _unreached(table, columns, found)
    single = table.hit_policy in ("UNIQUE", "ANY", "FIRST", "PRIORITY")
    if single and not any(output.default for output in table.outputs):
        gap = coverage.uncovered(columns, len(table.rules))
        if gap is not None:
            found.warning("decision_rules_gap", table.line, table.key, gap=gap)


def _meetings(table: Table, columns: list[Column | None], found: Findings) -> None:
    """Rules that match together: never allowed by UNIQUE, by ANY where they give the same."""
    told = 0
    for (one, first), (other, second) in combinations(enumerate(table.rules), 2):
        if table.hit_policy == "ANY" and not _differ(first, second):
            continue
        if told < MAX_FINDINGS and coverage.meeting(columns, one, other):
            told += 1
            told_of = (second.line, table.key)
            found.warning("decision_rules_overlap", *told_of, rule=second.id, place=other + 1, other=one + 1, policy=table.hit_policy)


def _unreached(table: Table, columns: list[Column | None], found: Findings) -> None:
    """Rules of which everything matches an earlier one."""
    told = 0
    for place, rule in enumerate(table.rules):
        before = next((other for other in range(place) if coverage.hidden(columns, other, place)), None)
        if before is not None and told < MAX_FINDINGS:
            told += 1
            found.warning("decision_rule_unreached", rule.line, table.key, rule=rule.id, place=place + 1, other=before + 1)


def _differ(one: Rule, other: Rule) -> bool:
    """Whether two rules surely give something else."""
    pairs = zip(one.results, other.results, strict=True)
    return any(isinstance(a, Literal) and isinstance(b, Literal) and a.value != b.value for a, b in pairs)
