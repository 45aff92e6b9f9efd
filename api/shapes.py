"""The base of all schemas: they check shape only, and say what is wrong by codes whose words live in `texts/`.

marshmallow's own messages are English sentences. Here each becomes a code with fields on its way out of a field, and is read back by
`read_message` where the problem is written.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import marshmallow
from marshmallow import fields, validate

from organisations.days import FIRST_DAY, LAST_DAY, is_counted

_SEPARATOR = "\x1f"
_NAMES = {"required": "shape_required", "null": "shape_null", "unknown": "shape_unknown"}


class Shape(marshmallow.Schema):
    """What a body, a query or an answer looks like. Unknown fields are refused; existence, rights and stages are the rooms' business."""

    error_messages = {"unknown": "shape_unknown", "type": "shape_type_object"}  # noqa: RUF012  # marshmallow's own way to say it

    class Meta:
        """Fields that nobody knows are a mistake of the caller."""

        unknown = marshmallow.RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Replace the field's English sentences by codes."""
        for inner in (getattr(field_obj, name, None) for name in ("inner", "key_field", "value_field")):
            if isinstance(inner, fields.Field):
                self.on_bind_field(field_name, inner)
        kind = type(field_obj).__name__.lower().removeprefix("sent")
        field_obj.error_messages = {key: _NAMES.get(key, f"shape_type_{kind}") for key in field_obj.error_messages}
        for validator in field_obj.validators:
            _speak_in_codes(validator)


class SentAwareDateTime(fields.AwareDateTime):
    """A moment in a body or a query; one that lies outside the years of the calendar in UTC is none."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> datetime:
        moment = super()._deserialize(value, attr, data, **kwargs)
        try:
            return moment.astimezone(UTC)
        except OverflowError as error:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from error


class SentDate(fields.Date):
    """A day in a body or a query, one of those that anything is dated with."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        day = super()._deserialize(value, attr, data, **kwargs)
        if not is_counted(day):
            raise marshmallow.ValidationError(_SEPARATOR.join(["shape_range", f"min={FIRST_DAY}", f"max={LAST_DAY}"]))
        return day


def read_message(message: str) -> tuple[str, dict[str, str]]:
    """The code and the fields of a message of a `Shape`."""
    code, *given = message.split(_SEPARATOR)
    return code, dict(part.split("=", 1) for part in given)


def pointed(messages: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Every message of a ValidationError with the JSON pointer of what it is about."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            step = "" if name == marshmallow.exceptions.SCHEMA else "/" + str(name).replace("~", "~0").replace("/", "~1")
            yield from pointed(inner, pointer + step)
    elif isinstance(messages, list | tuple):
        for inner in messages:
            yield from pointed(inner, pointer)
    else:
        yield pointer, str(messages)


def _speak_in_codes(validator: Any) -> None:
    names: tuple[str, ...] = ()
    code = "shape_pattern"
    if isinstance(validator, validate.Length | validate.Range):
        kind = "shape_length" if isinstance(validator, validate.Length) else "shape_range"
        names = tuple(name for name in ("min", "max") if getattr(validator, name) is not None)
        code = kind if len(names) == 2 else f"{kind}_{names[0]}"
    elif isinstance(validator, validate.OneOf):
        code, names = "shape_choice", ("choices",)
    validator.error = _SEPARATOR.join([code, *(f"{name}={{{name}}}" for name in names)])
