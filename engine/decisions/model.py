"""What a DMN file says, as plain facts with compiled expressions. No XML in here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.findings import Finding
from expressions import Expression

HitPolicy = Literal["UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT"]
Aggregation = Literal["SUM", "MIN", "MAX", "COUNT"]


@dataclass(frozen=True)
class Input:
    """A column of conditions: what is tested, and the values that it may have (None: any)."""

    label: str
    expression: Expression
    allowed: Expression | None = None


@dataclass(frozen=True)
class Output:
    """A column of results. `values` are its allowed values, the most important first, for PRIORITY and OUTPUT ORDER."""

    name: str
    values: tuple[Expression, ...] = ()
    default: Expression | None = None


@dataclass(frozen=True)
class Rule:
    """A row: a test for each input (None: anything will do) and an expression for each output (None: null)."""

    id: str
    tests: tuple[Expression | None, ...]
    results: tuple[Expression | None, ...]


@dataclass(frozen=True)
class Table:
    """A decision table."""

    hit_policy: HitPolicy
    aggregation: Aggregation | None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Decision:
    """One decision: a table or a literal expression. `requires` are the keys of the decisions whose results it sees, by `variable`."""

    key: str
    name: str
    variable: str
    line: int
    requires: tuple[str, ...]
    logic: Table | Expression
    version_tag: str | None = None


@dataclass(frozen=True)
class DecisionModel:
    """One DMN file: its decisions by key, and what was found while reading; with an error among it nothing may be evaluated."""

    resource: str
    decisions: Mapping[str, Decision]
    findings: tuple[Finding, ...]
