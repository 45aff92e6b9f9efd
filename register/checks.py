"""Logical control: what is wrong with the values of a report.

Values are by address, as `Cell.parse` gives them or in their canonical form. A check whose cells are not all filled says nothing: that
they are missing is said of each cell. A cell that is not applicable counts as nothing (0) in arithmetic. A check that looks at the period
before says nothing when there is none.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import texts
from expressions import EvaluationFailed, Expression, Surface, parse
from register.cells import NOT_APPLICABLE, Cell
from register.kinds import Check, Kind, Severity
from register.names import Names

#: Under this name an expression finds the values of the period before.
PREVIOUS = "previous"
ADDRESS = re.compile(r"(?<![\w.])[a-z]\w*(?:\.\w+)+", re.ASCII)
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True)
class CheckFinding:
    """A check that did not hold, or a cell that is missing (code `cell_missing`)."""

    code: str
    severity: Severity
    cells: tuple[str, ...]
    message: Names


def run(kind: Kind, values: Mapping[str, Any], previous: Mapping[str, Any] | None = None) -> list[CheckFinding]:
    """The findings on a report: first what is missing, then the checks in the order of the kind."""
    current = _read(kind, values)
    before = _read(kind, previous or {})
    missing = [_missing(cell) for cell in kind.cells.values() if cell.required and current[cell.address] is None]
    context = _nested(current) | {PREVIOUS: _nested(before)}
    return missing + [
        CheckFinding(check.code, check.severity, check.cells, check.messages)
        for check in kind.checks
        if _can_say(check, current, before) and not _holds(check, context)
    ]


def mentioned(expression: str) -> set[str]:
    """The dotted names of an expression, outside of its quoted texts."""
    return set(ADDRESS.findall(_STRINGS.sub('""', expression)))


def _missing(cell: Cell) -> CheckFinding:
    said = {language: texts.say("cell_missing", {"cell": cell.names.say(language)}, language) for language in texts.LANGUAGES}
    return CheckFinding("cell_missing", "error", (cell.address,), Names(**said))


def _read(kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
    return {address: cell.parse(values.get(address)) for address, cell in kind.cells.items()}


def _can_say(check: Check, current: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    return all(current[address] is not None for address in check.cells) and all(before[address] is not None for address in check.previous)


def _holds(check: Check, context: Mapping[str, Any]) -> bool:
    """Whether a check holds; null (a division by zero, say) is no objection."""
    try:
        return _expression(check.expression).evaluate(context) is not False
    except EvaluationFailed:
        return False


@lru_cache(maxsize=2_000)
def _expression(text: str) -> Expression:
    return parse(text, Surface.FEEL)


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for address, value in values.items():
        *way, last = address.split(".")
        holder = nested
        for step in way:
            holder = holder.setdefault(step, {})
        holder[last] = _plain(value)
    return nested


def _plain(value: Any) -> Decimal | str | bool | date | None:
    known: Decimal | str | bool | date | None = Decimal(0) if value is NOT_APPLICABLE else value
    return known
