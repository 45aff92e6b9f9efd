"""The states of a change as a table, and the one function that obeys it. Nobody else changes a state."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from register.changes.errors import StateNotReachable


class State(StrEnum):
    """Where a change stands between its first draft and the end of what it put in force."""

    DRAFT = "draft"
    ON_CHECK = "on_check"  # compared with what is collected already; what repeats it waits for its owner's word
    ON_AGREEMENT = "on_agreement"
    AGREED = "agreed"
    APPROVED = "approved"  # by an act, whose day has not come yet
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"  # by the next version
    WITHDRAWN = "withdrawn"  # the kind is; of a change that withdraws: it has taken effect
    ABANDONED = "abandoned"


#: From each state, the states that may follow it.
NEXT: Mapping[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.ON_CHECK, State.ABANDONED}),
    State.ON_CHECK: frozenset({State.DRAFT, State.ON_AGREEMENT, State.ABANDONED}),
    State.ON_AGREEMENT: frozenset({State.DRAFT, State.AGREED, State.ABANDONED}),
    State.AGREED: frozenset({State.DRAFT, State.APPROVED, State.ABANDONED}),
    State.APPROVED: frozenset({State.IN_FORCE, State.WITHDRAWN}),
    State.IN_FORCE: frozenset({State.SUPERSEDED, State.WITHDRAWN}),
    State.SUPERSEDED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.ABANDONED: frozenset(),
}

#: States in which a change is still being made; of one kind there is one such change at most.
OPEN = frozenset({State.DRAFT, State.ON_CHECK, State.ON_AGREEMENT, State.AGREED})


class Stated(Protocol):
    """What has a state: a change."""

    id: UUID
    state: State
    open_code: str | None


def move(change: Stated, to: State) -> None:
    """Bring a change to a state. Raises StateNotReachable when the table has no such step."""
    if to not in NEXT[change.state]:
        raise StateNotReachable(change.id, change.state, to)
    change.state = to
    if to not in OPEN:
        change.open_code = None
