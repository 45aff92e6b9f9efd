"""Rights over processes: asked at the body of the instance; what belongs to no body is for those whose right holds everywhere."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from organisations import permissions
from organisations.actors import Actor
from organisations.permissions import EVERYWHERE, Everywhere, Permission


def place(body: str | None) -> UUID | Everywhere:
    """The body of an instance as rights know it."""
    try:
        return UUID(body) if body else EVERYWHERE
    except ValueError:
        return EVERYWHERE


def allowed(actor: Actor, permission: Permission, body: str | None) -> bool:
    """Whether the person may do this to an instance of a body."""
    return permissions.allowed(actor, permission, place(body))


def require(actor: Actor, permission: Permission, body: str | None) -> None:
    """Raises NotPermitted."""
    permissions.require(actor, permission, place(body))


def within(actor: Actor, permission: Permission, column: Any) -> list[sa.ColumnElement[bool]]:
    """The same as conditions on a column of bodies."""
    reach = permissions.where(actor, permission)
    return [] if reach is EVERYWHERE else [column.in_([str(body) for body in reach])]
