"""How long reports are kept: years from 1 January after the one in which they were finished, or for ever, by an item of the list."""

from copy import deepcopy
from datetime import UTC, date, datetime
from typing import Any

import pytest

from documents.printed import Table
from register import reading, retention
from register.changes import comparison
from register.changes.models import Edition
from register.errors import KindInvalid
from register.exchange import sheets, workbooks
from register.exchange.package import Package
from register.printing.editions import Sheet, printed
from register.retention import Retention
from tests.register.factories import document, indicators, kind, known

FIVE = {"years": 5, "item": "363"}
FOREVER = {"permanent": True, "item": "362"}


def faults_of(said: Any) -> set[tuple[str, str]]:
    with pytest.raises(KindInvalid) as refused:
        reading.read(document(retention=said), known())
    return {(fault.pointer, fault.code) for fault in refused.value.faults}


def test_a_kind_says_how_long_its_reports_are_kept_and_by_which_item():
    assert kind(retention=FIVE).retention == Retention(5, "363")
    assert kind(retention=FOREVER).retention == Retention(None, "362")
    assert kind().retention is None


@pytest.mark.parametrize(
    ("said", "pointer", "code"),
    [
        ({"item": "363"}, "/retention", "retention_one_of"),
        ({"years": 5, "permanent": True, "item": "363"}, "/retention", "retention_one_of"),
        ({"years": 0, "item": "363"}, "/retention/years", "document_integer"),
        ({"years": 101, "item": "363"}, "/retention/years", "document_integer"),
        ({"years": "5", "item": "363"}, "/retention/years", "document_integer"),
        ({"years": 5}, "/retention/item", "document_text"),
        ({"years": 5, "months": 6, "item": "363"}, "/retention/months", "document_unknown"),
        ("5 years", "/retention", "document_object"),
    ],
)
def test_a_period_that_cannot_be_meant_is_told_by_its_place(said: Any, pointer: str, code: str):
    assert (pointer, code) in faults_of(said)


def test_years_count_from_the_january_after_the_end_and_the_longest_period_holds():
    assert Retention(5, "363").over_on(2026) == date(2032, 1, 1)
    assert Retention(None, "362").over_on(2026) is None
    assert retention.longest([None, Retention(3, "a"), Retention(5, "b"), Retention(5, "c")]) == Retention(5, "b")
    assert retention.longest([Retention(100, "a"), Retention(None, "b")]) == Retention(None, "b")
    assert retention.longest([None]) is None


def test_it_goes_out_in_a_column_of_its_own_and_comes_in_again():
    held = {"document": document(retention=FIVE), "act_number": "1", "act_date": "2026-01-01"}

    package = workbooks.read(sheets.written(Package(indicators(), [held])))

    assert package.faults == []
    assert package.kinds[0]["document"]["retention"] == FIVE


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("kk", ["сақтау мерзімі, жыл: 5, Тізбе тармағы: 363", "тұрақты, Тізбе тармағы: 362", "белгіленбеген"]),
        ("ru", ["срок хранения, лет: 5, пункт Перечня: 363", "постоянно, пункт Перечня: 362", "не установлен"]),
        ("en", ["kept 5 years, item 363 of the list", "permanently, item 362 of the list", "not set"]),
    ],
)
def test_an_edition_prints_it_and_a_comparison_tells_what_changed(language: str, told: list[str]):
    kinds = [kind(retention=FIVE), kind(retention=FOREVER), kind()]
    sheet = printed(Sheet(Edition(), {"kk": "Министрлік"}, kinds, (), (), {}), language, datetime(2026, 10, 1, tzinfo=UTC))
    before, after = document(retention=FIVE), deepcopy(document(retention=FIVE | {"years": 3}))

    table = next(block for block in sheet.blocks if isinstance(block, Table))
    [difference] = comparison.differences({"X-01": (1, before)}, {"X-01": (2, after)})

    assert [row[-1] for row in table.rows] == told
    assert [(field.pointer, field.before, field.after) for field in difference.fields] == [("/retention/years", 5, 3)]
