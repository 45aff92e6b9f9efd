"""Which bodies report which kinds: asked once for every time in which bodies, territories and their order stay as they are."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from organisations import states
from organisations.tables import BodyPastRow, BodyRow, TerritoryPastRow
from register.kinds import Kind
from register.reporting import Reporting
from storage.database import session


class WhoReports:
    """The bodies that report, as of the last days of periods between a first and a last; `within` keeps to some bodies."""

    def __init__(self, reporting: Reporting, first: date, last: date, within: frozenset[UUID] | None) -> None:
        self._reporting = reporting
        self._within = within
        self._begins = [first, *_days_of_change(first, last)]
        self._levels: dict[date, Mapping[UUID, str]] = {}
        self._found: dict[Any, Mapping[str, tuple[UUID, ...]]] = {}

    def as_of(self, day: date) -> date:
        """A day that stands for all those on which the same bodies report as on this one."""
        return self._begins[max(bisect_right(self._begins, day) - 1, 0)]

    def bodies(self, kind: Kind, level: str, on: date) -> tuple[UUID, ...]:
        """The bodies of a level that report a kind on such a day; the same object for kinds that mean the same ones."""
        meant = (kind.reporting, kind.excluded, on)
        if meant not in self._found:
            self._found[meant] = self._by_level(kind, on)
        return self._found[meant].get(level, ())

    def _by_level(self, kind: Kind, on: date) -> Mapping[str, tuple[UUID, ...]]:
        levels = self._levels_on(on)
        found: dict[str, list[UUID]] = {}
        for body_id in self._reporting.body_ids(kind, on):
            if self._within is None or body_id in self._within:
                found.setdefault(levels[body_id], []).append(body_id)
        return {level: tuple(bodies) for level, bodies in found.items()}

    def _levels_on(self, on: date) -> Mapping[UUID, str]:
        if on not in self._levels:
            state = states.bodies_on(on)
            self._levels[on] = {row.id: row.level for row in session.execute(sa.select(state.c.id, state.c.level))}
        return self._levels[on]


def _days_of_change(first: date, last: date) -> list[date]:
    """The days after the first on which a body or a territory is other than on the day before."""
    begins: Iterable[Any] = (BodyRow.valid_from, BodyPastRow.valid_from)
    ends: Iterable[Any] = (BodyRow.valid_to, BodyPastRow.valid_to, TerritoryPastRow.valid_to)
    found = {day for column in begins for day in session.scalars(sa.select(column).where(column > first, column <= last).distinct())}
    for column in ends:
        last_days = session.scalars(sa.select(column).where(column >= first, column < last).distinct())
        found |= {day + timedelta(days=1) for day in last_days}
    return sorted(found)
