"""What a body asks the receiver of its report: more time, or that the report is not applicable. It is decided in the officer's task."""

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.reports.request_schemas import NewExtensionRequest, ReportRequests, ReportRequestShape
from api.v1.reports.schemas import Reason
from organisations.permissions import Permission

_EDIT = needs(Permission.REPORT_EDIT)

report_requests = Room("report_requests", "What bodies ask the receivers of their reports")


@report_requests.get("/reports/<uuid:report_id>/requests", needs(Permission.REPORT_READ), answer=ReportRequests)
def list_requests(report_id: UUID) -> Any:
    """What was asked about a report, and what became of it, oldest first."""
    return {"items": house().reports.asking.of(actor(), report_id)}


@report_requests.post(
    "/reports/<uuid:report_id>/extension-requests", _EDIT, body=NewExtensionRequest, answer=ReportRequestShape, status=201
)
def ask_extension(report_id: UUID, body: dict[str, Any]) -> Any:
    """Ask the receiver for a later deadline."""
    return house().reports.asking.extension(actor(), report_id, body["until"], body["reason"])


@report_requests.post("/reports/<uuid:report_id>/not-applicable-requests", _EDIT, body=Reason, answer=ReportRequestShape, status=201)
def ask_not_applicable(report_id: UUID, body: dict[str, Any]) -> Any:
    """Say that there is nothing to report for this period, for the receiver to confirm."""
    return house().reports.asking.not_applicable(actor(), report_id, body["reason"])


@report_requests.post("/reports/requests/<uuid:request_id>/retraction", _EDIT, status=204)
def take_back(request_id: UUID) -> ResponseReturnValue:
    """Take back what your body asked, while it is not decided."""
    house().reports.asking.take_back(actor(), request_id)
    return "", 204
