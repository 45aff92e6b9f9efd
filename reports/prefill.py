"""Filling in what is known already, so that nobody is asked twice: a port, and its first source, the figures held."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from register.kinds import Kind
from reports import held


@dataclass(frozen=True)
class Draft:
    """A value for a cell, and where it comes from: plain members for people to read, such as kind, period, report, date."""

    value: Any
    source: Mapping[str, Any]


class DraftSource(Protocol):
    """Knows values of a report that is being opened."""

    def drafts(self, kind: Kind, body_id: UUID, period: str) -> Mapping[str, Draft]:
        """The known values by address."""
        ...


class HeldFigures:
    """Figures that the same body gave for the same period in another, accepted report: supplied, not asked again."""

    def drafts(self, kind: Kind, body_id: UUID, period: str) -> Mapping[str, Draft]:
        """The known values by address."""
        figures = held.figures(body_id, period)
        found = {address: figures.get(held.name_of(kind, address)) for address in held.addresses(kind)}
        return {address: Draft(figure.value, _source(figure)) for address, figure in found.items() if figure is not None}


def _source(figure: held.Figure) -> dict[str, Any]:
    return {
        "report": str(figure.report_id),
        "revision": figure.revision,
        "cell": figure.address,
        "accepted_at": figure.held_at.isoformat(),
    }
