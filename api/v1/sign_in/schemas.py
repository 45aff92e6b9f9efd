"""Shapes of one's own account, sessions and tokens."""

from marshmallow import fields, validate

import texts
from api.shapes import SentAwareDateTime, Shape
from organisations.permissions import Permission
from signatures.encoding import MAX_TEXT


class DutyShape(Shape):
    """A role at a body; `absent_user_id` and `order` where it is held for somebody."""

    role = fields.String()
    body_id = fields.UUID()
    absent_user_id = fields.UUID(allow_none=True)
    order = fields.String(allow_none=True)


class Me(Shape):
    """Who you are, with what you may do somewhere."""

    id = fields.UUID(attribute="user_id")
    login = fields.String()
    name = fields.String()
    language = fields.String()
    duties = fields.List(fields.Nested(DutyShape))
    permissions = fields.List(fields.String())


class MyLanguage(Shape):
    """The language you want to be answered in."""

    language = fields.String(required=True, validate=validate.OneOf(texts.LANGUAGES))


class Credentials(Shape):
    """A login and its password."""

    login = fields.String(required=True, validate=validate.Length(min=1, max=200))
    password = fields.String(required=True, validate=validate.Length(min=1, max=200))


class ChallengeShape(Shape):
    """Bytes to be signed, in base64."""

    data = fields.String()
    expires_at = fields.AwareDateTime()


class SignedChallenge(Shape):
    """A challenge as it was given, and its detached CMS in base64 of the DER, or in PEM."""

    data = fields.String(required=True, validate=validate.Length(min=1, max=1000))
    cms = fields.String(required=True, validate=validate.Length(min=1, max=MAX_TEXT))


class NewSession(Shape):
    """The session that was opened; its secret is in the cookie alone."""

    id = fields.UUID()
    csrf_token = fields.String(attribute="csrf")
    expires_at = fields.AwareDateTime()
    me = fields.Nested(Me)


class SessionShape(Shape):
    """One of your sessions."""

    id = fields.UUID()
    opened_at = fields.AwareDateTime()
    last_used_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()
    address = fields.String(allow_none=True)


class Sessions(Shape):
    """Your sessions, newest first."""

    items = fields.List(fields.Nested(SessionShape))


class NewToken(Shape):
    """A token to be issued: for what, and until when."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    permissions = fields.List(
        fields.String(validate=validate.OneOf([permission.value for permission in Permission])),
        required=True,
        validate=validate.Length(min=1),
    )
    expires_at = SentAwareDateTime(required=True)


class TokenShape(Shape):
    """What is known of a token."""

    id = fields.UUID()
    name = fields.String()
    permissions = fields.List(fields.String())
    created_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()
    last_used_at = fields.AwareDateTime(allow_none=True)
    revoked_at = fields.AwareDateTime(allow_none=True)


class IssuedToken(TokenShape):
    """A new token with its secret, which is never shown again."""

    secret = fields.String()


class Tokens(Shape):
    """Your tokens, newest first."""

    items = fields.List(fields.Nested(TokenShape))
