"""Computed cells: what a formula of a kind works out from other cells of the same report. Nobody types them.

A formula stands at a cell, a column or a row of a table, or at a single field; where several meet, that of the cell goes first, then that
of the column, then that of the row (a percentage of a total is no total of percentages). A formula of a column names the cells of the same
row by the codes of their columns, and `row` is the list of those whose columns have no formula; a formula of a row names the cells of the
same column by the codes of their rows, and `column` is the list of that column. Rows with a formula are in no list, so that a total never
counts itself or another total.

An empty cell that is named one by one makes the result empty, one that is not applicable counts as nothing; lists leave both out and must
have something in them. Where all that is named one by one does not apply, neither does the result. What cannot be worked out (a division by
zero) is empty. Results are rounded half up to the decimal places of their cell.
"""

import heapq
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from expressions import EvaluationFailed, ExpressionRefused
from register import mentions
from register.cells import MAX_DIGITS, NOT_APPLICABLE, Cell, ValueType
from register.documents import Document
from register.filled import Filled
from register.mentions import Addresses, Mention

if TYPE_CHECKING:
    from register.kinds import Kind, Section, Table

#: The list of the cells of a row, in a formula of a column; of a column, in a formula of a row.
ROW, COLUMN = "row", "column"


@dataclass(frozen=True)
class Formula:
    """What one cell is worked out from."""

    cell: Cell
    expression: str
    mentions: tuple[Mention, ...]


def read(document: Document, sections: tuple["Section", ...]) -> tuple[Formula, ...]:
    """The formulas of the cells of some sections; faults are kept in the document, each once."""
    reader = _Reader(document, Addresses(sections))
    for number, section in enumerate(sections):
        for place, table in enumerate(section.tables):
            reader.table(f"/sections/{number}/tables/{place}", f"{section.code}.{table.code}", table)
        for place, cell in enumerate(section.fields):
            if cell.formula:
                reader.formula(f"/sections/{number}/fields/{place}/formula", cell, {})
    return tuple(reader.found)


def in_order(formulas: Iterable[Formula], kind: "Kind") -> tuple[Formula, ...] | None:
    """Formulas in an order in which each comes after those that it builds on; None when some go round in a circle."""
    by_address = {formula.cell.address: formula for formula in formulas}
    waiting = {address: _builds_on(formula, kind) & by_address.keys() for address, formula in by_address.items()}
    needed_by: dict[str, list[str]] = {}
    for address, parts in waiting.items():
        for part in parts:
            needed_by.setdefault(part, []).append(address)
    ready = [address for address, parts in waiting.items() if not parts]
    ordered: list[Formula] = []
    while ready:
        address = ready.pop()
        ordered.append(by_address[address])
        for following in needed_by.get(address, ()):
            waiting[following].discard(address)
            if not waiting[following]:
                ready.append(following)
    return tuple(ordered) if len(ordered) == len(by_address) else None


def work_out(kind: "Kind", values: MutableMapping[str, Any], touched: Iterable[str] | None = None) -> dict[str, Any]:
    """Bring the computed cells of a form up to date in `values`; gives those that were not, None for what is empty now.

    With `touched` only what builds on these cells is looked at: all else must be up to date.
    """
    changed: dict[str, Any] = {}
    waiting = list(range(len(kind.formulas))) if touched is None else _following(kind, touched)
    heapq.heapify(waiting)
    done = -1
    filled = Filled(kind, values)
    while waiting:
        number = heapq.heappop(waiting)
        if number == done:
            continue
        done = number
        address = kind.formulas[number].cell.address
        value = _value(kind.formulas[number], filled)
        if values.get(address) != value:
            changed[address] = values[address] = value
            if touched is not None:
                for following in _following(kind, [address]):
                    heapq.heappush(waiting, following)
    return changed


