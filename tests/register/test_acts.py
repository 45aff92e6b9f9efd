"""The act of a change: which parts it has, and which days it can name."""

from datetime import date

import pytest

from register.changes import acts
from register.errors import ActNeeded, DayOutside
from tests.register.board import ACT

TODAY = date(2026, 10, 1)


def test_an_act_is_read_with_its_days():
    act = acts.read(ACT, TODAY)

    assert (act.number, act.dated, act.in_force_from) == ("15-н", date(2026, 10, 1), date(2026, 11, 1))


@pytest.mark.parametrize("name", ["act_date", "in_force_from"])
@pytest.mark.parametrize("day", ["0001-01-01", "1990-12-31", "2200-01-01", "9999-12-31"])
def test_an_act_names_no_day_at_the_edges_of_the_calendar(name, day):
    with pytest.raises(DayOutside) as refused:
        acts.read(ACT | {name: day}, TODAY)

    assert refused.value.fields == {"day": day, "first": "1991-01-01", "last": "2199-12-31"}


@pytest.mark.parametrize("number", ["", " ", "1" * 101, "1\x00", "\ud800", 5, None])
def test_an_act_has_a_number_that_can_be_kept(number):
    with pytest.raises(ActNeeded):
        acts.read(ACT | {"act_number": number}, TODAY)
