"""Shapes of drafts that workbooks make."""

from typing import Any

from marshmallow import fields, validate

import texts
from api.problems import language
from api.shapes import SentDate, Shape


def _place(place: Any) -> str | None:
    return None if place is None else str(place.said)


class WorkbookDraftQuery(Shape):
    """The code of the kind where the form's index is not to be taken; the first day in force, that of next month when not given."""

    code = fields.String(load_default=None, validate=validate.Length(min=2, max=30))
    valid_from = SentDate(load_default=None)


class ProposalShape(Shape):
    """A part of the draft: `pointer` is its place in the document, `cell` where it was read, `confidence` from 0 to 1; `state` is `read`,
    `guessed`, or of an indicator `matched`, `extended`, `new`."""

    part = fields.String()
    pointer = fields.String()
    cell = fields.Function(lambda proposal: _place(proposal.place), metadata={"type": ["string", "null"]})
    state = fields.String()
    confidence = fields.Float()
    value = fields.String()
    reasons = fields.Function(
        lambda proposal: [texts.say(code, given, language()) for code, given in proposal.reasons],
        metadata={"type": "array", "items": {"type": "string"}},
    )


class DoubtShape(Shape):
    """Something for the methodologist to look at, with all the cells that it is about."""

    code = fields.String()
    detail = fields.Function(lambda doubt: texts.say(doubt.code, doubt.fields, language()), metadata={"type": "string"})
    pointer = fields.String()
    cells = fields.Function(lambda doubt: [place.said for place in doubt.places], metadata={"type": "array", "items": {"type": "string"}})


class WorkbookDraft(Shape):
    """What a workbook makes: `document` and `indicators` can be sent as a change of the Register; `extended` are indicators of the
    catalogue with the breakdowns that the form needs, to be kept before that."""

    document = fields.Dict()
    indicators = fields.List(fields.Dict())
    extended = fields.List(fields.Dict())
    proposals = fields.List(fields.Nested(ProposalShape))
    doubts = fields.List(fields.Nested(DoubtShape))
