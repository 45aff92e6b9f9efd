"""Path parameters that Flask does not know by itself."""

from datetime import date

from flask import Flask
from werkzeug.routing import BaseConverter, ValidationError


class DayConverter(BaseConverter):
    """A day as YYYY-MM-DD."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """The day; anything else is no address of ours."""
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise ValidationError() from error

    def to_url(self, value: date) -> str:
        """As it stands in a path."""
        return value.isoformat()


def register(app: Flask) -> None:
    """Make the converters known."""
    app.url_map.converters["day"] = DayConverter
