"""Three languages in one form.

The schema's own texts are what form-js shows by itself; translations stand in `properties` of the same component, under the name of the
text and the language: `"properties": {"label.kk": "Шешім", "label.ru": "Решение"}`. The label of an option is named by its value:
`"values.approve.kk"`.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

#: Languages every text must have.
REQUIRED = ("kk", "ru")
#: Where texts stand in a component: the name used in `properties`, and the way there.
PLACES: Mapping[str, tuple[str, ...]] = {
    "label": ("label",),
    "description": ("description",),
    "text": ("text",),
    "dateLabel": ("dateLabel",),
    "timeLabel": ("timeLabel",),
    "alt": ("alt",),
    "prefixAdorner": ("appearance", "prefixAdorner"),
    "suffixAdorner": ("appearance", "suffixAdorner"),
    "patternErrorMessage": ("validate", "patternErrorMessage"),
}


def localised(schema: Mapping[str, Any], language: str) -> dict[str, Any]:
    """A copy of a schema with its texts in one language; a text that has no translation stays as it is."""
    copy: dict[str, Any] = deepcopy(dict(schema))
    _localise(copy, language)
    return copy


def texts(component: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The texts of one component that people read: (name in `properties`, text)."""
    for name, way in PLACES.items():
        text = _get(component, way)
        if isinstance(text, str) and _has_letters(text):
            yield name, text
    for option in _options(component):
        if _has_letters(str(option.get("label", ""))):
            yield f"values.{option.get('value')}", option["label"]
    for column in _columns(component):
        if _has_letters(str(column.get("label", ""))):
            yield f"columns.{column.get('key')}", column["label"]


def translation(component: Mapping[str, Any], name: str, language: str) -> str | None:
    """A text of a component in a language, if it has it."""
    properties = component.get("properties")
    text = properties.get(f"{name}.{language}") if isinstance(properties, dict) else None
    return text if isinstance(text, str) and text else None


def _localise(component: dict[str, Any], language: str) -> None:
    for name, way in PLACES.items():
        text = translation(component, name, language)
        holder = _get(component, way[:-1])
        if text is not None and isinstance(holder, dict):
            holder[way[-1]] = text
    for option in _options(component):
        option["label"] = translation(component, f"values.{option.get('value')}", language) or option.get("label")
    for column in _columns(component):
        column["label"] = translation(component, f"columns.{column.get('key')}", language) or column.get("label")
    for child in component.get("components", ()):
        _localise(child, language)


def _get(holder: Any, way: tuple[str, ...]) -> Any:
    for step in way:
        holder = holder.get(step) if isinstance(holder, Mapping) else None
    return holder


def _options(component: Mapping[str, Any]) -> list[dict[str, Any]]:
    return _objects(component.get("values"))


def _columns(component: Mapping[str, Any]) -> list[dict[str, Any]]:
    return _objects(component.get("columns"))


def _objects(found: Any) -> list[dict[str, Any]]:
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _has_letters(text: str) -> bool:
    return not text.startswith("=") and any(sign.isalpha() for sign in text)
