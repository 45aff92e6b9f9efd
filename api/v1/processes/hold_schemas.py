"""Shapes of legal holds."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from api.pagination import Paging, page_of
from api.shapes import Shape


class HoldQuery(Paging):
    """Filters of the list of legal holds."""

    active = fields.Boolean(load_default=True)


class NewHold(Shape):
    """What is to be kept: one instance, or all of a business key."""

    instance_id = fields.UUID(load_default=None)
    business_key = fields.String(load_default=None, validate=validate.Length(min=1, max=255))
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))

    @validates_schema
    def names_one(self, data: dict[str, Any], **_: Any) -> None:
        """One of the two has to be named, not both."""
        if (data["instance_id"] is None) == (data["business_key"] is None):
            raise ValidationError("name an instance or a business key", "instance_id")


class HoldShape(Shape):
    """A legal hold; one that was lifted stays in the list of those that are not active."""

    id = fields.UUID()
    instance_id = fields.UUID(allow_none=True)
    business_key = fields.String(allow_none=True)
    body_id = fields.String(attribute="body", allow_none=True)
    reason = fields.String()
    set_at = fields.AwareDateTime()
    set_by = fields.String(allow_none=True)
    lifted_at = fields.AwareDateTime(allow_none=True)
    lifted_by = fields.String(allow_none=True)
    lift_reason = fields.String(allow_none=True)


HoldPage = page_of(HoldShape)
