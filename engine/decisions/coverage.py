"""What the rules of a decision table cover, as far as it can be told without evaluating: numbers, dates, texts and booleans written out.

Each column is cut into atoms: the values that its cells name and the stretches between them. A cell is then a set of atoms, kept as the
bits of a whole number; so whether two rules meet, or anything is left over, is a matter of a few operations.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from engine.decisions.decision_table import Table
from expressions.comparing import less
from expressions.syntax import Call, In, Literal, Name, Node, RangeOf, Test
from expressions.temporal import date_and_time_of, date_of, duration_of, time_of
from expressions.values import YearsMonths
from expressions.writing import written_plainly

_ORDERED: Final = (Decimal, date, datetime, time, timedelta, YearsMonths)
_NAMED: Final = (str, bool)
_CONVERSIONS: Final[dict[str, Callable[[str], Any]]] = {
    "date": date_of,
    "time": time_of,
    "date and time": date_and_time_of,
    "duration": duration_of,
}
#: Steps that looking for something uncovered may take.
BUDGET: Final = 20_000
MAX_RULES: Final = 500


class _NotPlain(Exception):
    """A cell that tests more than values written out."""


@dataclass(frozen=True)
class Column:
    """A column whose cells are all plain: its values in order, whether they have one, and each rule's atoms."""

    label: str
    values: Sequence[Any]
    ordered: bool
    cells: Sequence[int]
    domain: int

    def told(self, atom: int) -> str:
        """What an atom is, for people."""
        if not self.ordered:
            return f"{self.label} = {written_plainly(self.values[atom])}"
        at, between = divmod(atom, 2)
        if between:
            return f"{self.label} = {written_plainly(self.values[at])}"
        low = f"> {written_plainly(self.values[at - 1])}" if at else ""
        high = f"< {written_plainly(self.values[at])}" if at < len(self.values) else ""
        return f"{self.label} {' and '.join(filter(None, (low, high)))}" if low or high else ""


def columns_of(table: Table) -> list[Column | None]:
    """The columns of a table; None stands for one that can't be judged."""
    return [_column(table, place) for place in range(len(table.inputs))]


def meeting(columns: Sequence[Column | None], one: int, other: int) -> bool:
    """Whether some input surely matches two rules; a column that can't be judged tells nothing, unless both cells are the same anything."""
    return all(column is not None and column.cells[one] & column.cells[other] & column.domain for column in columns)


def hidden(columns: Sequence[Column | None], by: int, rule: int) -> bool:
    """Whether all that a rule matches surely matches an earlier one."""
    return all(column is not None and not column.cells[rule] & column.domain & ~column.cells[by] for column in columns)


def uncovered(columns: Sequence[Column | None], rules: int) -> str | None:
    """Something that no rule matches, in words; None when there is nothing, or it would take too long to tell."""
    judged = [column for column in columns if column is not None]
    if len(judged) < len(columns) or not judged:
        return None
    try:
        found = _Search(judged).gap(0, (1 << rules) - 1)
    except _NotPlain:
        return None
    return None if found is None else ", ".join(filter(None, map(Column.told, judged, found)))


def values_tested(test: Node) -> list[Any]:
    """The values that a cell of an input names; none where it asks for more."""
    try:
        return list(_values(test))
    except _NotPlain:
        return []


def value_given(entry: Node) -> Any:
    """The value that a cell of an output is, where it is written out; else None."""
    try:
        return _value(entry)
    except _NotPlain:
        return None


