"""Values against a form: what the viewer would send on, or the faults by field."""

from collections.abc import Iterator, Mapping
from typing import Any

from forms.components import Component, Path
from forms.filling import Filling, filled, opened
from forms.rules import broken
from forms.scopes import get, is_expression, put, test
from forms.visibility import Shown, compute, shown
from refusals import Fault


def validate(form: Component, values: Mapping[str, Any], context: Mapping[str, Any], at: str) -> tuple[dict[str, Any], list[Fault]]:
    """The cleaned values and the faults. `context` is the data the form was opened with, `at` the pointer to the values."""
    start = opened(form, context)
    filling = filled(form, values, start)
    _keep_readonly(form, filling, start)
    compute(form, filling.data, start)
    cleaned: dict[str, Any] = {}
    faults: list[Fault] = []
    for field in shown(form, filling.data, start):
        faults.extend(_faults(field, filling, context, at))
        if field.component.keyed and not field.component.disabled:
            put(cleaned, field.path, get(filling.data, field.path))
    return cleaned, faults


def _faults(field: Shown, filling: Filling, context: Mapping[str, Any], at: str) -> Iterator[Fault]:
    if not field.component.keyed:
        yield from _row_faults(field, filling, at)
        return
    if field.component.disabled:
        return
    unreadable = filling.unreadable.get(field.path)
    if unreadable is not None:
        yield Fault(_pointer(at, field.path), unreadable.code, unreadable.fields)
        return
    for code, fields in broken(field.component, get(filling.data, field.path), context, field.scope):
        yield Fault(_pointer(at, field.path), code, fields)


def _row_faults(field: Shown, filling: Filling, at: str) -> Iterator[Fault]:
    for path, unreadable in filling.unreadable.items():
        if path == field.path or (path[:-1] == field.path and isinstance(path[-1], int)):
            yield Fault(_pointer(at, path), unreadable.code, unreadable.fields)


def _keep_readonly(form: Component, filling: Filling, start: Mapping[str, Any]) -> None:
    """Put back what the form was opened with where a field is read-only by an expression."""
    for field in shown(form, filling.data, start):
        readonly = field.component.schema.get("readonly")
        if field.component.keyed and is_expression(readonly) and test(str(readonly), field.scope):
            put(filling.data, field.path, get(start, field.path))
            filling.unreadable.pop(field.path, None)


def _pointer(at: str, path: Path) -> str:
    return at + "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
