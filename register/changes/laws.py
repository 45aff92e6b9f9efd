"""Who may do what to a change now: asked before an act is done, and again when a client wants to know what it may offer."""

from collections.abc import Mapping
from enum import StrEnum

from organisations import permissions
from organisations.actors import Actor
from organisations.permissions import EVERYWHERE, Permission
from refusals import Refusal
from register.changes.errors import ChangeNotInState
from register.changes.lifecycle import State
from register.changes.models import Change


class Action(StrEnum):
    """What people do to changes."""

    EDIT = "edit"


#: The states in which each action can be done.
STATES: Mapping[Action, frozenset[State]] = {
    Action.EDIT: frozenset({State.DRAFT}),
}


def require(actor: Actor, action: Action, change: Change) -> None:
    """Refuse unless the actor may do this now. Raises NotPermitted, ChangeNotInState."""
    permissions.require(actor, Permission.REGISTER_EDIT, EVERYWHERE)
    if change.state not in STATES[action]:
        raise ChangeNotInState(action, change.state)


def allowed_actions(actor: Actor, change: Change) -> list[str]:
    """The actions that `require` would let pass, in the order of the enum."""
    return [action.value for action in Action if _is_allowed(actor, action, change)]


def _is_allowed(actor: Actor, action: Action, change: Change) -> bool:
    try:
        require(actor, action, change)
    except Refusal:
        return False
    return True
