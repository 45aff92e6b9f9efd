"""What the edge itself refuses, before any room is asked."""

from refusals import Conflict, Forbidden, Invalid, TooLarge, Unauthenticated


class NotSignedIn(Unauthenticated):
    """The route is for people who are known, and nobody known is asking."""


class CsrfTokenMissing(Unauthenticated):
    """A change was asked for by session cookie without the session's CSRF token in the header X-CSRF-Token."""


class PreconditionRequired(Invalid):
    """The thing is edited by several people: the change must say by If-Match which state it was made from."""


class EntityTagInvalid(Invalid):
    """If-Match or If-None-Match is not a list of entity tags."""


class CursorInvalid(Invalid):
    """The cursor was not given out by this list, or was changed on its way."""


class IdempotencyKeyInvalid(Invalid):
    """Idempotency-Key is empty, too long or not of printable ASCII."""


class IdempotencyKeyReused(Conflict):
    """The key was already used by this person for another request."""


class AnswerNotRepeatable(Conflict):
    """The request was carried out before; its answer held a secret and is not kept."""


class BodyNotJson(Invalid):
    """The body is not JSON, or not of the kind that is kept (no NUL, no bare surrogate)."""


class BodyTypeUnsupported(Invalid):
    """The body is sent in another type than the route reads."""


class BodyTooLarge(TooLarge):
    """The body is larger than the route takes."""


class BodyTooDeep(TooLarge):
    """The JSON has more levels than anything here."""


class NumberInexact(Invalid):
    """A number has more digits than a JSON number keeps; decimals are sent as strings."""


class FromAnotherSite(Forbidden):
    """A browser sends a change on behalf of a page of another site."""


class UploadMissing(Invalid):
    """The form has no file where one is expected."""


class AddressUnreadable(Invalid):
    """The path or the query holds a character that nothing here may contain (NUL)."""
