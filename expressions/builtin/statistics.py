"""Functions that make one number of many."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import reduce

from expressions.builtin.library import Library
from expressions.comparing import less
from expressions.numerals import CONTEXT
from expressions.values import Value

LIBRARY = Library()
_TWO = Decimal(2)

Statistic = Callable[[Sequence[Decimal]], Value]


def _declare(name: str, statistic: Statistic, *, of_nothing: Value = None) -> None:
    """Declare a function of numbers, given as one list or one by one; null if any is none."""

    def of(items: Sequence[Value]) -> Value:
        if not items:
            return of_nothing
        return statistic(items) if all(isinstance(item, Decimal) for item in items) else None

    LIBRARY.function(f"{name}(list: list)")(of)
    LIBRARY.function(f"{name}(n...: number)")(lambda *items: of(items))


def _mean(numbers: Sequence[Decimal]) -> Decimal:
    return CONTEXT.divide(reduce(CONTEXT.add, numbers), Decimal(len(numbers)))


def _median(numbers: Sequence[Decimal]) -> Decimal:
    ordered, middle = sorted(numbers), len(numbers) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return CONTEXT.divide(CONTEXT.add(ordered[middle - 1], ordered[middle]), _TWO)


def _deviation(numbers: Sequence[Decimal]) -> Decimal | None:
    """The standard deviation of a sample."""
    if len(numbers) < 2:
        return None
    mean = _mean(numbers)
    squares = [CONTEXT.power(CONTEXT.subtract(number, mean), _TWO) for number in numbers]
    return CONTEXT.sqrt(CONTEXT.divide(reduce(CONTEXT.add, squares), Decimal(len(numbers) - 1)))


def _mode(numbers: Sequence[Decimal]) -> list[Decimal]:
    counts: dict[Decimal, int] = {}
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values())
    return sorted(number for number, count in counts.items() if count == most)


_declare("sum", lambda numbers: reduce(CONTEXT.add, numbers))
_declare("product", lambda numbers: reduce(CONTEXT.multiply, numbers))
_declare("mean", _mean)
_declare("median", _median)
_declare("stddev", _deviation)
_declare("mode", _mode, of_nothing=[])


def _extreme(items: Sequence[Value], *, greatest: bool) -> Value:
    if not items:
        return None
    best = items[0]
    if less(best, best) is None:
        return None
    for item in items[1:]:
        before = less(item, best)
        if before is None:
            return None
        if (before and not greatest) or (greatest and less(best, item)):
            best = item
    return best


@LIBRARY.function("min(list: list)")
def _min(items: Sequence[Value]) -> Value:
    return _extreme(items, greatest=False)


@LIBRARY.function("min(c...: point)")
def _min_of(*items: Value) -> Value:
    return _extreme(items, greatest=False)


@LIBRARY.function("max(list: list)")
def _max(items: Sequence[Value]) -> Value:
    return _extreme(items, greatest=True)


@LIBRARY.function("max(c...: point)")
def _max_of(*items: Value) -> Value:
    return _extreme(items, greatest=True)
