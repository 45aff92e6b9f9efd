"""Shapes of user tasks: values of forms are judged by the forms, not here."""

from marshmallow import fields, validate

from api.authentication import actor
from api.house import house
from api.pagination import Paging, page_of
from api.shapes import SentAwareDateTime, Shape
from worklist.filters import Scope
from worklist.listing import SORTS

SCOPES = [scope.value for scope in Scope]
MAX_VALUES = 2000


class TaskListQuery(Paging):
    """Filters of the list of tasks; a leading minus sorts downwards."""

    scope = fields.String(load_default=Scope.INBOX.value, validate=validate.OneOf(SCOPES))
    sort = fields.String(load_default="due_at", validate=validate.OneOf([*SORTS, *(f"-{name}" for name in SORTS)]))
    search = fields.String(load_default=None, validate=validate.Length(max=200))
    business_key = fields.String(load_default=None, validate=validate.Length(max=255))
    instance_id = fields.UUID(load_default=None)
    definition_key = fields.String(load_default=None, validate=validate.Length(max=255))
    element_id = fields.String(load_default=None, validate=validate.Length(max=255))
    body_id = fields.UUID(load_default=None)
    assigned = fields.Boolean(load_default=None)
    overdue = fields.Boolean(load_default=None)
    due_before = SentAwareDateTime(load_default=None)
    due_after = SentAwareDateTime(load_default=None)


class ListedTask(Shape):
    """An open user task in a list."""

    id = fields.UUID()
    name = fields.String(allow_none=True)
    element_id = fields.String()
    instance_id = fields.UUID()
    definition_id = fields.UUID()
    definition_key = fields.String()
    business_key = fields.String(allow_none=True)
    body_id = fields.String(attribute="body", allow_none=True)
    assignee = fields.String(allow_none=True)
    owner = fields.String(allow_none=True)
    delegation_state = fields.String(allow_none=True)
    created_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime(allow_none=True)
    follow_up_at = fields.AwareDateTime(allow_none=True)
    priority = fields.Integer()
    form_key = fields.String(allow_none=True)
    candidate_groups = fields.List(fields.String())
    candidate_users = fields.List(fields.String())
    suspended = fields.Boolean()


class TaskShape(ListedTask):
    """An open user task, with what you may do with it now."""

    allowed_actions = fields.Function(
        lambda task: house().worklist.allowed_actions(actor(), task), metadata={"type": "array", "items": {"type": "string"}}
    )


class Values(Shape):
    """The values of a form."""

    values = fields.Dict(keys=fields.String(), load_default=dict, validate=validate.Length(max=MAX_VALUES))


class DraftShape(Shape):
    """What people of your body have typed so far."""

    version = fields.Integer()
    values = fields.Dict()
    saved_at = fields.AwareDateTime()
    saved_by = fields.String()


class TaskFormShape(Shape):
    """The form of a task in your language, with the values it opens with."""

    key = fields.String()
    form = fields.Dict(attribute="schema", data_key="schema")
    values = fields.Dict()
    draft = fields.Nested(DraftShape, allow_none=True)


class Person(Shape):
    """Who is to get the task."""

    user_id = fields.UUID(required=True)


TaskPage = page_of(ListedTask)
