"""Shapes of what reports hold: cells and texts, findings, revisions, attachments, differences."""

from marshmallow import fields, validate

from api import problems
from api.shapes import Shape
from api.v1.reports.schemas import MAX_TEXT
from register.contents import MAX_CELLS

_WORDS = validate.Length(max=MAX_TEXT)


class CellChanges(Shape):
    """Cells and texts to be saved, by address; `reasons` say why a value that was filled in is overridden. Computed cells are refused; with
    `imported` (the values are those of a file) they are compared with what they come to."""

    values = fields.Dict(keys=fields.String(), required=True, validate=validate.Length(max=MAX_CELLS))
    reasons = fields.Dict(keys=fields.String(), values=fields.String(validate=_WORDS), load_default=dict)
    imported = fields.Boolean(load_default=False)


class SectionShape(Shape):
    """One section of a report."""

    code = fields.String()
    version = fields.Integer()
    cells = fields.Dict()
    provenance = fields.Dict()
    edited_at = fields.AwareDateTime(allow_none=True)
    edited_by = fields.String(allow_none=True)
    executor_id = fields.UUID(allow_none=True)


class ContentShape(Shape):
    """What a report holds. `open_cells` are the addresses that may be changed, null for all."""

    report_id = fields.UUID()
    revision = fields.Integer()
    frozen = fields.Boolean()
    sections = fields.List(fields.Nested(SectionShape))
    notes = fields.Dict()
    open_cells = fields.Function(
        lambda content: None if content.open_cells is None else sorted(content.open_cells),
        metadata={"type": ["array", "null"], "items": {"type": "string"}},
    )


class SinceQuery(Shape):
    """The ETag of a content that was read; without one all that was ever saved of the revision's cells is answered."""

    since = fields.String(load_default=None, validate=validate.Length(min=1, max=2000))


class CheckFindingShape(Shape):
    """What a logical check found; `note` is what the body says about a warning, `blocks` whether the report can't be sent like this."""

    code = fields.String()
    severity = fields.String()
    cells = fields.List(fields.String())
    detail = fields.Function(lambda finding: finding.told.say(problems.language()), metadata={"type": "string"})
    note = fields.String(allow_none=True)
    blocks = fields.Boolean()


class Checks(Shape):
    """What the checks found."""

    items = fields.List(fields.Nested(CheckFindingShape))


class ChangesShape(Shape):
    """What has changed since a state of the content: sections that were saved, with the changed cells only, null where one was emptied.
    After a save `checked` are the checks of what it changed, and `findings` what they come to."""

    report_id = fields.UUID()
    revision = fields.Integer()
    sections = fields.List(fields.Nested(SectionShape))
    notes = fields.Dict()
    checked = fields.List(fields.String())
    findings = fields.List(fields.Nested(CheckFindingShape))


class RevisionShape(Shape):
    """A frozen revision; not `intact` when its bytes were altered in the database since."""

    number = fields.Integer()
    sha256 = fields.String()
    frozen_at = fields.AwareDateTime()
    frozen_by = fields.String()
    submitted_at = fields.AwareDateTime(allow_none=True)
    receipt_number = fields.String(allow_none=True)
    intact = fields.Boolean()


class AttachedFileShape(Shape):
    """A file as it was frozen with a revision."""

    name = fields.String()
    media_type = fields.String()
    size = fields.Integer()
    sha256 = fields.String()


class FullRevision(RevisionShape):
    """A frozen revision with what it holds."""

    cells = fields.Dict()
    notes = fields.Dict()
    attachments = fields.List(fields.Nested(AttachedFileShape))


class AttachmentShape(AttachedFileShape):
    """An attachment of a revision."""

    id = fields.UUID()
    revision = fields.Integer()
    added_at = fields.AwareDateTime()
    added_by = fields.String()


class AttachmentsQuery(Shape):
    """Of which revision; without it, of what you read as the content."""

    revision = fields.Integer(load_default=None, validate=validate.Range(min=1, max=1_000_000))


class AttachmentList(Shape):
    """The attachments of a revision, by name."""

    items = fields.List(fields.Nested(AttachmentShape))


class Revisions(Shape):
    """The revisions of a report, oldest first."""

    items = fields.List(fields.Nested(RevisionShape))


class DifferenceQuery(Shape):
    """Which two revisions are compared."""

    before = fields.Integer(required=True, data_key="from", validate=validate.Range(min=1, max=1_000_000))
    after = fields.Integer(required=True, data_key="to", validate=validate.Range(min=1, max=1_000_000))


class DifferenceShape(Shape):
    """One cell that is not the same; `row` says that the whole row was added or removed."""

    address = fields.String()
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)
    row = fields.String(allow_none=True, validate=validate.OneOf(["added", "removed"]))


class Differences(Shape):
    """What changed from one revision to another."""

    items = fields.List(fields.Nested(DifferenceShape))
