"""Shapes of the Register of Reports: kinds, indicators, calendar. What a document must hold is judged by the room."""

from typing import Any

from marshmallow import fields, post_load, validate

from api.house import house
from api.problems import language
from api.shapes import SentDate, Shape
from api.v1.organisations.schemas import BodyShape
from organisations.days import FIRST_DAY, LAST_DAY
from register.calendar_acts import CalendarAct, DayOfAct
from register.changes import gate
from register.names import Names

_EXACT = {"type": ["string", "null"], "format": "decimal"}
_NUMBER = validate.Length(min=1, max=100)


def _names(attribute: str) -> fields.Field[Any]:
    return fields.Function(
        lambda value: _by_language(getattr(value, attribute)),
        metadata={"type": "object", "additionalProperties": {"type": "string"}},
    )


def _by_language(names: Any) -> dict[str, str]:
    return dict(names.as_dict())


class KindQuery(Shape):
    """As of which day; today when not given."""

    on = SentDate(load_default=None)


class RetentionShape(Shape):
    """How long reports are kept: so many whole years after the one in which they were finished, or for ever, by an item of the list."""

    years = fields.Integer(allow_none=True)
    permanent = fields.Boolean()
    item = fields.String()


class KindShape(Shape):
    """A kind of report in one version."""

    code = fields.String()
    version = fields.Integer()
    names = _names("names")
    addressee = fields.Function(lambda kind: _by_language(kind.addressee.names), metadata={"type": "object"})
    delivery = fields.String()
    route = fields.String()
    periodicity = fields.String()
    signature = fields.String()
    minutes = fields.Integer()
    report_class = fields.String()
    publish = fields.Boolean()
    valid_from = fields.Date()
    retention = fields.Nested(RetentionShape, allow_none=True)


class Kinds(Shape):
    """Kinds of report, by code."""

    items = fields.List(fields.Nested(KindShape))


class FullKind(KindShape):
    """A kind of report with its whole document: contents, checks, due rules, legal basis."""

    document = fields.Function(lambda kind: house().register.document(kind.code, kind.version), metadata={"type": "object"})


class NewKind(Shape):
    """A kind, or its next version, to be put in force by an act; `places` gives codes of bodies that the document only names."""

    document = fields.Dict(keys=fields.String(), required=True)
    act_number = fields.String(required=True, validate=_NUMBER)
    act_date = SentDate(required=True)
    places = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)


class ValidityShape(Shape):
    """When a version of a kind is in force, and by which act."""

    version = fields.Integer()
    valid_from = fields.Date(attribute="first")
    valid_to = fields.Date(attribute="last", allow_none=True)
    act_number = fields.String()
    act_date = fields.Date()


class Versions(Shape):
    """The versions of a kind, the newest first."""

    items = fields.List(fields.Nested(ValidityShape))


class PeriodQuery(Shape):
    """For which period."""

    period = fields.String(required=True, validate=validate.Length(min=1, max=20))


class ReportingBody(Shape):
    """A body that reports, and by when."""

    body = fields.Nested(BodyShape)
    due_at = fields.AwareDateTime()


class ReportingBodies(Shape):
    """The bodies that report."""

    items = fields.List(fields.Nested(ReportingBody))


class IndicatorShape(Shape):
    """What is measured, in which unit, how exactly."""

    code = fields.String()
    names = _names("names")
    definition = _names("definition")
    unit = _names("unit")
    value_type = fields.String()
    decimals = fields.Integer()
    minimum = fields.Decimal(as_string=True, allow_none=True, metadata=_EXACT)
    maximum = fields.Decimal(as_string=True, allow_none=True, metadata=_EXACT)
    breakdowns = fields.Function(
        lambda indicator: {
            code: {name: _by_language(names) for name, names in one.members.items()} for code, one in indicator.breakdowns.items()
        },
        metadata={"type": "object"},
    )
    owner = fields.String()
    source = fields.String(allow_none=True)


class Indicators(Shape):
    """Indicators, by code."""

    items = fields.List(fields.Nested(IndicatorShape))


