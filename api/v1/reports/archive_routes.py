"""The archive of reports: how long they are kept, legal holds, acts of destruction, what stays of the purged."""

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from api import pagination
from api.access import needs
from api.authentication import actor
from api.house import house
from api.pagination import Paging
from api.printed import DOCX, PDF, PrintQuery, download
from api.rooms import Room
from api.v1.reports.archive_schemas import (
    ActQuery,
    ArchiveLines,
    DestructionActPage,
    DestructionActShape,
    DueQuery,
    NewDestructionAct,
    NewReportHold,
    ReasonOfArchive,
    ReportHoldPage,
    ReportHoldQuery,
    ReportHoldShape,
    ReportRetentionShape,
    TombstoneShape,
)
from api.v1.reports.schemas import ReportPage, ReportShape
from organisations.permissions import Permission
from reports.archive.holds import Ground, Range

_ARCHIVE, _HOLD = needs(Permission.REPORT_ARCHIVE), needs(Permission.REPORT_HOLD)
_READ, _PREPARE = needs(Permission.DESTRUCTION_READ), needs(Permission.DESTRUCTION_PREPARE)

archive = Room("archive", "The archive of reports: periods, holds, acts of destruction")


@archive.get("/reports/archive", _READ, query=DueQuery, answer=ArchiveLines)
def list_periods(query: dict[str, Any]) -> Any:
    """The finished reports by kind and year: how long they are kept, and from when they may be purged."""
    lines = house().reports.archive.due(actor(), body_id=query["body_id"], below=query["below"])
    return {"items": [line for line in lines if line.due or not query["due"]]}


@archive.get("/reports/<uuid:report_id>/retention", needs(Permission.REPORT_READ), answer=ReportRetentionShape)
def get_retention(report_id: UUID) -> Any:
    """How long a report is kept, as far as is known now."""
    return house().reports.archive.kept(actor(), report_id)


@archive.post("/reports/<uuid:report_id>/archive/removal", _ARCHIVE, body=ReasonOfArchive, answer=ReportShape)
def take_out(report_id: UUID, body: dict[str, Any]) -> Any:
    """Take a report out of the archive: it is on no act of destruction until it is put back."""
    return house().reports.archive.take_out(actor(), report_id, body["reason"])


@archive.post("/reports/<uuid:report_id>/archive/return", _ARCHIVE, answer=ReportShape)
def put_back(report_id: UUID) -> Any:
    """Put a report back into the archive."""
    return house().reports.archive.put_back(actor(), report_id)


@archive.get("/reports/<uuid:report_id>/tombstone", needs(Permission.REPORT_READ), answer=TombstoneShape)
def get_tombstone(report_id: UUID) -> Any:
    """What stays of a purged report."""
    return house().reports.archive.tombstone(actor(), report_id)


@archive.get("/reports/holds", _HOLD, query=ReportHoldQuery, answer=ReportHoldPage)
def list_report_holds(query: dict[str, Any]) -> Any:
    """The legal holds that you may lift, newest first."""
    after = pagination.after(query)
    return pagination.paged(house().reports.archive.holds.list(actor(), active_only=query["active"], limit=query["limit"], after=after))


@archive.post("/reports/holds", _HOLD, body=NewReportHold, answer=ReportHoldShape, status=201)
def hold_reports(body: dict[str, Any]) -> Any:
    """Hold one report, or all of a kind, a body, a range of periods, until the hold is lifted."""
    holds, ground = house().reports.archive.holds, Ground(body["reason"], body["act_number"], body["act_date"])
    if body["report_id"] is not None:
        return holds.hold_report(actor(), body["report_id"], ground)
    covered = Range(body["kind"], body["body_id"], body["period_from"] or None, body["period_to"] or None)
    return holds.hold_range(actor(), covered, ground)


@archive.post("/reports/holds/<uuid:hold_id>/lifting", _HOLD, body=ReasonOfArchive, answer=ReportHoldShape)
def lift_report_hold(hold_id: UUID, body: dict[str, Any]) -> Any:
    """End a hold, with a word of reason."""
    return house().reports.archive.holds.lift(actor(), hold_id, body["reason"])


@archive.get("/reports/destruction-acts", _READ, query=ActQuery, answer=DestructionActPage)
def list_acts(query: dict[str, Any]) -> Any:
    """The acts of destruction, newest first."""
    acts = house().reports.archive.destruction
    return pagination.paged(acts.list(actor(), body_id=query["body_id"], limit=query["limit"], after=pagination.after(query)))


@archive.post("/reports/destruction-acts", _PREPARE, body=NewDestructionAct, answer=DestructionActShape, status=201)
def draft_act(body: dict[str, Any]) -> Any:
    """Draft an act of destruction over the reports of a body that are past their period and free to go."""
    acts = house().reports.archive.destruction
    act = acts.draft(actor(), body["body_id"], body["number"], body["date"], body["kinds"])
    return act, 201, {"Location": f"/api/v1/reports/destruction-acts/{act.id}"}


@archive.get("/reports/destruction-acts/<uuid:act_id>", _READ, answer=DestructionActShape)
def get_act(act_id: UUID) -> Any:
    """One act of destruction."""
    return house().reports.archive.destruction.get(actor(), act_id)


@archive.get("/reports/destruction-acts/<uuid:act_id>/reports", _READ, query=Paging, answer=ReportPage)
def list_reports_of_act(act_id: UUID, query: dict[str, Any]) -> Any:
    """The reports on an act, also those that it has destroyed."""
    page = house().reports.archive.destruction.reports(actor(), act_id, limit=query["limit"], after=pagination.after(query))
    return pagination.paged(page)


@archive.get("/reports/destruction-acts/<uuid:act_id>/print.docx", _READ, query=PrintQuery, media_type=DOCX)
def print_act_as_word(act_id: UUID, query: dict[str, Any]) -> ResponseReturnValue:
    """An act of destruction on paper as a DOCX file: what it destroys by kind and year, and each report by its key."""
    made = house().reports.archive.printing.as_word_file(actor(), act_id, query["language"])
    return download(made, DOCX, f"destruction-{query['language']}.docx")


@archive.get("/reports/destruction-acts/<uuid:act_id>/print.pdf", _READ, query=PrintQuery, media_type=PDF)
def print_act_as_pdf(act_id: UUID, query: dict[str, Any]) -> ResponseReturnValue:
    """The same as a PDF file."""
    made = house().reports.archive.printing.as_pdf_file(actor(), act_id, query["language"])
    return download(made, PDF, f"destruction-{query['language']}.pdf")


@archive.post("/reports/destruction-acts/<uuid:act_id>/approval", needs(Permission.DESTRUCTION_APPROVE), answer=DestructionActShape)
def approve_act(act_id: UUID) -> Any:
    """Approve an act of destruction that somebody else has drafted: what is on it will be purged."""
    return house().reports.archive.destruction.approve(actor(), act_id)


@archive.post(
    "/reports/destruction-acts/<uuid:act_id>/abandonment",
    needs(Permission.DESTRUCTION_PREPARE, Permission.DESTRUCTION_APPROVE),
    body=ReasonOfArchive,
    answer=DestructionActShape,
)
def abandon_act(act_id: UUID, body: dict[str, Any]) -> Any:
    """Give up what is still on an act; what is purged stays so."""
    return house().reports.archive.destruction.abandon(actor(), act_id, body["reason"])
