"""People: list, get, add, change, shut out; the roles they hold."""

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from api import etags, pagination
from api.access import needs
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.users.schemas import (
    MembershipEnd,
    Memberships,
    MembershipShape,
    NewMembership,
    NewPassword,
    NewUser,
    UserChanges,
    UserPage,
    UserQuery,
    UserShape,
)
from organisations import permissions
from organisations.permissions import EVERYWHERE, Permission
from organisations.roles import Role

users = Room("users", "People who sign in, and the roles they hold at bodies")


@users.get("/users", needs(Permission.USER_READ), query=UserQuery, answer=UserPage)
def list_users(query: dict[str, Any]) -> Any:
    """The people whom you may see, in alphabetical order."""
    filters = {name: value for name, value in query.items() if name != "cursor"}
    return pagination.paged(house().organisations.users.list(actor(), **_with_role(filters), after=pagination.after(query)))


@users.post("/users", needs(Permission.USER_EDIT), body=NewUser, answer=UserShape, status=201)
def create_user(body: dict[str, Any]) -> Any:
    """Add a person."""
    made = house().organisations.users.create(by=actor(), **_with_role(body))
    return made, 201, etags.tag(made.version)


@users.get("/users/<uuid:user_id>", needs(Permission.USER_READ), answer=UserShape)
def get_user(user_id: UUID) -> Any:
    """One person; for those who may see everybody, others read the list."""
    permissions.require(actor(), Permission.USER_READ, EVERYWHERE)
    found = house().organisations.users.get(user_id)
    return found, 200, etags.tag(found.version)


@users.patch("/users/<uuid:user_id>", needs(Permission.USER_EDIT), body=UserChanges, answer=UserShape, preconditions=("If-Match",))
def change_user(user_id: UUID, body: dict[str, Any]) -> Any:
    """Change names, numbers or language of a person."""
    changed = house().organisations.users.update(user_id, by=actor(), if_version=etags.version_if_match(), **body)
    return changed, 200, etags.tag(changed.version)


@users.put("/users/<uuid:user_id>/password", needs(Permission.USER_EDIT), body=NewPassword, status=204)
def set_password(user_id: UUID, body: dict[str, Any]) -> ResponseReturnValue:
    """Give a person a new password; it ends their sessions and tokens."""
    house().organisations.users.set_password(user_id, body["password"], by=actor())
    return "", 204


@users.post("/users/<uuid:user_id>/deactivation", needs(Permission.USER_EDIT), answer=UserShape)
def deactivate(user_id: UUID) -> Any:
    """Shut a person out at once."""
    return house().organisations.users.deactivate(user_id, by=actor())


@users.delete("/users/<uuid:user_id>/deactivation", needs(Permission.USER_EDIT), answer=UserShape)
def reactivate(user_id: UUID) -> Any:
    """Let a person in again."""
    return house().organisations.users.reactivate(user_id, by=actor())


@users.get("/users/<uuid:user_id>/memberships", needs(Permission.USER_READ), answer=Memberships)
def list_memberships(user_id: UUID) -> Any:
    """The roles that a person holds or held; for those who may see everybody."""
    permissions.require(actor(), Permission.USER_READ, EVERYWHERE)
    return {"items": house().organisations.memberships.of(house().organisations.users.get(user_id).id)}


@users.post("/users/<uuid:user_id>/memberships", needs(Permission.USER_EDIT), body=NewMembership, answer=MembershipShape, status=201)
def grant_membership(user_id: UUID, body: dict[str, Any]) -> Any:
    """Give a person a role at a body."""
    return house().organisations.memberships.grant(user_id, by=actor(), **_with_role(body))


@users.post("/memberships/<uuid:membership_id>/end", needs(Permission.USER_EDIT), body=MembershipEnd, answer=MembershipShape)
def end_membership(membership_id: UUID, body: dict[str, Any]) -> Any:
    """End a membership."""
    return house().organisations.memberships.end(membership_id, last_day=body["last_day"], by=actor())


def _with_role(values: dict[str, Any]) -> dict[str, Any]:
    role = values.get("role")
    return values | {"role": Role(role)} if role else values
