"""What changes of the Register are refused for."""

from collections.abc import Sequence
from uuid import UUID

from refusals import Conflict, Fault, Forbidden, Invalid, NotFound, Stale


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


class KindInEdition(Conflict):
    """An edition lists the kind, or has ended it: nothing but another change follows."""

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


class ChangedByYourself(Forbidden):
    """Who wrote a draft neither explains its duplicates nor agrees nor approves it."""


class AgreedAlready(Conflict):
    """The body has decided on the change in this round."""

    def __init__(self, code: str) -> None:
        super().__init__(kind=code)


class ChangeInEdition(Conflict):
    """The change waits in a draft of the next edition and is approved with it, or taken out first."""

    def __init__(self, code: str) -> None:
        super().__init__(kind=code)


class ChangeOutdated(Conflict):
    """Another version of the kind has come into force since the draft was made."""

    def __init__(self, code: str, base: int | None, latest: int | None) -> None:
        super().__init__(kind=code, base=base or 0, latest=latest or 0)


class AgreementNeeded(Conflict):
    """No body is named that agrees, or not all of those named have."""

    def __init__(self, code: str, missing: int) -> None:
        super().__init__(kind=code, missing=missing)


class DuplicatesUnexplained(Conflict):
    """The change repeats what is collected already, and its owner has not said why it should go on."""

    def __init__(self, code: str, faults: Sequence[Fault]) -> None:
        super().__init__(faults=faults, kind=code, count=len(faults))


class MatchNotFound(NotFound):
    """The change has no such match, or has it no more."""

    def __init__(self, match: str) -> None:
        super().__init__(match=match)


class ReasonNeeded(Invalid):
    """A return, an override and an abandonment say why."""

    def __init__(self, longest: int) -> None:
        super().__init__(longest=longest)


class DeciderNeeded(Forbidden):
    """A decision on a change is a person's."""

    def __init__(self, action: str) -> None:
        super().__init__(action=action)


class ActInFuture(Invalid):
    """An act has a date that is not later than today."""

    def __init__(self, act_date: str) -> None:
        super().__init__(act_date=act_date)


class InForceBeforeAct(Invalid):
    """An act puts nothing in force before its own date."""

    def __init__(self, in_force_from: str, act_date: str) -> None:
        super().__init__(in_force_from=in_force_from, act_date=act_date)


class ValidityOverlaps(Conflict):
    """A version begins after the one before it has begun; a withdrawal ends a version that had a day in force."""

    def __init__(self, code: str, in_force_from: str, after: str) -> None:
        super().__init__(kind=code, in_force_from=in_force_from, after=after)


class KindWithdrawn(Conflict):
    """The kind is withdrawn already."""

    def __init__(self, code: str, last: str) -> None:
        super().__init__(kind=code, last=last)


class EditionNotFound(NotFound):
    """There is no such edition."""

    def __init__(self, wanted: object) -> None:
        super().__init__(edition=str(wanted))


class EditionFixed(Conflict):
    """An approved edition is not changed; a change makes the next one."""

    def __init__(self, number: int) -> None:
        super().__init__(edition=number)


class EditionEmpty(Conflict):
    """An edition without changes would say what the last one says."""


class EditionStale(Stale):
    """Somebody else has changed the draft of the edition meanwhile."""

    def __init__(self, edits: int) -> None:
        super().__init__(current=edits)


class EditionOutOfOrder(Conflict):
    """An edition comes into force not earlier than the last one."""

    def __init__(self, in_force_from: str, last: str) -> None:
        super().__init__(in_force_from=in_force_from, last=last)


class ChangeNotAgreed(Conflict):
    """Only agreed changes that are in no other draft go into an edition."""

    def __init__(self, code: str, state: str) -> None:
        super().__init__(kind=code, state=state)
