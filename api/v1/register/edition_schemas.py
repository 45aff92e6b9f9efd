"""Shapes of editions of the Register."""

from marshmallow import fields, validate

from api.authentication import actor
from api.house import house
from api.shapes import SentDate, Shape
from api.v1.register.change_schemas import ListedChange
from api.v1.register.schemas import KindShape

_NAME = validate.Length(min=1, max=100)


class EditionDraft(Shape):
    """Which agreed changes the next edition gathers, and the body that is to approve it."""

    body_id = fields.UUID(required=True)
    changes = fields.List(fields.UUID(), required=True, validate=validate.Length(max=500))


class EditionAct(Shape):
    """The act that approves an edition, and the day from which it holds."""

    act_type = fields.String(required=True, validate=_NAME)
    act_number = fields.String(required=True, validate=_NAME)
    act_date = SentDate(required=True)
    in_force_from = SentDate(required=True)


class ListedEdition(Shape):
    """An edition in a list; a draft has no number and no act yet."""

    id = fields.UUID()
    number = fields.Integer(allow_none=True)
    approved = fields.Boolean()
    body_id = fields.UUID()
    act_type = fields.String(allow_none=True)
    act_number = fields.String(allow_none=True)
    act_date = fields.Date(allow_none=True)
    in_force_from = fields.Date(allow_none=True)
    created_at = fields.AwareDateTime()
    created_by = fields.String()
    approved_at = fields.AwareDateTime(allow_none=True)
    approved_by = fields.String(allow_none=True)
    approved_on_behalf_of = fields.String(allow_none=True)


class Editions(Shape):
    """Editions, drafts first, then the newest first."""

    items = fields.List(fields.Nested(ListedEdition))


class WordOnDuplicate(Shape):
    """The owner's word on a duplicate that went into an edition."""

    code = fields.Function(lambda pair: pair[0].code, metadata={"type": "string"})
    asked = fields.Function(lambda pair: pair[1].asked, metadata={"type": "string"})
    held = fields.Function(lambda pair: pair[1].held, metadata={"type": "string"})
    kind = fields.Function(lambda pair: pair[1].kind_code, metadata={"type": ["string", "null"]})
    reason = fields.Function(lambda pair: pair[1].reason, metadata={"type": "string"})


class EditionShape(ListedEdition):
    """An edition with its changes, what it holds, the owners' words on duplicates, and what you may do to it now."""

    changes = fields.Function(
        lambda edition: ListedChange(many=True).dump(house().changes.editions.changes(edition)),
        metadata={"type": "array", "items": {"type": "object"}},
    )
    kinds = fields.Function(
        lambda edition: KindShape(many=True).dump(house().changes.editions.contents(edition)),
        metadata={"type": "array", "items": {"type": "object"}},
    )
    overrides = fields.Function(
        lambda edition: WordOnDuplicate(many=True).dump(house().changes.editions.overrides(edition)),
        metadata={"type": "array", "items": {"type": "object"}},
    )
    allowed_actions = fields.Function(
        lambda edition: list(house().changes.editions.allowed_actions(actor(), edition)),
        metadata={"type": "array", "items": {"type": "string"}},
    )


class ComparisonQuery(Shape):
    """With which edition; with the one before when not given."""

    with_id = fields.UUID(load_default=None, data_key="with")


class FieldDifferenceShape(Shape):
    """A field that changed."""

    pointer = fields.String()
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)


class KindDifferenceShape(Shape):
    """A kind that was added, changed or withdrawn, with its versions and every field that changed."""

    code = fields.String()
    what = fields.String(validate=validate.OneOf(["added", "changed", "withdrawn"]))
    names = fields.Dict()
    before = fields.Integer(allow_none=True)
    after = fields.Integer(allow_none=True)
    fields_ = fields.List(fields.Nested(FieldDifferenceShape), attribute="fields", data_key="fields")


class Comparison(Shape):
    """What an edition changed: added kinds, then changed, then withdrawn ones."""

    items = fields.List(fields.Nested(KindDifferenceShape))
