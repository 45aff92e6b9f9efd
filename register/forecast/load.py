"""How much work: reports, and the minutes they take, measured and declared kept apart."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

_DAYS_OF_WEEK = 7


@dataclass(frozen=True, slots=True)
class Load:
    """Reports and their minutes of work: those known from finished reports (`measured`) and those only declared by the kind."""

    reports: int = 0
    measured: int = 0
    declared: int = 0

    @property
    def minutes(self) -> int:
        """All minutes."""
        return self.measured + self.declared

    def __add__(self, other: "Load") -> "Load":
        """Both together."""
        return Load(self.reports + other.reports, self.measured + other.measured, self.declared + other.declared)

    def __sub__(self, other: "Load") -> "Load":
        """What this is more than another; below nothing where it is less."""
        return Load(self.reports - other.reports, self.measured - other.measured, self.declared - other.declared)

    def __mul__(self, times: int) -> "Load":
        """The same several times."""
        return Load(self.reports * times, self.measured * times, self.declared * times)


NOTHING = Load()


@dataclass(frozen=True)
class Week:
    """A week from Monday to Sunday, named as ISO 8601 does: `2026-W45`."""

    monday: date

    @staticmethod
    def of(day: date) -> "Week":
        """The week a day is in."""
        return Week(day - timedelta(days=day.weekday()))

    @property
    def text(self) -> str:
        """The name."""
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02}"

    def days(self) -> Iterator[date]:
        """Its seven days."""
        return (self.monday + timedelta(days=number) for number in range(_DAYS_OF_WEEK))


def added(loads: Iterable[Load]) -> Load:
    """All of them together."""
    reports = measured = declared = 0
    for load in loads:
        reports, measured, declared = reports + load.reports, measured + load.measured, declared + load.declared
    return Load(reports, measured, declared)


def by_week(days: Mapping[date, Load]) -> dict[Week, Load]:
    """Loads of days as loads of weeks, in order."""
    mondays = summed((day - timedelta(days=day.weekday()), days[day]) for day in sorted(days))
    return {Week(monday): load for monday, load in mondays.items()}


def summed(loads: Iterable[tuple[date, Load]]) -> dict[date, Load]:
    """Loads by day. In plain numbers: this is the loop that a forecast of the whole country spends its time in."""
    found: dict[date, list[int]] = {}
    for day, load in loads:
        held = found.get(day)
        if held is None:
            found[day] = [load.reports, load.measured, load.declared]
        else:
            held[0] += load.reports
            held[1] += load.measured
            held[2] += load.declared
    return {day: Load(*numbers) for day, numbers in found.items()}
