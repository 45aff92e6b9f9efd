from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register.cells import NOT_APPLICABLE
from register.errors import CellInvalid, CellUnknown
from tests.register.factories import kind

KIND = kind()
PEOPLE, MONEY, SINCE, DONE, NOTE = (
    KIND.cell(address) for address in ("people.staff.all.total", "people.money", "people.since", "people.done", "people.note.kk")
)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1 234,5", "1234.50"),
        ("1\u00a0234\u00a0567.25", "1234567.25"),
        ("1\u202f234", "1234.00"),
        ("  12 ", "12.00"),
        ("-3,10", "-3.10"),
        ("−3", "-3.00"),
        ("0", "0.00"),
        ("-0", "0.00"),
        (7, "7.00"),
        (0.1, "0.10"),
        (Decimal("5.5"), "5.50"),
        ("1.100", "1.10"),
        ("999999999999999999", "999999999999999999.00"),
    ],
)
def test_a_number_is_read_as_people_write_it(raw, value):
    assert MONEY.canonical(MONEY.parse(raw)) == value


GARBAGE = [
    "abc",
    "1 23",
    "12 34 567",
    "1,234.5",
    "1.234,5",
    "1e3",
    "1_000",
    "--1",
    "1,",
    ",5",
    "0x10",
    "NaN",
    "Infinity",
    "١٢",
    "-",
    "—",
    "1 000 тг",
    "9" * 40,
    *(True, [1], {"a": 1}, float("nan"), float("inf"), 10**40, Decimal("1E+50"), Decimal("NaN")),
]


@pytest.mark.parametrize("raw", GARBAGE)
def test_garbage_is_refused_with_the_cell_named(raw):
    with pytest.raises(CellInvalid) as refused:
        MONEY.parse(raw)

    assert [(fault.code, fault.fields["cell"]) for fault in refused.value.faults] == [("cell_number", "people.money")]


def test_empty_zero_and_not_applicable_are_three_things():
    values = [MONEY.parse(raw) for raw in ("", "  ", None, "0", "х", "X", {"not_applicable": True}, NOT_APPLICABLE)]

    assert values == [None, None, None, Decimal(0), NOT_APPLICABLE, NOT_APPLICABLE, NOT_APPLICABLE, NOT_APPLICABLE]
    assert [MONEY.canonical(value) for value in values[2:5]] == [None, "0.00", {"not_applicable": True}]


@pytest.mark.parametrize(("raw", "code"), [("1,5", "cell_decimals"), ("-1", "cell_too_small"), ("1.0001", "cell_decimals")])
def test_a_number_keeps_to_its_indicator(raw, code):
    with pytest.raises(CellInvalid) as refused:
        PEOPLE.parse(raw)

    assert [fault.code for fault in refused.value.faults] == [code]
    assert PEOPLE.canonical(PEOPLE.parse("5,0")) == "5"


def test_dates_and_answers_are_read_in_both_notations():
    assert SINCE.parse("15.09.2026") == SINCE.parse("2026-09-15") == date(2026, 9, 15)
    assert SINCE.canonical(date(2026, 9, 15)) == "2026-09-15"
    assert [DONE.parse(raw) for raw in ("иә", "Да", True, "no", "жоқ", False)] == [True, True, True, False, False, False]
    assert DONE.parse("х") is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("cell", "raw", "code"),
    [
        (SINCE, "30.02.2026", "cell_date"),
        (SINCE, "20260915", "cell_date"),
        (SINCE, 5, "cell_date"),
        (DONE, "maybe", "cell_boolean"),
        (DONE, 2, "cell_boolean"),
        (NOTE, 5, "cell_text"),
        (NOTE, "a\0b", "cell_text"),
        (NOTE, "x" * 101, "cell_too_long"),
        (NOTE, {"not_applicable": True}, "cell_text"),
    ],
)
def test_a_wrong_value_of_another_type_is_refused(cell, raw, code):
    with pytest.raises(CellInvalid) as refused:
        cell.parse(raw)

    assert [fault.code for fault in refused.value.faults] == [code]


def test_a_text_has_one_form():
    assert NOTE.parse(" и\u0306 \r\n x ") == "й \n x"


def test_an_unknown_address_is_refused():
    with pytest.raises(CellUnknown):
        KIND.cell("people.staff.new.women")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**15), max_value=10**15))
def test_the_canonical_form_reads_back_as_the_same_value(number):
    canonical = MONEY.canonical(MONEY.parse(str(number)))

    assert MONEY.parse(canonical) == number
    assert MONEY.canonical(MONEY.parse(canonical)) == canonical


@given(st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.none(), st.binary(max_size=5)))
def test_nothing_but_a_refusal_comes_of_garbage(raw):
    for cell in (PEOPLE, MONEY, SINCE, DONE, NOTE):
        with suppress(CellInvalid):
            cell.canonical(cell.parse(raw))