class NewIndicators(Shape):
    """Documents of indicators to be kept."""

    documents = fields.List(fields.Dict(keys=fields.String()), required=True, validate=validate.Length(min=1, max=2000))


class Kept(Shape):
    """How many are new or changed."""

    count = fields.Integer()


class CalendarQuery(Shape):
    """Which year."""

    year = fields.Integer(required=True, validate=validate.Range(min=FIRST_DAY.year, max=LAST_DAY.year))


class DayShape(Shape):
    """A day that is not what its day of the week says."""

    day = fields.Date()
    working = fields.Boolean()
    names = _names("names")
    estimated = fields.Boolean()
    act = fields.String(allow_none=True)


class Days(Shape):
    """Days of a year."""

    items = fields.List(fields.Nested(DayShape))


class NamesShape(Shape):
    """A name in Kazakh and Russian, and in English where there is one."""

    kk = fields.String(required=True, validate=validate.Length(min=1, max=200))
    ru = fields.String(required=True, validate=validate.Length(min=1, max=200))
    en = fields.String(load_default="", validate=validate.Length(max=200))


class AskedIndicator(Shape):
    """An indicator as a kind or request asks for it; `code` where it has one, `breakdowns` the codes of its breakdowns."""

    code = fields.String(load_default="", validate=validate.Length(max=60))
    names = fields.Nested(NamesShape, required=True)
    unit = fields.Nested(NamesShape, load_default=None, allow_none=True)
    breakdowns = fields.List(fields.String(validate=validate.Length(max=60)), load_default=list, validate=validate.Length(max=20))

    @post_load
    def _names(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        unit = data["unit"]
        return data | {"names": Names(**data["names"]), "unit": None if unit is None else Names(**unit)}


class DuplicatesQuestion(Shape):
    """Indicators that somebody wants to ask for."""

    indicators = fields.List(fields.Nested(AskedIndicator), required=True, validate=validate.Length(min=1, max=500))


class LastHeldShape(Shape):
    """The newest accepted figures of an indicator in a kind: of which period, and when they were accepted."""

    period = fields.String()
    at = fields.AwareDateTime()


class CollectedShape(Shape):
    """An indicator that is held already: whether it is the `same`, a `score` from 0 to 1, reasons, and the kinds that ask for it; the
    `last` figures of it by code of the kind, where there are any."""

    indicator = fields.Nested(IndicatorShape)
    same = fields.Boolean(attribute="match.same")
    score = fields.Float(attribute="match.score")
    reasons = fields.Function(
        lambda found: [gate.said(reason, language()) for reason in found.reasons],
        metadata={"type": "array", "items": {"type": "string"}},
    )
    kinds = fields.List(fields.Nested(KindShape))
    last = fields.Dict(keys=fields.String(), values=fields.Nested(LastHeldShape))


class DuplicatesOfOne(Shape):
    """What is collected already of the indicator that was `asked` for at this place of the list."""

    asked = fields.Integer()
    matches = fields.List(fields.Nested(CollectedShape))


class Duplicates(Shape):
    """For each indicator that was asked for, in order."""

    items = fields.List(fields.Nested(DuplicatesOfOne))


class DayOfActShape(Shape):
    """A day that an act makes a working day or a day off."""

    day = SentDate(required=True)
    working = fields.Boolean(required=True)
    names = fields.Nested(NamesShape, required=True)


class NewCalendarAct(Shape):
    """An act on the calendar with all its days."""

    act_number = fields.String(required=True, validate=_NUMBER)
    act_date = SentDate(required=True)
    days = fields.List(fields.Nested(DayOfActShape), required=True, validate=validate.Length(min=1, max=100))

    @post_load
    def _act(self, data: dict[str, Any], **_: Any) -> CalendarAct:
        days = [DayOfAct(each["day"], each["working"], Names(**each["names"])) for each in data["days"]]
        return CalendarAct(data["act_number"], data["act_date"], days)


class DayChange(Shape):
    """A day made a working day or a day off by an act."""

    working = fields.Boolean(required=True)
    names = fields.Nested(NamesShape, required=True)
    act_number = fields.String(required=True, validate=_NUMBER)
    act_date = SentDate(required=True)
