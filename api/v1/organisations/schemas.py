"""Shapes of bodies."""

from marshmallow import fields, validate

from api.pagination import Paging, page_of
from api.shapes import SentDate, Shape
from organisations.bodies import BodyKind, Level

LEVELS = [level.value for level in Level]
KINDS = [kind.value for kind in BodyKind]


class BodyQuery(Paging):
    """Filters of the list of bodies."""

    level = fields.String(load_default=None, validate=validate.OneOf(LEVELS))
    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))
    parent_id = fields.UUID(load_default=None)
    below = fields.UUID(load_default=None, metadata={"description": "Everything below this body"})
    valid_on = SentDate(load_default=None)
    search = fields.String(load_default=None, validate=validate.Length(max=200))


class _BodyFields(Shape):
    bin = fields.String(allow_none=True, validate=validate.Length(max=20))
    kato = fields.String(allow_none=True, validate=validate.Length(max=20))
    level = fields.String(validate=validate.OneOf(LEVELS))
    kind = fields.String(validate=validate.OneOf(KINDS))
    name_kk = fields.String(validate=validate.Length(max=1000))
    name_ru = fields.String(validate=validate.Length(max=1000))
    name_en = fields.String(allow_none=True, validate=validate.Length(max=1000))
    name_kk_known = fields.Boolean()
    parent_id = fields.UUID(allow_none=True)
    sector_superior_id = fields.UUID(allow_none=True)
    phone = fields.String(allow_none=True, validate=validate.Length(max=100))
    valid_from = SentDate(allow_none=True)
    valid_to = SentDate(allow_none=True)


class BodyChanges(_BodyFields):
    """What is to be changed of a body. `since`: the first day on which it is so; what was before stays true of earlier periods."""

    since = SentDate()


class NewBody(_BodyFields):
    """A body to be added."""

    level = fields.String(required=True, validate=validate.OneOf(LEVELS))
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    name_kk = fields.String(required=True, validate=validate.Length(max=1000))
    name_ru = fields.String(required=True, validate=validate.Length(max=1000))


class BodyShape(_BodyFields):
    """A body."""

    id = fields.UUID()
    code = fields.String()
    version = fields.Integer()


class Bodies(Shape):
    """Some bodies."""

    items = fields.List(fields.Nested(BodyShape))


BodyPage = page_of(BodyShape)
