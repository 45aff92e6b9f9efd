"""The forecast as the rest of the product sees it: for whom, from when, by what; what if; and only of bodies that the asker may see."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias, get_args
from uuid import UUID

from organisations import hierarchy, permissions
from organisations.actors import Actor
from organisations.errors import NotPermitted
from organisations.organisations import Organisations
from organisations.permissions import EVERYWHERE, Everywhere, Permission
from organisations.roles import Role
from register.forecast import plans
from register.forecast.collisions import MOST_A_DAY, Collision, Collisions
from register.forecast.counting import Counted, Share
from register.forecast.due import DueDays, Planned
from register.forecast.load import NOTHING, Load, Week, added
from register.forecast.officials import shared_out
from register.forecast.plans import Supposition
from register.forecast.ports import Durations, Responsibles
from register.forecast.who_reports import WhoReports
from register.register import LONGEST_ON_ITS_WAY, Register
from register.reporting import Reporting
from storage.database import session

By = Literal["body", "official", "week"]
BYS: tuple[str, ...] = get_args(By)
MONTHS = 12


@dataclass(frozen=True)
class Question:
    """A body with all below it, or every body that the asker may see; `first` is today unless named."""

    body_id: UUID | None = None
    first: date | None = None
    months: int = MONTHS
    by: By = "week"
    most_a_day: int = MOST_A_DAY


@dataclass(frozen=True)
class Line:
    """Whose or which week's load it is. A body without an official stands for those reports that any of its executors may make."""

    body_id: UUID | None
    official_id: UUID | None
    week: Week | None
    load: Load


@dataclass(frozen=True)
class Forecast:
    """From a first day to a last: all of it, line by line, where it collides, and which kinds nobody can foresee."""

    first: date
    last: date
    by: By
    total: Load
    lines: Sequence[Line]
    collisions: Sequence[Collision]
    unforeseen: Sequence[str]


@dataclass(frozen=True)
class WhatIf:
    """How it is, how it would be, and what is added or saved, in all and line by line where anything is."""

    now: Forecast
    then: Forecast
    difference: Load
    lines: Sequence[Line]


Within: TypeAlias = frozenset[UUID] | None


class Forecasts:
    """Reads only. `by=None` is the console, which sees every body."""

    def __init__(self, *, register: Register, organisations: Organisations, durations: Durations, responsibles: Responsibles) -> None:
        self._register = register
        self._organisations = organisations
        self._durations = durations
        self._responsibles = responsibles

    def forecast(self, asked: Question, by: Actor | None = None) -> Forecast:
        """What the kinds in force have in store. Raises BodyNotFound, NotPermitted."""
        return self._answers(asked, [()], by)[0]

    def what_if(self, asked: Question, suppositions: Sequence[Supposition], by: Actor | None = None) -> WhatIf:
        """The same beside what it would be; nothing is kept. Raises besides what `plans.supposed` raises."""
        now, then = self._answers(asked, [(), suppositions], by)
        return WhatIf(now, then, then.total - now.total, _differences(now.lines, then.lines))

    def _answers(self, asked: Question, cases: Sequence[Sequence[Supposition]], by: Actor | None) -> list[Forecast]:
        within = self._within(asked.body_id, by)
        first = asked.first or self._register.calendar.today()
        last = _months_after(first, asked.months) - timedelta(days=1)
        in_force = plans.in_force(self._register, first, last)
        work = _Work(
            first=first,
            last=last,
            due_days=DueDays(first, last, self._register.calendar.due_day),
            who=WhoReports(Reporting(self._organisations.bodies), first - LONGEST_ON_ITS_WAY, last, within),
            measured=self._durations.minutes(),
            responsibles=self._responsibles,
        )
        return [self._answer(asked, work, plans.supposed(self._register, in_force, case)) for case in cases]

    def _answer(self, asked: Question, work: "_Work", planned: Sequence[Planned]) -> Forecast:
        counted = work.count(planned)
        holding = self._organisations.users.holding_at(Role.EXECUTOR, list(counted.bodies))
        executors = {body_id: len(users) for body_id, users in holding.items()}
        collisions = Collisions(self._register.calendar.is_working_day, executors, asked.most_a_day)
        unforeseen = {each.kind.code for each in planned if each.kind.periodicity == "on_event" and each.covers(work.last)}
        total = added(counted.weeks().values())
        return Forecast(work.first, work.last, asked.by, total, _lines(counted, asked.by), collisions.of(counted), sorted(unforeseen))

    def _within(self, body_id: UUID | None, by: Actor | None) -> Within:
        """The bodies that are asked about and may be seen: methodologists see all, others those whose reports they may read."""
        seen = EVERYWHERE if by is None or permissions.allowed(by, Permission.REGISTER_EDIT, EVERYWHERE) else _readable(by)
        if body_id is None:
            return None if isinstance(seen, Everywhere) else seen
        self._organisations.bodies.get(body_id)
        below = frozenset(session.scalars(hierarchy.at_or_below([body_id])))
        if isinstance(seen, Everywhere):
            return below
        if body_id not in seen:
            raise NotPermitted(Permission.REPORT_READ.value)
        return below & seen


