"""When reports of a kind fall due within some days: by level, once for all bodies of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TypeAlias

from register.due_rules import DueRule
from register.kinds import Kind
from register.periods import Period, Periodicity, of_day

DueDay: TypeAlias = Callable[[DueRule, Period], date]


@dataclass(frozen=True, eq=False)
class Planned:
    """A version of a kind and the days it is in force, as the forecast has it. `measurable`: what finished reports took holds for it."""

    kind: Kind
    first: date
    last: date | None = None
    measurable: bool = True

    def covers(self, day: date) -> bool:
        """Whether a period that ends on this day is reported by this version."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Due:
    """A period and the day on which its reports are due."""

    period: Period
    day: date


class DueDays:
    """The days on which rules fall due from a first day to a last; remembered, since many kinds share a rule."""

    def __init__(self, first: date, last: date, due_day: DueDay) -> None:
        self._first, self._last = first, last
        self._due_day = due_day
        self._regular = cache(self._of_rule)

    def of(self, planned: Planned, level: str) -> list[Due]:
        """What bodies of a level have to submit: none without a rule for it, and none of what is reported on an event."""
        rule = planned.kind.due.get(level)
        if rule is None:
            return []
        dues = self._regular(rule, planned.kind.periodicity) if planned.kind.periodicity.regular else self._once(planned.kind, rule)
        return [due for due in dues if planned.covers(due.period.last)]

    def _once(self, kind: Kind, rule: DueRule) -> list[Due]:
        laid_down = [each.on for each in kind.due.values() if each.on is not None]
        if kind.periodicity is not Periodicity.ONE_OFF or rule.on is None:
            return []
        due = Due(of_day(max(laid_down)), self._due_day(rule, of_day(rule.on)))
        return [due] if self._first <= due.day <= self._last else []

    def _of_rule(self, rule: DueRule, periodicity: Periodicity) -> tuple[Due, ...]:
        return tuple(self._backwards(rule, periodicity))[::-1]

    def _backwards(self, rule: DueRule, periodicity: Periodicity) -> Iterator[Due]:
        """From the period after the last day, whose deadline may lie before it, to the first whose deadline is still to come."""
        period = periodicity.next(periodicity.around(self._last))
        while (day := self._due_day(rule, period)) >= self._first:
            if day <= self._last:
                yield Due(period, day)
            period = periodicity.previous(period)
