"""Shapes of export and import of the Register."""

from marshmallow import fields

import texts
from api.shapes import Shape
from register.reading import FORMAT


class ImportQuery(Shape):
    """Whether only to say what would come of it."""

    dry_run = fields.Boolean(load_default=False)


class CarriedKind(Shape):
    """A version of a kind, and the act that put it in force."""

    document = fields.Dict()
    act_number = fields.String()
    act_date = fields.String()


class RegisterFile(Shape):
    """The Register as it is carried: documents of indicators, and all versions of kinds."""

    format = fields.Constant(FORMAT)
    indicators = fields.List(fields.Dict())
    kinds = fields.List(fields.Nested(CarriedKind))


class Counted(Shape):
    """How many documents of a kind the file has, by what became of them."""

    new = fields.Function(lambda counts: counts["new"], metadata={"type": "integer"})
    changed = fields.Function(lambda counts: counts["changed"], metadata={"type": "integer"})
    unchanged = fields.Function(lambda counts: counts["unchanged"], metadata={"type": "integer"})


class MisfitShape(Shape):
    """A fault of the file: `pointer` is a JSON pointer, or of a workbook `/sheet/row/column`; the words are in kk, ru and en."""

    pointer = fields.String()
    code = fields.String()
    detail = fields.Function(
        lambda fault: {language: texts.say(fault.code, fault.fields, language) for language in texts.LANGUAGES},
        metadata={"type": "object", "additionalProperties": {"type": "string"}},
    )


class TakenShape(Shape):
    """What an import changed, or would change."""

    dry_run = fields.Boolean()
    indicators = fields.Nested(Counted)
    kinds = fields.Nested(Counted)
    errors = fields.List(fields.Nested(MisfitShape), attribute="faults")
