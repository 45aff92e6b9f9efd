"""Working days, in the local time zone of the country: the law's calendar, corrected by acts. Deadlines end at 23:59:59 of their day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from organisations import permissions
from organisations.actors import Actor
from organisations.days import ALMATY
from organisations.permissions import EVERYWHERE, Permission
from register.calendar_acts import CalendarAct, DayOfAct, faults_of, label
from register.due_rules import DueRule, Shift
from register.errors import ActNeeded, CalendarActInvalid
from register.holidays_of_kazakhstan import LegalDay, days_of, is_weekday
from register.models import CalendarDayRow
from register.names import Names
from register.periods import Period, of_month
from storage import journal, outbox
from storage.clock import Clock
from storage.database import session

LAST_SECOND = time(23, 59, 59)
#: How long a process may go on with the acts it knows; its own changes it knows at once.
MEMORY = timedelta(seconds=30)
ONE_DAY = timedelta(days=1)
#: Topic of the outbox: whoever has counted working days is to count them anew. It comes when every process knows the act.
CHANGED = "calendar:changed"


@dataclass(frozen=True)
class Day:
    """A day that is not what its day of the week says. `act` names the act that made it so; None is the law's calendar itself."""

    day: date
    working: bool
    names: Names
    estimated: bool = False
    act: str | None = None


class Calendar:
    """The calendar of working days; also the engine's port WorkingDays. Reading needs an application context."""

    def __init__(self, clock: Clock, zone: ZoneInfo = ALMATY) -> None:
        self._clock = clock
        self._zone = zone
        self._acts: dict[date, Day] = {}
        self._read_at: datetime | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The zone that its days are of."""
        return self._zone

    def today(self) -> date:
        """The present day, local."""
        return self.day_of(self._clock.now())

    def day_of(self, moment: datetime) -> date:
        """The local day of a moment."""
        return moment.astimezone(self._zone).date()

    def end_of(self, day: date) -> datetime:
        """The last second of a local day, in UTC."""
        return datetime.combine(day, LAST_SECOND, self._zone).astimezone(UTC)

    def is_working_day(self, day: date) -> bool:
        """Whether people work on a day."""
        act = self._known().get(day)
        if act is not None:
            return act.working
        legal = days_of(day.year).get(day)
        return legal.working if legal is not None else is_weekday(day)

    def add_working_days(self, moment: datetime, n: int) -> datetime:
        """The end of the working day that is `n` working days after the day of a moment; 0 is that day itself, or the next working day."""
        return self.end_of(self.working_day_after(self.day_of(moment), n))

    def add(self, moment: datetime, days: int) -> datetime:
        """The same, under the name of the engine's port."""
        return self.add_working_days(moment, days)

    def working_day_after(self, day: date, n: int) -> date:
        """The day that is `n` working days after a day; negative ones count backwards."""
        step = ONE_DAY if n >= 0 else -ONE_DAY
        day = self.shifted(day, "next") if n == 0 else day
        for _ in range(abs(n)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def shifted(self, day: date, shift: Shift) -> date:
        """The day itself when people work on it, else the working day next to it."""
        step = {"next": ONE_DAY, "previous": -ONE_DAY}.get(shift)
        while step is not None and not self.is_working_day(day):
            day += step
        return day

    def due_day(self, rule: DueRule, period: Period) -> date:
        """The day on which a rule has a report of a period submitted."""
        if rule.on is not None:
            return self.shifted(rule.on, rule.shift)
        if rule.working_day is not None:
            return self.working_day_after(period.last, rule.working_day)
        if rule.days is not None:
            return self.shifted(period.last + rule.days * ONE_DAY, rule.shift)
        month = of_month(period.last)
        for _ in range(rule.months):
            month = of_month(month.last + ONE_DAY)
        if rule.last_working_day:
            return self.shifted(month.last, "previous")
        return self.shifted(month.first.replace(day=min(rule.day or 1, month.last.day)), rule.shift)

    def timely_day(self, rule: DueRule, period: Period) -> date:
        """The day until which a report is not yet called late: some working days after the deadline, where the rule allows."""
        day = self.due_day(rule, period)
        return self.working_day_after(day, rule.still_timely) if rule.still_timely else day

    def days(self, year: int) -> list[Day]:
        """The days of a year that are not what their day of the week says, and those that acts speak of."""
        legal = {day: _legal(day, what) for day, what in days_of(year).items()}
        acts = {day: what for day, what in self._known().items() if day.year == year}
        return [what for _, what in sorted((legal | acts).items())]

    def set_day(self, day: date, *, working: bool, names: Names, act_number: str, act_date: date, by: Actor | None = None) -> Day:
        """Make one day a working day or a day off, by an act. Raises what `enter_act` raises."""
        return self.enter_act(CalendarAct(act_number, act_date, [DayOfAct(day, working, names)]), by=by)[0]

    def enter_act(self, act: CalendarAct, by: Actor | None = None) -> list[Day]:
        """Enter what an act says of days, all or none; it goes before the law's calendar and before earlier acts. `by=None` is the console.

        Deadlines and timers follow as soon as every process knows of it. The same act once more corrects it. Raises ActNeeded,
        CalendarActInvalid, NotPermitted.
        """
        if by is not None:
            permissions.require(by, Permission.REGISTER_EDIT, EVERYWHERE)
        if not act.number.strip():
            raise ActNeeded()
        act = CalendarAct(act.number.strip(), act.date, act.days)
        rows = {row.day: row for row in session.scalars(sa.select(CalendarDayRow).where(CalendarDayRow.day.in_([d.day for d in act.days])))}
        faults = list(faults_of(act, self.today(), {day: (row.act_number, row.act_date) for day, row in rows.items()}))
        if faults:
            raise CalendarActInvalid(act.number, faults)
        made = [self._enter(act, each, rows.get(each.day) or CalendarDayRow(day=each.day), by) for each in act.days]
        self._read_at = None
        outbox.put(CHANGED, {"act": act.label}, due_at=self._clock.now() + 2 * MEMORY)
        return made

    def _enter(self, act: CalendarAct, said: DayOfAct, row: CalendarDayRow, by: Actor | None) -> Day:
        row.working, row.act_number, row.act_date = said.working, act.number, act.date
        row.name_kk, row.name_ru, row.name_en = said.names.kk, said.names.ru, said.names.en
        session.add(row)
        session.flush()
        journal.record(
            "calendar:day_set",
            at=self._clock.now(),
            subject=("calendar_day", said.day.isoformat()),
            actor=by.by if by else None,
            working=said.working,
            act_number=act.number,
            act_date=act.date.isoformat(),
        )
        return _decreed(row)

    def _known(self) -> Mapping[date, Day]:
        now = self._clock.now()
        if self._read_at is None or not timedelta(0) <= now - self._read_at < MEMORY:
            self._acts = {day.day: day for day in _all_decreed()}
            self._read_at = now
        return self._acts


def _all_decreed() -> Iterable[Day]:
    return (_decreed(row) for row in session.scalars(sa.select(CalendarDayRow)))


def _decreed(row: CalendarDayRow) -> Day:
    return Day(row.day, row.working, Names(row.name_kk, row.name_ru, row.name_en), act=label(row.act_number, row.act_date))


def _legal(day: date, what: LegalDay) -> Day:
    return Day(day, what.working, what.names, what.estimated)
