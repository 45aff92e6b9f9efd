"""Territories: list, get, their history, changes by an act."""

from typing import Any

from api import pagination
from api.access import needs
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.organisations.territory_schemas import (
    ChangedShape,
    DayQuery,
    HistoryShape,
    NewTerritoryChange,
    TerritoryPage,
    TerritoryQuery,
    TerritoryShape,
)
from organisations.change_lines import ChangeKind, ChangeLine
from organisations.permissions import Permission
from organisations.territory_changes import Act

territories = Room("territories", "Territories of KATO over time: as of a day, what they were before, what became of them")

_READ = needs(Permission.ORGANISATION_READ)


@territories.get("/territories", _READ, query=TerritoryQuery, answer=TerritoryPage)
def list_territories(query: dict[str, Any]) -> Any:
    """Territories by code, as they are called and placed on a day."""
    filters = {name: value for name, value in query.items() if name != "cursor"}
    return pagination.paged(house().organisations.territories.list(**filters, after=pagination.after(query)))


@territories.post("/territories/changes", needs(Permission.ORGANISATION_EDIT), body=NewTerritoryChange, answer=ChangedShape, status=201)
def change_territories(body: dict[str, Any]) -> Any:
    """Change territories by an act, from a day on, all lines or none; `dry_run` says what would happen."""
    act = Act(body["act_number"], body["act_date"], body["since"])
    lines = [ChangeLine(place=index + 1, index=index, **_typed(line)) for index, line in enumerate(body["lines"])]
    return house().organisations.territory_changes.enter(act, lines, by=actor(), dry_run=body["dry_run"])


@territories.get("/territories/<code>", _READ, query=DayQuery, answer=TerritoryShape)
def get_territory(code: str, query: dict[str, Any]) -> Any:
    """One territory, as it is called and placed on a day."""
    return house().organisations.territories.get(code, query["on"])


@territories.get("/territories/<code>/history", _READ, query=DayQuery, answer=HistoryShape)
def get_history(code: str, query: dict[str, Any]) -> Any:
    """What a territory was before and what became of it up to a day (today)."""
    return house().organisations.territory_changes.history(code, query["on"])


def _typed(line: dict[str, Any]) -> dict[str, Any]:
    return line | {"kind": ChangeKind(line["kind"])}
