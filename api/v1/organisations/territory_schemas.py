"""Shapes of territories and their changes."""

from marshmallow import fields, validate

from api.pagination import Paging, page_of
from api.shapes import SentDate, Shape
from organisations.change_lines import MAX_LINES, ChangeKind
from organisations.kato import TerritoryLevel

_CODE = validate.Length(max=20)
_NAME = validate.Length(max=1000)


class DayQuery(Shape):
    """As of which day; today when not given."""

    on = SentDate(load_default=None)


class TerritoryQuery(Paging):
    """Filters of the list of territories."""

    parent_code = fields.String(load_default=None, validate=_CODE)
    level = fields.String(load_default=None, validate=validate.OneOf([level.value for level in TerritoryLevel]))
    valid_on = SentDate(load_default=None)


class TerritoryShape(Shape):
    """A territory; its days are those of the unit, its names and place those of the day that was asked for."""

    code = fields.String()
    parent_code = fields.String(allow_none=True)
    level = fields.String()
    unit = fields.String()
    name_kk = fields.String()
    name_ru = fields.String()
    name_kk_known = fields.Boolean()
    valid_from = fields.Date(allow_none=True)
    valid_to = fields.Date(allow_none=True)


class ChangeLineShape(Shape):
    """What happens to one territory."""

    kind = fields.String(required=True, validate=validate.OneOf([kind.value for kind in ChangeKind]))
    code = fields.String(required=True, validate=_CODE)
    successor = fields.String(load_default=None, allow_none=True, validate=_CODE)
    parent = fields.String(load_default=None, allow_none=True, validate=_CODE)
    name_kk = fields.String(load_default="", validate=_NAME)
    name_ru = fields.String(load_default="", validate=_NAME)
    remains = fields.Boolean(load_default=False)


class NewTerritoryChange(Shape):
    """A change of territories by an act with effect from a day."""

    act_number = fields.String(required=True, validate=_NAME)
    act_date = SentDate(required=True)
    since = SentDate(required=True)
    lines = fields.List(fields.Nested(ChangeLineShape), required=True, validate=validate.Length(min=1, max=MAX_LINES))
    dry_run = fields.Boolean(load_default=False)


class ChangedShape(Shape):
    """What a change did: its id (none of a dry run), lines by kind, codes that went along, whether it is in effect."""

    change_id = fields.UUID(allow_none=True)
    lines = fields.Dict(keys=fields.String(), values=fields.Integer())
    children = fields.List(fields.String())
    in_effect = fields.Boolean()


class StateShape(Shape):
    """What a territory was called and lay in for some days, and the act that ended that."""

    valid_from = fields.Date(allow_none=True)
    valid_to = fields.Date(allow_none=True)
    parent_code = fields.String(allow_none=True)
    name_kk = fields.String()
    name_ru = fields.String()
    act_number = fields.String(allow_none=True)
    act_date = fields.Date(allow_none=True)


class StepShape(Shape):
    """One territory taking the place of another."""

    code = fields.String()
    successor = fields.String()
    kind = fields.String()
    since = fields.Date()
    act_number = fields.String(allow_none=True)
    act_date = fields.Date(allow_none=True)


class HistoryShape(Shape):
    """A territory over time: its states, the steps to it and on from it, what it was made of, what stands in its place."""

    code = fields.String()
    states = fields.List(fields.Nested(StateShape))
    before = fields.List(fields.Nested(StepShape))
    after = fields.List(fields.Nested(StepShape))
    was = fields.List(fields.String())
    became = fields.List(fields.String())


TerritoryPage = page_of(TerritoryShape)
