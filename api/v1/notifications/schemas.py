"""Shapes of notifications."""

from marshmallow import fields, validate

from api.pagination import Paging, page_of
from api.shapes import SentAwareDateTime, Shape
from notifications.sorts import Sort

SORTS = [sort.value for sort in Sort]


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
    """Up to which moment all notifications are read; now when nothing is said."""

    until = SentAwareDateTime(load_default=None)


class HowMany(Shape):
    """How many there were."""

    count = fields.Integer()


NotificationPage = page_of(NotificationShape)
