"""Rights over processes: asked at the body of the instance; what belongs to no body is for those whose right holds everywhere.

Also the tables behind `allowed_actions`: what a person may do with a definition, an instance or an incident as it stands.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine.definitions import Definition
from engine.incidents import Incident
from engine.instances import Instance
from engine.models import ACTIVE, SUSPENDED
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


def actions_on_definition(actor: Actor, definition: Definition) -> list[str]:
    """What the person may do with a definition now."""
    deploys = permissions.allowed(actor, Permission.PROCESS_DEPLOY, EVERYWHERE)
    starts = definition.executable and not definition.suspended and permissions.allowed(actor, Permission.PROCESS_START)
    return _granted({"start": starts, "suspend": deploys and not definition.suspended, "resume": deploys and definition.suspended})


def actions_on_instance(actor: Actor, instance: Instance) -> list[str]:
    """What the person may do with an instance now."""
    if not allowed(actor, Permission.PROCESS_OPERATE, instance.body):
        return []
    if instance.state not in (ACTIVE, SUSPENDED):
        return _granted({"restart": allowed(actor, Permission.PROCESS_START, instance.body)})
    active = instance.state == ACTIVE
    changes = {"set_variables": active, "modify": active, "migrate": True}
    return _granted({**changes, "suspend": active, "resume": not active, "cancel": True})


def actions_on_incident(actor: Actor, incident: Incident) -> list[str]:
    """What the person may do with an incident now."""
    mends, is_open = allowed(actor, Permission.INCIDENT_RETRY, incident.body), incident.resolved_at is None
    return _granted({"retry": mends and is_open, "resolve": mends and is_open, "annotate": mends})


#: What may be done with things of a kind.
ACTIONS: Mapping[type, Callable[[Actor, Any], list[str]]] = {
    Definition: actions_on_definition,
    Instance: actions_on_instance,
    Incident: actions_on_incident,
}


def _granted(actions: Mapping[str, bool]) -> list[str]:
    return [action for action, granted in actions.items() if granted]
