"""Damaged files of the Register: each is taken or refused in words at a place, and one that is refused leaves nothing."""

import json
from collections import Counter
from contextlib import suppress
from datetime import date

import texts
from documents.errors import WorkbookUnreadable
from refusals import Fault
from register.exchange.errors import RegisterFileRefused, RegisterFileUnreadable, SheetTooNarrow
from register.exchange.exchange import Taken
from register.models import IndicatorRow, KindRow
from register.register import Register
from storage.columns import to_json
from storage.database import session
from storage.transaction import transaction
from tests.register.exchange.mutants import book_mutant, json_mutant, rows_of, seed
from tests.register.factories import document

NUMBERS = {"sqlite": range(170), "postgresql": range(170, 220)}
#: What is said of a file as a whole; every other fault has a place.
OF_FILES = frozenset({"exchange_sheets_missing"})


def kept() -> tuple[list[tuple[str, int]], list[str]]:
    """What the Register holds."""
    kinds = session.query(KindRow.code, KindRow.version).order_by(KindRow.code, KindRow.version)
    return [tuple(row) for row in kinds], [code for (code,) in session.query(IndicatorRow.code).order_by(IndicatorRow.code)]


def come_of(register: Register, data: bytes) -> Taken | tuple[Fault, ...]:
    """What was taken, or the faults."""
    try:
        return register.exchange.take(data)
    except RegisterFileRefused as refused:
        return tuple(refused.faults)
    except (RegisterFileUnreadable, WorkbookUnreadable) as unreadable:
        return (Fault("/", unreadable.code, unreadable.fields),)


def test_damaged_files_are_taken_whole_or_refused_by_place(register: Register, database: str):
    with transaction():
        register.import_kind(document(), act_number="1-Ө", act_date=date(2025, 12, 1))
    before = kept()
    with transaction():
        register.exchange.take(json.dumps(seed()).encode())
        rows = rows_of(register.exchange.export("xlsx"))
        session.rollback()
    came: Counter[str] = Counter()

    for number in NUMBERS[database]:
        data = json_mutant(number) if number % 4 else book_mutant(rows, number)
        register.forget()
        with transaction():
            result = come_of(register, data)
            if isinstance(result, Taken):
                require_exportable(register)
            else:
                assert kept() == before, number
                require_told(result, number)
            session.rollback()
        came.update({"taken"} if isinstance(result, Taken) else {"refused", *(fault.code for fault in result)})

    assert min(came["taken"], came["refused"]) > len(NUMBERS[database]) // 20, came
    assert len(came) > 15


def require_told(faults: tuple[Fault, ...], number: int) -> None:
    assert faults, number
    for fault in faults:
        assert fault.pointer.startswith("/") or fault.code in OF_FILES, (number, fault)
        assert all(texts.say(fault.code, fault.fields, language) for language in texts.LANGUAGES)
        to_json([fault.pointer, fault.code, dict(fault.fields)])


def require_exportable(register: Register) -> None:
    """What came in goes out, and changes nothing where it came from."""
    again = register.exchange.take(register.exchange.export("json"), dry_run=True)
    assert (again.faults, set(again.kinds), set(again.indicators)) == ([], {"unchanged"}, {"unchanged"})
    with suppress(SheetTooNarrow):
        register.exchange.export("xlsx")
