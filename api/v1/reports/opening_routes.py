"""The opening of reports by the calendar: how far it has come, and who could not be given one."""

from typing import Any
from uuid import UUID

from api import pagination
from api.access import needs
from api.authentication import actor
from api.house import house
from api.pagination import Paging
from api.rooms import Room
from api.v1.reports.opening_schemas import OpeningPage, OpeningShape, RefusedOpeningPage
from organisations.permissions import Permission

_EDIT = needs(Permission.REGISTER_EDIT)

openings = Room("openings", "The opening of reports by the calendar")


@openings.get("/reports/openings", _EDIT, query=Paging, answer=OpeningPage)
def list_openings(query: dict[str, Any]) -> Any:
    """How far the opening of reports has come, by kind and period, the newest first."""
    return pagination.paged(house().reports.opening_progress(actor(), limit=query["limit"], after=pagination.after(query)))


@openings.get("/reports/openings/<uuid:opening_id>", _EDIT, answer=OpeningShape)
def get_opening(opening_id: UUID) -> Any:
    """How far the opening of the reports of one kind for one period has come."""
    return house().reports.progress_of_opening(actor(), opening_id)


@openings.get("/reports/openings/<uuid:opening_id>/refusals", _EDIT, query=Paging, answer=RefusedOpeningPage)
def list_refused_openings(opening_id: UUID, query: dict[str, Any]) -> Any:
    """The bodies that were not given their report, why, and when it is tried again."""
    page = house().reports.refused_openings(actor(), opening_id, limit=query["limit"], after=pagination.after(query))
    return pagination.paged(page)
