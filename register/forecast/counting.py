"""Counting: a body's load follows from what it reports; what many bodies report alike is added up once for all of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeAlias
from uuid import UUID

from register.forecast.load import NOTHING, Load, Week, added, by_week, summed

#: Numbers of charges that the same bodies have.
Share: TypeAlias = tuple[int, ...]
#: What a body or an official is charged with.
Profile: TypeAlias = tuple[Share, ...]
#: A body and the official who makes the reports; None where any of its executors may.
Bearer: TypeAlias = tuple[UUID, UUID | None]


@dataclass(frozen=True)
class Sums:
    """The loads of a profile."""

    days: Mapping[date, Load]

    @cached_property
    def weeks(self) -> Mapping[Week, Load]:
        """By week, in order."""
        return by_week(self.days)

    @cached_property
    def total(self) -> Load:
        """All of it."""
        return added(self.days.values())


class Counted:
    """Who has how much and when. A charge is the load by day of one kind at one level while the same bodies report it."""

    def __init__(self, charges: Sequence[Mapping[date, Load]], officials: Mapping[Bearer, Profile]) -> None:
        self._charges = charges
        self._shares: dict[Share, Mapping[date, Load]] = {}
        self._sums: dict[Profile, Sums] = {}
        self.officials = officials

    @cached_property
    def bodies(self) -> dict[UUID, Profile]:
        """What each body is charged with, whoever makes the reports."""
        held: dict[UUID, Profile] = {}
        for (body_id, _), profile in self.officials.items():
            held[body_id] = tuple(sorted((*held[body_id], *profile))) if body_id in held else profile
        return held

    def sums(self, profile: Profile) -> Sums:
        """The loads of a profile."""
        if profile not in self._sums:
            self._sums[profile] = Sums(summed(load for share in profile for load in self._share(share).items()))
        return self._sums[profile]

    def weeks(self) -> dict[Week, Load]:
        """The loads of all bodies together by week, in order."""
        weeks: dict[Week, Load] = {}
        for profile, times in Counter(self.bodies.values()).items():
            for week, load in self.sums(profile).weeks.items():
                weeks[week] = weeks.get(week, NOTHING) + load * times
        return {week: weeks[week] for week in sorted(weeks, key=lambda week: week.monday)}

    def _share(self, share: Share) -> Mapping[date, Load]:
        if share not in self._shares:
            self._shares[share] = summed(load for number in share for load in self._charges[number].items())
        return self._shares[share]
