"""Shapes of journal entries."""

from marshmallow import fields, validate

from api.pagination import Paging, page_of
from api.shapes import SentAwareDateTime, Shape


class JournalQuery(Paging):
    """Filters of the journal."""

    event = fields.String(load_default=None, validate=validate.Length(max=80))
    actor = fields.String(load_default=None, validate=validate.Length(max=80))
    subject_type = fields.String(load_default=None, validate=validate.Length(max=40))
    subject_id = fields.String(load_default=None, validate=validate.Length(max=200))
    body_id = fields.UUID(load_default=None)
    since = SentAwareDateTime(load_default=None)
    until = SentAwareDateTime(load_default=None)


class JournalEntryShape(Shape):
    """One thing that happened: who, for whom, what, when, about what."""

    id = fields.UUID()
    at = fields.AwareDateTime()
    event = fields.String()
    actor = fields.String(allow_none=True)
    on_behalf_of = fields.String(allow_none=True)
    body_id = fields.UUID(allow_none=True)
    subject_type = fields.String()
    subject_id = fields.String()
    details = fields.Dict()


JournalPage = page_of(JournalEntryShape)
