"""Closures of lists, contexts, ranges, filters, paths and loops."""

from collections.abc import Iterator as IteratorOf
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from expressions.comparing import less
from expressions.compiling import Compiler, Rule
from expressions.errors import TypeMismatched
from expressions.limits import Meter, within_list
from expressions.numerals import whole
from expressions.running import Closure, Scope
from expressions.syntax import ContextOf, Filter, For, FunctionOf, Index, Iterator, ListOf, Node, Path, Quantified, RangeOf, mentions
from expressions.temporal import PROPERTIES
from expressions.types import name_of
from expressions.values import Range, Value


class _NotIterable(Exception):
    """What a loop should go through has no items."""


def _list(node: ListOf, compiler: Compiler) -> Closure:
    items = [compiler(item) for item in node.items]
    return lambda scope: [item(scope) for item in items]


def _context(node: ContextOf, compiler: Compiler) -> Closure:
    entries: list[tuple[str, Closure]] = []
    with compiler.knowing(()) as known:
        for name, value in node.entries:
            if isinstance(value, FunctionOf):
                known.add(name)  # it may call itself
            entries.append((name, compiler(value)))
            known.add(name)

    def context(scope: Scope) -> dict[str, Value]:
        made: dict[str, Value] = {}
        inside = scope.within(made)
        for name, value in entries:
            made[name] = value(inside)
        return made

    return context


def _range(node: RangeOf, compiler: Compiler) -> Closure:
    low = compiler(node.low) if node.low else None
    high = compiler(node.high) if node.high else None
    borders = node.low_included, node.high_included, node.point

    def interval(scope: Scope) -> Range | None:
        start, end = low(scope) if low else None, high(scope) if high else None
        if (low and start is None) or (high and end is None):
            return None
        return range_between(start, end, *borders)

    return interval


def range_between(low: Value, high: Value, low_included: bool, high_included: bool, point: bool) -> Range | None:
    """The range between two ends that have an order; None when they have none."""
    if low is None and high is None:
        return None
    if less(low if low is not None else high, high if high is not None else low) is None:
        return None
    return Range(low, high, low_included, high_included, point)


def property_of(value: Value, name: str, meter: Meter) -> Value:
    """`value.name`: a context's entry, a date's part, or of a list all its items' properties."""
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, list):
        meter.values(len(value))
        return [property_of(item, name, meter) for item in value]
    read = PROPERTIES.get(type(value), {}).get(name)
    return read(value) if read else None


def _path(node: Path, compiler: Compiler) -> Closure:
    source, name = compiler(node.source), node.name
    return lambda scope: property_of(source(scope), name, scope.run.meter)


def _index(node: Index, compiler: Compiler) -> Closure:
    source, key = compiler(node.source), compiler(node.key)

    def entry(scope: Scope) -> Value:
        value, at = source(scope), key(scope)
        if isinstance(value, dict):
            return value.get(at) if isinstance(at, str) else None
        position = whole(at) if isinstance(at, Decimal) else None
        if not isinstance(value, list) or position is None or not 0 <= position < len(value):
            return None
        return value[position]

    return entry


def item_at(items: list[Value], position: Decimal) -> Value:
    """The item at a place counted from 1, or from the end with -1."""
    at = whole(position)
    if at is None or at == 0 or abs(at) > len(items):
        return None
    return items[at - 1 if at > 0 else at]


def _filter(node: Filter, compiler: Compiler) -> Closure:
    source, strict = compiler(node.source), node.strict
    with compiler.knowing({"item"}), compiler.knowing(None):
        condition = compiler.body(node.condition)

    def test(scope: Scope, item: Value) -> Value:
        scope.run.meter.spend(condition.steps)
        inside = scope.within({"item": item})
        return condition.run(inside.within(item) if isinstance(item, dict) else inside)

    def chosen(scope: Scope) -> Value:
        value = source(scope)
        items = value if isinstance(value, list) else [] if value is None else [value]
        kept: list[Value] = []
        for item in items or [None]:
            passed = test(scope, item)
            if isinstance(passed, Decimal) and not strict:
                return item_at(items, passed)
            if passed is True and items:
                kept.append(item)
            if strict and passed is not None and not isinstance(passed, bool) and items:
                return scope.run.note(TypeMismatched(name="match", expected="boolean", found=name_of(passed)))
        return kept

    return chosen


