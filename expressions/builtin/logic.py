"""Boolean functions."""

from collections.abc import Sequence

from expressions.builtin.library import Library
from expressions.comparing import equals, negated
from expressions.running import Run
from expressions.values import Value

LIBRARY = Library()


@LIBRARY.function("not(negand: any)")
def _not(negand: Value) -> bool | None:
    return negated(negand)


@LIBRARY.function("all(list: list)")
def _all(items: Sequence[Value]) -> bool | None:
    return _settled(items, by=False)


@LIBRARY.function("all(b...: any)")
def _all_of(*items: Value) -> bool | None:
    return _settled(items, by=False)


@LIBRARY.function("any(list: list)")
def _any(items: Sequence[Value]) -> bool | None:
    return _settled(items, by=True)


@LIBRARY.function("any(b...: any)")
def _any_of(*items: Value) -> bool | None:
    return _settled(items, by=True)


def _settled(items: Sequence[Value], *, by: bool) -> bool | None:
    if any(item is by for item in items):
        return by
    return not by if all(isinstance(item, bool) for item in items) else None


@LIBRARY.function("is(value2: any)", runs=True)
@LIBRARY.function("is(value1: any, value2?: any)", runs=True)
def _is(run: Run, one: Value, other: Value = None) -> bool:
    if type(one) is not type(other) or getattr(one, "tzinfo", None) != getattr(other, "tzinfo", None):
        return False
    return equals(one, other, run.meter) is True
