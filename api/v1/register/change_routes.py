"""Changes of the Register: drafts of kinds, from the first sketch to the act."""

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from api import etags, pagination
from api.access import needs
from api.authentication import actor
from api.house import house
from api.problems import told
from api.rooms import Room
from api.v1.register.change_schemas import (
    ChangeDraft,
    ChangePage,
    ChangeQuery,
    ChangeShape,
    Decisions,
    DraftFaults,
    NewChange,
    NextVersion,
    Repetitions,
    RepetitionShape,
    SavedChange,
    Why,
    Withdrawal,
)
from organisations.permissions import Permission
from register.changes.lifecycle import State
from register.changes.models import Change
from register.changes.shelf import Filters

_READ = needs(Permission.REGISTER_READ)
_EDIT = needs(Permission.REGISTER_EDIT)
_AGREE = needs(Permission.REGISTER_AGREE)

changes = Room("register_changes", "Changes of the Register: drafts of kinds, agreement, approval by an act")


@changes.get("/register/changes", _READ, query=ChangeQuery, answer=ChangePage)
def list_changes(query: dict[str, Any]) -> Any:
    """Changes of the Register, the newest first."""
    filters = Filters(query["code"], tuple(State(state) for state in query["states"]))
    return pagination.paged(house().changes.list(filters, limit=query["limit"], after=pagination.after(query)))


@changes.post("/register/changes", _EDIT, body=NewChange, answer=ChangeShape, status=201)
def draft_change(body: dict[str, Any]) -> Any:
    """Keep the draft of a new kind, or of the next version of the kind that has its code."""
    return _made(house().changes.draft(actor(), body["document"], body["parties"], indicators=body["indicators"]))


@changes.post("/register/kinds/<code>/versions", _EDIT, body=NextVersion, answer=ChangeShape, status=201)
def draft_next_version(code: str, body: dict[str, Any]) -> Any:
    """Make the draft of a kind's next version from its latest one."""
    return _made(house().changes.next_version(actor(), code, body["parties"]))


@changes.post("/register/kinds/<code>/withdrawals", _EDIT, body=Withdrawal, answer=ChangeShape, status=201)
def draft_withdrawal(code: str, body: dict[str, Any]) -> Any:
    """Begin the withdrawal of a kind, which is agreed and approved like any change."""
    return _made(house().changes.withdrawal(actor(), code, body["parties"]))


@changes.post("/register/changes/validation", _EDIT, body=ChangeDraft, answer=DraftFaults)
def validate_draft(body: dict[str, Any]) -> Any:
    """What would keep a draft from going on, each with its place; nothing is kept."""
    return {"items": [told(fault) for fault in house().changes.check(body["document"], body["indicators"])]}


@changes.get("/register/changes/<uuid:change_id>", _READ, answer=ChangeShape)
def get_change(change_id: UUID) -> Any:
    """One change with its draft; the ETag goes back with an edit."""
    change = house().changes.get(change_id)
    return change, 200, etags.tag(change.edits)


@changes.put("/register/changes/<uuid:change_id>", _EDIT, body=SavedChange, answer=ChangeShape, preconditions=("If-Match",))
def save_change(change_id: UUID, body: dict[str, Any]) -> Any:
    """Keep a draft as it was edited."""
    edited = etags.version_if_match()
    saved = house().changes.save(
        actor(), change_id, body["document"], if_match=edited, indicators=body["indicators"], parties=body["parties"]
    )
    return saved, 200, etags.tag(saved.edits)


@changes.get("/register/changes/<uuid:change_id>/duplicates", _READ, answer=Repetitions)
def list_duplicates(change_id: UUID) -> Any:
    """What a change repeats of what is collected already or about to be, and why we think so."""
    return {"items": house().changes.repetitions(change_id)}


@changes.put("/register/changes/<uuid:change_id>/duplicates/<match>/override", _AGREE, body=Why, answer=RepetitionShape)
def explain_duplicate(change_id: UUID, match: str, body: dict[str, Any]) -> Any:
    """Say, as the owner, why the change goes on although it repeats this."""
    return house().changes.explain(actor(), change_id, match, body["reason"])


@changes.get("/register/changes/<uuid:change_id>/decisions", _READ, answer=Decisions)
def list_decisions(change_id: UUID) -> Any:
    """Who sent, explained, agreed, returned, approved which round, oldest first."""
    return {"items": house().changes.decisions(change_id)}


@changes.post("/register/changes/<uuid:change_id>/abandonment", _EDIT, body=Why, status=204)
def abandon_change(change_id: UUID, body: dict[str, Any]) -> ResponseReturnValue:
    """Give a change up before an act approves it; its process ends with it."""
    house().changes.abandon(actor(), change_id, body["reason"])
    return "", 204


def _made(change: Change) -> Any:
    return change, 201, {"Location": f"/api/v1/register/changes/{change.id}", **etags.tag(change.edits)}