@dataclass(frozen=True)
class _Source:
    name: str
    start: Closure
    end: Closure | None

    def items(self, scope: Scope) -> Sequence[Value]:
        value = self.start(scope)
        if self.end is not None:
            return _counted(value, self.end(scope), scope.run.meter)
        if isinstance(value, Range):
            return _counted_range(value, scope.run.meter)
        if value is None:
            raise _NotIterable
        return value if isinstance(value, list) else [value]


def _counted_range(interval: Range, meter: Meter) -> Sequence[Value]:
    if less(interval.high, interval.low) is not False:
        raise _NotIterable
    items = _counted(interval.low, interval.high, meter)
    start = 0 if interval.low_included else 1
    return items[start : len(items) if interval.high_included else len(items) - 1]


def _counted(start: Value, end: Value, meter: Meter) -> Sequence[Value]:
    """All whole numbers or days from one to another, downwards if need be."""
    if type(start) is date and type(end) is date:
        days = (end - start).days
        step = timedelta(days=1 if days >= 0 else -1)
        _pay_for(abs(days) + 1, meter)
        return [start + step * number for number in range(abs(days) + 1)]
    first = whole(start) if isinstance(start, Decimal) else None
    last = whole(end) if isinstance(end, Decimal) else None
    if first is None or last is None:
        raise _NotIterable
    _pay_for(abs(last - first) + 1, meter)
    step_ = 1 if last >= first else -1
    return [Decimal(number) for number in range(first, last + step_, step_)]


def _pay_for(count: int, meter: Meter) -> None:
    within_list(count)
    meter.values(count)


def _scopes(sources: list[_Source], scope: Scope, at: int = 0) -> IteratorOf[Scope]:
    """A scope for every combination of the sources' items; later sources see earlier names."""
    source = sources[at]
    for item in source.items(scope):
        inside = scope.within({source.name: item})
        if at + 1 < len(sources):
            scope.run.meter.spend(1)
            yield from _scopes(sources, inside, at + 1)
        else:
            yield inside


def _sources(iterators: tuple[Iterator, ...], compiler: Compiler, names: ExitStack) -> list[_Source]:
    """The sources compiled, each knowing the names before it; the names stay known until the stack is left."""
    sources: list[_Source] = []
    for iterator in iterators:
        start = compiler(iterator.source)
        end = compiler(iterator.end) if iterator.end else None
        sources.append(_Source(iterator.name, start, end))
        names.enter_context(compiler.nested())
        names.enter_context(compiler.knowing({iterator.name}))
    return sources


def _for(node: For, compiler: Compiler) -> Closure:
    partial = mentions(node.body, "partial")
    with ExitStack() as names:
        sources = _sources(node.iterators, compiler, names)
        names.enter_context(compiler.knowing({"partial"} if partial else ()))
        body = compiler.body(node.body)

    def results(scope: Scope) -> list[Value] | None:
        made: list[Value] = []
        meter = scope.run.meter
        try:
            for inside in _scopes(sources, scope):
                meter.spend(body.steps)
                if partial:
                    meter.values(len(made))
                    inside.names["partial"] = list(made)
                made.append(body.run(inside))
        except _NotIterable:
            return None
        within_list(len(made))
        return made

    return results


def _quantified(node: Quantified, compiler: Compiler) -> Closure:
    """`every` is settled by the first false, `some` by the first true; null leaves it open."""
    settling, strict = not node.every, node.strict
    with ExitStack() as names:
        sources = _sources(node.iterators, compiler, names)
        condition = compiler.body(node.condition)

    def quantified(scope: Scope) -> bool | None:
        result: bool | None = not settling
        try:
            for inside in _scopes(sources, scope):
                scope.run.meter.spend(condition.steps)
                value = condition.run(inside)
                if not isinstance(value, bool):
                    if strict:
                        return None
                    result = None
                elif value is settling:
                    return value
        except _NotIterable:
            return None
        return result

    return quantified


RULES: Mapping[type[Node], Rule] = {
    ListOf: _list,
    ContextOf: _context,
    RangeOf: _range,
    Path: _path,
    Index: _index,
    Filter: _filter,
    For: _for,
    Quantified: _quantified,
}
