"""Register of Reports: kinds, indicators, the calendar of working days."""

from datetime import date
from typing import Any

from api.access import needs
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.register.schemas import (
    CalendarQuery,
    DayChange,
    Days,
    DayShape,
    Duplicates,
    DuplicatesQuestion,
    FullKind,
    Indicators,
    IndicatorShape,
    Kept,
    KindQuery,
    Kinds,
    KindShape,
    NewCalendarAct,
    NewIndicators,
    NewKind,
    PeriodQuery,
    ReportingBodies,
    Versions,
)
from organisations.permissions import Permission
from register.calendar_acts import CalendarAct
from register.duplicates.matching import Asked
from register.names import Names

_READ = needs(Permission.REGISTER_READ)
_EDIT = needs(Permission.REGISTER_EDIT)

register = Room("register", "Register of Reports: kinds, indicators, calendar")


@register.get("/register/kinds", _READ, query=KindQuery, answer=Kinds)
def list_kinds(query: dict[str, Any]) -> Any:
    """The kinds in force on a day, by code."""
    return {"items": house().register.kinds(query["on"])}


@register.post("/register/kinds", needs(Permission.REGISTER_LOAD), body=NewKind, answer=KindShape, status=201)
def put_in_force(body: dict[str, Any]) -> Any:
    """Put a kind, or its next version, in force by an act: the first load, past gate and agreement; then only changes follow."""
    return house().register.import_kind(**body, by=actor())


@register.get("/register/kinds/<code>", _READ, query=KindQuery, answer=FullKind)
def get_kind(code: str, query: dict[str, Any]) -> Any:
    """A kind as it is in force on a day, with its whole document."""
    return house().register.kind(code, query["on"])


@register.get("/register/kinds/<code>/versions", _READ, answer=Versions)
def list_versions(code: str) -> Any:
    """The versions of a kind and when they are in force, the newest first."""
    return {"items": house().register.versions(code)}


@register.get("/register/kinds/<code>/bodies", _READ, query=PeriodQuery, answer=ReportingBodies)
def list_reporting_bodies(code: str, query: dict[str, Any]) -> Any:
    """The bodies that report for a period, and by when."""
    kind, period = house().register.kind_for(code, query["period"]), query["period"]
    bodies = house().register.reporting_bodies(kind, period)
    return {"items": [{"body": body, "due_at": house().register.deadline(kind, body, period)} for body in bodies]}


@register.get("/register/indicators", _READ, answer=Indicators)
def list_indicators() -> Any:
    """All indicators, by code."""
    return {"items": house().register.indicators()}


@register.post("/register/indicators", _EDIT, body=NewIndicators, answer=Kept)
def keep_indicators(body: dict[str, Any]) -> Any:
    """Keep indicators, new ones and changes."""
    return {"count": house().register.import_indicators(body["documents"], by=actor())}


@register.get("/register/indicators/<code>", _READ, answer=IndicatorShape)
def get_indicator(code: str) -> Any:
    """One indicator."""
    return house().register.indicator(code)


@register.post("/register/duplicates", _READ, body=DuplicatesQuestion, answer=Duplicates)
def find_duplicates(body: dict[str, Any]) -> Any:
    """What of some indicators is collected already, how alike it is and why, by which kinds, the last value of when; nothing is kept."""
    asked = [Asked(each["code"], each["names"], each["unit"], frozenset(each["breakdowns"])) for each in body["indicators"]]
    found = house().changes.collected(asked)
    return {"items": [{"asked": number, "matches": matches} for number, matches in enumerate(found)]}


@register.get("/register/calendar", _READ, query=CalendarQuery, answer=Days)
def list_days(query: dict[str, Any]) -> Any:
    """The days of a year that are not what their day of the week says."""
    return {"items": house().register.calendar.days(query["year"])}


@register.post("/register/calendar/acts", _EDIT, body=NewCalendarAct, answer=Days, status=201)
def enter_calendar_act(body: CalendarAct) -> Any:
    """Enter an act that makes days working days or days off; deadlines and timers follow within minutes."""
    return {"items": house().register.calendar.enter_act(body, by=actor())}


@register.put("/register/calendar/<day:day>", _EDIT, body=DayChange, answer=DayShape)
def set_day(day: date, body: dict[str, Any]) -> Any:
    """Make a day a working day or a day off, by an act."""
    given = body | {"names": Names(**body["names"])}
    return house().register.calendar.set_day(day, **given, by=actor())
