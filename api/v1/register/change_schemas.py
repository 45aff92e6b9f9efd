"""Shapes of changes of the Register. What a draft must hold is judged by the room."""

from typing import Any

from marshmallow import fields, post_load, validate

from api.authentication import actor
from api.house import house
from api.pagination import Paging, page_of
from api.problems import language, told
from api.shapes import Shape
from api.v1.register.schemas import IndicatorShape, KindShape
from register.changes import gate
from register.changes.changes import Parties
from register.changes.lifecycle import State

STATES = [state.value for state in State]
_FAULTS = {"type": "array", "items": {"type": "object", "properties": {name: {"type": "string"} for name in ("pointer", "code", "detail")}}}
_OBJECT = {"type": ["object", "null"], "additionalProperties": True}


class ChangeQuery(Paging):
    """Filters of the list of changes."""

    code = fields.String(load_default=None, validate=validate.Length(max=30))
    states = fields.List(fields.String(validate=validate.OneOf(STATES)), load_default=list, data_key="state")


class _Parties(Shape):
    """Whose change it is: the body that owns the kind, the bodies that must agree, why it is made."""

    owner_id = fields.UUID(required=True)
    agreeing = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=20))
    reason = fields.String(load_default="", validate=validate.Length(max=4_000))

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        given = {name: data.pop(name) for name in ("owner_id", "agreeing", "reason")}
        return data | {"parties": Parties(given["owner_id"], tuple(given["agreeing"]), given["reason"])}


class ChangeDraft(Shape):
    """A draft: the document of the kind, however unfinished, and new indicators that come with it."""

    document = fields.Dict(keys=fields.String(), required=True)
    indicators = fields.List(fields.Dict(keys=fields.String()), load_default=list, validate=validate.Length(max=500))


class NewChange(ChangeDraft, _Parties):
    """A draft of a new kind or of a next version, and whose it is."""


class SavedChange(ChangeDraft, _Parties):
    """The whole draft as it is to be kept."""


class NextVersion(_Parties):
    """Whose change the next version of a kind is."""


class ListedChange(Shape):
    """A change in a list."""

    id = fields.UUID()
    code = fields.String()
    number = fields.Integer()
    business_key = fields.String()
    action = fields.String()
    base_version = fields.Integer(allow_none=True)
    kind_version = fields.Integer(allow_none=True)
    names = fields.Raw(metadata=_OBJECT)
    owner_id = fields.UUID()
    agreeing = fields.List(fields.UUID())
    reason = fields.String()
    state = fields.String(validate=validate.OneOf(STATES))
    round = fields.Integer()
    author = fields.String()
    created_at = fields.AwareDateTime()
    changed_at = fields.AwareDateTime()
    edition_id = fields.UUID(allow_none=True)
    act_type = fields.String(allow_none=True)
    act_number = fields.String(allow_none=True)
    act_date = fields.Date(allow_none=True)
    in_force_from = fields.Date(allow_none=True)


ChangePage = page_of(ListedChange)


class ChangeShape(ListedChange):
    """A change with its draft, what still keeps it from going on, and what you may do to it now."""

    document = fields.Raw(metadata=_OBJECT)
    indicators = fields.List(fields.Dict())
    faults = fields.Function(
        lambda change: [told(fault) for fault in house().changes.faults(change)],
        metadata=_FAULTS,
    )
    allowed_actions = fields.Function(
        lambda change: list(house().changes.allowed_actions(actor(), change)),
        metadata={"type": "array", "items": {"type": "string"}},
    )


class DraftFaults(Shape):
    """What keeps a draft from going on."""

    items = fields.Raw(metadata=_FAULTS)


class Withdrawal(_Parties):
    """Whose change the withdrawal of a kind is; the reason is needed."""


class Why(Shape):
    """Why: of an abandonment, or in the owner's word on a match."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=4_000))


class OverrideShape(Shape):
    """The owner's word on a match."""

    reason = fields.String()
    by = fields.String()
    on_behalf_of = fields.String(allow_none=True)
    body_id = fields.UUID()
    at = fields.AwareDateTime()


class RepetitionShape(Shape):
    """A match: what is asked, what is held, who collects it, why we think so, whether it stops the change, the owner's word."""

    id = fields.String()
    asked = fields.Nested(IndicatorShape)
    held = fields.Nested(IndicatorShape)
    kind = fields.Nested(KindShape, allow_none=True)
    under_way = fields.UUID(allow_none=True)
    same = fields.Boolean()
    score = fields.Float()
    reasons = fields.Function(
        lambda match: [gate.said(reason, language()) for reason in match.reasons],
        metadata={"type": "array", "items": {"type": "string"}},
    )
    last_period = fields.String(attribute="last.period")
    last_at = fields.AwareDateTime(attribute="last.at")
    stops = fields.Boolean()
    unexplained = fields.Boolean()
    override = fields.Nested(OverrideShape, allow_none=True)


class Repetitions(Shape):
    """What a change repeats, matches that stop it first."""

    items = fields.List(fields.Nested(RepetitionShape))


class DecisionShape(Shape):
    """What somebody decided in a round."""

    round = fields.Integer()
    decision = fields.String()
    remark = fields.String()
    by = fields.String()
    on_behalf_of = fields.String(allow_none=True)
    body_id = fields.UUID()
    at = fields.AwareDateTime()


class Decisions(Shape):
    """Decisions on a change, oldest first."""

    items = fields.List(fields.Nested(DecisionShape))
