from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.parsing import timers
from expressions import YearsMonths

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
ALMATY = ZoneInfo("Asia/Almaty")


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("PT1H", "2026-01-31T13:00:00+00:00"),
        ("PT0.5S", "2026-01-31T12:00:00.500000+00:00"),
        ("P1DT12H", "2026-02-02T00:00:00+00:00"),
        ("P2W", "2026-02-14T12:00:00+00:00"),
        ("P1M", "2026-02-28T12:00:00+00:00"),
        ("P1Y2M", "2027-03-31T12:00:00+00:00"),
        ("-PT1H", "2026-01-31T11:00:00+00:00"),
        ("2026-10-01T09:00:00+05:00", "2026-10-01T04:00:00+00:00"),
        ("2026-10-01T09:00:00Z", "2026-10-01T09:00:00+00:00"),
        ("2026-10-01T09:00:00", "2026-10-01T04:00:00+00:00"),
        ("2026-10-01", "2026-09-30T19:00:00+00:00"),
        ("R3/PT10M", "2026-01-31T12:10:00+00:00"),
        ("R/P1D", "2026-02-01T12:00:00+00:00"),
        ("R5/2026-10-01T09:00:00+05:00/P1D", "2026-10-01T04:00:00+00:00"),
    ],
)
def test_iso_8601_as_editors_write_it_gives_a_moment(written, moment):
    assert timers.due(written, NOW, ALMATY).isoformat() == moment


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (datetime(2026, 10, 1, 9, 0, tzinfo=ALMATY), "2026-10-01T04:00:00+00:00"),
        (date(2026, 10, 1), "2026-09-30T19:00:00+00:00"),
        (timedelta(hours=1), "2026-01-31T13:00:00+00:00"),
        (YearsMonths(1), "2026-02-28T12:00:00+00:00"),
    ],
)
def test_a_value_of_an_expression_gives_a_moment(value, moment):
    assert timers.due(value, NOW, ALMATY).isoformat() == moment


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("duration", "1 hour"),
        ("duration", "P"),
        ("duration", "PT"),
        ("duration", "P1DT"),
        ("duration", "P1H"),
        ("duration", "'PT1H'"),
        ("duration", "P99999999999999999999D"),
        ("date", "01.10.2026"),
        ("date", "2026-13-01"),
        ("date", "PT1H"),
        ("cycle", "R3"),
        ("cycle", "R3/"),
        ("cycle", "R0/PT1H"),
        ("cycle", "R3/PT0S"),
        ("cycle", "R3/-PT1H"),
        ("cycle", "0 0 9 ? * MON"),
    ],
)
def test_what_is_no_iso_8601_is_no_timer(kind, written):
    assert not timers.is_valid(kind, written)


@pytest.mark.parametrize("value", [None, True, "", "soon", [], "P9999Y"])
def test_a_value_that_names_no_moment_is_refused(value):
    with pytest.raises(ValueError):  # noqa: PT011
        timers.due(value, NOW)
