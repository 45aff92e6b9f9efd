"""Shapes of reports. Values of cells are plain JSON: decimals as strings, null where a cell is empty."""

from marshmallow import fields, validate

from api.authentication import actor
from api.house import house
from api.pagination import Paging, page_of
from api.shapes import SentDate, Shape
from reports.lifecycle import Stage
from reports.models import Report
from reports.restricted import WithdrawalReason

STAGES = [stage.value for stage in Stage]
MAX_TEXT = 20_000
_WORDS = validate.Length(max=MAX_TEXT)


class ReportsOfKindQuery(Paging):
    """Filters of the reports of one kind: `below` adds what is under the body, `territory` is a KATO code with everything in it,
    `text` is sought in Kazakh and Russian in texts, notes, remarks, names of kinds and indicators, and business keys."""

    body_id = fields.UUID(load_default=None)
    below = fields.Boolean(load_default=False)
    receiver_id = fields.UUID(load_default=None)
    territory = fields.String(load_default=None, validate=validate.Length(max=9))
    period = fields.String(load_default=None, validate=validate.Length(max=20))
    period_from = fields.String(load_default=None, validate=validate.Length(max=20))
    period_to = fields.String(load_default=None, validate=validate.Length(max=20))
    stages = fields.List(fields.String(validate=validate.OneOf(STAGES)), load_default=list, data_key="stage")
    text = fields.String(load_default=None, validate=validate.Length(min=1, max=200))
    returned = fields.Boolean(load_default=False)
    overdue = fields.Boolean(load_default=False)
    in_correction = fields.Boolean(load_default=False)
    archived = fields.Boolean(load_default=None, allow_none=True)
    purged = fields.Boolean(load_default=False)


class ReportQuery(ReportsOfKindQuery):
    """Filters of the list of reports."""

    kind = fields.String(load_default=None, validate=validate.Length(max=40))
    business_key = fields.String(load_default=None, validate=validate.Length(max=160))


class NewReport(Shape):
    """Which report is to be opened."""

    kind = fields.String(required=True, validate=validate.Length(min=1, max=40))
    body_id = fields.UUID(required=True)
    period = fields.String(required=True, validate=validate.Length(min=1, max=20))


def _archived_on(report: Report) -> str | None:
    day = house().reports.archive.archived_on(report)
    return None if day is None else day.isoformat()


class ListedReport(Shape):
    """A report in a list."""

    id = fields.UUID()
    business_key = fields.String()
    kind = fields.String(attribute="kind_code")
    kind_version = fields.String()
    body_id = fields.UUID()
    receiver_id = fields.UUID(allow_none=True)
    period = fields.String()
    stage = fields.String(validate=validate.OneOf(STAGES))
    revision = fields.Integer()
    returned = fields.Boolean()
    accepted_revision = fields.Integer(allow_none=True)
    in_correction = fields.Boolean()
    overdue = fields.Function(lambda report: house().reports.is_overdue(report), metadata={"type": "boolean"})
    archived_on = fields.Function(_archived_on, metadata={"type": ["string", "null"], "format": "date"})
    archived = fields.Function(lambda report: house().reports.archive.is_archived(report), metadata={"type": "boolean"})
    responsible_id = fields.UUID(allow_none=True)
    due_at = fields.AwareDateTime()
    opened_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime(allow_none=True)
    purged_at = fields.AwareDateTime(allow_none=True)


class ReportShape(ListedReport):
    """A report, with what you may do to it now."""

    not_applicable = fields.Function(lambda report: house().reports.is_not_applicable(report), metadata={"type": "boolean"})
    may_remind = fields.Function(lambda report: house().reports.reminding.may(actor(), report), metadata={"type": "boolean"})
    allowed_actions = fields.Function(
        lambda report: list(house().reports.allowed_actions(actor(), report)),
        metadata={"type": "array", "items": {"type": "string"}},
    )


class Reminders(ReportQuery):
    """Which reports to remind of: the filters of the list; at most 200 at once, `cursor` goes on."""


class RemindedShape(Shape):
    """How many reports were reminded of now, how many had been today; `next` is the cursor to go on with."""

    reminded = fields.Integer()
    already = fields.Integer()
    next = fields.String(allow_none=True)


class Dispatch(Shape):
    """By which letter a report of a restricted kind was sent."""

    number = fields.String(required=True, validate=validate.Length(min=1, max=100))
    date = SentDate(required=True)


class WordsShape(Shape):
    """Something said in words."""

    text = fields.String(required=True, validate=_WORDS)


class OptionalWords(Shape):
    """Words that may be left out."""

    text = fields.String(load_default="", validate=_WORDS)


class Reason(Shape):
    """Why."""

    reason = fields.String(required=True, validate=_WORDS)


class ChosenReason(Shape):
    """Why a report of a restricted kind is withdrawn."""

    reason = fields.String(required=True, validate=validate.OneOf([reason.value for reason in WithdrawalReason]))


class NewRemark(Shape):
    """A remark on a cell, a text or a section."""

    anchor = fields.String(required=True, validate=validate.Length(min=1, max=200))
    text = fields.String(required=True, validate=_WORDS)


class RemarkMessageShape(Shape):
    """One entry in the thread of a remark."""

    act = fields.String()
    text = fields.String()
    by = fields.String()
    on_behalf_of = fields.String(allow_none=True)
    body_id = fields.UUID()
    at = fields.AwareDateTime()


class RemarkShape(Shape):
    """A remark with its thread."""

    id = fields.UUID()
    report_id = fields.UUID()
    revision = fields.Integer()
    opened_in = fields.Integer()
    anchor = fields.String()
    side = fields.String()
    state = fields.String()
    thread = fields.List(fields.Nested(RemarkMessageShape))


class Remarks(Shape):
    """The remarks of a report, oldest first."""

    items = fields.List(fields.Nested(RemarkShape))


class ActShape(Shape):
    """What a person did to a revision."""

    act = fields.String()
    revision = fields.Integer()
    by = fields.String()
    on_behalf_of = fields.String(allow_none=True)
    body_id = fields.UUID()
    at = fields.AwareDateTime()
    exception = fields.Boolean()
    number = fields.String(allow_none=True)
    dated = fields.Date(allow_none=True)


class Acts(Shape):
    """The acts on a report, oldest first."""

    items = fields.List(fields.Nested(ActShape))


class TimelineEntryShape(Shape):
    """One thing that happened."""

    event = fields.String()
    at = fields.AwareDateTime()
    actor = fields.String(allow_none=True)
    on_behalf_of = fields.String(allow_none=True)
    details = fields.Dict()


class Timeline(Shape):
    """What happened to a report, oldest first."""

    items = fields.List(fields.Nested(TimelineEntryShape))


class SectionGift(Shape):
    """To whom a section is given; to all executors again when null."""

    executor_id = fields.UUID(required=True, allow_none=True)


class NewDistributionRule(Shape):
    """Who gets reports of a kind without the head's distribution; nobody in particular when no executor is named."""

    executor_id = fields.UUID(load_default=None, allow_none=True)


class DistributionRuleShape(NewDistributionRule):
    """A standing rule of a body; the kind `*` stands for every kind."""

    body_id = fields.UUID()
    kind = fields.String(attribute="kind_code")


class DistributionRules(Shape):
    """The standing rules of a body."""

    items = fields.List(fields.Nested(DistributionRuleShape))


ReportPage = page_of(ListedReport)
