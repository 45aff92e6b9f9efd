"""What a DMN file says, as plain facts with compiled logic. No XML in here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from engine.decisions.decision_table import Table
from engine.findings import Finding
from expressions.program import Program
from expressions.syntax import Type


@dataclass(frozen=True)
class Requirement:
    """Something that a decision or a knowledge model sees: the element, and the names that lead to it (an import's name first)."""

    ref: str
    path: tuple[str, ...]


@dataclass(frozen=True)
class InputData:
    """A value that is given from outside, under the name of its variable."""

    ref: str
    name: str
    type: Type | None


@dataclass(frozen=True)
class Decision:
    """One decision. `logic` is None where the file has none: it is null then."""

    key: str
    name: str
    variable: str
    line: int
    requires: tuple[Requirement, ...]
    logic: Program | None
    table: Table | None
    type: Type | None
    version_tag: str | None


@dataclass(frozen=True)
class Knowledge:
    """A business knowledge model: `logic` gives its function. It sees itself, and the knowledge that it requires."""

    ref: str
    name: str
    parameters: tuple[str, ...]
    requires: tuple[Requirement, ...]
    logic: Program


@dataclass(frozen=True)
class Service:
    """A decision service: a function of input data and decisions that stand in for their logic, and what it gives back, by name."""

    ref: str
    name: str
    inputs: tuple[str, ...]
    decisions: tuple[str, ...]
    outputs: tuple[str, ...]
    type: Type | None


Element: TypeAlias = InputData | Decision | Knowledge | Service


@dataclass(frozen=True)
class DecisionModel:
    """One DMN file: its own decisions by key, and everything that these can reach, in imported files too, by reference.

    `key` and `name` are the file's own, `types` its item definitions, `parts` the names of parts of values in it. With an error among the
    findings nothing may be evaluated.
    """

    key: str
    name: str
    resource: str
    decisions: Mapping[str, Decision]
    elements: Mapping[str, Element]
    types: Mapping[str, Type]
    parts: frozenset[str]
    findings: tuple[Finding, ...]
