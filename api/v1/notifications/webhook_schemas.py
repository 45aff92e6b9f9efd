"""Shapes of webhooks."""

from marshmallow import fields, validate

from api.pagination import Paging, page_of
from api.shapes import Shape
from notifications.deliveries import DELIVERED, FAILED, WAITING
from notifications.sorts import OF_REPORTS

SORTS = sorted(sort.value for sort in OF_REPORTS)
STATES = [WAITING, DELIVERED, FAILED]


class WebhookQuery(Shape):
    """Of which body."""

    body_id = fields.UUID(required=True)


class WebhookChanges(Shape):
    """What is to be changed of a webhook."""

    active = fields.Boolean()
    description = fields.String(validate=validate.Length(max=200))
    sorts = fields.List(fields.String(validate=validate.OneOf(SORTS)), validate=validate.Length(min=1, max=len(SORTS)))


class NewWebhook(Shape):
    """An address outside, and of what it is to hear."""

    body_id = fields.UUID(required=True)
    url = fields.String(required=True, validate=validate.Length(min=1, max=1000))
    description = fields.String(load_default="", validate=validate.Length(max=200))
    sorts = fields.List(fields.String(validate=validate.OneOf(SORTS)), required=True, validate=validate.Length(min=1, max=len(SORTS)))


class WebhookShape(Shape):
    """A webhook of a body; `failing_since` says since when it takes nothing, `off_at` when it was switched off."""

    id = fields.UUID()
    body_id = fields.UUID()
    url = fields.String()
    description = fields.String()
    sorts = fields.List(fields.String(validate=validate.OneOf(SORTS)))
    active = fields.Boolean()
    version = fields.Integer()
    created_at = fields.AwareDateTime()
    created_by = fields.String()
    failing_since = fields.AwareDateTime(allow_none=True)
    off_at = fields.AwareDateTime(allow_none=True)


class IssuedWebhook(WebhookShape):
    """A new webhook with the secret that signs what it gets."""

    secret = fields.String()


class Webhooks(Shape):
    """The webhooks of a body, the oldest first."""

    items = fields.List(fields.Nested(WebhookShape))


class DeliveryQuery(Paging):
    """Filters of what was posted to a webhook."""

    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class DeliveryShape(Shape):
    """Something posted, or to be posted, to a webhook, and what came of it."""

    id = fields.UUID()
    state = fields.String(validate=validate.OneOf(STATES))
    payload = fields.Dict()
    attempts = fields.Integer()
    created_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime()
    delivered_at = fields.AwareDateTime(allow_none=True)
    last_status = fields.Integer(allow_none=True)
    last_error = fields.String(allow_none=True)


DeliveryPage = page_of(DeliveryShape)
