"""What changes of the Register are refused for."""

from collections.abc import Sequence
from uuid import UUID

from refusals import Conflict, Fault, Invalid, NotFound, Stale


class ChangeNotFound(NotFound):
    """There is no such change."""

    def __init__(self, wanted: object) -> None:
        super().__init__(change=str(wanted))


class ChangeInvalid(Invalid):
    """What was sent describes no change of the Register; each fault points into it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults=faults)


class ChangeUnderWay(Conflict):
    """A kind has one change under way at most; that one goes on, or is abandoned first."""

    def __init__(self, code: str) -> None:
        super().__init__(kind=code)


class ChangeStale(Stale):
    """Somebody else has saved the draft meanwhile."""

    def __init__(self, edits: int) -> None:
        super().__init__(current=edits)


class ChangeNotInState(Conflict):
    """The act does not fit the state of the change."""

    def __init__(self, action: str, state: str) -> None:
        super().__init__(action=action, state=state)


class StateNotReachable(Conflict):
    """From the present state no step leads there."""

    def __init__(self, change_id: UUID, state: str, to: str) -> None:
        super().__init__(change=str(change_id), state=state, to=to)
