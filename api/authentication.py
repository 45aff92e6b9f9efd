"""Who is asking: HTTP Basic, a Bearer token, or the browser's session cookie with its CSRF token."""

import hmac
from collections.abc import Callable
from typing import TypeVar, cast

from flask import g, request

from api.errors import CsrfTokenMissing, NotSignedIn
from api.house import House
from organisations.actors import Actor
from organisations.certificate_sign_in import Certified
from organisations.sessions import OpenSession
from refusals import Refusal
from storage.transaction import transaction

SESSION_COOKIE = "esep_session"
CSRF_HEADER = "X-CSRF-Token"
Found = TypeVar("Found")
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def actor() -> Actor:
    """The person who is asking. Only inside a route that is not public."""
    return cast(Actor, g.actor)


def known_actor() -> Actor | None:
    """The person who is asking, if that is known by now."""
    return cast("Actor | None", g.get("actor"))


def authenticate(house: House) -> Actor:
    """Find out who is asking and remember it for this request. Raises a Refusal of the family Unauthenticated, or Throttled."""
    found = _who(house)
    g.actor = found
    return found


def by_password(house: House, login: str, password: str) -> Actor:
    """The person with a login and password. Outside any transaction: verifying takes time; failures are counted in one of their own."""
    return _counted(lambda: house.organisations.sign_in.by_password(login, password, address()))


def by_certificate(house: House, challenge: bytes, signature: bytes) -> Certified:
    """The person whose certificate signed a challenge; in the same way."""
    return _counted(lambda: house.organisations.by_certificate.by_signature(challenge, signature, address()))


def _counted(attempt: Callable[[], Found]) -> Found:
    try:
        return attempt()
    except Refusal as refusal:
        if refusal.aftermath is not None:
            aftermath, refusal.aftermath = refusal.aftermath, None
            with transaction():
                aftermath()
        raise


def session(house: House) -> OpenSession:
    """The session of the browser that is asking. Raises NotSignedIn where there is none."""
    cookie = request.cookies.get(SESSION_COOKIE)
    if request.authorization is not None or not cookie:
        raise NotSignedIn()
    return house.organisations.sessions.get(cookie)


def address() -> str:
    """Where the request comes from, for the throttle of sign-in."""
    return request.remote_addr or "-"


def _who(house: House) -> Actor:
    authorization = request.authorization
    if authorization is None and "Authorization" in request.headers:
        raise NotSignedIn()
    if authorization is None:
        return _by_session(house)
    if authorization.type == "basic":
        return by_password(house, authorization.username or "", authorization.password or "")
    if authorization.type == "bearer" and authorization.token:
        return house.organisations.tokens.actor(authorization.token)
    raise NotSignedIn()


def _by_session(house: House) -> Actor:
    found = session(house)
    sent = request.headers.get(CSRF_HEADER, "").encode()
    if request.method in _UNSAFE and not hmac.compare_digest(found.csrf.encode(), sent):
        raise CsrfTokenMissing()
    return found.actor
