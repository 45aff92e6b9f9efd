"""Logical control: what is wrong with the values of a report.

Values are by address, as `Cell.parse` gives them or in their canonical form. A check whose cells are not all filled says nothing: that
they are missing is said of each cell. A cell that is not applicable counts as nothing (0) in arithmetic. A check that looks at the period
before says nothing when there is none.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import texts
from expressions import EvaluationFailed
from register import added_rows, mentions, shown_figures
from register.cells import Cell
from register.filled import Filled
from register.kinds import Check, Kind, Severity
from register.mentions import PREVIOUS
from register.names import Names
from register.sources import Source


@dataclass(frozen=True)
class CheckFinding:
    """A check that did not hold, or a cell that is missing (code `cell_missing`) or out of bounds, or a row that is there twice.

    `shown` are the figures of a check in words: those of its cells by row and column, and both sides of what it compares.
    """

    code: str
    severity: Severity
    cells: tuple[str, ...]
    message: Names
    shown: Names | None = None


def run(
    kind: Kind, values: Mapping[str, Any], previous: Mapping[str, Any] | None = None, sources: Mapping[str, Source] | None = None
) -> list[CheckFinding]:
    """The findings on a report: first what is missing, then the checks in the order of the kind.

    `sources` are what checks compare with, by name; `previous` is short for the values of the period before.
    """
    return _of_rows(kind, values) + _found(kind, kind.cells.values(), kind.checks, values, _with(kind, previous, sources))


def run_touched(
    kind: Kind,
    touched: Collection[str],
    values: Mapping[str, Any],
    previous: Mapping[str, Any] | None = None,
    sources: Mapping[str, Source] | None = None,
) -> list[CheckFinding]:
    """Of the findings of `run` those on some cells: what of them is missing, and the checks that look at one of them."""
    cells = [cell for address in touched if (cell := kind.cells.get(address)) is not None]
    rows = {cell.address.rpartition(".")[0] for cell in cells if cell.added}
    found = _found(kind, cells, touching(kind, touched), values, _with(kind, previous, sources))
    return _of_rows(kind, values, rows) + found


def _with(kind: Kind, previous: Mapping[str, Any] | None, sources: Mapping[str, Source] | None) -> dict[str, Source]:
    return {**({} if previous is None else {PREVIOUS: Filled(kind, previous)}), **(sources or {})}


def touching(kind: Kind, touched: Collection[str]) -> list[Check]:
    """The checks that look at one of some cells, in the order of the kind."""
    return [kind.checks[number] for number in sorted({number for address in touched for number in kind.watching.get(address, ())})]


def _found(
    kind: Kind, cells: Iterable[Cell], checks: Iterable[Check], values: Mapping[str, Any], compared: Mapping[str, Source]
) -> list[CheckFinding]:
    own = Filled(kind, values)
    amiss = [finding for cell in cells if (finding := _amiss(cell, own)) is not None]
    return amiss + [finding for check in checks if (finding := _checked(kind, check, {**compared, "": own})) is not None]


def _checked(kind: Kind, check: Check, sources: Mapping[str, Source]) -> CheckFinding | None:
    """What a check finds."""
    if check.absent == "finding" and not check.sources <= sources.keys() and _says(check, sources, only=""):
        return CheckFinding(
            check.code, check.severity, check.cells, check.messages, shown_figures.absent(kind, check.sources - sources.keys())
        )
    if not check.sources <= sources.keys() or not _says(check, sources):
        return None
    seen = {mention.name: sources[mention.source].seen(mention) for mention in check.mentions}
    if _holds(check.expression, seen):
        return None
    return CheckFinding(check.code, check.severity, check.cells, check.messages, shown_figures.of(kind, check, seen))


def _says(check: Check, sources: Mapping[str, Source], *, only: str | None = None) -> bool:
    """Whether all that a check looks at is there, or all that it looks at in one source."""
    looked = (mention for mention in check.mentions if only is None or mention.source == only)
    return all(sources[mention.source].can_say(mention) for mention in looked)


def _of_rows(kind: Kind, values: Mapping[str, Any], rows: set[str] | None = None) -> list[CheckFinding]:
    """What is to be said of added rows: a cell that a row in use lacks, two rows that their keys don't tell apart."""
    if not kind.added_rows:
        return []
    tables = None if rows is None else {row.rpartition(".")[0] for row in rows}
    return [_said_of(cell, "cell_missing", {}) for cell in added_rows.missing(kind, values, rows)] + [
        replace(_said_of(cell, "row_repeated", {"value": values[cell.address]}), cells=(other.address, cell.address))
        for other, cell in added_rows.repeated(kind, values, tables)
    ]


def _amiss(cell: Cell, own: Filled) -> CheckFinding | None:
    """What is to be said of a cell itself: that it is missing, or was computed to something that it can't be."""
    if cell.required and own.value(cell.address) is None:
        return _said_of(cell, "cell_missing", {})
    if cell.formula is None or (cell.minimum is None and cell.maximum is None):
        return None
    value = own.value(cell.address)
    within = not isinstance(value, Decimal) or (
        (cell.minimum is None or value >= cell.minimum) and (cell.maximum is None or value <= cell.maximum)
    )
    limits = {"least": "…" if cell.minimum is None else cell.minimum, "most": "…" if cell.maximum is None else cell.maximum}
    return None if within else _said_of(cell, "computed_out_of_bounds", {"value": value, **limits})


def _said_of(cell: Cell, code: str, fields: Mapping[str, Any]) -> CheckFinding:
    said = {language: texts.say(code, {"cell": cell.names.say(language), **fields}, language) for language in texts.LANGUAGES}
    return CheckFinding(code, "error", (cell.address,), Names(**said))


def _holds(expression: str, seen: Mapping[str, Any]) -> bool:
    """Whether a check holds; null (a division by zero, say) is no objection."""
    try:
        return mentions.compiled(expression, tuple(sorted(seen))).evaluate(seen) is not False
    except EvaluationFailed:
        return False
