"""Ids in paths. What is no id of ours is an id that nothing has, so that the room says what was not found."""

from uuid import UUID

from flask import Flask
from werkzeug.routing import BaseConverter

from api.engine_rest.parameters import NOWHERE


class IdConverter(BaseConverter):
    """`<id:…>` in a path."""

    def to_python(self, value: str) -> UUID:
        """The id, or one that nothing has."""
        try:
            return UUID(value)
        except ValueError:
            return NOWHERE


def register(app: Flask) -> None:
    """Teach an application the converter."""
    app.url_map.converters["id"] = IdConverter
