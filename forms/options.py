"""The options of radio buttons, selects, checklists and tag lists: from the schema, from input data or from an expression."""

from collections.abc import Mapping
from typing import Any

from forms.components import Component
from forms.scopes import Scope, evaluate, is_expression
from forms.values import same


def values(component: Component, given: Mapping[str, Any], scope: Scope) -> list[Any]:
    """The values that may be chosen; `given` is the data the form was opened with (for `valuesKey`)."""
    return [value for option in _offered(component, given, scope) for value in _value(option)]


def is_option(value: Any, offered: list[Any]) -> bool:
    """Whether a value is among those offered."""
    return any(same(value, option) for option in offered)


def _offered(component: Component, given: Mapping[str, Any], scope: Scope) -> list[Any]:
    schema = component.schema
    offered: Any = schema.get("values")
    if "valuesKey" in schema:
        offered = given.get(schema["valuesKey"])
    elif offered is None and is_expression(schema.get("valuesExpression")):
        offered = evaluate(schema["valuesExpression"], scope)
    return offered if isinstance(offered, list) else []


def _value(option: Any) -> list[Any]:
    """The value of one option, if it is a sound one: a plain value, or an object with a value (an object value needs a label)."""
    if _is_plain(option):
        return [option]
    if not isinstance(option, dict):
        return []
    value, label = option.get("value"), option.get("label")
    labelled = isinstance(label, str) and bool(label)
    sound = _is_plain(value) or (labelled and isinstance(value, dict | list) and bool(value))
    return [value] if sound else []


def _is_plain(value: Any) -> bool:
    return value is not None and value != "" and not isinstance(value, dict | list)
