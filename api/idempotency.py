"""`Idempotency-Key` on POST: the same person repeating the same request gets the first answer again, and nothing happens twice."""

import hashlib
import hmac
from collections.abc import Callable

from flask import Response, current_app, request

from api.authentication import known_actor
from api.errors import AnswerNotRepeatable, IdempotencyKeyInvalid, IdempotencyKeyReused
from api.house import house
from storage import idempotency

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Content-Disposition")


def once(answer: Callable[[], Response], *, secret: bool) -> Response:
    """Run the view, or repeat what it answered to the same key. Inside the request's transaction.

    Only answers that were given are kept: a refusal rolls its claim back with everything else, and may be tried again.
    """
    actor = known_actor()
    if request.method != "POST" or actor is None or HEADER not in request.headers:
        return answer()
    key, who, fingerprint = _key(), str(actor.user_id), _fingerprint()
    kept = idempotency.claim(who, key, fingerprint, house().clock.now())
    if kept is not None:
        return _repeat(kept, key, fingerprint)
    given = answer()
    if not secret:
        headers = {name: given.headers[name] for name in _KEPT_HEADERS if name in given.headers}
        idempotency.keep(who, key, status=given.status_code, headers=headers, body=given.get_data())
    return given


def _key() -> str:
    key = request.headers[HEADER].strip()
    if not 0 < len(key) <= idempotency.MAX_KEY_LENGTH or not (key.isascii() and key.isprintable()):
        raise IdempotencyKeyInvalid(limit=idempotency.MAX_KEY_LENGTH)
    return key


def _fingerprint() -> str:
    """What makes two requests the same: path with query, type and bytes of the body. Keyed, because a body may hold a password."""
    digest = hmac.new(current_app.config["SECRET_KEY"].encode(), digestmod=hashlib.sha256)
    for part in (request.full_path.encode(), (request.content_type or "").encode(), request.get_data(cache=True)):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _repeat(kept: idempotency.KeptAnswer, key: str, fingerprint: str) -> Response:
    if kept.fingerprint != fingerprint:
        raise IdempotencyKeyReused(key=key)
    if kept.status is None:
        raise AnswerNotRepeatable(key=key)
    return Response(kept.body, kept.status, {**(kept.headers or {}), REPLAYED: "true"})
