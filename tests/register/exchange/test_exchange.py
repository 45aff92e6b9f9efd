"""Export and import: what goes out comes in again, and a file with a fault leaves nothing behind."""

import json
from datetime import date
from decimal import Decimal

import pytest

from documents.workbooks import address
from register import shelf
from register.errors import IndicatorsInvalid, KindInvalid
from register.exchange.errors import RegisterFileRefused, RegisterFileUnreadable, SheetTooNarrow
from register.exchange.sheets import CONTENTS, INDICATORS, KINDS
from register.register import Register
from storage.database import session
from storage.journal import JournalEntry
from storage.transaction import transaction
from tests.register.exchange.mutants import book_of, rows_of
from tests.register.factories import document, indicator, indicators, names

DEEP = b'{"format": 1, "kinds": [' + b"[" * 900 + b"]" * 900 + b"]}"


@pytest.fixture
def register(register: Register) -> Register:  # the one next door, with two versions of a kind
    with transaction():
        register.import_kind(document(), act_number="1-Ө", act_date=date(2025, 12, 1))
        later = document(version=2, valid_from="2026-07-01", places=document()["places"] | {"more": {"names": names("more")}})
        register.import_kind(later, act_number="2-Ө", act_date=date(2026, 6, 1))
    return register


def events() -> list[str]:
    return [entry.event for entry in session.query(JournalEntry).order_by(JournalEntry.id)]


def package(*, kinds=(), own=()) -> bytes:
    return json.dumps({"format": 1, "indicators": list(own), "kinds": list(kinds)}).encode()


@pytest.mark.parametrize("form", ["json", "xlsx"])
def test_what_was_exported_changes_nothing_where_it_came_from(register, form):
    data = register.exchange.export(form)
    before = len(events())

    with transaction():
        taken = register.exchange.take(data)

    assert (dict(taken.indicators), dict(taken.kinds), taken.faults) == ({"unchanged": 4}, {"unchanged": 2}, [])
    assert events()[before:] == ["register:imported"]


@pytest.mark.parametrize("form", ["json", "xlsx"])
def test_a_restricted_kind_without_contents_goes_out_and_comes_in(register, form):
    bare = document(code="R-01", report_class="restricted", publish=False)
    for name in ("sections", "checks"):
        del bare[name]
    with transaction():
        register.import_kind(bare, act_number="1", act_date=date(2026, 1, 1))
        register.import_kind(bare | {"code": "R-02", "sections": None, "checks": None}, act_number="1", act_date=date(2026, 1, 1))

    with transaction():
        taken = register.exchange.take(register.exchange.export(form))

    assert dict(taken.kinds) == {"unchanged": 4}


@pytest.mark.parametrize("form", ["json", "xlsx"])
def test_a_new_kind_with_a_new_indicator_comes_in_by_either_form(register, form):
    changed = document(code="Y-01", names=names("other"))
    changed["sections"][0]["fields"][0]["indicator"] = "Y.MONEY"
    changed["checks"] = []
    new = indicator("Y.MONEY", value_type="decimal", decimals=2, breakdowns={}, minimum=None)
    data = package(own=[new], kinds=[{"document": changed, "act_number": "3-Ө", "act_date": "2026-01-01"}])
    if form == "xlsx":
        with transaction():
            register.exchange.take(data)
            exported = register.exchange.export("xlsx")
            session.rollback()
        register.forget()
        data = exported

    with transaction():
        dry = register.exchange.take(data, dry_run=True)
        told = events()
        wet = register.exchange.take(data)

    assert (dict(dry.kinds), dry.indicators, dry.faults) == (dict(wet.kinds), wet.indicators, [])
    assert (wet.kinds["new"], wet.indicators["new"]) == (1, 1)
    assert "register:imported" not in told
    assert register.kind_version("Y-01", 1).cell("people.money").indicator == "Y.MONEY"


def test_faults_of_a_workbook_are_told_by_sheet_row_and_column(register):
    rows = rows_of(register.exchange.export("xlsx"))
    rows[INDICATORS][2][0], rows[INDICATORS][1][11] = "X.MONEY.2", "many"  # a new code; a number of decimals that is none
    rows[KINDS][2][1] = 3
    rows[CONTENTS] = [each for each in rows[CONTENTS] if each[1] != 2]
    rows[CONTENTS][1][2] = "chapter"
    rows[CONTENTS].append(["Z-01", 1, "section", "a"])
    rows["Хат"] = [["Құрметті әріптестер!"]]

    with transaction():
        taken = register.exchange.take(book_of(rows), dry_run=True)

    told = {(fault.pointer, fault.code) for fault in taken.faults}
    assert (f"/{INDICATORS}/2/L", "exchange_value_unreadable") in told
    assert (f"/{CONTENTS}/2/C", "exchange_part_misplaced") in told
    assert (f"/{CONTENTS}/{len(rows[CONTENTS])}/A", "exchange_kind_unknown") in told
    assert ("/Хат", "exchange_sheet_unknown") in told


