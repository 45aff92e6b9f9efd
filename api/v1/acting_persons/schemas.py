"""Shapes of orders on acting persons."""

from marshmallow import fields, validate

from api.pagination import Paging, page_of
from api.shapes import SentDate, Shape
from organisations.roles import Role

ROLES = [role.value for role in Role]


class ActingQuery(Paging):
    """Filters of the list of orders."""

    body_id = fields.UUID(load_default=None)
    on = SentDate(load_default=None, metadata={"description": "Only those in force on this day"})


class NewActing(Shape):
    """An order: who stands in for whom in which duty, from the first to the last day."""

    absent_user_id = fields.UUID(required=True)
    acting_user_id = fields.UUID(required=True)
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    body_id = fields.UUID(required=True)
    order_number = fields.String(required=True, validate=validate.Length(max=200))
    order_date = SentDate(required=True)
    valid_from = SentDate(required=True)
    valid_to = SentDate(required=True)


class ActingShape(NewActing):
    """A recorded order."""

    id = fields.UUID()
    revoked_at = fields.AwareDateTime(allow_none=True)


ActingPage = page_of(ActingShape)
