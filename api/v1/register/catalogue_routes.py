"""The catalogue of indicators: where each is used, how it became what it is, its figures over periods."""

from typing import Any

from api.access import needs
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.register.catalogue_schemas import IndicatorHistory, SeriesQuery, SeriesShape, SupplyQuery, SupplyShape, Uses
from organisations.permissions import Permission
from storage.transaction import transaction

_READ = needs(Permission.REGISTER_READ)

catalogue = Room("catalogue", "Register of Reports: the catalogue of indicators")


@catalogue.get("/register/indicators/<code>/uses", _READ, answer=Uses)
def list_uses(code: str) -> Any:
    """The versions of kinds that ask for an indicator, and their cells."""
    return {"items": house().register.catalogue.uses(code)}


@catalogue.get("/register/indicators/<code>/history", _READ, answer=IndicatorHistory)
def list_editions(code: str) -> Any:
    """The states of an indicator, the newest first."""
    return {"items": house().register.catalogue.history(code)}


@catalogue.get("/register/indicators/<code>/series", needs(Permission.REPORT_READ), query=SeriesQuery, answer=SeriesShape)
def get_series(code: str, query: dict[str, Any]) -> Any:
    """The accepted figures of an indicator for a body over periods, whole over changes of the form that map their cells."""
    breakdown = dict(pair.split("=", 1) for pair in query["breakdown"].split(";") if pair)
    return {"items": house().reports.series.of(actor(), code, query["body_id"], breakdown)}


@catalogue.get("/register/indicators/<code>/values", needs(Permission.REPORT_READ), query=SupplyQuery, answer=SupplyShape)
def supply_values(code: str, query: dict[str, Any]) -> Any:
    """The accepted figures of an indicator for a body and a period (the last one when none is named); the journal says who took them."""
    asking = actor()
    with transaction():
        return {"items": house().reports.supply.of(asking, code, query["body_id"], query["period"])}
