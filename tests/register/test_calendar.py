from datetime import UTC, date, datetime

import pytest

from organisations.errors import NotPermitted
from organisations.roles import Role
from register.calendar import MEMORY, Calendar
from register.calendar_acts import CalendarAct, DayOfAct
from register.due_rules import DueRule
from register.errors import ActNeeded, CalendarActInvalid
from register.holidays_of_kazakhstan import NAMES, days_of
from register.names import Names
from register.periods import parse
from storage.journal import entries_about
from storage.transaction import transaction
from tests.organisations.factories import make_tree, make_user

MOVED = Names("Көшірілген", "Перенос", "Moved")
ACT = {"act_number": "100", "act_date": date(2026, 9, 1)}


@pytest.fixture
def calendar(database, clock) -> Calendar:
    return Calendar(clock)


def test_holidays_and_moved_days_are_known(calendar):
    assert [calendar.is_working_day(date(2025, 1, day)) for day in (1, 2, 3, 4, 5, 6, 7, 8)] == [
        *(False, False, False, False),
        *(True, True, False, True),  # Sunday the 5th was worked for Friday the 3rd
    ]
    assert not calendar.is_working_day(date(2026, 10, 26))


def test_a_deadline_ends_with_the_last_second_of_the_local_day(calendar):
    assert calendar.end_of(date(2026, 10, 5)) == datetime(2026, 10, 5, 18, 59, 59, tzinfo=UTC)


def test_working_days_are_counted_from_the_local_day(calendar):
    evening = datetime(2026, 10, 1, 20, 0, tzinfo=UTC)  # 01:00 of Friday the 2nd in Almaty

    assert calendar.add_working_days(evening, 1) == calendar.end_of(date(2026, 10, 5))
    assert calendar.add(evening, 0) == calendar.end_of(date(2026, 10, 2))
    assert calendar.working_day_after(date(2026, 10, 5), -1) == date(2026, 10, 2)
    assert calendar.working_day_after(date(2026, 10, 24), 0) == date(2026, 10, 27)


@pytest.mark.parametrize(
    ("rule", "period", "day"),
    [
        (DueRule(working_day=1), "2026-09", date(2026, 10, 1)),
        (DueRule(working_day=3), "2026-09", date(2026, 10, 5)),
        (DueRule(day=10), "2026-09", date(2026, 10, 12)),  # a Saturday, so Monday
        (DueRule(day=10, shift="previous"), "2026-09", date(2026, 10, 9)),
        (DueRule(day=10, shift="none"), "2026-09", date(2026, 10, 10)),
        (DueRule(day=25), "2026-09", date(2026, 10, 27)),  # Sunday and Republic Day, moved to Monday
        (DueRule(day=31, shift="none"), "2026-01", date(2026, 2, 28)),
        (DueRule(day=15, months=2), "2026Q4", date(2027, 2, 15)),
        (DueRule(day=31, months=0), "2026-09D1", date(2026, 9, 30)),
        (DueRule(working_day=5), "2026", date(2027, 1, 12)),
    ],
)
def test_a_rule_gives_a_day(calendar, rule, period, day):
    assert calendar.due_day(rule, parse(period)) == day


def test_an_act_changes_a_day_and_the_deadlines_after_it(calendar):
    with transaction():
        calendar.set_day(date(2026, 10, 5), working=False, names=MOVED, **ACT)
        calendar.set_day(date(2026, 10, 10), working=True, names=MOVED, **ACT)

    assert calendar.due_day(DueRule(working_day=3), parse("2026-09")) == date(2026, 10, 6)
    assert calendar.due_day(DueRule(day=10), parse("2026-09")) == date(2026, 10, 10)
    assert [(day.day, day.working, day.act) for day in calendar.days(2026) if day.act] == [
        (date(2026, 10, 5), False, "100, 01.09.2026"),
        (date(2026, 10, 10), True, "100, 01.09.2026"),
    ]
    [entry] = entries_about("calendar_day", date(2026, 10, 5))
    assert (entry.event, entry.details["act_number"]) == ("calendar:day_set", "100")


