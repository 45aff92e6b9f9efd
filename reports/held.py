"""Figures that accepted reports left with the Register of Reports: indicator and breakdown × body × period."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

import sqlalchemy as sa

from register.kinds import Kind
from reports.models import HeldValue, Report
from storage.database import session

#: What a figure measures: the indicator, and the breakdown as sorted `name=value` pairs joined by ";".
Name: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class Figure:
    """A figure and the accepted report it comes from."""

    value: Decimal
    report_id: UUID
    revision: int
    address: str
    held_at: datetime


def name_of(kind: Kind, address: str) -> Name:
    """What a cell measures."""
    cell = kind.cell(address)
    breakdown = ";".join(f"{name}={value}" for name, value in sorted((cell.breakdown or {}).items()))
    return cell.indicator or "", breakdown


def addresses(kind: Kind) -> list[str]:
    """The cells of a kind whose figures are held: numbers bound to an indicator; of rows that the body adds only their totals."""
    return [cell.address for cell in kind.cells.values() if cell.indicator and cell.value_type.numeric and not cell.added]


def take(report: Report, kind: Kind, cells: Mapping[str, Any], at: datetime) -> int:
    """Keep the figures of an accepted report, in place of earlier ones of the same name; gives how many.

    Figures of a revision before that a correction no longer has are held no more.
    """
    found = {name_of(kind, address): address for address in addresses(kind) if isinstance(cells.get(address), str)}
    session.flush()
    for (indicator, breakdown), address in found.items():
        row = HeldValue(
            indicator=indicator,
            breakdown=breakdown,
            body_id=report.body_id,
            period=report.period,
            value=Decimal(cells[address]),
            report_id=report.id,
            revision=report.revision,
            address=address,
            held_at=at,
        )
        session.merge(row)
    session.flush()
    if report.accepted_revision is not None:
        session.execute(sa.delete(HeldValue).where(HeldValue.report_id == report.id, HeldValue.revision != report.revision))
    return len(found)


def figures(body_id: UUID, period: str) -> dict[Name, Figure]:
    """All figures held of a body for a period."""
    return figures_of([body_id], period).get(body_id, {})


def figures_of(body_ids: Collection[UUID], period: str) -> dict[UUID, dict[Name, Figure]]:
    """The same of several bodies, by body; one that has none is left out."""
    rows = session.scalars(sa.select(HeldValue).where(HeldValue.body_id.in_(body_ids), HeldValue.period == period))
    found: dict[UUID, dict[Name, Figure]] = {}
    for row in rows:
        figure = Figure(row.value, row.report_id, row.revision, row.address, row.held_at)
        found.setdefault(row.body_id, {})[row.indicator, row.breakdown] = figure
    return found
