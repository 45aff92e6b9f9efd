"""The Register on paper: every sentence is whole, in each language."""

from datetime import UTC, datetime

import pytest

import texts
from documents.printed import Table
from register.changes.models import Edition
from register.due_rules import DueRule
from register.periods import Periodicity
from register.printing.editions import Sheet, printed
from tests.register.factories import kind
from tests.register.test_due_dates import lines, made

EVERY_RULE = {made(rule, periodicity, level).due[level]: (rule, periodicity, level) for rule, periodicity, _, level, _, _ in lines()}


def table_of(kinds, language: str) -> Table:
    made_at = datetime(2026, 10, 1, tzinfo=UTC)
    sheets = printed(Sheet(Edition(), {"kk": "Министрлік"}, kinds, (), (), {}), language, made_at)
    return next(block for block in sheets.blocks if isinstance(block, Table))


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_due_rule_is_printed_in_words_of_its_own(language: str):
    rows = table_of([made(*about) for about in EVERY_RULE.values()], language).rows

    deadlines = [row[5] for row in rows]
    assert [line for line in deadlines if "None" in line or "{" in line or "printed_" in line] == []
    different = {(rule.working_day, rule.days, rule.day, rule.last_working_day, rule.on, rule.months) for rule in EVERY_RULE}
    assert len(set(deadlines)) >= len(different)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_periodicity_has_a_name(language: str):
    rows = table_of([kind(periodicity=each.value) for each in Periodicity], language).rows

    assert [row[3] for row in rows if row[3].startswith("periodicity_") or not row[3]] == []


def test_the_table_of_days_knows_every_form_of_a_rule():
    assert {"working_day", "days", "day", "last_working_day", "on"} <= {
        name for rule in EVERY_RULE for name in DueRule.__dataclass_fields__ if getattr(rule, name)
    }
