"""Shapes of people and of the roles they hold."""

from uuid import UUID

from marshmallow import fields, validate

import texts
from api.authentication import actor
from api.pagination import Paging, page_of
from api.shapes import SentDate, Shape
from organisations import permissions
from organisations.permissions import EVERYWHERE, Permission
from organisations.roles import Role

ROLES = [role.value for role in Role]
MAX_PASSWORD = 200


def _may_know_private(user_id: UUID) -> bool:
    return user_id == actor().user_id or permissions.allowed(actor(), Permission.USER_EDIT, EVERYWHERE)


class UserQuery(Paging):
    """Filters of the list of people."""

    body_id = fields.UUID(load_default=None)
    role = fields.String(load_default=None, validate=validate.OneOf(ROLES))
    active = fields.Boolean(load_default=None)
    search = fields.String(load_default=None, validate=validate.Length(max=200))


class UserChanges(Shape):
    """What is to be changed of a person."""

    name_kk = fields.String(validate=validate.Length(max=1000))
    name_ru = fields.String(validate=validate.Length(max=1000))
    iin = fields.String(allow_none=True, validate=validate.Length(max=20))
    phone = fields.String(allow_none=True, validate=validate.Length(max=100))
    email = fields.String(allow_none=True, validate=validate.Length(max=300))
    language = fields.String(validate=validate.OneOf(texts.LANGUAGES))


class NewUser(UserChanges):
    """A person to be added, with a first role at a body if given."""

    login = fields.String(required=True, validate=validate.Length(max=100))
    name_kk = fields.String(required=True, validate=validate.Length(max=1000))
    password = fields.String(load_default=None, validate=validate.Length(max=MAX_PASSWORD))
    role = fields.String(load_default=None, validate=validate.OneOf(ROLES))
    body_id = fields.UUID(load_default=None)


class NewPassword(Shape):
    """A new password."""

    password = fields.String(required=True, validate=validate.Length(max=MAX_PASSWORD))


class UserShape(Shape):
    """A person, or a program with a login."""

    id = fields.UUID()
    login = fields.String()
    name_kk = fields.String()
    name_ru = fields.String()
    iin = fields.Function(
        lambda user: user.iin if _may_know_private(user.id) else None,
        metadata={"type": ["string", "null"], "description": "Shown to administrators and to the person; null to all others"},
    )
    phone = fields.String(allow_none=True)
    email = fields.Function(
        lambda user: user.email if _may_know_private(user.id) else None,
        metadata={"type": ["string", "null"], "description": "Shown to administrators and to the person; null to all others"},
    )
    language = fields.String()
    active = fields.Boolean()
    has_password = fields.Boolean()
    created_at = fields.AwareDateTime()
    version = fields.Integer()


class NewMembership(Shape):
    """A role at a body, from today unless said otherwise."""

    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    body_id = fields.UUID(required=True)
    valid_from = SentDate(load_default=None)
    valid_to = SentDate(load_default=None)


class MembershipEnd(Shape):
    """When a membership ends; at once when no last day is given."""

    last_day = SentDate(load_default=None)


class MembershipShape(Shape):
    """A role of a person at a body, with its first and last day."""

    id = fields.UUID()
    user_id = fields.UUID()
    role = fields.String()
    body_id = fields.UUID()
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)


class Memberships(Shape):
    """The roles of a person."""

    items = fields.List(fields.Nested(MembershipShape))


UserPage = page_of(UserShape)
