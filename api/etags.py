"""`ETag` and `If-Match`: nobody overwrites what another has written meanwhile."""

from flask import request
from werkzeug.http import parse_etags, quote_etag

from api.errors import EntityTagInvalid, PreconditionRequired


def tag(*parts: object) -> dict[str, str]:
    """The header that names a state by its parts (versions, a hash)."""
    return {"ETag": quote_etag(".".join(str(part) for part in parts))}


def if_match() -> str:
    """The one state that the change was made from. Raises PreconditionRequired, or EntityTagInvalid for anything but one strong tag."""
    sent = request.headers.get("If-Match")
    if sent is None:
        raise PreconditionRequired()
    tags = parse_etags(sent)
    strong = [each for each in tags.as_set() if each]
    if tags.star_tag or len(strong) != 1:
        raise EntityTagInvalid(header="If-Match")
    return strong[0]


def version_if_match() -> int:
    """The one version number that the change was made from. Raises like `if_match`."""
    sent = if_match()
    if not (sent.isascii() and sent.isdigit() and len(sent) < 10):
        raise EntityTagInvalid(header="If-Match")
    return int(sent)


def version_or_none() -> int | None:
    """The version that the change was made from, or None where `If-None-Match: *` says that there was nothing yet.

    Raises like `version_if_match`.
    """
    return None if request.headers.get("If-None-Match", "").strip() == "*" else version_if_match()
