"""What an act says of the calendar, and which acts cannot be entered: every fault is told with the day that it is about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from organisations.days import is_counted
from refusals import Fault
from register.documents import outside
from register.names import Names


@dataclass(frozen=True)
class DayOfAct:
    """A day that an act makes a working day or a day off, and what it is called."""

    day: date
    working: bool
    names: Names


@dataclass(frozen=True)
class CalendarAct:
    """An act on the calendar: its number, its date, its days."""

    number: str
    date: date
    days: Sequence[DayOfAct]

    @property
    def label(self) -> str:
        """How the act is called: number and date."""
        return label(self.number, self.date)


def label(number: str, dated: date) -> str:
    """How an act of a number and a date is called."""
    return f"{number}, {dated:%d.%m.%Y}"


def faults_of(act: CalendarAct, today: date, known: Mapping[date, tuple[str, date]]) -> Iterator[Fault]:
    """What is wrong with an act; `known` are the days that acts have spoken of, with number and date of the act."""
    if act.date > today:
        yield Fault("/act_date", "calendar_act_to_come", {"date": f"{act.date:%d.%m.%Y}"})
    if not act.days:
        yield Fault("/days", "calendar_act_empty")
    said: dict[date, bool] = {}
    for number, each in enumerate(act.days):
        pointer, fields = f"/days/{number}/day", {"day": f"{each.day:%d.%m.%Y}"}
        if each.day.year < today.year:
            yield Fault(pointer, "calendar_year_past", fields | {"year": today.year})
        elif not is_counted(each.day):
            yield Fault(pointer, "day_outside", outside(each.day))
        if each.day in said:
            yield Fault(pointer, "calendar_day_twice" if said[each.day] == each.working else "calendar_days_contradict", fields)
        said.setdefault(each.day, each.working)
        earlier = known.get(each.day)
        if earlier is not None and earlier[1] > act.date:
            yield Fault(pointer, "calendar_act_overtaken", fields | {"act": label(*earlier)})
