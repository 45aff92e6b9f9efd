"""Reports as files: the form as a workbook, and back."""

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from api import etags
from api.access import needs
from api.authentication import actor
from api.bodies import json_part, upload
from api.house import house
from api.printed import XLSX, PrintQuery, download
from api.rooms import Room
from api.v1.reports.exchange_schemas import TakenContentShape, TakeQuery, TakeWords
from organisations.permissions import Permission

files = Room("report_files", "Reports as workbooks: downloaded, filled in, sent back")


@files.get("/reports/<uuid:report_id>/content.xlsx", needs(Permission.REPORT_READ), query=PrintQuery, media_type=XLSX)
def get_workbook(report_id: UUID, query: dict[str, Any]) -> ResponseReturnValue:
    """What a report holds, as a workbook in the layout of its form: what you may fill in is open, the rest is protected."""
    content = house().reports.exchange.export(actor(), report_id, query["language"])
    return download(content, XLSX, f"report-{report_id}.xlsx")


@files.get("/reports/<uuid:report_id>/content.csv", needs(Permission.REPORT_READ), query=PrintQuery, media_type="text/csv")
def get_list(report_id: UUID, query: dict[str, Any]) -> ResponseReturnValue:
    """What a report holds, a line for each cell: address, section, name, unit, value; UTF-8, semicolons."""
    return download(house().reports.exchange.as_list(actor(), report_id, query["language"]), "text/csv", f"report-{report_id}.csv")


@files.post(
    "/reports/<uuid:report_id>/content.xlsx",
    needs(Permission.REPORT_EDIT),
    query=TakeQuery,
    uploads=("data",),
    words=("reason", "reasons"),
    answer=TakenContentShape,
)
def take_workbook(report_id: UUID, query: dict[str, Any]) -> Any:
    """Save what was changed in the workbook of a report, all or none; faults are told by sheet and cell.

    `reasons` is a JSON object: address → why a value that was filled in is overridden; `reason` says it of all others.
    """
    house().reports.get(actor(), report_id)  # strangers are told nothing of what they sent
    given = json_part("reasons")
    words = TakeWords().load({"reason": request.form.get("reason", ""), "reasons": {} if given is None else given})
    taken = house().reports.exchange.take(actor(), report_id, upload("data").read(), **words, **query)
    return taken, 200, etags.tag(taken.etag)
