"""Files of the Register damaged on purpose, by number: the same at every run, so that one can be made again."""

import json
import random
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

from documents import workbooks
from documents.workbooks import Column, Table, Value
from register.exchange.sheets import INDICATORS
from tests.fuzz import in_bytes
from tests.register.factories import document, indicator, indicators, names

Rows = dict[str, list[list[Value]]]

#: What stands where something else is expected.
ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 7, 10**30, 1.5, "", " ", "x", "1", "[", "{}", "a" * 700, "a\u202eb", "'", "=1+1", "a\x0bb", "\ufffe"),
    *([], {}, [[]], [None], {"a": {}}, {"kk": 1, "ru": [], "en": {}}, {"": ""}, ["x"] * 900, [{"code": "x"}] * 3),
    *("0001-01-01", "9999-12-31", "2026-02-30", "2026-W01-1", "X-01", "X.PEOPLE", "X.NOBODY", "Я.ҚҢ", "BIN-000000000000", "people"),
    *({"working_day": 1}, {"date": "9999-12-15"}, {"day": 31, "months": 24}, "month", "one_off", "on_event", "restricted", "instance"),
    *("previous.people.money > 1", "(" * 300, "1 / 0 = 1", "for i in 1..99999999 return i", "names", "people.staff.*", "new.women"),
)
#: The same of cells; one may hold JSON.
ODD_CELLS: tuple[Value, ...] = (
    *(None, "", " ", "x", "1", "-1", "many", "true", "TRUE", "inf", "nan", "1e400", "0x1f", "\u0661", "a" * 700, "9" * 5_000, "=1+1"),
    *("[" * 20_000, "[" * 60 + "]" * 60, "{" * 300, "{}", "[]", "null", "5", '"x"', '{"a":{"a":{}}}', '{"names":"x"}', '{"code":[1]}'),
    *('{"kind":[1],"version":{}}', '{"sections":[5],"checks":5}', '{"number":"\\u0000"}', '"\\ud800"', "[1e999]", "[NaN]", '[{"code":1}]'),
    *(Decimal(0), Decimal(-1), Decimal("1.5"), Decimal(10) ** 300, True, False, date(2026, 1, 1), date(9999, 12, 31), date(1900, 1, 2)),
    *("X-01", "X.PEOPLE", "section", "table", "row", "column", "chapter", "0001-01-01", "9999-12-31", "2026-02-30", "restricted", "a\x0bb"),
)


def seed() -> dict[str, Any]:
    """A whole file: indicators, a kind in two versions, one that is restricted, reported once and asks nothing."""
    later = document(version=2, valid_from="2026-07-01", informed=["ministry"], excluded=[{"level": "rural"}])
    once = {"periodicity": "one_off", "due": {"district": {"date": "2026-09-15"}}}
    restricted = document(code="R-01", report_class="restricted", publish=False, **once)
    for name in ("sections", "checks"):
        del restricted[name]
    kinds = [document(), later, restricted]
    own = [*indicators(), indicator("X.NEW", source="ЭҚАБЖ", maximum="100", definition=names("x" * 400))]
    return {
        "format": 1,
        "indicators": own,
        "kinds": [{"document": each, "act_number": "1-Ө", "act_date": "2025-12-01"} for each in kinds],
    }


