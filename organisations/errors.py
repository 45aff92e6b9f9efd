"""What this room says no with."""

from uuid import UUID

from refusals import Conflict, Fault, Forbidden, Invalid, NotFound, Stale, Throttled, Unauthenticated


class NotPermitted(Forbidden):
    """The actor has no duty that gives this right here, or their token was not made for it."""

    def __init__(self, permission: str) -> None:
        super().__init__(permission=permission)


class BodyNotFound(NotFound):
    """No body has this id, BIN or KATO code."""

    def __init__(self, body: object) -> None:
        super().__init__(body=str(body))


class UserNotFound(NotFound):
    """No user has this id or login."""

    def __init__(self, user: object) -> None:
        super().__init__(user=str(user))


class TerritoryNotFound(NotFound):
    """No territory has this KATO code."""

    def __init__(self, kato: str) -> None:
        super().__init__(kato=kato)


class MembershipNotFound(NotFound):
    """No membership has this id."""

    def __init__(self, membership_id: UUID) -> None:
        super().__init__(membership_id=str(membership_id))


class ActingNotFound(NotFound):
    """No appointment of an acting person has this id."""

    def __init__(self, acting_id: UUID) -> None:
        super().__init__(acting_id=str(acting_id))


class SessionNotFound(NotFound):
    """The person has no such session."""

    def __init__(self, session_id: UUID) -> None:
        super().__init__(session_id=str(session_id))


class TokenNotFound(NotFound):
    """The person has no such token."""

    def __init__(self, token_id: UUID) -> None:
        super().__init__(token_id=str(token_id))


class WrongCredentials(Unauthenticated):
    """Unknown login, wrong password or a deactivated user: the answer never tells which."""


class ChallengeNotValid(Unauthenticated):
    """The challenge is not of this installation, has ended, or was used."""


class CertificateOfNobody(Unauthenticated):
    """No active user has the IIN of the certificate."""


class SessionNotValid(Unauthenticated):
    """The session is unknown, was closed, or has expired."""


class TokenNotValid(Unauthenticated):
    """The token is unknown, revoked or expired."""


class TooManyFailures(Throttled):
    """Too many failed attempts to sign in with this login or from this address."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after=retry_after)


class SignInBusy(Throttled):
    """More people are signing in at once than passwords can be verified."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after=retry_after)


class BinTaken(Conflict):
    """Another body has this BIN."""

    def __init__(self, bin_: str) -> None:
        super().__init__(bin=bin_)


class KatoTaken(Conflict):
    """Another body without a BIN stands for this territory, so their codes would be the same."""

    def __init__(self, kato: str) -> None:
        super().__init__(kato=kato)


class LoginTaken(Conflict):
    """Another user has this login."""

    def __init__(self, login: str) -> None:
        super().__init__(login=login)


class IinTaken(Conflict):
    """Another user has this IIN."""


class SuperiorBelow(Conflict):
    """The superior asked for is itself below the body: reports would go round in a circle."""

    def __init__(self, body: str, superior: str) -> None:
        super().__init__(body=body, superior=superior)


class AlreadyHolds(Conflict):
    """The person has this role at this body for some of these days already."""

    def __init__(self, role: str) -> None:
        super().__init__(role=role)


class AbsentHoldsNothing(Conflict):
    """The absent person has no such role at this body by a membership of their own that covers the whole of the period.

    Nobody can give more than they have, and what was given by an order cannot be handed on (no chain of acting persons).
    """

    def __init__(self, role: str) -> None:
        super().__init__(role=role)


class AlreadyReplaced(Conflict):
    """Somebody else stands in for this duty on some of these days."""

    def __init__(self, order: str) -> None:
        super().__init__(order=order)


class ActsForThemselves(Forbidden):
    """A person cannot stand in for themselves, nor record the order that empowers them."""


class BodyChangedMeanwhile(Stale):
    """Somebody else has changed the body since it was read."""

    def __init__(self, version: int) -> None:
        super().__init__(version=version)


class BodyChangeOutOfOrder(Conflict):
    """A change of a body takes effect by today, and after the day of the change before and the body's first day."""

    def __init__(self, since: str, after: str | None) -> None:
        super().__init__(since=since, after=after or "")


class UserChangedMeanwhile(Stale):
    """Somebody else has changed the user since they were read."""

    def __init__(self, version: int) -> None:
        super().__init__(version=version)


class UserInactive(Conflict):
    """The user is deactivated and can be given nothing."""

    def __init__(self, login: str) -> None:
        super().__init__(login=login)


class TokenTooWide(Forbidden):
    """A token can be given only rights that its owner has, by an owner who signed in personally."""

    def __init__(self, permission: str) -> None:
        super().__init__(permission=permission)


class BodyInvalid(Invalid):
    """The data of a body cannot be accepted; the faults say which field and why."""


class UserInvalid(Invalid):
    """The data of a user cannot be accepted; the faults say which field and why."""


class ValidityBackwards(Invalid):
    """The last day lies before the first one."""

    def __init__(self) -> None:
        super().__init__(faults=[Fault("/valid_to", "validity_backwards")])


class OrderInvalid(Invalid):
    """The order on an acting person lacks its number, or is dated after the day on which it takes effect."""


class TokenInvalid(Invalid):
    """The request for a token cannot be accepted; the faults say which field and why."""


class TerritoryChangeRefused(Invalid):
    """A change of territories is not accepted, none of it; the faults say line, column and reason."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults=faults, errors=len(faults))


class FileRefused(Invalid):
    """A file of territories or bodies is not accepted, none of it; the faults say line and reason.

    `line` is the first faulty line, `errors` how many faults were found before reading stopped.
    """

    def __init__(self, faults: list[Fault]) -> None:
        first = min((int(fault.fields.get("line", 1)) for fault in faults), default=1)
        super().__init__(faults=faults, line=first, errors=len(faults))
