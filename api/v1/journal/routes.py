"""The journal: read only."""

from typing import Any

from api import pagination
from api.access import needs
from api.authentication import actor
from api.rooms import Room
from api.v1.journal.schemas import JournalPage, JournalQuery
from organisations import permissions
from organisations.permissions import EVERYWHERE, Permission
from reports import restricted
from storage import journal_pages
from storage.journal_pages import JournalFilter

journal = Room("journal", "What happened: append-only, sealed, never with contents of reports")


@journal.get("/journal", needs(Permission.JOURNAL_READ), query=JournalQuery, answer=JournalPage)
def read_journal(query: dict[str, Any]) -> Any:
    """The entries that you may read, the newest first."""
    reader = actor()
    bodies = permissions.where(reader, Permission.JOURNAL_READ)
    filters = JournalFilter(**{name: value for name, value in query.items() if name not in ("limit", "cursor")})
    seen = None if bodies is EVERYWHERE else bodies
    shown = restricted.told_to(reader)
    return pagination.paged(journal_pages.entries(filters, seen, shown, limit=query["limit"], after=pagination.after(query)))
