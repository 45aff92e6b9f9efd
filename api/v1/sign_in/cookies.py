"""The cookie of a session: for HTTP only, for this site only, over HTTPS only where the product is set up so."""

from flask import Response, after_this_request, current_app

from api.authentication import SESSION_COOKIE
from organisations.sessions import OpenSession


def keep_session(session: OpenSession) -> None:
    """Give the browser the cookie with the answer to this request."""

    @after_this_request
    def with_cookie(response: Response) -> Response:
        secure = current_app.config["ESEP_SECURE_COOKIES"]
        response.set_cookie(SESSION_COOKIE, session.secret, expires=session.expires_at, httponly=True, samesite="Strict", secure=secure)
        return response


def drop_session() -> None:
    """Take the cookie back with the answer to this request."""

    @after_this_request
    def without_cookie(response: Response) -> Response:
        response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="Strict")
        return response
