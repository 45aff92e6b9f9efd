"""Who you are; your sessions and tokens."""

import base64
from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from api import authentication
from api.access import PUBLIC, SIGNED_IN
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.sign_in import cookies
from api.v1.sign_in.schemas import (
    ChallengeShape,
    Credentials,
    IssuedToken,
    Me,
    MyLanguage,
    NewSession,
    NewToken,
    Sessions,
    SignedChallenge,
    Tokens,
)
from organisations import permissions
from organisations.actors import Actor
from organisations.permissions import Permission
from signatures import encoding
from storage.transaction import transaction

sign_in = Room("sign_in", "Who you are, your sessions and tokens")


@sign_in.get("/me", SIGNED_IN, answer=Me)
def get_me() -> Any:
    """Who you are, and what you may do somewhere."""
    return _shown(actor())


@sign_in.patch("/me", SIGNED_IN, body=MyLanguage, status=204)
def change_me(body: dict[str, Any]) -> ResponseReturnValue:
    """Choose your language."""
    house().organisations.users.set_language(actor(), body["language"])
    return "", 204


@sign_in.post("/sessions", PUBLIC.but(own_transaction=True), body=Credentials, answer=NewSession, status=201)
def open_session(body: dict[str, Any]) -> Any:
    """Sign in a browser: the session is a cookie, and changes need its CSRF token in X-CSRF-Token."""
    person = authentication.by_password(house(), body["login"], body["password"])
    with transaction():
        session = house().organisations.sessions.open(person, authentication.address())
    cookies.keep_session(session)
    return {"id": session.id, "csrf": session.csrf, "expires_at": session.expires_at, "me": _shown(person)}


@sign_in.post("/certificate-challenges", PUBLIC.but(own_transaction=True), answer=ChallengeShape, status=201)
def challenge() -> Any:
    """Bytes to be signed with your key for signing in, as a detached CMS; they hold five minutes, once."""
    made = house().organisations.by_certificate.challenge()
    return {"data": base64.b64encode(made.content).decode("ascii"), "expires_at": made.expires_at}, 201


@sign_in.post("/certificate-sessions", PUBLIC.but(own_transaction=True), body=SignedChallenge, answer=NewSession, status=201)
def open_certificate_session(body: dict[str, Any]) -> Any:
    """Sign in a browser by a signed challenge, instead of login and password; the rest is as there."""
    certified = authentication.by_certificate(house(), encoding.bytes_of(body["data"]), encoding.bytes_of(body["cms"]))
    with transaction():
        person = house().organisations.by_certificate.accept(certified)
        session = house().organisations.sessions.open(person, authentication.address())
    cookies.keep_session(session)
    return {"id": session.id, "csrf": session.csrf, "expires_at": session.expires_at, "me": _shown(person)}


@sign_in.get("/sessions", SIGNED_IN, answer=Sessions)
def list_sessions() -> Any:
    """Your sessions that are in force, newest first."""
    return {"items": house().organisations.sessions.list(actor())}


@sign_in.get("/sessions/current", SIGNED_IN, answer=NewSession)
def get_session() -> Any:
    """The session of this browser, with its CSRF token."""
    session = authentication.session(house())
    return {"id": session.id, "csrf": session.csrf, "expires_at": session.expires_at, "me": _shown(actor())}


@sign_in.delete("/sessions/current", SIGNED_IN, status=204)
def sign_out() -> ResponseReturnValue:
    """Sign this browser out."""
    house().organisations.sessions.close(actor(), authentication.session(house()).id)
    cookies.drop_session()
    return "", 204


@sign_in.delete("/sessions/<uuid:session_id>", SIGNED_IN, status=204)
def close_session(session_id: UUID) -> ResponseReturnValue:
    """Close one of your sessions."""
    house().organisations.sessions.close(actor(), session_id)
    return "", 204


@sign_in.get("/tokens", SIGNED_IN, answer=Tokens)
def list_tokens() -> Any:
    """Your tokens, newest first."""
    return {"items": house().organisations.tokens.list(actor())}


@sign_in.post("/tokens", SIGNED_IN.but(secret_answer=True), body=NewToken, answer=IssuedToken, status=201)
def issue_token(body: dict[str, Any]) -> Any:
    """Issue a token with some of your rights; its secret is shown this once."""
    issued = house().organisations.tokens.issue(actor(), body["name"], body["permissions"], expires_at=body["expires_at"])
    return {**asdict(issued.token), "secret": issued.secret}


@sign_in.delete("/tokens/<uuid:token_id>", SIGNED_IN, status=204)
def revoke_token(token_id: UUID) -> ResponseReturnValue:
    """End one of your tokens at once."""
    house().organisations.tokens.revoke(actor(), token_id)
    return "", 204


def _shown(person: Actor) -> dict[str, Any]:
    held = sorted(permission.value for permission in Permission if permissions.allowed(person, permission))
    about = ("user_id", "login", "name", "language", "duties")
    return {**{name: getattr(person, name) for name in about}, "permissions": held}
