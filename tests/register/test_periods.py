from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register import periods
from register.errors import PeriodInvalid
from register.periods import Periodicity

REGULAR = [each for each in Periodicity if each.regular]
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-09-15", date(2026, 9, 15), date(2026, 9, 15)),
        ("2026-09D1", date(2026, 9, 1), date(2026, 9, 10)),
        ("2026-02D3", date(2026, 2, 21), date(2026, 2, 28)),
        ("2026-09", date(2026, 9, 1), date(2026, 9, 30)),
        ("2026Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026H2", date(2026, 7, 1), date(2026, 12, 31)),
        ("2026M09", date(2026, 1, 1), date(2026, 9, 30)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_named_by_its_text(text, first, last):
    period = periods.parse(text)

    assert (period.text, period.first, period.last) == (text, first, last)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "26",
        "2026Q5",
        "2026Q0",
        "2026H3",
        "2026-13",
        "2026-00",
        "2026-02-30",
        "2026-1",
        "2026M13",
        "2026M00",
        "2026-09D4",
        "1900",
        *("0001M01", "1990", "2200", "9999Q4", "9999-12-31"),
        "2026q3",
        " 2026",
        *("٢٠٢٦", "2026-09-15T00:00", None, 2026),
    ],
)
def test_anything_else_is_no_period(text):
    with pytest.raises(PeriodInvalid):
        periods.parse(text)


@pytest.mark.parametrize("periodicity", REGULAR)
@given(day=DAYS)
def test_periods_follow_one_another(periodicity, day):
    period = periodicity.around(day)

    assert periods.parse(period.text) == period
    assert periodicity.accepts(period)
    assert periodicity.previous(periodicity.next(period)) == period
    assert periodicity.next(periodicity.previous(period)) == period
    assert periodicity.next(period).last > period.last


@pytest.mark.parametrize("periodicity", REGULAR)
@given(day=DAYS)
def test_the_last_ended_period_is_over_and_no_later_one_is(periodicity, day):
    period = periodicity.last_ended(day)

    assert period.last < day <= periodicity.next(period).last


def test_a_cumulative_period_begins_anew_in_january():
    monthly, quarterly, nine = Periodicity.CUMULATIVE_MONTH, Periodicity.CUMULATIVE_QUARTER, Periodicity.NINE_MONTHS

    assert monthly.next(periods.parse("2026M12")).text == "2027M01"
    assert quarterly.previous(periods.parse("2027M03")).text == "2026M12"
    assert nine.next(periods.parse("2026M09")).text == "2027M09"
    assert not quarterly.accepts(periods.parse("2026M08"))
    assert not Periodicity.MONTH.accepts(periods.parse("2026Q3"))


def test_a_period_has_a_name_in_each_language():
    names = {text: [periods.parse(text).name(language) for language in ("kk", "ru", "en")] for text in ("2026-09", "2026Q3", "2026-09-05")}

    assert names["2026-09"] == ["2026 жылғы қыркүйек", "сентябрь 2026 года", "September 2026"]
    assert names["2026Q3"][0] == "2026 жылғы 3-тоқсан"
    assert names["2026-09-05"][1] == "05.09.2026"


def test_decades_cover_a_month_without_a_gap():
    first, second, third = (periods.parse(f"2026-09D{number}") for number in (1, 2, 3))

    assert first.last + timedelta(days=1) == second.first
    assert second.last + timedelta(days=1) == third.first
    assert third.last == date(2026, 9, 30)
