"""Functions of contexts."""

from collections.abc import Sequence

from expressions.builtin.library import Library
from expressions.limits import DEPTH
from expressions.running import Run
from expressions.values import Value

LIBRARY = Library()
Context = dict[str, Value]


@LIBRARY.function("get value(m: context, key: string)")
def _get(context: Context, key: str) -> Value:
    return context.get(key)


@LIBRARY.function("get value(context: context, keys: list)")
def _get_deep(context: Context, keys: Sequence[Value]) -> Value:
    value: Value = context if keys else None
    for key in keys:
        value = value.get(key) if isinstance(value, dict) and isinstance(key, str) else None
    return value


@LIBRARY.function("get entries(m: context)")
def _entries(context: Context) -> list[Context]:
    return [{"key": key, "value": value} for key, value in context.items()]


@LIBRARY.function("context(entries: list)")
def _context(entries: Sequence[Value]) -> Context | None:
    made: Context = {}
    for entry in entries:
        if not isinstance(entry, dict) or "value" not in entry or not isinstance(entry.get("key"), str) or entry["key"] in made:
            return None
        made[entry["key"]] = entry["value"]
    return made


@LIBRARY.function("context put(context: context, key: string, value: any)")
def _put(context: Context, key: str, value: Value) -> Context:
    return {**context, key: value}


@LIBRARY.function("context put(context: context, keys: list, value: any)")
def _put_deep(context: Context, keys: Sequence[Value], value: Value) -> Context | None:
    if not keys or len(keys) > DEPTH or not all(isinstance(key, str) for key in keys):
        return None
    inner = context.get(keys[0])
    if len(keys) == 1:
        return {**context, keys[0]: value}
    below = _put_deep(inner, keys[1:], value) if isinstance(inner, dict) else None
    return None if below is None else {**context, keys[0]: below}


@LIBRARY.function("context merge(contexts: list)", runs=True)
def _merge(run: Run, contexts: Sequence[Value]) -> Context | None:
    if not all(isinstance(context, dict) for context in contexts):
        return None
    made: Context = {}
    for context in contexts:
        run.meter.values(len(context))
        made.update(context)
    return made