def json_mutant(number: int) -> bytes:
    """A JSON text with up to three kinds of damage."""
    dice = random.Random(f"json:{number}")
    whole = seed()
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        dice.choice((_replaced, _replaced, _lost, _moved, _doubled, _renamed, _buried))(whole, dice)
    data = json.dumps(whole, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return dice.choice((in_bytes.flipped, in_bytes.cut, in_bytes.inserted))(data, dice) if number % 10 == 0 else data


def book_mutant(rows: Rows, number: int) -> bytes:
    """A workbook with up to four kinds of damage."""
    dice = random.Random(f"xlsx:{number}")
    told = deepcopy(rows)
    for _ in range(dice.choice((1, 1, 2, 3, 4))):
        dice.choice((_other_cell, _other_cell, _other_cell, _without_row, _row_twice, _rows_swapped, _other_caption, _other_sheet))(
            told, dice
        )
    data = book_of(told)
    return dice.choice((in_bytes.flipped, in_bytes.cut))(data, dice) if number % 10 == 0 else data


def rows_of(data: bytes) -> Rows:
    """The sheets of a workbook."""
    return {sheet.name: [list(row) for row in sheet.rows] for sheet in workbooks.read(data)}


def book_of(rows: Rows) -> bytes:
    """A workbook of such sheets; whole numbers may be plain ones."""
    plain = {name: [[Decimal(each) if type(each) is int else each for each in row] for row in told] for name, told in rows.items()}
    return workbooks.write([Table(name, tuple(Column(str(each)) for each in told[0]), told[1:]) for name, told in plain.items() if told])


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every holder of the tree with the name or number of what it holds."""
    found: list[tuple[Any, Any]] = []
    left = [value]
    while left:
        held = left.pop()
        keys = list(held) if isinstance(held, dict) else range(len(held)) if isinstance(held, list) else ()
        found += [(held, key) for key in keys]
        left += [held[key] for key in keys]
    return found


def _replaced(whole: Any, dice: random.Random) -> None:
    holder, key = dice.choice(_places(whole))
    holder[key] = deepcopy(dice.choice(ODD))


def _lost(whole: Any, dice: random.Random) -> None:
    holder, key = dice.choice(_places(whole))
    del holder[key]


def _moved(whole: Any, dice: random.Random) -> None:
    (holder, key), (other, its) = dice.choice(_places(whole)), dice.choice(_places(whole))
    holder[key] = deepcopy(other[its])


def _doubled(whole: Any, dice: random.Random) -> None:
    lists = [held for held, key in ((holder[key], key) for holder, key in _places(whole)) if isinstance(held, list) and held]
    held = dice.choice(lists)
    held.append(deepcopy(dice.choice(held)))


def _renamed(whole: Any, dice: random.Random) -> None:
    holder, key = dice.choice([place for place in _places(whole) if isinstance(place[0], dict)])
    holder[dice.choice(("code", "names", "", "x" * 600, "Ә", "sections", "instance", "a.b", "\u0085"))] = holder.pop(key)


def _buried(whole: Any, dice: random.Random) -> None:
    holder, key = dice.choice(_places(whole))
    for _ in range(dice.choice((1, 3, 60, 250))):
        holder[key] = [holder[key]]


def _sheet(told: Rows, dice: random.Random) -> list[list[Value]]:
    return told[dice.choice([name for name, rows in told.items() if len(rows) > 1] or [next(iter(told))])]


def _other_cell(told: Rows, dice: random.Random) -> None:
    rows = _sheet(told, dice)
    row = rows[dice.randrange(1, len(rows)) if len(rows) > 1 else 0]
    row[dice.randrange(len(row))] = dice.choice(ODD_CELLS)


def _without_row(told: Rows, dice: random.Random) -> None:
    rows = _sheet(told, dice)
    del rows[dice.randrange(1, len(rows)) if len(rows) > 1 else 0 :][: dice.choice((1, 1, 5))]


def _row_twice(told: Rows, dice: random.Random) -> None:
    rows = _sheet(told, dice)
    rows.insert(dice.randrange(1, len(rows) + 1), list(dice.choice(rows)))


def _rows_swapped(told: Rows, dice: random.Random) -> None:
    rows = _sheet(told, dice)
    one, other = dice.randrange(len(rows)), dice.randrange(len(rows))
    rows[one], rows[other] = rows[other], rows[one]


def _other_caption(told: Rows, dice: random.Random) -> None:
    captions = _sheet(told, dice)[0]
    captions[dice.randrange(len(captions))] = dice.choice((None, "x", *captions))


def _other_sheet(told: Rows, dice: random.Random) -> None:
    name = dice.choice(list(told))
    rows = told.pop(name)
    change: Callable[[], None] = dice.choice((lambda: None, lambda: told.update({"Хат": rows}), lambda: told.update({INDICATORS: rows})))
    change()
    if not told:
        told[name] = rows
