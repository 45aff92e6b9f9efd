"""Acting persons (м.а., и.о.): orders recorded, listed, revoked."""

from typing import Any
from uuid import UUID

from api import pagination
from api.access import needs
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.acting_persons.schemas import ActingPage, ActingQuery, ActingShape, NewActing
from organisations.permissions import Permission
from organisations.roles import Role

acting_persons = Room("acting_persons", "Orders by which one person stands in for another")


@acting_persons.get("/acting-persons", needs(Permission.ACTING_READ), query=ActingQuery, answer=ActingPage)
def list_orders(query: dict[str, Any]) -> Any:
    """The orders that you may see, newest first."""
    filters = {name: value for name, value in query.items() if name != "cursor"}
    return pagination.paged(house().organisations.acting.list(actor(), **filters, after=pagination.after(query)))


@acting_persons.post("/acting-persons", needs(Permission.ACTING_EDIT), body=NewActing, answer=ActingShape, status=201)
def appoint(body: dict[str, Any]) -> Any:
    """Record an order."""
    given = body | {"role": Role(body["role"])}
    return house().organisations.acting.appoint(**given, by=actor())


@acting_persons.post("/acting-persons/<uuid:acting_id>/revocation", needs(Permission.ACTING_EDIT), answer=ActingShape)
def revoke(acting_id: UUID) -> Any:
    """End an order at once."""
    return house().organisations.acting.revoke(acting_id, by=actor())
