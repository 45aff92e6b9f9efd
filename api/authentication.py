"""Who is asking: HTTP Basic, a Bearer token, or the browser's session cookie with its CSRF token."""

import hmac
from typing import cast

from flask import g, request

from api.errors import CsrfTokenMissing, NotSignedIn
from api.house import House
from organisations.actors import Actor
from refusals import Refusal
from storage.transaction import transaction

SESSION_COOKIE = "esep_session"
CSRF_HEADER = "X-CSRF-Token"
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def actor() -> Actor:
    """The person who is asking. Only inside a route that is not public."""
    return cast(Actor, g.actor)


def known_actor() -> Actor | None:
    """The person who is asking, if that is known by now."""
    return cast("Actor | None", g.get("actor"))


def authenticate(house: House) -> Actor:
    """Find out who is asking and remember it for this request. Raises a Refusal of the family Unauthenticated, or Throttled."""
    try:
        g.actor = _who(house)
    except Refusal as refusal:
        _finish(refusal)
        raise
    return cast(Actor, g.actor)


def _finish(refusal: Refusal) -> None:
    """Count a failed attempt: there is no transaction round authentication that would do it."""
    if refusal.aftermath is not None:
        aftermath, refusal.aftermath = refusal.aftermath, None
        with transaction():
            aftermath()


def _who(house: House) -> Actor:
    authorization = request.authorization
    if authorization is not None:
        if authorization.type == "basic":
            login, password = authorization.username or "", authorization.password or ""
            return cast(Actor, house.organisations.sign_in.by_password(login, password, address()))
        if authorization.type == "bearer" and authorization.token:
            return cast(Actor, house.organisations.tokens.actor(authorization.token))
        raise NotSignedIn()
    cookie = request.cookies.get(SESSION_COOKIE)
    if not cookie:
        raise NotSignedIn()
    session = house.organisations.sessions.get(cookie)
    if request.method in _UNSAFE and not hmac.compare_digest(session.csrf, request.headers.get(CSRF_HEADER, "")):
        raise CsrfTokenMissing()
    return cast(Actor, session.actor)


def address() -> str:
    """Where the request comes from, for the throttle of sign-in."""
    return request.remote_addr or "-"
