"""Drafts of kinds that workbooks make; nothing is kept."""

from typing import Any

from api.access import needs
from api.authentication import actor
from api.bodies import upload
from api.house import house
from api.rooms import Room
from api.v1.register.drafting_schemas import WorkbookDraft, WorkbookDraftQuery
from organisations.permissions import Permission

drafting = Room("drafting", "Register of Reports: drafts of kinds made from workbooks")


@drafting.post("/register/drafts", needs(Permission.REGISTER_EDIT), query=WorkbookDraftQuery, uploads=("data",), answer=WorkbookDraft)
def draft(query: dict[str, Any]) -> Any:
    """What kind of report the form in an XLSX workbook is: a document to be corrected, its indicators, and the cells that are in doubt."""
    return house().register.drafting.of(upload("data").read(), **query, by=actor())
