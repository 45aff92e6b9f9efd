"""Reports: open, list, get; what happened to one."""

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from api import pagination
from api.access import needs
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.reports.schemas import (
    Acts,
    ChosenReason,
    Dispatch,
    NewReport,
    Reason,
    ReportPage,
    ReportQuery,
    ReportShape,
    ReportsOfKindQuery,
    Timeline,
)
from organisations.permissions import Permission
from reports.filters import Filters
from reports.lifecycle import Stage
from reports.restricted import WithdrawalReason

reports = Room("reports", "Reports, from opening to acceptance")


@reports.get("/reports", needs(Permission.REPORT_READ), query=ReportQuery, answer=ReportPage)
def list_reports(query: dict[str, Any]) -> Any:
    """The reports that you may know of, the nearest deadline first."""
    return pagination.paged(house().reports.list(actor(), filters_of(query), limit=query["limit"], after=pagination.after(query)))


@reports.get("/register/kinds/<code>/reports", needs(Permission.REPORT_READ), query=ReportsOfKindQuery, answer=ReportPage)
def list_reports_of_kind(code: str, query: dict[str, Any]) -> Any:
    """The reports of an entry of the Register that you may know of, of all its versions, the latest period first."""
    page = house().reports.of_kind(actor(), code, filters_of(query), limit=query["limit"], after=pagination.after(query))
    return pagination.paged(page)


@reports.post("/reports", needs(Permission.REPORT_OPEN), body=NewReport, answer=ReportShape, status=201)
def open_report(body: dict[str, Any]) -> Any:
    """Open a report and start its process."""
    report = house().reports.opening.open(body["kind"], body["body_id"], body["period"], by=actor())
    return report, 201, {"Location": f"/api/v1/reports/{report.id}"}


@reports.get("/reports/<uuid:report_id>", needs(Permission.REPORT_READ), answer=ReportShape)
def get_report(report_id: UUID) -> Any:
    """One report."""
    return house().reports.get(actor(), report_id)


@reports.get("/reports/<uuid:report_id>/timeline", needs(Permission.REPORT_READ), answer=Timeline)
def get_timeline(report_id: UUID) -> Any:
    """What happened to a report, oldest first."""
    return {"items": house().reports.timeline(actor(), report_id)}


@reports.get("/reports/<uuid:report_id>/acts", needs(Permission.REPORT_READ), answer=Acts)
def list_acts(report_id: UUID) -> Any:
    """Who sent, approved, signed, returned, accepted or withdrew which revision, and for whom."""
    return {"items": house().reports.acts(actor(), report_id)}


@reports.post("/reports/<uuid:report_id>/review", needs(Permission.REPORT_REVIEW), answer=ReportShape)
def begin_review(report_id: UUID) -> Any:
    """Take a submitted report in hand, for its receiver."""
    return house().reports.begin_review(actor(), report_id)


@reports.post("/reports/<uuid:report_id>/dispatch", needs(Permission.REPORT_ANSWER), body=Dispatch, answer=ReportShape)
def record_dispatch(report_id: UUID, body: dict[str, Any]) -> Any:
    """Keep that a report of a restricted kind was sent past Esep, under which number, on which date; nothing else of it is kept."""
    return house().reports.record_dispatch(actor(), report_id, number=body["number"], dated=body["date"])


@reports.post("/reports/<uuid:report_id>/withdrawal", needs(Permission.REPORT_WITHDRAW), body=Reason, status=204)
def withdraw(report_id: UUID, body: dict[str, Any]) -> ResponseReturnValue:
    """Withdraw a report that is not accepted yet; its process ends with it."""
    house().reports.withdraw(actor(), report_id, body["reason"])
    return "", 204


@reports.post("/reports/<uuid:report_id>/correction", needs(Permission.REPORT_EDIT), body=Reason, answer=ReportShape, status=201)
def correct(report_id: UUID, body: dict[str, Any]) -> Any:
    """Begin the correction of an accepted report; what was accepted stays in force until the correction is."""
    return house().reports.correct(actor(), report_id, body["reason"])


@reports.delete("/reports/<uuid:report_id>/correction", needs(Permission.REPORT_EDIT), answer=ReportShape)
def give_up_correction(report_id: UUID) -> Any:
    """Give up a correction that is in preparation: the report stays as it was accepted."""
    return house().reports.give_up_correction(actor(), report_id)


@reports.post("/reports/<uuid:report_id>/restricted-withdrawal", needs(Permission.REPORT_WITHDRAW), body=ChosenReason, status=204)
def withdraw_restricted(report_id: UUID, body: dict[str, Any]) -> ResponseReturnValue:
    """Withdraw a report of a restricted kind: the reason is chosen, no words are kept."""
    house().reports.withdraw_restricted(actor(), report_id, WithdrawalReason(body["reason"]))
    return "", 204


def filters_of(query: dict[str, Any]) -> Filters:
    """The filters that a query or a body names."""
    given = {name: value for name, value in query.items() if name not in ("limit", "cursor", "stages")}
    return Filters(**given, stages=tuple(Stage(stage) for stage in query["stages"]))
