"""Every due rule against days that were worked out by hand, with their source: the table is `due_dates.md`."""

import json
from datetime import date
from pathlib import Path

import pytest

from register.calendar import Calendar
from register.due_rules import FORMS
from register.errors import KindInvalid
from register.kinds import Kind
from register.periods import Periodicity, parse
from register.reading import LEVELS
from tests.register.factories import kind

Line = tuple[dict[str, object], str, str, str, date, date]


def lines() -> list[Line]:
    text = (Path(__file__).parent / "due_dates.md").read_text("utf-8")
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in text.splitlines() if row.startswith("| `{")]
    return [
        (json.loads(rule.strip("`")), periodicity, period, level, date.fromisoformat(due), date.fromisoformat(late or due))
        for rule, periodicity, period, level, due, late, _why in rows
    ]


def made(rule: dict[str, object], periodicity: str, level: str) -> Kind:
    reporting = [{"level": level, "kind": "akimat"}]
    return kind(periodicity=periodicity, due={level: rule}, reporting=reporting, valid_from="2020-01-01", checks=[])


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_rule_gives_the_day_that_a_person_works_out(database, clock):
    calendar = Calendar(clock)
    wrong = []

    for rule, periodicity, period, level, due, until in lines():
        read, meant = made(rule, periodicity, level), parse(period)
        assert read.periodicity.accepts(meant), (periodicity, period)
        found = calendar.due_day(read.due[level], meant), calendar.timely_day(read.due[level], meant)
        wrong += [(rule, period, level, found)] if found != (due, until) else []

    assert wrong == []


def test_the_table_knows_every_form_every_periodicity_every_level_and_the_years_2024_to_2026():
    rules, periodicities, _, levels, due, _ = zip(*lines(), strict=True)

    assert {form for rule in rules for form in FORMS if form in rule} == set(FORMS)
    assert set(periodicities) == {each.value for each in Periodicity}
    assert set(levels) == set(LEVELS)
    assert {day.year for day in due} == {2024, 2025, 2026}
    assert {rule.get("shift") for rule in rules} == {None, "none", "previous"}


@pytest.mark.parametrize(
    ("periodicity", "rule", "code"),
    [
        ("month", {}, "due_rule"),
        ("month", {"working_day": 0}, "due_rule"),
        ("month", {"working_day": 3, "days": 3}, "due_rule"),
        ("month", {"last_working_day": False}, "due_rule"),
        ("month", {"last_working_day": "yes"}, "document_boolean"),
        ("month", {"working_day": 3, "shift": "next"}, "due_rule_beside"),
        ("month", {"last_working_day": True, "shift": "next"}, "due_rule_beside"),
        ("month", {"days": 3, "months": 2}, "due_rule_beside"),
        ("month", {"date": "2026-10-01"}, "due_date_of_periodic"),
        ("on_event", {"date": "2026-10-01"}, "due_date_of_periodic"),
        ("one_off", {"date": "2019-12-31"}, "due_date_before"),
        ("one_off", {"date": "31.12.2026"}, "document_date"),
        ("year", {"day": 30, "months": 2}, "due_day_never"),
        ("nine_months", {"day": 31, "months": 2}, "due_day_never"),
        ("month", {"day": 32}, "document_integer"),
        ("month", {"day": 5, "months": 25}, "document_integer"),
        ("month", {"working_day": 3, "weekday": 1}, "document_unknown"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused(periodicity: str, rule: dict[str, object], code: str):
    with pytest.raises(KindInvalid) as refused:
        made(rule, periodicity, "district")

    assert [(fault.code, fault.pointer.startswith("/due/district")) for fault in refused.value.faults] == [(code, True)]
