"""From what was sent to the data of a form: every field given its value or its empty one, everything else left out.

A field that was not sent gets its default value, else its empty one; never what the form was opened with, because nobody confirmed that.
Read-only and disabled fields are the other way round: they keep what the form was opened with, whatever was sent.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from forms.components import Component, Path
from forms.scopes import get, put
from forms.values import Unreadable, clean

MAX_ROWS = 1_000


@dataclass
class Filling:
    """The data of a form and what could not be read, by path."""

    data: dict[str, Any]
    unreadable: dict[Path, Unreadable] = field(default_factory=dict)


def opened(form: Component, context: Mapping[str, Any]) -> dict[str, Any]:
    """The data a form is opened with: the context, with each field's value made sound, else its default or empty one."""
    filling = Filling(deepcopy(dict(context)))
    _Filler(filling, context).fill(form, ())
    return filling.data


def filled(form: Component, values: Mapping[str, Any], start: Mapping[str, Any]) -> Filling:
    """What a person makes of a form that was opened with `start`."""
    filling = Filling({name: value for name, value in start.items() if not _belongs(form, name)})
    _Filler(filling, values, start).fill(form, ())
    return filling


def _belongs(form: Component, name: str) -> bool:
    return any(child.path[0] == name if child.path else _belongs(child, name) for child in form.components)


class _Filler:
    def __init__(self, filling: Filling, source: Mapping[str, Any], kept: Mapping[str, Any] | None = None) -> None:
        self._filling = filling
        self._source = source
        self._kept = source if kept is None else kept

    def fill(self, component: Component, above: Path) -> None:
        path: Path = (*above, *component.path)
        if component.keyed:
            put(self._filling.data, path, self._value(component, path))
        elif component.repeats:
            self._fill_rows(component, path)
        else:
            for child in component.components:
                self.fill(child, path)

    def _value(self, component: Component, path: Path) -> Any:
        fixed = component.disabled or component.schema.get("readonly") is True
        value = get(self._kept if fixed else self._source, path)
        if value is None:
            value = component.schema.get("defaultValue")
        try:
            return clean(component, value)
        except Unreadable as error:
            self._filling.unreadable[path] = error
            return component.empty

    def _fill_rows(self, component: Component, path: Path) -> None:
        rows = self._rows(component, path)
        put(self._filling.data, path, [{} for _ in rows])
        for number, row in enumerate(rows):
            if not isinstance(row, Mapping):
                self._filling.unreadable[(*path, number)] = Unreadable("field_row")
            for child in component.components:
                self.fill(child, (*path, number))

    def _rows(self, component: Component, path: Path) -> list[Any]:
        rows = get(self._source, path)
        if rows is None:
            count = component.schema.get("defaultRepetitions")
            return [{} for _ in range(1 if count is None else count)]
        if not isinstance(rows, list):
            self._filling.unreadable[path] = Unreadable("field_rows")
            return []
        if len(rows) > MAX_ROWS:
            self._filling.unreadable[path] = Unreadable("field_rows_too_many", limit=MAX_ROWS)
            return []
        return rows