class _Reader:
    """Reads formulas, and keeps each fault once however many cells it concerns."""

    def __init__(self, document: Document, addresses: Addresses) -> None:
        self.found: list[Formula] = []
        self._document = document
        self._addresses = addresses
        self._told: set[tuple[str, str]] = set()

    def table(self, pointer: str, address: str, table: "Table") -> None:
        rows = {row.code: f"{pointer}/rows/{number}/formula" for number, row in enumerate(table.rows)}
        columns = {column.code: f"{pointer}/columns/{number}/formula" for number, column in enumerate(table.columns)}
        for cell in table.cells:
            if cell.formula:
                row, column = cell.address.split(".")[2:]
                where = {COLUMN: columns[column], ROW: rows[row]}.get(str(cell.formula_of), f"{pointer}/formulas/{row}.{column}")
                self.formula(where, cell, _local(cell, address, row, column, table))

    def formula(self, pointer: str, cell: Cell, local: Mapping[str, Mention]) -> None:
        expression = str(cell.formula)
        if not cell.value_type.numeric:
            self._fault(pointer, "formula_not_numeric", cell=cell.address)
            return
        dotted = mentions.of(expression, self._addresses, ())
        try:
            unknown = set(mentions.unknown(expression, dotted))
        except ExpressionRefused as refused:
            self._fault(pointer, "check_unreadable", reason=refused.code, column=refused.fields.get("column", 1))
            return
        named = [local[name] for name in sorted(unknown & local.keys())]
        for name in sorted(unknown - local.keys()):
            self._fault(pointer, "check_name_unknown", name=name)
        missing = [mention for mention in named if mention.address is not None and mention.address not in self._addresses.addresses]
        for mention in missing:
            self._fault(pointer, "check_name_unknown", name=str(mention.address))
        if not dotted and not named and not unknown:
            self._fault(pointer, "check_without_cells")
        self.found.append(Formula(cell, expression, (*dotted, *named)))

    def _fault(self, pointer: str, code: str, **fields: Any) -> None:
        if (pointer, code) not in self._told:
            self._told.add((pointer, code))
            Document(None, pointer, self._document.faults).fault(code, **fields)


def _local(cell: Cell, address: str, row: str, column: str, table: "Table") -> dict[str, Mention]:
    """What bare names mean in a formula of a column or of a row."""
    if cell.formula_of == COLUMN:
        named = {other.code: Mention(other.code, "", address=f"{address}.{row}.{other.code}") for other in table.columns}
        return named | {ROW: Mention(ROW, "", table=address, row=row)}
    if cell.formula_of == ROW:
        named = {other.code: Mention(other.code, "", address=f"{address}.{other.code}.{column}") for other in table.rows}
        return named | {COLUMN: Mention(COLUMN, "", table=address, column=column)}
    return {}


def _builds_on(formula: Formula, kind: "Kind") -> set[str]:
    return {address for mention in formula.mentions for address in kind.looked_at(mention)}


def _following(kind: "Kind", addresses: Iterable[str]) -> list[int]:
    return sorted({number for address in addresses for number in kind.computing.get(address, ())})


def _value(formula: Formula, filled: Filled) -> Any:
    """The canonical value of a computed cell."""
    single = [filled.value(mention.address) for mention in formula.mentions if mention.address is not None]
    lists = [filled.seen(mention) for mention in formula.mentions if mention.address is None]
    if any(value is None for value in single) or not all(lists):
        return None
    if single and not lists and all(value is NOT_APPLICABLE for value in single):
        return formula.cell.canonical(NOT_APPLICABLE)
    seen = {mention.name: filled.seen(mention) for mention in formula.mentions}
    names = tuple(sorted(name for name in seen if "." in name))
    try:
        return _rounded(formula.cell, mentions.compiled(formula.expression, names).evaluate(seen))
    except EvaluationFailed:
        return None


def _rounded(cell: Cell, value: Any) -> Any:
    if not isinstance(value, Decimal) or value.adjusted() >= MAX_DIGITS:
        return None
    decimals = 0 if cell.value_type is ValueType.INTEGER else cell.decimals
    try:
        return cell.canonical(value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
    except InvalidOperation:
        return None
