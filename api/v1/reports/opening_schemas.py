"""Shapes of the opening of reports."""

from marshmallow import fields

import texts
from api.pagination import page_of
from api.problems import language
from api.shapes import Shape


class OpeningShape(Shape):
    """One kind and period: for how many bodies it was planned, is done, was opened, is refused. `finished_at` is null before the end."""

    id = fields.UUID()
    kind = fields.String(attribute="kind_code")
    kind_version = fields.Integer()
    period = fields.String()
    planned_at = fields.AwareDateTime()
    bodies = fields.Integer()
    done = fields.Integer()
    opened = fields.Integer()
    refused = fields.Integer()
    finished_at = fields.AwareDateTime(allow_none=True)


class RefusedOpeningShape(Shape):
    """A body that was not given its report."""

    body_id = fields.UUID()
    code = fields.String()
    detail = fields.Function(lambda refused: texts.say(refused.code, refused.fields, language()), metadata={"type": "string"})
    tries = fields.Integer()
    refused_at = fields.AwareDateTime()
    retry_at = fields.AwareDateTime()


OpeningPage = page_of(OpeningShape)
RefusedOpeningPage = page_of(RefusedOpeningShape)
