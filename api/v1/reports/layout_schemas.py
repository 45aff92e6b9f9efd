"""Shapes of the form of a report, from which a page can be drawn without knowing its kind."""

from typing import Any

from marshmallow import fields

from api.shapes import Shape

_EXACT = {"type": ["string", "null"], "format": "decimal"}
_NAMES = {"type": "object", "additionalProperties": {"type": "string"}}


def _names(way: str) -> fields.Function:
    def read(held: Any) -> dict[str, str] | None:
        for step in way.split("."):
            held = getattr(held, step)
        return None if held is None else held.as_dict()

    return fields.Function(read, metadata=_NAMES | {"type": ["object", "null"]})


class TableLineShape(Shape):
    """A row or a column: its caption in three languages, and the formula of its cells; `added` marks a row that the body may add."""

    code = fields.String()
    names = _names("names")
    formula = fields.String(allow_none=True)
    added = fields.Function(lambda line: bool(getattr(line, "added", False)), metadata={"type": "boolean"})


class TableLayoutShape(Shape):
    """A table. A place without a cell is blocked; `keys` are the columns that tell added rows apart."""

    code = fields.String()
    names = _names("names")
    columns = fields.List(fields.Nested(TableLineShape))
    rows = fields.List(fields.Nested(TableLineShape))
    keys = fields.List(fields.String())


class NarrativeLayoutShape(Shape):
    """A narrative, one text in each of kk and ru."""

    code = fields.String()
    names = _names("names")
    required = fields.Boolean()


class FieldLayoutShape(Shape):
    """A single field."""

    address = fields.String()
    names = _names("names")


class SectionLayoutShape(Shape):
    """A section; `executor_id` is to whom it was given, null for all."""

    code = fields.String(attribute="section.code")
    names = _names("section.names")
    executor_id = fields.UUID(allow_none=True)
    tables = fields.List(fields.Nested(TableLayoutShape), attribute="section.tables")
    fields_ = fields.List(fields.Nested(FieldLayoutShape), attribute="section.fields", data_key="fields")
    texts = fields.List(fields.Nested(NarrativeLayoutShape), attribute="section.texts")


class MeasureShape(Shape):
    """What cells hold. `required` must be filled, `needed` once their row is in use; one with a `formula` is computed: it stands at the
    cell, its row or its column (`formula_of`)."""

    value_type = fields.String()
    indicator = fields.String(allow_none=True)
    breakdown = fields.Dict(allow_none=True)
    unit = _names("unit")
    decimals = fields.Integer()
    minimum = fields.Decimal(as_string=True, allow_none=True, metadata=_EXACT)
    maximum = fields.Decimal(as_string=True, allow_none=True, metadata=_EXACT)
    max_length = fields.Integer()
    required = fields.Boolean()
    needed = fields.Boolean()
    formula = fields.String(allow_none=True)
    formula_of = fields.String(allow_none=True)


class LayoutShape(Shape):
    """The form of a report: `cells` are all addresses in reading order, each with the place of what it holds in `measures`."""

    kind = fields.String(attribute="kind.code")
    kind_version = fields.Integer(attribute="kind.version")
    names = _names("kind.names")
    sections = fields.List(fields.Nested(SectionLayoutShape))
    measures = fields.List(fields.Nested(MeasureShape))
    cells = fields.Dict(keys=fields.String(), values=fields.Integer())
