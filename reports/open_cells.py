"""Which cells of a report may be changed: in a first revision, and in the first of a correction, all; later what was remarked on and what
the checks compute with it.

An error check that equates one cell with an expression of others (`total = men + women`) computes that cell, the total, from its parts.
A remark on a part opens the total and, from there, every total above it; a remark on a total opens its parts too, down to the single
figures. Checks that only compare, and warnings, open nothing. A cell with a formula is never open itself, it follows: a remark on it opens
what it is computed from.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from register.kinds import Check, Kind
from reports import cells, remarks
from reports.models import Report

_EQUALS = re.compile(r"(?<![<>!=])=(?!=)")


@dataclass(frozen=True)
class Sum:
    """A cell that a check computes, and what from."""

    total: str
    parts: frozenset[str]


def of(report: Report, kind: Kind) -> frozenset[str] | None:
    """The addresses that may be changed in the revision in work; None for all."""
    if report.revision in (1, report.corrected_since):
        return None
    waiting = remarks.of(report.id, remarks.State.OPEN, remarks.State.ANSWERED)
    remarked = {address for remark in waiting for address in cells.under(kind, remark.anchor)}
    return frozenset(address for address in with_sums(remarked, list(sums(kind))) if not kind.cell(address).formula)


def sums(kind: Kind) -> Iterator[Sum]:
    """What the formulas of a kind compute, and what its error checks do."""
    for formula in kind.formulas:
        parts = frozenset(address for mention in formula.mentions for address in kind.looked_at(mention))
        yield Sum(formula.cell.address, parts)
    for check in kind.checks:
        if check.severity == "error":
            yield from _sums_of(kind, check)


def with_sums(remarked: Iterable[str], known: list[Sum]) -> set[str]:
    """Some cells, the parts of those that are totals, and then every total above any of them."""
    opened = _closure(set(remarked), [(frozenset({each.total}), each.parts) for each in known])
    return _closure(opened, [(each.parts, frozenset({each.total})) for each in known])


def _closure(opened: set[str], steps: list[tuple[frozenset[str], frozenset[str]]]) -> set[str]:
    """What can be reached: whenever one of the first is open, all of the second are."""
    grown = True
    while grown:
        before = len(opened)
        for having, gaining in steps:
            if opened & having:
                opened |= gaining
        grown = len(opened) > before
    return opened


def _sums_of(kind: Kind, check: Check) -> Iterator[Sum]:
    sides = _EQUALS.split(check.expression)
    if len(sides) != 2:
        return
    mentioned = [cells.mentioned(kind, side) for side in sides]
    for mine, others in (mentioned, mentioned[::-1]):
        if len(mine) == 1 and others and _is_bare(sides[mentioned.index(mine)]):
            yield Sum(next(iter(mine)), others)


def _is_bare(side: str) -> bool:
    """Whether a side of an equation is one name and nothing else."""
    return re.fullmatch(r"\s*[\w.]+\s*", side) is not None
