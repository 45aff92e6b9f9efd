"""Shapes of incidents and undelivered messages."""

from marshmallow import fields, validate

from api.pagination import Paging, page_of
from api.shapes import Shape
from api.v1.processes.schemas import Actionable
from operate.mending import REASONS


class IncidentQuery(Paging):
    """Filters of the list of incidents."""

    instance_id = fields.UUID(load_default=None)
    definition_id = fields.UUID(load_default=None)
    definition_key = fields.String(load_default=None, validate=validate.Length(max=255))
    without_instance = fields.Boolean(load_default=None)
    open_ = fields.Boolean(load_default=True, data_key="open")


class IncidentShape(Actionable):
    """A step that failed and waits for somebody; of kind "start" an instance that could not be started."""

    id = fields.UUID()
    instance_id = fields.UUID(allow_none=True)
    definition_id = fields.UUID(allow_none=True)
    definition_key = fields.String()
    business_key = fields.String(allow_none=True)
    body_id = fields.String(attribute="body", allow_none=True)
    element_id = fields.String(allow_none=True)
    kind = fields.String()
    cause = fields.String()
    message = fields.String()
    failures = fields.Integer()
    created_at = fields.AwareDateTime()
    resolved_at = fields.AwareDateTime(allow_none=True)
    resolved_by = fields.String(allow_none=True)
    resolution = fields.String(allow_none=True)
    annotation = fields.String(allow_none=True)


class WordOfReason(Shape):
    """A word of reason."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))


class Annotation(Shape):
    """What is noted about an incident."""

    annotation = fields.String(required=True, validate=validate.Length(min=1, max=4000))


class UndeliveredQuery(Paging):
    """Filters of the list of undelivered messages."""

    reason = fields.String(load_default=None, validate=validate.OneOf(REASONS))
    name = fields.String(load_default=None, validate=validate.Length(max=255))


class UndeliveredShape(Shape):
    """A message or signal that has come to nobody; of its variables only the names are told."""

    id = fields.UUID()
    kind = fields.String()
    name = fields.String()
    business_key = fields.String(allow_none=True)
    reason = fields.String(validate=validate.OneOf(REASONS))
    variables = fields.List(fields.String())
    sent_by = fields.String(allow_none=True)
    sent_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime(allow_none=True)


class SentAgain(Shape):
    """To whom a message is to go; without an instance to the one who waits for it."""

    instance_id = fields.UUID(load_default=None, allow_none=True)


IncidentPage = page_of(IncidentShape)
UndeliveredPage = page_of(UndeliveredShape)
