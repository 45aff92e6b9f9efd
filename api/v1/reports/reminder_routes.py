"""Reminding by hand of what others hold."""

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from api import pagination
from api.access import needs
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.reports.routes import filters_of
from api.v1.reports.schemas import RemindedShape, Reminders
from organisations.permissions import Permission

reminders = Room("reminders", "Reminding those who hold reports")


@reminders.post("/reports/<uuid:report_id>/reminders", needs(Permission.REPORT_REMIND), status=204)
def remind(report_id: UUID) -> ResponseReturnValue:
    """Remind those who hold a report now; once a day."""
    house().reports.reminding.of(actor(), report_id)
    return "", 204


@reminders.post("/reports/reminders", needs(Permission.REPORT_REMIND), body=Reminders, answer=RemindedShape)
def remind_all(body: dict[str, Any]) -> Any:
    """Remind those who hold the reports of a list, the nearest deadline first; those that were reminded today are passed over."""
    done = house().reports.remind_all(actor(), filters_of(body), limit=body["limit"], after=pagination.after(body))
    return {"reminded": done.reminded, "already": done.already, "next": pagination.cursor_of(done.next)}
