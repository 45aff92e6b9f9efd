"""Shapes of reports as files."""

from marshmallow import fields, validate

from api.shapes import Shape
from api.v1.reports.content_schemas import CheckFindingShape
from api.v1.reports.schemas import MAX_TEXT

_WORDS = validate.Length(max=MAX_TEXT)


class TakeQuery(Shape):
    """Whether nothing is to be kept, only told."""

    dry_run = fields.Boolean(load_default=False)


class TakeWords(Shape):
    """Why values that were filled in are overridden: by address, and one reason for all that have none of their own."""

    reason = fields.String(load_default="", validate=(validate.Length(max=MAX_TEXT), validate.Regexp(r"[^\x00]*\Z")))
    reasons = fields.Dict(keys=fields.String(), values=fields.String(validate=_WORDS), load_default=dict)


class TakenCellShape(Shape):
    """One changed cell: its address, where it stands in the workbook, what the report held, what it holds then."""

    address = fields.String()
    sheet = fields.String()
    place = fields.String()
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)


class TakenContentShape(Shape):
    """What came of a workbook, or, of a dry run, what would come of it. `checked` are the checks of what it changed, `findings` what they
    come to."""

    dry_run = fields.Boolean()
    report_id = fields.UUID()
    revision = fields.Integer()
    changes = fields.List(fields.Nested(TakenCellShape))
    checked = fields.List(fields.String())
    findings = fields.List(fields.Nested(CheckFindingShape))