@dataclass(frozen=True)
class _Work:
    """What several cases of one question share."""

    first: date
    last: date
    due_days: DueDays
    who: WhoReports
    measured: Mapping[tuple[str, str], int]
    responsibles: Responsibles

    def count(self, planned: Sequence[Planned]) -> Counted:
        """Charge every body with what it reports."""
        charges: list[Mapping[date, Load]] = []
        codes: list[str] = []
        audiences: dict[tuple[UUID, ...], list[int]] = {}
        for each in planned:
            for (on, level), days in self._charges(each).items():
                audiences.setdefault(self.who.bodies(each.kind, level, on), []).append(len(charges))
                charges.append(days)
                codes.append(each.kind.code)
        held: dict[UUID, list[Share]] = {}
        for bodies, numbers in audiences.items():
            share = tuple(numbers)
            for body_id in bodies:
                held.setdefault(body_id, []).append(share)
        return Counted(charges, shared_out(held, codes, self.responsibles.responsible(held.keys())))

    def _charges(self, planned: Planned) -> Mapping[tuple[date, str], dict[date, Load]]:
        """The load of one body by day: for every level, and every time in which the same bodies report."""
        found: dict[tuple[date, str], dict[date, Load]] = {}
        for level in planned.kind.due:
            minutes = self.measured.get((planned.kind.code, level)) if planned.measurable else None
            load = Load(1, 0, planned.kind.minutes) if minutes is None else Load(1, minutes, 0)
            for due in self.due_days.of(planned, level):
                days = found.setdefault((self.who.as_of(due.period.last), level), {})
                days[due.day] = days.get(due.day, NOTHING) + load
        return found


def _readable(by: Actor) -> frozenset[UUID] | Everywhere:
    permissions.require(by, Permission.REPORT_READ)
    return permissions.where(by, Permission.REPORT_READ)


def _lines(counted: Counted, by: By) -> list[Line]:
    """Weeks by time, bodies and officials by the hours they have, the most first."""
    if by == "week":
        return [Line(None, None, week, load) for week, load in counted.weeks().items()]
    if by == "body":
        lines = [Line(body_id, None, None, counted.sums(held).total) for body_id, held in counted.bodies.items()]
    else:
        lines = [Line(body_id, user_id, None, counted.sums(held).total) for (body_id, user_id), held in counted.officials.items()]
    return sorted(lines, key=lambda line: (-line.load.minutes, str(line.body_id), str(line.official_id)))


def _differences(now: Sequence[Line], then: Sequence[Line]) -> list[Line]:
    was, will = ({(line.body_id, line.official_id, line.week): line.load for line in lines} for lines in (now, then))
    changed = {key: will.get(key, NOTHING) - was.get(key, NOTHING) for key in was | will}
    found = [Line(*key, load) for key, load in changed.items() if load != NOTHING]
    return sorted(found, key=lambda line: (line.week.monday if line.week else date.min, -abs(line.load.minutes), str(line.body_id)))


def _months_after(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
