"""Bodies: list, get, tree, add, change."""

from typing import Any
from uuid import UUID

from api import etags, pagination, problems
from api.access import needs
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.organisations.schemas import Bodies, BodyChanges, BodyPage, BodyQuery, BodyShape, NewBody
from organisations.permissions import Permission

organisations = Room("organisations", "Bodies, their territories and superiors")


@organisations.get("/organisations", needs(Permission.ORGANISATION_READ), query=BodyQuery, answer=BodyPage)
def list_bodies(query: dict[str, Any]) -> Any:
    """Bodies in the order of the Kazakh alphabet, or of the Russian one when that is asked for."""
    filters = {name: value for name, value in query.items() if name != "cursor"}
    page = house().organisations.bodies.list(**filters, language=problems.language(), after=pagination.after(query))
    return pagination.paged(page)


@organisations.post("/organisations", needs(Permission.ORGANISATION_EDIT), body=NewBody, answer=BodyShape, status=201)
def create_body(body: dict[str, Any]) -> Any:
    """Add a body."""
    made = house().organisations.bodies.create(by=actor(), **body)
    return made, 201, etags.tag(made.version)


@organisations.get("/organisations/<uuid:body_id>", needs(Permission.ORGANISATION_READ), answer=BodyShape)
def get_body(body_id: UUID) -> Any:
    """One body."""
    found = house().organisations.bodies.get(body_id)
    return found, 200, etags.tag(found.version)


@organisations.patch(
    "/organisations/<uuid:body_id>", needs(Permission.ORGANISATION_EDIT), body=BodyChanges, answer=BodyShape, preconditions=("If-Match",)
)
def change_body(body_id: UUID, body: dict[str, Any]) -> Any:
    """Change a body."""
    changed = house().organisations.bodies.update(body_id, by=actor(), if_version=etags.version_if_match(), **body)
    return changed, 200, etags.tag(changed.version)


@organisations.get("/organisations/<uuid:body_id>/children", needs(Permission.ORGANISATION_READ), answer=Bodies)
def list_children(body_id: UUID) -> Any:
    """The bodies directly below a body."""
    return {"items": house().organisations.bodies.children(house().organisations.bodies.get(body_id).id)}


@organisations.get("/organisations/<uuid:body_id>/receivers", needs(Permission.ORGANISATION_READ), answer=Bodies)
def list_receivers(body_id: UUID) -> Any:
    """The chain of receivers of a body's reports, the nearest first."""
    return {"items": house().organisations.bodies.receivers_of(house().organisations.bodies.get(body_id).id)}
