"""Rows that the body itself adds to a table: none to so many, each with a place of its own that it keeps.

The rows are called `n1`, `n2` … and stand in this order. A row is in use when one of its cells is filled; it is taken out by emptying them.
So remarks and differences stay on their row, whatever is added or taken out around it. Figures of such rows are held in totals only.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from register.documents import Document
from register.names import Names

if TYPE_CHECKING:
    from register.cells import Cell
    from register.kinds import Kind

MOST = 500


@dataclass(frozen=True)
class AddedRows:
    """The rows that can be added to a table, by code and name, and what tells them apart."""

    rows: tuple[tuple[str, Names], ...]
    keys: tuple[str, ...]
    indicator: str | None
    document: Document


def read(document: Document) -> AddedRows | None:
    """What a table says of rows that can be added; None when it says nothing. Faults are kept in the document."""
    if document.value is None:
        return None
    document.only(("most", "names", "keys", "indicator"))
    names = document.names()
    rows = tuple(
        (f"n{number}", Names(*(f"{names.say(language)} {number}" for language in ("kk", "ru", "en"))))
        for number in range(1, document.integer("most", least=1, most=MOST) + 1)
    )
    return AddedRows(rows, tuple(str(held.value) for held in document.items("keys", most=10)), document.optional("indicator"), document)


def keys(added: AddedRows | None, columns: list[str]) -> tuple[str, ...]:
    """The columns that tell added rows apart; keeps a fault for a key that is no column."""
    if added is None:
        return ()
    for number, key in enumerate(added.keys):
        if key not in columns:
            added.document.at("keys").at(number).fault("place_unknown", place=key[:80])
    return added.keys


def in_use(cells: tuple["Cell", ...], values: Mapping[str, Any]) -> bool:
    """Whether something was entered in a row."""
    return any(values.get(cell.address) is not None for cell in cells if cell.formula is None)


def missing(kind: "Kind", values: Mapping[str, Any], rows: set[str] | None = None) -> Iterator["Cell"]:
    """The cells that rows in use lack: of the rows of some addresses (`section.table.row`), or of all."""
    for table, lines in kind.added_rows.items():
        for code, cells in lines.items():
            if (rows is None or f"{table}.{code}" in rows) and in_use(cells, values):
                yield from (cell for cell in cells if cell.needed and values.get(cell.address) is None)


def repeated(kind: "Kind", values: Mapping[str, Any], tables: set[str] | None = None) -> Iterator[tuple["Cell", "Cell"]]:
    """Pairs of rows that their keys don't tell apart, by the cell of their first key: of some tables, or of all."""
    for table, lines in kind.added_rows.items():
        if not kind.tables[table].keys or (tables is not None and table not in tables):
            continue
        first: dict[tuple[Any, ...], Cell] = {}
        for code, cells in lines.items():
            by_address = {cell.address: cell for cell in cells}
            named = [f"{table}.{code}.{key}" for key in kind.tables[table].keys]
            told = tuple(_even(values.get(address)) for address in named)
            if named[0] in by_address and all(value is not None for value in told):
                other = first.setdefault(told, by_address[named[0]])
                if other.address != named[0]:
                    yield other, by_address[named[0]]


def _even(value: Any) -> Any:
    """A value of a key as it is compared: words without regard to case and spaces."""
    return " ".join(value.casefold().split()) if isinstance(value, str) else repr(value) if isinstance(value, dict) else value