class _Search:
    """Goes through the columns from left to right with the rules that match so far; what was seen once is not gone through again."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._by_atom = [[_rules_at(column, atom) for atom in _atoms(column.domain)] for column in columns]
        self._seen: set[tuple[int, int]] = set()
        self._left = BUDGET

    def gap(self, at: int, rules: int) -> list[int] | None:
        if not rules:
            return []
        if at == len(self._columns) or (at, rules) in self._seen:
            return None
        self._seen.add((at, rules))
        for atom, matching in zip(_atoms(self._columns[at].domain), self._by_atom[at], strict=True):
            self._left -= 1
            if self._left < 0:
                raise _NotPlain
            found = self.gap(at + 1, rules & matching)
            if found is not None:
                return [atom, *found]
        return None


def _rules_at(column: Column, atom: int) -> int:
    return sum(1 << place for place, cell in enumerate(column.cells) if cell >> atom & 1)


def _atoms(domain: int) -> Iterator[int]:
    return (atom for atom in range(domain.bit_length()) if domain >> atom & 1)


def _column(table: Table, place: int) -> Column | None:
    tests = [rule.tests[place] for rule in table.rules]
    allowed = table.inputs[place].allowed
    try:
        written = [value for test in (*tests, allowed) if test is not None for value in _values(test)]
        kinds = {type(value) for value in written}
        if len(kinds) > 1:
            return None
        ordered = kinds <= set(_ORDERED)
        values = sorted(dict.fromkeys(written)) if ordered else list(dict.fromkeys(written))
        values = [True, False] if kinds == {bool} else values
        if ordered and any(less(one, other) is None for one, other in pairwise(values)):
            return None
        atoms = 2 * len(values) + 1 if ordered else len(values)
        everything = (1 << atoms) - 1
        cells = [everything if test is None else _bits(test, values, everything, ordered=ordered) for test in tests]
        domain = everything if allowed is None else _bits(allowed, values, everything, ordered=ordered)
    except (_NotPlain, TypeError):  # the latter: moments with a zone and without have no order
        return None
    return Column(table.inputs[place].label, values, ordered, cells, domain & ~_between_neighbours(values))


def _between_neighbours(values: Sequence[Any]) -> int:
    """The stretches between whole numbers that follow each other: where a column names only whole ones, nothing lies there."""
    if not values or not all(isinstance(value, Decimal) and value == value.to_integral_value() for value in values):
        return 0
    pairs = pairwise(values)
    return sum(1 << 2 * place for place, (low, high) in enumerate(pairs, 1) if high - low == 1)


def _values(test: Node) -> Iterator[Any]:
    """The values that a cell names. Raises _NotPlain."""
    if not isinstance(test, In) or not (isinstance(test.operand, Name) and test.operand.name == "?"):
        raise _NotPlain
    for one in test.tests:
        if isinstance(one.operand, RangeOf):
            yield from (_value(end) for end in (one.operand.low, one.operand.high) if end is not None)
        else:
            yield _value(one.operand)


def _value(node: Node) -> Any:
    if isinstance(node, Call) and isinstance(node.function, Name) and node.function.name in _CONVERSIONS and len(node.arguments) == 1:
        text = node.arguments[0]
        if isinstance(text, Literal) and isinstance(text.value, str):
            node = Literal(1, _CONVERSIONS[node.function.name](text.value))
    if not isinstance(node, Literal) or not isinstance(node.value, (*_ORDERED, *_NAMED)):
        raise _NotPlain
    return node.value


def _bits(test: Node, values: Sequence[Any], everything: int, *, ordered: bool) -> int:
    if not isinstance(test, In):
        raise _NotPlain
    found = 0
    for one in test.tests:
        found |= _ordered_bits(one, values, everything) if ordered else _named_bits(one, values, everything)
    return everything & ~found if test.negated else found


def _named_bits(test: Test, values: Sequence[Any], everything: int) -> int:
    bit = 1 << values.index(_value(test.operand))
    if test.operator not in ("in", "=", "!="):
        raise _NotPlain
    return everything & ~bit if test.operator == "!=" else bit


def _ordered_bits(test: Test, values: Sequence[Any], everything: int) -> int:
    if isinstance(test.operand, RangeOf):
        interval = test.operand
        low = _from(values.index(_value(interval.low)), everything, included=interval.low_included) if interval.low else everything
        high = _to(values.index(_value(interval.high)), included=interval.high_included) if interval.high else everything
        return low & high
    at = values.index(_value(test.operand))
    match test.operator:
        case "<" | "<=":
            return _to(at, included=test.operator == "<=")
        case ">" | ">=":
            return _from(at, everything, included=test.operator == ">=")
        case "!=":
            return everything & ~(1 << 2 * at + 1)
    return 1 << 2 * at + 1


def _to(at: int, *, included: bool) -> int:
    """All atoms before a value, with it or without."""
    return (1 << 2 * at + 1 + included) - 1


def _from(at: int, everything: int, *, included: bool) -> int:
    """All atoms behind a value, with it or without."""
    return everything & ~_to(at, included=not included)
