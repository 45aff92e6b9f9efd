"""Shapes of the archive: periods, legal holds, acts of destruction, tombstones."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from api.pagination import Paging, page_of
from api.shapes import Shape
from api.v1.register.schemas import RetentionShape
from reports.archive.tables import ActState
from reports.lifecycle import Stage

_NUMBER = validate.Length(min=1, max=100)
_REASON = validate.Length(min=1, max=500)


class ReportRetentionShape(Shape):
    """How long a report is kept: by the period of which version of its kind, null where none is set; until the day before `over_on`, null
    when for ever; `held` when a legal hold lies on it."""

    retention = fields.Nested(RetentionShape, allow_none=True)
    version = fields.Integer(allow_none=True)
    over_on = fields.Date(allow_none=True)
    held = fields.Boolean()


class DueQuery(Shape):
    """Of which body (`below`: and all under it), and whether only what is past its period."""

    body_id = fields.UUID(load_default=None)
    below = fields.Boolean(load_default=False)
    due = fields.Boolean(load_default=False)


class ArchiveLineShape(Shape):
    """The finished reports of a kind and a year that are kept for the same period; `over_on` is when they may be purged."""

    kind = fields.String()
    finished_in = fields.Integer()
    retention = fields.Nested(RetentionShape, allow_none=True)
    version = fields.Integer(allow_none=True)
    over_on = fields.Date(allow_none=True)
    due = fields.Boolean()
    reports = fields.Integer()
    held = fields.Integer()
    out_of_archive = fields.Integer()
    on_acts = fields.Integer()


class ArchiveLines(Shape):
    """Finished reports by kind and year, what may be purged first before the rest."""

    items = fields.List(fields.Nested(ArchiveLineShape))


class ReasonOfArchive(Shape):
    """Why."""

    reason = fields.String(required=True, validate=_REASON)


class TombstoneRevision(Shape):
    """What stays of a revision."""

    number = fields.Integer()
    sha256 = fields.String()
    frozen_at = fields.String(allow_none=True)
    submitted_at = fields.String(allow_none=True)
    receipt_number = fields.String(allow_none=True)


class TombstoneShape(Shape):
    """What stays of a purged report."""

    report_id = fields.UUID()
    business_key = fields.String()
    kind = fields.String(attribute="kind_code")
    kind_version = fields.Integer()
    body_id = fields.UUID()
    period = fields.String()
    stage = fields.String(validate=validate.OneOf([stage.value for stage in Stage]))
    ended_at = fields.AwareDateTime(allow_none=True)
    purged_at = fields.AwareDateTime()
    act_id = fields.UUID()
    act_number = fields.String()
    act_date = fields.Date()
    approved_by = fields.String(allow_none=True)
    revisions = fields.List(fields.Nested(TombstoneRevision))
    instances = fields.Integer()
    figures = fields.Integer()


class ReportHoldQuery(Paging):
    """Whether only the holds that are not lifted."""

    active = fields.Boolean(load_default=True)


class NewReportHold(Shape):
    """What is to be held: one report, or all of the kind, the body and the periods that are named; why, and by which act."""

    report_id = fields.UUID(load_default=None)
    kind = fields.String(load_default=None, validate=validate.Length(min=1, max=40))
    body_id = fields.UUID(load_default=None)
    period_from = fields.String(load_default=None, validate=validate.Length(max=20))
    period_to = fields.String(load_default=None, validate=validate.Length(max=20))
    reason = fields.String(required=True, validate=_REASON)
    act_number = fields.String(required=True, validate=_NUMBER)
    act_date = fields.Date(required=True)

    @validates_schema
    def names_one_or_a_range(self, data: dict[str, Any], **_: Any) -> None:
        """One report is named alone."""
        if data["report_id"] is not None and any(data[name] is not None for name in ("kind", "body_id", "period_from", "period_to")):
            raise ValidationError("name a report, or a kind, a body and periods", "report_id")


class ReportHoldShape(Shape):
    """A legal hold; one that was lifted stays in the list of those that are not active."""

    id = fields.UUID()
    report_id = fields.UUID(allow_none=True)
    kind = fields.String(attribute="kind_code", allow_none=True)
    body_id = fields.UUID(allow_none=True)
    period_from = fields.Date(allow_none=True)
    period_to = fields.Date(allow_none=True)
    reason = fields.String()
    act_number = fields.String()
    act_date = fields.Date()
    set_at = fields.AwareDateTime()
    set_by = fields.String()
    set_for = fields.String(allow_none=True)
    lifted_at = fields.AwareDateTime(allow_none=True)
    lifted_by = fields.String(allow_none=True)
    lift_reason = fields.String(allow_none=True)


class ActQuery(Paging):
    """Of which body."""

    body_id = fields.UUID(load_default=None)


class NewDestructionAct(Shape):
    """An act of destruction of a body; without `kinds` over all that is free to go."""

    body_id = fields.UUID(required=True)
    number = fields.String(required=True, validate=_NUMBER)
    date = fields.Date(required=True)
    kinds = fields.List(fields.String(validate=validate.Length(max=40)), load_default=list, validate=validate.Length(max=1000))


class DestructionLine(Shape):
    """A kind, the year in which its reports were finished, the period by which item of the list, how many."""

    kind = fields.String()
    finished_in = fields.Integer()
    years = fields.Integer()
    item = fields.String()
    reports = fields.Integer()


class DestructionActShape(Shape):
    """An act of destruction: what was put on it, who drafted, approved or gave it up, how many reports are still on it or gone."""

    id = fields.UUID()
    body_id = fields.UUID()
    number = fields.String()
    date = fields.Date(attribute="dated")
    state = fields.String(validate=validate.OneOf([state.value for state in ActState]))
    lines = fields.List(fields.Nested(DestructionLine))
    drafted_at = fields.AwareDateTime()
    drafted_by = fields.String()
    drafted_for = fields.String(allow_none=True)
    approved_at = fields.AwareDateTime(allow_none=True)
    approved_by = fields.String(allow_none=True)
    approved_for = fields.String(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)
    abandoned_by = fields.String(allow_none=True)
    abandon_reason = fields.String(allow_none=True)
    waiting = fields.Integer()
    purged = fields.Integer()


ReportHoldPage = page_of(ReportHoldShape)
DestructionActPage = page_of(DestructionActShape)
