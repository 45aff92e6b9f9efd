"""Filling in what is known already, so that nobody is asked twice: a port, and its first source, the figures held."""

from collections.abc import Collection, Mapping
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
    """Knows values of reports that are being opened."""

    def drafts(self, kind: Kind, body_ids: Collection[UUID], period: str) -> Mapping[UUID, Mapping[str, Draft]]:
        """The known values of each body by address; a body of which nothing is known may be left out."""
        ...


class HeldFigures:
    """Figures that the same body gave for the same period in another, accepted report: supplied, not asked again."""

    def drafts(self, kind: Kind, body_ids: Collection[UUID], period: str) -> Mapping[UUID, Mapping[str, Draft]]:
        """The known values of each body by address."""
        names = {address: held.name_of(kind, address) for address in held.addresses(kind)}
        return {
            body_id: {address: Draft(figures[name].value, _source(figures[name])) for address, name in names.items() if name in figures}
            for body_id, figures in held.figures_of(body_ids, period).items()
        }


def _source(figure: held.Figure) -> dict[str, Any]:
    return {
        "report": str(figure.report_id),
        "revision": figure.revision,
        "cell": figure.address,
        "accepted_at": figure.held_at.isoformat(),
    }
