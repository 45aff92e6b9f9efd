"""Functions of lists. Positions count from 1, or from the end with -1."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from expressions.builtin.library import Library
from expressions.comparing import equals, less
from expressions.limits import DEPTH, Meter, within_list
from expressions.numerals import place
from expressions.running import Run
from expressions.values import Function, Value, YearsMonths

LIBRARY = Library()
List = list[Value]
_HASHED = frozenset({Decimal, str, bool, date, datetime, time, timedelta, YearsMonths, type(None)})


@LIBRARY.function("list contains(list: list, element: any)", runs=True)
def _contains(run: Run, items: List, element: Value) -> bool:
    run.meter.values(len(items))
    return any(equals(item, element, run.meter) is True for item in items)


@LIBRARY.function("count(list: list)")
def _count(items: List) -> Decimal:
    return Decimal(len(items))


@LIBRARY.function("sublist(list: list, start position: number, length?: number)")
def _sublist(items: List, start: Decimal, length: Decimal | None = None) -> List | None:
    first = place(start)
    count = len(items) if length is None else place(length)
    if not first or abs(first) > len(items) or count is None or count < 0:
        return None
    begin = first - 1 if first > 0 else len(items) + first
    if length is not None and begin + count > len(items):
        return None
    return items[begin : begin + count]


@LIBRARY.function("append(list: list, item...: any)")
def _append(items: List, *more: Value) -> List:
    return [*items, *more]


@LIBRARY.function("concatenate(list...: list)")
def _concatenate(*lists: List) -> List:
    within_list(sum(map(len, lists)))
    return [item for items in lists for item in items]


@LIBRARY.function("insert before(list: list, position: number, newItem: any)")
def _insert(items: List, position: Decimal, item: Value) -> List | None:
    at = _place(items, position)
    return None if at is None else [*items[:at], item, *items[at:]]


@LIBRARY.function("remove(list: list, position: number)")
def _remove(items: List, position: Decimal) -> List | None:
    at = _place(items, position)
    return None if at is None else [*items[:at], *items[at + 1 :]]


def _place(items: List, position: Decimal) -> int | None:
    at = place(position)
    if not at or abs(at) > len(items):
        return None
    return at - 1 if at > 0 else len(items) + at


@LIBRARY.function("list replace(list: list, position: number, newItem: any)")
def _replace(items: List, position: Decimal, item: Value) -> List | None:
    at = _place(items, position)
    return None if at is None else [*items[:at], item, *items[at + 1 :]]


@LIBRARY.function("list replace(list: list, match: function, newItem: any)")
def _replace_matching(items: List, match: Function, new: Value) -> List | None:
    if len(match.parameters) != 2:
        return None
    passed = [match.call([item, new]) for item in items]
    if not all(isinstance(each, bool) for each in passed):
        return None
    return [new if each else item for item, each in zip(items, passed, strict=True)]


@LIBRARY.function("reverse(list: list)")
def _reverse(items: List) -> List:
    return items[::-1]


@LIBRARY.function("index of(list: list, match: any)", runs=True)
def _index_of(run: Run, items: List, match: Value) -> List:
    return [Decimal(number) for number, item in enumerate(items, 1) if equals(item, match, run.meter) is True]


@LIBRARY.function("union(list...: list)", runs=True)
def _union(run: Run, *lists: List) -> List:
    return _distinct(_concatenate(*lists), run.meter)


@LIBRARY.function("distinct values(list: list)", runs=True)
def _distinct_values(run: Run, items: List) -> List:
    return _distinct(items, run.meter)


def _distinct(items: Sequence[Value], meter: Meter) -> List:
    """The items without those that equal an earlier one; items that have parts are compared one by one."""
    kept: List = []
    seen: set[Any] = set()
    others: List = []
    for item in items:
        if type(item) in _HASHED:
            if (type(item), item) in seen:
                continue
            seen.add((type(item), item))
        else:
            meter.values(len(others))
            if any(equals(item, other, meter) is True for other in others):
                continue
            others.append(item)
        kept.append(item)
    return kept


@LIBRARY.function("flatten(list: list)", runs=True)
def _flatten(run: Run, items: List) -> List:
    flat: List = []
    _pour(items, flat, run.meter, DEPTH)
    return flat


def _pour(items: List, into: List, meter: Meter, depth: int) -> None:
    meter.values(len(items))
    for item in items:
        if isinstance(item, list) and depth:
            _pour(item, into, meter, depth - 1)
        else:
            into.append(item)
    within_list(len(into))


@LIBRARY.function("sort(list: list, precedes: function)")
def _sort(items: List, precedes: Function) -> List | None:
    if len(precedes.parameters) != 2:
        return None
    return sorted(items, key=cmp_to_key(lambda one, other: -1 if precedes.call([one, other]) is True else 0))


@LIBRARY.function("sort(list: list)")
def _sort_ascending(items: List) -> List | None:
    if any(less(items[0], item) is None for item in items):
        return None
    return sorted(items)
