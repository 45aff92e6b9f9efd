"""Shapes of what bodies ask the receivers of their reports."""

from marshmallow import fields, validate

from api.shapes import SentDate, Shape
from reports.request_tables import Asked, RequestState
from reports.words import LONGEST


class NewExtensionRequest(Shape):
    """Until when time is needed, and why."""

    until = SentDate(required=True)
    reason = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST))


class ReportRequestShape(Shape):
    """What was asked about a report, why, by whom; who decided what about it."""

    id = fields.UUID()
    report_id = fields.UUID()
    what = fields.String(validate=validate.OneOf([each.value for each in Asked]))
    reason = fields.String()
    until = fields.Date(allow_none=True)
    state = fields.String(validate=validate.OneOf([each.value for each in RequestState]))
    asked_by = fields.String()
    asked_for = fields.String(allow_none=True)
    asked_at = fields.AwareDateTime()
    decided_by = fields.String(allow_none=True)
    decided_for = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)
    decision_reason = fields.String(allow_none=True)
    granted_until = fields.Date(allow_none=True)


class ReportRequests(Shape):
    """What was asked about a report, oldest first."""

    items = fields.List(fields.Nested(ReportRequestShape))
