"""Schemas for tests."""

from typing import Any


def component(kind: str, key: str | None = None, **more: Any) -> dict[str, Any]:
    """A component with a label in all languages."""
    made: dict[str, Any] = {"type": kind, "label": "Field", "properties": {"label.kk": "Өріс", "label.ru": "Поле"}, **more}
    return made if key is None else made | {"key": key}


def schema(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A form of some components."""
    return {"type": "default", "id": "form", "schemaVersion": 19, "components": list(components), **more}


def decision() -> dict[str, Any]:
    """The form of a decision, with all translations."""
    return schema(
        component(
            "radio",
            "decision",
            label="Decision",
            values=[{"label": "Accept", "value": "accept"}, {"label": "Return", "value": "return"}],
            validate={"required": True},
            properties={
                "label.kk": "Шешім",
                "label.ru": "Решение",
                "values.accept.kk": "Қабылдау",
                "values.accept.ru": "Принять",
                "values.return.kk": "Пысықтауға қайтару",
                "values.return.ru": "Вернуть на доработку",
            },
        )
    )