def test_what_a_cell_cannot_mean_is_told_at_the_cell(register):
    rows = rows_of(register.exchange.export("xlsx"))
    odd = [
        "[" * 20_000,
        "[" * 60 + "]" * 60,
        "[NaN]",
        '{"code":[1]}',
        '{"names":"x"}',
        '{"sections":[5]}',
        '{"x":"\\u0000"}',
        '"\\ud800"',
        "5",
    ]
    for value in odd:
        rows[KINDS].append(["Z-01", Decimal(1), *(None for _ in rows[KINDS][0][2:])])
        rows[KINDS][-1][-1] = value  # the column of all else
    rows[KINDS][1][1] = "inf"

    with transaction():
        taken = register.exchange.take(book_of(rows), dry_run=True)

    unreadable = [fault.pointer for fault in taken.faults if fault.code == "exchange_value_unreadable"]
    last = address(0, len(rows[KINDS][0]) - 1)[:-1]
    assert unreadable == [f"/{KINDS}/2/B", *(f"/{KINDS}/{len(rows[KINDS]) - place}/{last}" for place in reversed(range(len(odd))))]


def test_a_fault_deep_in_a_kind_is_told_at_its_row(register):
    rows = rows_of(register.exchange.export("xlsx"))
    place = next(number for number, row in enumerate(rows[CONTENTS]) if row[2] == "row" and row[1] == 2)
    rows[CONTENTS][place][7] = "X.NOBODY"
    rows[KINDS][2][1], rows[KINDS][2][12] = 3, "some_day"
    for sheet, told in rows.items():
        for row in told[1:]:
            if sheet not in (KINDS, INDICATORS) and row[1] == 2:
                row[1] = 3

    with transaction():
        taken = register.exchange.take(book_of(rows), dry_run=True)

    assert {(fault.pointer, fault.code) for fault in taken.faults} >= {(f"/{CONTENTS}/{place + 1}/H", "indicator_unknown")}


def test_nothing_is_half_imported(register):
    before = events()
    good = {"document": document(code="Y-01"), "act_number": "3-Ө", "act_date": "2026-01-01"}
    bad = {"document": document(code="Z-01", minutes=0), "act_number": "", "act_date": "someday"}
    data = package(own=[indicator("Y.NEW"), indicators()[1] | {"decimals": 3}], kinds=[good, bad])

    with pytest.raises(RegisterFileRefused) as refused, transaction():
        register.exchange.take(data)

    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [
        ("/indicators/1", "indicator_fixed"),
        ("/kinds/1/act_date", "document_date"),
    ]
    assert events() == before
    assert [each.code for each in register.indicators()] == ["X.DONE", "X.MONEY", "X.PEOPLE", "X.SINCE"]


def test_every_fault_of_a_kind_points_into_the_json(register):
    broken = {"document": document(code="Z-01", minutes=0, periodicity="never"), "act_number": "1", "act_date": "2026-01-01"}
    gap = {"document": document(version=4, valid_from="2027-01-01"), "act_number": "1", "act_date": "2026-01-01"}

    with transaction():
        taken = register.exchange.take(
            package(kinds=[gap, broken, 5, {"document": document(code="Q-1"), "act_date": "2026-01-01"}]), dry_run=True
        )

    assert {(fault.pointer, fault.code) for fault in taken.faults} == {
        ("/kinds/0", "kind_version_out_of_order"),
        ("/kinds/1/document/minutes", "document_integer"),
        ("/kinds/1/document/periodicity", "document_choice"),
        ("/kinds/2/document", "document_object"),
        ("/kinds/3/act_number", "act_needed"),
    }


def test_what_no_database_keeps_is_told_by_place_and_never_reaches_it(register):
    texts = {"kk": "a\x00b", "ru": "\ud800", "en": "x"}
    with pytest.raises(KindInvalid) as invalid, transaction():
        register.import_kind(document(code="Z-01", names=texts), act_number="1", act_date=date(2026, 1, 1))
    for number in ("1" * 101, "1\x00", "\udfff"):
        with pytest.raises(KindInvalid) as refused, transaction():
            register.import_kind(document(code="Z-01"), act_number=number, act_date=date(2026, 1, 1))
        assert [fault.pointer for fault in refused.value.faults] == ["/act_number"]
    kinds = [{"document": document(code="Z-01"), "act_number": number, "act_date": "2026-01-01"} for number in ("1" * 101, 5, ["1"])]

    with transaction():
        taken = register.exchange.take(package(kinds=kinds), dry_run=True)

    assert [fault.pointer for fault in invalid.value.faults] == ["/names/kk", "/names/ru"]
    assert [(fault.pointer, fault.code) for fault in taken.faults] == [
        (f"/kinds/{place}/act_number", "document_text") for place in range(3)
    ]


def test_a_list_of_indicators_names_each_code_once_and_is_bounded():
    with pytest.raises(IndicatorsInvalid) as invalid:
        shelf.read_indicators([{"code": f"A{number // 2}"} for number in range(1_000)])
    with pytest.raises(IndicatorsInvalid) as many:
        shelf.read_indicators([{}] * 50_001)

    assert sum(fault.code == "code_taken" for fault in invalid.value.faults) == 500
    assert [fault.code for fault in many.value.faults] == ["document_list"]


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{", b'{"format": 2}', b'{"format": 1, "kinds": {}}', b'{"format": 1, "kinds": ["\\u0000"]}', DEEP]
)
def test_what_is_no_register_is_refused(register, data):
    with pytest.raises(RegisterFileUnreadable), transaction():
        register.exchange.take(data)


def test_what_a_cell_cannot_hold_is_carried_by_json_only(register):
    places = document()["places"] | {f"office_{number}": {"names": names("o" * 400)} for number in range(40)}
    with transaction():
        register.import_kind(document(code="W-01", places=places), act_number="1", act_date=date(2026, 1, 1))

    with pytest.raises(SheetTooNarrow):
        register.exchange.export("xlsx")
    assert b"office_39" in register.exchange.export("json")
