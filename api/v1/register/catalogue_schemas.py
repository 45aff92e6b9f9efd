"""Shapes of the catalogue of indicators: uses, history, series."""

from marshmallow import fields, validate

from api.shapes import Shape


class UseShape(Shape):
    """A version of a kind that asks for an indicator, from when to when, and in which cells of which section."""

    kind = fields.String()
    version = fields.Integer()
    names = fields.Function(lambda use: use.names.as_dict(), metadata={"type": "object", "additionalProperties": {"type": "string"}})
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)
    section = fields.String()
    cells = fields.List(fields.String())


class Uses(Shape):
    """Where an indicator is used."""

    items = fields.List(fields.Nested(UseShape))


class IndicatorEdition(Shape):
    """A state of an indicator: its document, which members changed, when and by whom (null: the console)."""

    number = fields.Integer()
    document = fields.Dict()
    changed = fields.List(fields.String())
    at = fields.AwareDateTime()
    by = fields.String(allow_none=True)


class IndicatorHistory(Shape):
    """The states of an indicator, the newest first."""

    items = fields.List(fields.Nested(IndicatorEdition))


class SeriesQuery(Shape):
    """Of which body; `breakdown` as `sex=men;age=youth` where the indicator is broken down."""

    body_id = fields.UUID(required=True)
    breakdown = fields.String(load_default="", validate=[validate.Length(max=200), validate.Regexp(r"^(\w+=\w+(;\w+=\w+)*)?$")])


class PartShape(Shape):
    """A figure as an accepted report told it."""

    indicator = fields.String()
    breakdown = fields.String()
    value = fields.Decimal(as_string=True)
    report_id = fields.UUID()
    revision = fields.Integer()
    address = fields.String()
    report_purged = fields.Boolean()


class PointShape(Shape):
    """The figure of a period; `mapped` when it was told under other names by an earlier version of the form."""

    period = fields.String()
    value = fields.Decimal(as_string=True)
    mapped = fields.Boolean()
    parts = fields.List(fields.Nested(PartShape))


class SeriesShape(Shape):
    """The figures of one indicator for one body, the oldest period first."""

    items = fields.List(fields.Nested(PointShape))


class SupplyQuery(Shape):
    """Of which body, for which period."""

    body_id = fields.UUID(required=True)
    period = fields.String(load_default=None, validate=validate.Length(min=1, max=20))


class SuppliedShape(Shape):
    """A figure with the accepted report that it comes from; `held_at` is when that was accepted."""

    breakdown = fields.String()
    period = fields.String()
    value = fields.Decimal(as_string=True)
    kind = fields.String()
    report_id = fields.UUID()
    revision = fields.Integer()
    held_at = fields.AwareDateTime()
    report_purged = fields.Boolean()


class SupplyShape(Shape):
    """Figures that are held already, by breakdown."""

    items = fields.List(fields.Nested(SuppliedShape))
