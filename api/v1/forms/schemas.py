"""Shapes of forms: what is inside a schema is judged by the room, not here."""

from marshmallow import fields, validate

import texts
from api.shapes import Shape


class FormQuery(Shape):
    """In which language the texts of a form are wanted; the language of the answer when not given."""

    language = fields.String(load_default=None, validate=validate.OneOf(texts.LANGUAGES))


class FormDeployment(Shape):
    """A new version of a form, as form editors save it."""

    form = fields.Dict(keys=fields.String(), required=True, data_key="schema")


class FormVersionShape(Shape):
    """A version of a form; version 0 is the one that the product came with."""

    key = fields.String()
    version = fields.Integer()
    deployed_at = fields.AwareDateTime(allow_none=True)
    deployed_by = fields.String(allow_none=True)


class FormVersions(Shape):
    """Versions of forms."""

    items = fields.List(fields.Nested(FormVersionShape))
