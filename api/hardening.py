"""What every answer carries and every request must keep to, whoever asks: security headers, limits of size."""

from flask import Flask, Response, current_app, request

from api.access import access_of
from api.bodies import MAX_JSON_BYTES, refuse_nul
from api.errors import BodyTooLarge, FromAnotherSite

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cache-Control": "no-store",
}
#: The setting of the application that says how large an attachment may be.
ATTACHMENT_BYTES = "ESEP_ATTACHMENT_BYTES"
#: What a form adds to the file in it.
_FORM = 65_536
_A_YEAR = 31_536_000


def register(app: Flask) -> None:
    """Put the limits before and the headers after every request."""
    app.before_request(_refuse_other_sites)
    app.before_request(_limit_body)
    app.before_request(refuse_nul)
    app.after_request(_protect)


def _refuse_other_sites() -> None:
    """Refuse changes that a browser sends for another site's page: it adds what it remembers of Basic credentials by itself."""
    if request.method not in ("GET", "HEAD", "OPTIONS") and request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        raise FromAnotherSite()


def _limit_body() -> None:
    """Refuse a body that is too large before anybody is asked who is sending it."""
    limit = _upload_limit() if request.mimetype == "multipart/form-data" else MAX_JSON_BYTES
    request.max_content_length = limit
    if limit is not None and (request.content_length or 0) > limit:
        raise BodyTooLarge(limit=limit, found=request.content_length)


def _upload_limit() -> int | None:
    access = access_of(current_app.view_functions[request.endpoint]) if request.endpoint else None
    if access is not None and access.takes_attachment:
        return int(current_app.config[ATTACHMENT_BYTES]) + _FORM
    return request.max_content_length


def _protect(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={_A_YEAR}; includeSubDomains")
    return response
