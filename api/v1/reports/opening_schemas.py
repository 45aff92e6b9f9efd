"""Shapes of the opening of reports."""

from marshmallow import fields

import texts
from api.pagination import page_of
from api.problems import language
from api.shapes import Shape


class OpeningFailureShape(Shape):
    """Why a kind could not be planned; `retry_at` is null when it is not tried again by itself."""

    code = fields.String()
    detail = fields.Function(lambda failure: texts.say(failure.code, failure.fields, language()), metadata={"type": "string"})
    tries = fields.Integer()
    failed_at = fields.AwareDateTime()
    retry_at = fields.AwareDateTime(allow_none=True)


class OpeningShape(Shape):
    """One kind and period: for how many bodies it was planned, is done, was opened, is refused; each body counts once.

    `finished_at` is null before the end, `failure` where the planning did not fail, `period` where not even that could be worked out.
    """

    id = fields.UUID()
    kind = fields.String(attribute="kind_code")
    kind_version = fields.Integer()
    period = fields.String(allow_none=True)
    planned_at = fields.AwareDateTime()
    bodies = fields.Integer()
    done = fields.Integer()
    opened = fields.Integer()
    refused = fields.Integer()
    finished_at = fields.AwareDateTime(allow_none=True)
    failure = fields.Nested(OpeningFailureShape, allow_none=True)


class RefusedOpeningShape(Shape):
    """A body that was not given its report; `retry_at` is null when it is not tried again by itself."""

    body_id = fields.UUID()
    code = fields.String()
    detail = fields.Function(lambda refused: texts.say(refused.code, refused.fields, language()), metadata={"type": "string"})
    tries = fields.Integer()
    refused_at = fields.AwareDateTime()
    retry_at = fields.AwareDateTime(allow_none=True)


OpeningPage = page_of(OpeningShape)
RefusedOpeningPage = page_of(RefusedOpeningShape)
