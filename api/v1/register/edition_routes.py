"""Editions of the Register: gathered from agreed changes, approved by an act, compared."""

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from api import etags
from api.access import needs
from api.authentication import actor
from api.house import house
from api.printed import DOCX, PDF, PrintQuery, download
from api.rooms import Room
from api.v1.register.edition_schemas import Comparison, ComparisonQuery, EditionAct, EditionDraft, Editions, EditionShape
from organisations.permissions import Permission

_READ = needs(Permission.REGISTER_READ)
_EDIT = needs(Permission.REGISTER_EDIT)
_APPROVE = needs(Permission.REGISTER_APPROVE)

editions = Room("register_editions", "Editions of the Register, each approved by an act")


@editions.get("/register/editions", _READ, answer=Editions)
def list_editions() -> Any:
    """The editions of the Register: drafts first, then the newest first."""
    return {"items": house().changes.editions.list()}


@editions.post("/register/editions", _EDIT, body=EditionDraft, answer=EditionShape, status=201)
def draft_edition(body: dict[str, Any]) -> Any:
    """Gather agreed changes into a draft of the next edition."""
    made = house().changes.editions.draft(actor(), body["body_id"], body["changes"])
    return made, 201, {"Location": f"/api/v1/register/editions/{made.id}", **etags.tag(made.edits)}


@editions.get("/register/editions/<uuid:edition_id>", _READ, answer=EditionShape)
def get_edition(edition_id: UUID) -> Any:
    """One edition: its act, its changes, what it holds; the ETag goes back with a change."""
    found = house().changes.editions.get(edition_id)
    return found, 200, etags.tag(found.edits)


@editions.put("/register/editions/<uuid:edition_id>", _EDIT, body=EditionDraft, answer=EditionShape, preconditions=("If-Match",))
def save_edition(edition_id: UUID, body: dict[str, Any]) -> Any:
    """Gather other changes into a draft."""
    edited = etags.version_if_match()
    saved = house().changes.editions.save(actor(), edition_id, body["body_id"], body["changes"], if_match=edited)
    return saved, 200, etags.tag(saved.edits)


@editions.delete("/register/editions/<uuid:edition_id>", _EDIT, status=204)
def discard_edition(edition_id: UUID) -> ResponseReturnValue:
    """Throw a draft away; its changes stay agreed."""
    house().changes.editions.discard(actor(), edition_id)
    return "", 204


@editions.post("/register/editions/<uuid:edition_id>/approval", _APPROVE, body=EditionAct, answer=EditionShape, preconditions=("If-Match",))
def approve_edition(edition_id: UUID, body: dict[str, Any]) -> Any:
    """Approve a draft by an act: all its changes come into force, or withdraw, at one time."""
    approved = house().changes.editions.approve(actor(), edition_id, body, if_match=etags.version_if_match())
    return approved, 200, etags.tag(approved.edits)


@editions.get("/register/editions/<uuid:edition_id>/print.docx", _READ, query=PrintQuery, media_type=DOCX)
def print_as_word(edition_id: UUID, query: dict[str, Any]) -> ResponseReturnValue:
    """An edition on paper as a DOCX file: its act, the kinds with their deadlines, what changed, why duplicates stand."""
    return download(house().changes.editions.as_word_file(edition_id, query["language"]), DOCX, f"register-{query['language']}.docx")


@editions.get("/register/editions/<uuid:edition_id>/print.pdf", _READ, query=PrintQuery, media_type=PDF)
def print_as_pdf(edition_id: UUID, query: dict[str, Any]) -> ResponseReturnValue:
    """The same as a PDF file."""
    return download(house().changes.editions.as_pdf_file(edition_id, query["language"]), PDF, f"register-{query['language']}.pdf")


@editions.get("/register/editions/<uuid:edition_id>/comparison", _READ, query=ComparisonQuery, answer=Comparison)
def compare_edition(edition_id: UUID, query: dict[str, Any]) -> Any:
    """What an edition changed against another, or against the one before it, field by field."""
    return {"items": house().changes.editions.compared(edition_id, query["with_id"])}
