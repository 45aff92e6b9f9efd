"""Figures of one indicator for one body over periods, whole over changes of the form.

A figure that is held under the indicator's own name goes first. For periods that have none the maps of the versions tell under which names
it was held before; several add up, and a period in which one of them is missing has no figure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from organisations import permissions
from organisations.actors import Actor
from organisations.permissions import Permission
from register import periods
from register.kinds import Kind
from register.register import Register
from reports import shelf
from reports.held import Name, name_of
from reports.models import HeldValue, Report
from storage.database import session


@dataclass(frozen=True)
class Part:
    """A figure as a report told it."""

    indicator: str
    breakdown: str
    value: Decimal
    report_id: UUID
    revision: int
    address: str


@dataclass(frozen=True)
class Point:
    """The figure of a period; `mapped` when it was told under other names, by the maps of a later version."""

    period: str
    value: Decimal
    mapped: bool
    parts: tuple[Part, ...]


class Series:
    """Reads held figures; needs an application context."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def of(self, actor: Actor, indicator: str, body_id: UUID, breakdown: Mapping[str, str] | None = None) -> list[Point]:
        """The figures of an indicator, broken down in a way or not at all, the oldest period first.

        Figures of a kind with personal data go to the body and the receiver of their report only. Raises IndicatorNotFound, NotPermitted.
        """
        self._register.indicator(indicator)
        permissions.require(actor, Permission.REPORT_READ, body_id)
        name = indicator, ";".join(f"{member}={value}" for member, value in sorted((breakdown or {}).items()))
        found: dict[str, Point] = {}
        for depth, names in enumerate(self._names(name)):
            for period, parts in _held(actor, names, body_id).items():
                if period not in found and len(parts) == len(names):
                    found[period] = Point(period, sum((part.value for part in parts), Decimal(0)), depth > 0, tuple(parts))
        return sorted(found.values(), key=lambda point: (periods.parse(point.period).last, point.period))

    def _names(self, name: Name) -> Iterator[tuple[Name, ...]]:
        """The names of a series, its own first, then what each earlier version called it."""
        names: tuple[Name, ...] = (name,)
        seen: set[tuple[Name, ...]] = set()
        earlier = self._earlier()
        while names not in seen:
            seen.add(names)
            yield names
            names = tuple(before for each in names for before in earlier.get(each, (each,)))

    def _earlier(self) -> dict[Name, tuple[Name, ...]]:
        """What figures were called in the version before, for those that a map speaks of."""
        found: dict[Name, tuple[Name, ...]] = {}
        for validity in self._register.all_versions():
            kind = self._register.kind_version(validity.code, validity.version)
            if kind.maps:
                found |= _mapped(kind, self._register.kind_version(validity.code, validity.version - 1))
        return found


def _mapped(kind: Kind, before: Kind) -> dict[Name, tuple[Name, ...]]:
    return {
        name_of(kind, each.cell): tuple(name_of(before, address) for address in each.was)
        for each in kind.maps
        if all(address in before.cells for address in each.was)
    }


def _held(actor: Actor, names: tuple[Name, ...], body_id: UUID) -> dict[str, list[Part]]:
    """The figures of some names that the actor may take, by period."""
    wanted = sa.or_(*(sa.and_(HeldValue.indicator == indicator, HeldValue.breakdown == breakdown) for indicator, breakdown in names))
    query = sa.select(HeldValue, Report).join(Report, Report.id == HeldValue.report_id)
    found: dict[str, list[Part]] = {}
    for row, report in session.execute(query.where(HeldValue.body_id == body_id, wanted).order_by(HeldValue.indicator)):
        if shelf.may_take_figures(actor, report):
            part = Part(row.indicator, row.breakdown, row.value, row.report_id, row.revision, row.address)
            found.setdefault(row.period, []).append(part)
    return found
