"""Who may do what to a change now: asked before an act is done, and again when a client wants to know what it may offer.

One table of states and one of grounds serve both, so a button that is shown works. The laws hold whatever the diagram says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from organisations import permissions
from organisations.actors import Actor, Duty
from organisations.errors import NotPermitted
from organisations.permissions import EVERYWHERE, Permission
from refusals import Refusal
from register.changes import decisions
from register.changes.errors import AgreedAlready, ChangedByYourself, ChangeInEdition, ChangeNotInState
from register.changes.lifecycle import OPEN, State
from register.changes.models import Change


class Action(StrEnum):
    """What people do to changes."""

    EDIT = "edit"
    SEND = "send"
    EXPLAIN = "explain_duplicates"
    AGREE = "agree"
    APPROVE = "approve"
    RETURN = "return"
    ABANDON = "abandon"


#: The states in which each action can be done.
STATES: Mapping[Action, frozenset[State]] = {
    Action.EDIT: frozenset({State.DRAFT}),
    Action.SEND: frozenset({State.DRAFT}),
    Action.EXPLAIN: frozenset({State.ON_CHECK}),
    Action.AGREE: frozenset({State.ON_AGREEMENT}),
    Action.APPROVE: frozenset({State.AGREED}),
    Action.RETURN: frozenset({State.ON_CHECK, State.ON_AGREEMENT, State.AGREED}),
    Action.ABANDON: OPEN,
}
#: What only other eyes than the author's may do.
_OTHER_EYES = frozenset({Action.EXPLAIN, Action.AGREE, Action.APPROVE})
#: What the methodologist does, whose right belongs to no body.
_MAKING = frozenset({Action.EDIT, Action.SEND, Action.ABANDON})


@dataclass(frozen=True)
class Permit:
    """Leave to do something to a change: who, by which duty."""

    actor: Actor
    duty: Duty

    @property
    def on_behalf_of(self) -> str | None:
        """The absent person whom the actor stands in for, as journals name persons."""
        return str(self.duty.absent_user_id) if self.duty.acting else None


def permit(actor: Actor, action: Action, change: Change) -> Permit:
    """Leave for an action, or its refusal: NotPermitted, ChangeNotInState, ChangedByYourself, AgreedAlready, ChangeInEdition."""
    right, bodies = _ground(action, change)
    duties = [_duty(actor, right, body_id) for body_id in bodies] if bodies else [_anywhere(actor, right)]
    held = [duty for duty in duties if duty is not None]
    if not held:
        raise NotPermitted(right)
    if change.state not in STATES[action]:
        raise ChangeNotInState(action, change.state)
    if action in _OTHER_EYES and actor.by in change.editors:
        raise ChangedByYourself()
    if change.edition_id is not None and change.state is State.AGREED and action is not Action.EDIT:
        raise ChangeInEdition(change.code)
    if action in (Action.AGREE, Action.RETURN) and change.state is State.ON_AGREEMENT:
        return Permit(actor, _still_to_decide(held, change))
    return Permit(actor, held[0])


def allowed_actions(actor: Actor, change: Change) -> list[str]:
    """The actions that `permit` would grant, in the order of the enum."""
    return [action.value for action in _allowed(actor, change)]


def _allowed(actor: Actor, change: Change) -> Iterator[Action]:
    for action in Action:
        try:
            permit(actor, action, change)
        except Refusal:
            continue
        yield action


def _ground(action: Action, change: Change) -> tuple[Permission, tuple[UUID, ...]]:
    """The right that an action needs in the present state, and the bodies at one of which it is needed."""
    if action in _MAKING:
        return Permission.REGISTER_EDIT, ()
    if action is Action.APPROVE or (action is Action.RETURN and change.state is State.AGREED):
        return Permission.REGISTER_APPROVE, (change.owner_id,)
    if action is Action.EXPLAIN or (action is Action.RETURN and change.state is State.ON_CHECK):
        return Permission.REGISTER_AGREE, (change.owner_id,)
    return Permission.REGISTER_AGREE, tuple(UUID(body_id) for body_id in change.agreeing)


def _anywhere(actor: Actor, right: Permission) -> Duty | None:
    return permissions.duty_for(actor, right, EVERYWHERE)


def _duty(actor: Actor, right: Permission, body_id: UUID) -> Duty | None:
    """The duty at the very body."""
    duty = permissions.duty_for(actor, right, body_id)
    return duty if duty is not None and duty.body_id == body_id else None


def _still_to_decide(held: list[Duty], change: Change) -> Duty:
    """The duty at a body that has not decided in this round. Raises AgreedAlready."""
    decided = decisions.bodies_that_decided(change)
    duty = next((duty for duty in held if duty.body_id not in decided), None)
    if duty is None:
        raise AgreedAlready(change.code)
    return duty
