"""Shapes of notifications."""

from marshmallow import fields, validate

from api.pagination import Paging, page_of
from api.shapes import SentAwareDateTime, Shape
from notifications.choices import Digest, When
from notifications.mails import NEEDLESS, SENT, UNDELIVERED, WAITING
from notifications.sorts import Sort

SORTS = [sort.value for sort in Sort]
MAIL_STATES = [WAITING, SENT, UNDELIVERED, NEEDLESS]


class InboxQuery(Paging):
    """Filters of the inbox."""

    unread = fields.Boolean(load_default=None)
    sort = fields.String(load_default=None, validate=validate.OneOf(SORTS))
    report_id = fields.UUID(load_default=None)
    since = SentAwareDateTime(load_default=None)


class NotificationShape(Shape):
    """Something that you were told of: its sentence in your language, and what it is about."""

    id = fields.UUID()
    sort = fields.String(validate=validate.OneOf(SORTS))
    text = fields.String()
    at = fields.AwareDateTime()
    body_id = fields.UUID(allow_none=True)
    report_id = fields.UUID(allow_none=True, metadata={"description": "Read it at /api/v1/reports/{id}"})
    task_id = fields.UUID(allow_none=True, metadata={"description": "Do it at /api/v1/tasks/{id}, while it is open"})
    facts = fields.Dict(metadata={"description": "The fields that the sentence is made of"})
    read_at = fields.AwareDateTime(allow_none=True)


class Unread(Shape):
    """How many notifications are unread; `more` says that the count ended there."""

    count = fields.Integer()
    more = fields.Boolean()


class ReadUntil(Shape):
    """Up to which notification all are read: the newest that was seen; simply all when nothing is said."""

    until = fields.UUID(load_default=None)


class HowMany(Shape):
    """How many there were."""

    count = fields.Integer()


class Ways(Shape):
    """By which ways you are told of one sort."""

    mail = fields.String(required=True, validate=validate.OneOf([when.value for when in When]))
    inbox = fields.Boolean(load_default=True)
    must_know = fields.Boolean(dump_only=True, metadata={"description": "Stays in the inbox whatever is chosen"})


class ChoicesShape(Shape):
    """When digests come, whether it is quiet on days off, and the ways by sort."""

    digest = fields.String(required=True, validate=validate.OneOf([digest.value for digest in Digest]))
    working_days_only = fields.Boolean(required=True)
    sorts = fields.Dict(keys=fields.String(validate=validate.OneOf(SORTS)), values=fields.Nested(Ways), required=True)


class MailQuery(Paging):
    """Filters of the list of mails."""

    state = fields.String(load_default=None, validate=validate.OneOf(MAIL_STATES))


class MailShape(Shape):
    """A mail: to whom, what became of it, what the server said last."""

    id = fields.UUID()
    user_id = fields.UUID()
    state = fields.String(validate=validate.OneOf(MAIL_STATES))
    made_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime()
    sent_at = fields.AwareDateTime(allow_none=True)
    attempts = fields.Integer()
    last_error = fields.String(allow_none=True)


MailPage = page_of(MailShape)
NotificationPage = page_of(NotificationShape)
