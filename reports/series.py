"""Figures of one indicator for one body over periods, whole over changes of the form.

A figure that is held under the indicator's own name goes first. For periods that have none the maps of a kind's versions tell under which
names it was held before; several add up, and a period in which one of them is missing has no figure. What a version with such maps told
counts only under the names that this version had: a total may keep its indicator and take in a cell that was told by itself before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import TypeAlias
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

#: What a series is called: by one name, or by several whose figures add up.
Names: TypeAlias = tuple[Name, ...]
#: A version of a kind: its code and number.
Version: TypeAlias = tuple[str, int]


@dataclass(frozen=True)
class Part:
    """A figure as a report told it; `report_purged`: of that report only a tombstone is left."""

    indicator: str
    breakdown: str
    value: Decimal
    report_id: UUID
    revision: int
    address: str
    report_purged: bool


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
        permissions.require(actor, Permission.REPORT_READ, body_id)
        self._register.indicator(indicator)
        name = indicator, ";".join(f"{member}={value}" for member, value in sorted((breakdown or {}).items()))
        called = self._called((name,))
        found: dict[str, Point] = {}
        for names in dict.fromkeys([(name,), *called.values()]):
            for period, parts in _held(actor, names, body_id, called).items():
                if period not in found and len(parts) == len(names):
                    found[period] = Point(period, sum((part.value for part in parts), Decimal(0)), names != (name,), tuple(parts))
        return sorted(found.values(), key=lambda point: (periods.parse(point.period).last, point.period))

    def _called(self, own: Names) -> dict[Version, Names]:
        """What a series was called in each version of the kinds that have maps: one step back in a kind is one version."""
        found: dict[Version, Names] = {}
        for code, versions in self._mapping().items():
            names = own
            for kind, before in zip_longest(versions, versions[1:]):
                found[code, kind.version] = names
                if before is not None and before.version == kind.version - 1:
                    was = _mapped(kind, before)
                    names = tuple(dict.fromkeys(earlier for each in names for earlier in was.get(each, (each,))))
        return found

    def _mapping(self) -> dict[str, list[Kind]]:
        """The kinds of which a version has maps, with all versions, the newest first."""
        found: dict[str, list[Kind]] = {}
        for _, kind in reversed(self._register.every_version()):
            found.setdefault(kind.code, []).append(kind)
        return {code: versions for code, versions in found.items() if any(kind.maps for kind in versions)}


def _mapped(kind: Kind, before: Kind) -> dict[Name, Names]:
    return {
        name_of(kind, each.cell): tuple(name_of(before, address) for address in each.was)
        for each in kind.maps
        if all(address in before.cells for address in each.was)
    }


def _held(actor: Actor, names: Names, body_id: UUID, called: Mapping[Version, Names]) -> dict[str, list[Part]]:
    """The figures of some names that the actor may take and whose version called the series so, by period."""
    wanted = sa.or_(*(sa.and_(HeldValue.indicator == indicator, HeldValue.breakdown == breakdown) for indicator, breakdown in names))
    query = sa.select(HeldValue, Report).join(Report, Report.id == HeldValue.report_id)
    found: dict[str, list[Part]] = {}
    for row, report in session.execute(query.where(HeldValue.body_id == body_id, wanted).order_by(HeldValue.indicator)):
        if called.get((report.kind_code, report.kind_version), names) == names and shelf.may_take_figures(actor, report):
            gone = report.purged_at is not None
            part = Part(row.indicator, row.breakdown, row.value, row.report_id, row.revision, row.address, gone)
            found.setdefault(row.period, []).append(part)
    return found