def test_a_later_act_goes_before_an_earlier_one(calendar):
    for working in (False, True):
        with transaction():
            calendar.set_day(date(2026, 10, 5), working=working, names=MOVED, **ACT)

    assert calendar.is_working_day(date(2026, 10, 5))


def test_another_process_learns_of_an_act_soon(calendar, clock):
    other = Calendar(clock)
    assert other.is_working_day(date(2026, 10, 5))

    with transaction():
        calendar.set_day(date(2026, 10, 5), working=False, names=MOVED, **ACT)
    clock.advance(MEMORY)

    assert not other.is_working_day(date(2026, 10, 5))


def test_the_calendar_is_changed_only_by_an_act_and_by_those_who_may(calendar):
    with pytest.raises(ActNeeded), transaction():
        calendar.set_day(date(2026, 10, 5), working=False, names=MOVED, act_number=" ", act_date=date(2026, 9, 1))
    with pytest.raises(NotPermitted), transaction():
        executor = make_user(Role.EXECUTOR, make_tree().district)
        calendar.set_day(date(2026, 10, 5), working=False, names=MOVED, by=executor, **ACT)


def test_an_act_moves_several_days_at_once_or_none(calendar):
    saturday, monday = DayOfAct(date(2026, 12, 12), True, MOVED), DayOfAct(date(2026, 12, 14), False, MOVED)

    with transaction():
        made = calendar.enter_act(CalendarAct("120", date(2026, 9, 20), [saturday, monday]))

    assert [(day.day, day.working, day.act) for day in made] == [(each.day, each.working, "120, 20.09.2026") for each in (saturday, monday)]
    assert (calendar.is_working_day(saturday.day), calendar.is_working_day(monday.day)) == (True, False)


@pytest.mark.parametrize(
    ("days", "faults"),
    [
        ([], [("/days", "calendar_act_empty")]),
        ([(2025, True)], [("/days/0/day", "calendar_year_past")]),
        ([(2200, True)], [("/days/0/day", "day_outside")]),
        ([(2026, True), (2026, True)], [("/days/1/day", "calendar_day_twice")]),
        ([(2027, True), (2026, True), (2027, False)], [("/days/2/day", "calendar_days_contradict")]),
    ],
)
def test_an_act_that_cannot_be_meant_is_refused_day_by_day(calendar, days, faults):
    said = [DayOfAct(date(year, 12, 12), working, MOVED) for year, working in days]

    with pytest.raises(CalendarActInvalid) as refused, transaction():
        calendar.enter_act(CalendarAct("120", date(2026, 9, 20), said))

    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == faults
    assert [day for day in calendar.days(2026) if day.act] == []


def test_an_act_is_neither_to_come_nor_overtaken(calendar):
    with transaction():
        calendar.set_day(date(2026, 10, 5), working=False, names=MOVED, **ACT)
    earlier = CalendarAct("90", date(2026, 8, 1), [DayOfAct(date(2026, 10, 5), True, MOVED)])
    to_come = CalendarAct("90", date(2027, 1, 1), [DayOfAct(date(2026, 10, 6), False, MOVED)])

    for act, code in ((earlier, "calendar_act_overtaken"), (to_come, "calendar_act_to_come")):
        with pytest.raises(CalendarActInvalid) as refused, transaction():
            calendar.enter_act(act)
        assert [fault.code for fault in refused.value.faults] == [code]


def test_an_estimated_day_is_marked(calendar):
    assert [day.day for day in calendar.days(2027) if day.estimated] == [date(2027, 5, 16)]


@pytest.mark.parametrize("year", range(2022, 2031))
def test_every_holiday_has_a_name_in_each_language(year):
    known = {part for names in NAMES.values() for part in (names.kk, names.ru, names.en)}
    said = {part for day in days_of(year).values() if not day.working for part in day.names.en.split("; ")}

    assert said <= known
