"""How the form of a report is drawn: sections, tables with captions of rows and columns, and what each cell holds. No values.

Cells that hold the same kind of thing share one measure, so that a form of 20,000 cells stays small: `cells` says, by address, the place of
its measure in the list.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from organisations.actors import Actor
from register.cells import Cell
from register.kinds import Kind, Section
from reports import shelf
from reports.models import Report
from reports.shelf import View


@dataclass(frozen=True)
class SectionLayout:
    """A section, and to whom it was given; that is for the body's own people."""

    section: Section
    executor_id: UUID | None


@dataclass(frozen=True)
class Layout:
    """The form of a report. `measures` are cells, each of which stands for all that hold the same kind of thing."""

    kind: Kind
    sections: tuple[SectionLayout, ...]
    measures: tuple[Cell, ...]
    cells: Mapping[str, int]


def of(actor: Actor, report_id: UUID, kind_of: Callable[[Report], Kind]) -> Layout:
    """The form of a report that the actor may know of. Raises ReportNotFound."""
    report, view = shelf.seen(actor, report_id)
    kind = kind_of(report)
    given = {row.code: row.executor_id for row in shelf.sections_of(report.id)} if view is View.DRAFT else {}
    measures: dict[tuple[Any, ...], Cell] = {}
    places: dict[tuple[Any, ...], int] = {}
    cells: dict[str, int] = {}
    for address, cell in kind.cells.items():
        key = _measured(cell)
        measures.setdefault(key, cell)
        cells[address] = places.setdefault(key, len(places))
    sections = tuple(SectionLayout(section, given.get(section.code)) for section in kind.sections)
    return Layout(kind, sections, tuple(measures.values()), cells)


def _measured(cell: Cell) -> tuple[Any, ...]:
    breakdown = tuple(sorted((cell.breakdown or {}).items()))
    bounds = (cell.decimals, cell.minimum, cell.maximum, cell.max_length)
    return (cell.value_type, cell.indicator, breakdown, cell.unit, bounds, cell.required, cell.needed, cell.formula, cell.formula_of)
