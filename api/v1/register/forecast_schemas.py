"""Shapes of the workload forecast."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from marshmallow import ValidationError, fields, post_load, validate

from api.house import house
from api.shapes import SentDate, Shape
from api.v1.organisations.schemas import BodyShape
from organisations.bodies import Body
from organisations.users import User
from register.forecast.collisions import MOST_A_DAY, Collision
from register.forecast.forecast import BYS, MONTHS, Forecast, Line, Question, WhatIf
from register.forecast.plans import Drafted, Proposed, Retimed
from register.periods import Periodicity

MOST_LINES = 5_000
_LIMIT = 500
_DAYS = validate.Range(min=date(2020, 1, 1), max=date(2100, 12, 31))


class ForecastQuery(Shape):
    """Whose forecast, from when (today), for how many months, by what; how many reports a day are no collision; lines at most."""

    body = fields.UUID(load_default=None)
    first = SentDate(load_default=None, data_key="from", validate=_DAYS)
    months = fields.Integer(load_default=MONTHS, validate=validate.Range(min=1, max=24))
    by = fields.String(load_default="week", validate=validate.OneOf(BYS))
    most_a_day = fields.Integer(load_default=MOST_A_DAY, validate=validate.Range(min=1, max=1_000))
    limit = fields.Integer(load_default=_LIMIT, validate=validate.Range(min=1, max=MOST_LINES))

    @post_load
    def _question(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        names = ("first", "months", "by", "most_a_day")
        question = Question(body_id=data["body"], **{name: data[name] for name in names})
        return {"question": question, "limit": data["limit"]} | {name: each for name, each in data.items() if name == "suppositions"}


class Supposed(Shape):
    """One of three: a kind's `code` with another `periodicity` or `due` rules; a `document` with its `indicators`; a `change_id`."""

    code = fields.String(validate=validate.Length(min=1, max=30))
    periodicity = fields.String(validate=validate.OneOf([each.value for each in Periodicity]))
    due = fields.Dict(keys=fields.String(), values=fields.Dict(keys=fields.String()))
    document = fields.Dict(keys=fields.String())
    indicators = fields.List(fields.Dict(keys=fields.String()), validate=validate.Length(max=500))
    change_id = fields.UUID()

    @post_load
    def _supposition(self, data: dict[str, Any], **_: Any) -> Any:
        allowed = {"code": ("periodicity", "due"), "document": ("indicators",), "change_id": ()}
        forms = [name for name in allowed if name in data]
        if len(forms) != 1 or set(data) - {forms[0], *allowed[forms[0]]}:
            raise ValidationError("shape_supposition")
        return {"code": Retimed, "document": Drafted, "change_id": Proposed}[forms[0]](**data)


class WhatIfQuestion(ForecastQuery):
    """The same question, and what is supposed."""

    suppositions = fields.List(fields.Nested(Supposed), required=True, validate=validate.Length(min=1, max=20))


@dataclass(frozen=True)
class Shown:
    """Lines or collisions as far as they were asked for, with the bodies and people they speak of."""

    bodies: Mapping[UUID, Body]
    users: Mapping[str, User]

    @staticmethod
    def of(found: Sequence[Line | Collision]) -> "Shown":
        """What is needed to show some of them, in two statements."""
        bodies = {each.body_id for each in found if each.body_id is not None}
        officials = {each.official_id for each in found if isinstance(each, Line) and each.official_id is not None}
        return Shown(house().organisations.bodies.many(bodies) if bodies else {}, house().organisations.users.many(officials))

    def line(self, line: Line) -> dict[str, Any]:
        """A line with names for ids."""
        official = self.users.get(str(line.official_id))
        return {
            "body": self.bodies.get(cast(UUID, line.body_id)),
            "official": official and {"id": official.id, "name_kk": official.name_kk, "name_ru": official.name_ru},
            "week": line.week,
            "load": line.load,
        }

    def collision(self, collision: Collision) -> dict[str, Any]:
        """A collision with its body."""
        return vars(collision) | {"body": self.bodies[collision.body_id]}


def shown(forecast: Forecast, limit: int) -> dict[str, Any]:
    """A forecast as it is answered, with `limit` lines and collisions at most."""
    lines, collisions = forecast.lines[:limit], forecast.collisions[:limit]
    names = Shown.of([*lines, *collisions])
    return vars(forecast) | {
        "lines": [names.line(line) for line in lines],
        "lines_left_out": len(forecast.lines) - len(lines),
        "collisions": [names.collision(collision) for collision in collisions],
        "collisions_left_out": len(forecast.collisions) - len(collisions),
    }


def shown_beside(what_if: WhatIf, limit: int) -> dict[str, Any]:
    """Two forecasts and their difference as they are answered."""
    lines = what_if.lines[:limit]
    names = Shown.of(lines)
    return {
        "now": shown(what_if.now, limit),
        "then": shown(what_if.then, limit),
        "difference": what_if.difference,
        "lines": [names.line(line) for line in lines],
        "lines_left_out": len(what_if.lines) - len(lines),
    }


class LoadShape(Shape):
    """Reports and their minutes of work: measured on finished reports, and only declared by the kind."""

    reports = fields.Integer()
    minutes = fields.Integer()
    measured_minutes = fields.Integer(attribute="measured")
    declared_minutes = fields.Integer(attribute="declared")


class WeekShape(Shape):
    """A week of ISO 8601."""

    name = fields.String(attribute="text")
    monday = fields.Date()


class OfficialShape(Shape):
    """Who makes the reports by a standing rule."""

    id = fields.UUID()
    name_kk = fields.String()
    name_ru = fields.String()


class LineShape(Shape):
    """The load of a body, of an official or of a week; without an official it is for any executor of the body."""

    body = fields.Nested(BodyShape, allow_none=True)
    official = fields.Nested(OfficialShape, allow_none=True)
    week = fields.Nested(WeekShape, allow_none=True)
    work = fields.Nested(LoadShape, attribute="load")


class CollisionShape(Shape):
    """A week, or a day of it, with more than a body can bear: `minutes` of its executors, or `reports` on one day; `most` is the limit."""

    body = fields.Nested(BodyShape)
    week = fields.Nested(WeekShape)
    day = fields.Date(allow_none=True)
    cause = fields.String(validate=validate.OneOf(["minutes", "reports"]))
    work = fields.Nested(LoadShape, attribute="load")
    most = fields.Integer()


class ForecastShape(Shape):
    """What the kinds in force have in store; `unforeseen` are kinds that are reported on an event and count nothing here."""

    first = fields.Date(data_key="from")
    last = fields.Date(data_key="to")
    by = fields.String(validate=validate.OneOf(BYS))
    total = fields.Nested(LoadShape)
    lines = fields.List(fields.Nested(LineShape))
    lines_left_out = fields.Integer()
    collisions = fields.List(fields.Nested(CollisionShape))
    collisions_left_out = fields.Integer()
    unforeseen = fields.List(fields.String())


class WhatIfShape(Shape):
    """How it is, how it would be, and the difference, in all and for every line that changes; below nothing where work is saved."""

    now = fields.Nested(ForecastShape)
    then = fields.Nested(ForecastShape)
    difference = fields.Nested(LoadShape)
    lines = fields.List(fields.Nested(LineShape))
    lines_left_out = fields.Integer()
