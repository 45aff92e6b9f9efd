"""Which fields a person sees. form-js decides twice: first every hidden value is taken out of the data, then the conditions are asked
again with the rest, over what the form was opened with."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from forms.components import Component, Path
from forms.scopes import Scope, evaluate, get, is_expression, put, remove, test
from forms.values import same

MAX_ROUNDS = 10


@dataclass(frozen=True)
class Shown:
    """A field that a person sees, where its value is, and what its expressions can see."""

    component: Component
    path: Path
    scope: Scope


def shown(form: Component, data: Mapping[str, Any], start: Mapping[str, Any]) -> list[Shown]:
    """The visible fields and lists of rows, in order."""
    scope = visible_scope(form, data, start)
    return list(_shown(form, (), scope, data))


def visible_scope(form: Component, data: Mapping[str, Any], start: Mapping[str, Any]) -> Scope:
    """The scope of the whole form: data without what is hidden, over what the form was opened with."""
    rest = deepcopy(dict(data))
    _prune(form, (), Scope(data, data), data, rest, hidden=False)
    seen = {**start, **rest}
    return Scope(seen, seen)


def compute(form: Component, data: dict[str, Any], start: Mapping[str, Any]) -> None:
    """Give every expression field its value, again and again while one depends on another."""
    for _ in range(MAX_ROUNDS):
        changed = False
        for field in shown(form, data, start):
            text = field.component.schema.get("expression")
            if field.component.type != "expression" or not is_expression(text):
                continue
            value = evaluate(str(text), field.scope)
            if not same(value, get(data, field.path)):
                put(data, field.path, value)
                changed = True
        if not changed:
            return


def _hidden(component: Component, scope: Scope) -> bool:
    return is_expression(component.hide) and test(str(component.hide), scope)


def _shown(component: Component, above: Path, scope: Scope, data: Mapping[str, Any]) -> Iterator[Shown]:
    if _hidden(component, scope):
        return
    path: Path = (*above, *component.path)
    if component.keyed:
        yield Shown(component, path, scope)
        return
    if not component.repeats:
        for child in component.components:
            yield from _shown(child, path, scope, data)
        return
    yield Shown(component, path, scope)
    for number, row in enumerate(get(data, path) or ()):
        for child in component.components:
            yield from _shown(child, (*path, number), scope.row(row, number + 1), data)


def _prune(component: Component, above: Path, scope: Scope, data: Mapping[str, Any], rest: dict[str, Any], *, hidden: bool) -> None:
    path: Path = (*above, *component.path)
    hidden = hidden or (component.type != "default" and _hidden(component, scope))
    if component.keyed:
        if hidden:
            remove(rest, path)
    elif not component.repeats:
        for child in component.components:
            _prune(child, path, scope, data, rest, hidden=hidden)
    elif hidden:
        remove(rest, path)
    else:
        for number, row in enumerate(get(data, path) or ()):
            inner = Scope(data, row, scope.this, (*scope.i, number + 1))
            for child in component.components:
                _prune(child, (*path, number), inner, data, rest, hidden=False)
