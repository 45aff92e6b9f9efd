"""What a report holds: the draft and its checks, the frozen revisions and their differences."""

from typing import Any
from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue

from api import etags
from api.access import needs
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.reports.content_schemas import (
    CellChanges,
    ChangesShape,
    Checks,
    ContentShape,
    DifferenceQuery,
    Differences,
    FullRevision,
    Revisions,
    SinceQuery,
)
from api.v1.reports.layout_schemas import LayoutShape
from api.v1.reports.schemas import SectionGift, WordsShape
from organisations.permissions import Permission

contents = Room("contents", "What reports hold: cells and texts, checks, revisions, differences")


@contents.get("/reports/<uuid:report_id>/content", needs(Permission.REPORT_READ), answer=ContentShape)
def get_content(report_id: UUID) -> Any:
    """What a report holds, as far as you may read it; the ETag goes back with a change."""
    content = house().reports.content(actor(), report_id)
    return content, 200, etags.tag(content.etag)


@contents.get("/reports/<uuid:report_id>/layout", needs(Permission.REPORT_READ), answer=LayoutShape)
def get_layout(report_id: UUID) -> Any:
    """How the form of a report is drawn: sections, tables, captions, units, types, bounds, formulas, who fills which section."""
    return house().reports.layout(actor(), report_id)


@contents.get("/reports/<uuid:report_id>/content/changes", needs(Permission.REPORT_READ), query=SinceQuery, answer=ChangesShape)
def get_changes(report_id: UUID, query: dict[str, Any]) -> Any:
    """What has changed in a draft since a state that you have read: the cells of others, and your own."""
    changes = house().reports.changes(actor(), report_id, query["since"])
    return changes, 200, etags.tag(changes.etag)


@contents.patch(
    "/reports/<uuid:report_id>/content", needs(Permission.REPORT_EDIT), body=CellChanges, answer=ChangesShape, preconditions=("If-Match",)
)
def save_cells(report_id: UUID, body: dict[str, Any]) -> Any:
    """Save cells and texts of a draft, all or none. Other cells that were saved after your ETag are no conflict: they are in the answer."""
    given = {"reasons": body["reasons"], "imported": body["imported"]}
    changes = house().reports.save_cells(actor(), report_id, body["values"], etags.if_match(), **given)
    return changes, 200, etags.tag(changes.etag)


@contents.put(
    "/reports/<uuid:report_id>/sections/<code>/executor",
    needs(Permission.TASK_ASSIGN, Permission.REPORT_EDIT),
    body=SectionGift,
    status=204,
)
def give_section(report_id: UUID, code: str, body: dict[str, Any]) -> ResponseReturnValue:
    """Give a section of a report to one executor, or to all again."""
    house().reports.distribution.give_section(actor(), report_id, code, body["executor_id"])
    return "", 204


@contents.put("/reports/<uuid:report_id>/notes/<check>", needs(Permission.REPORT_EDIT), body=WordsShape, status=204)
def write_note(report_id: UUID, check: str, body: dict[str, Any]) -> ResponseReturnValue:
    """Say why the warning of a check is in order."""
    house().reports.note(actor(), report_id, check, body["text"])
    return "", 204


@contents.get("/reports/<uuid:report_id>/checks", needs(Permission.REPORT_READ), answer=Checks)
def run_checks(report_id: UUID) -> Any:
    """What the checks find in the draft."""
    return {"items": house().reports.check(actor(), report_id)}


@contents.get("/reports/<uuid:report_id>/revisions", needs(Permission.REPORT_READ), answer=Revisions)
def list_revisions(report_id: UUID) -> Any:
    """The frozen revisions that you may read, oldest first."""
    return {"items": house().reports.revisions(actor(), report_id)}


@contents.get("/reports/<uuid:report_id>/revisions/<int:number>", needs(Permission.REPORT_READ), answer=FullRevision)
def get_revision(report_id: UUID, number: int) -> Any:
    """One frozen revision with what it holds."""
    revision = house().reports.revision(actor(), report_id, number)
    return revision, 200, etags.tag(revision.sha256)


@contents.get(
    "/reports/<uuid:report_id>/revisions/<int:number>/canonical", needs(Permission.REPORT_READ), media_type="application/octet-stream"
)
def get_canonical(report_id: UUID, number: int) -> ResponseReturnValue:
    """The canonical bytes of a revision: what was hashed, and what signatures are made over."""
    revision = house().reports.revision(actor(), report_id, number)
    return Response(revision.canonical, mimetype="application/octet-stream", headers=etags.tag(revision.sha256))


@contents.get("/reports/<uuid:report_id>/differences", needs(Permission.REPORT_READ), query=DifferenceQuery, answer=Differences)
def get_differences(report_id: UUID, query: dict[str, Any]) -> Any:
    """What changed from one revision to another, cell by cell."""
    return {"items": house().reports.difference(actor(), report_id, query["before"], query["after"])}
