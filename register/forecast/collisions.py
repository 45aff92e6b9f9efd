"""Collisions: weeks in which a body has more hours of work than its executors have, and days on which too many of its reports are due.

The work of a report counts in the week of its deadline. An executor has eight hours on each working day; a body for which no executor is
entered is taken to have one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal
from uuid import UUID

from register.forecast.counting import Counted, Sums
from register.forecast.load import Load, Week

MINUTES_A_DAY = 8 * 60
#: More reports of a body than this on one day are a collision, unless the question names another number.
MOST_A_DAY = 5


@dataclass(frozen=True)
class Collision:
    """A week, or a `day` of it, that holds too much for a body: `minutes` of capacity or a number of `reports` is exceeded."""

    body_id: UUID
    week: Week
    day: date | None
    cause: Literal["minutes", "reports"]
    load: Load
    most: int


class Collisions:
    """Finds them for one forecast."""

    def __init__(self, is_working_day: Callable[[date], bool], executors: Mapping[UUID, int], most_a_day: int = MOST_A_DAY) -> None:
        self._working_days = cache(lambda week: sum(is_working_day(day) for day in week.days()))
        self._executors = executors
        self._most_a_day = most_a_day

    def of(self, counted: Counted) -> list[Collision]:
        """All of them, by time."""
        found = [collision for body_id, profile in counted.bodies.items() for collision in self._of_body(body_id, counted.sums(profile))]
        return sorted(found, key=lambda each: (each.week.monday, each.day or each.week.monday, str(each.body_id)))

    def _of_body(self, body_id: UUID, sums: Sums) -> Iterator[Collision]:
        executors = max(self._executors.get(body_id, 1), 1)
        for week, load in sums.weeks.items():
            capacity = executors * self._working_days(week) * MINUTES_A_DAY
            if load.minutes > capacity:
                yield Collision(body_id, week, None, "minutes", load, capacity)
        for day, load in sums.days.items():
            if load.reports > self._most_a_day:
                yield Collision(body_id, Week.of(day), day, "reports", load, self._most_a_day)
