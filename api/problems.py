"""What went wrong, as RFC 9457 problem details. The only module that knows which HTTP status a refusal has.

`type` and `title` come from the class name, the status from the family, so a new refusal needs nothing here. Another door may give the
same `Problem` another shape: `speak(app, "/engine-rest", render)`.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import marshmallow
from flask import Flask, Response, current_app, json, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

import texts
from api import shapes
from api.authentication import known_actor
from api.errors import BodyNotJson, BodyTypeUnsupported, PreconditionRequired
from refusals import Conflict, Fault, Forbidden, Invalid, NotFound, Refusal, Stale, Throttled, TooLarge, Unauthenticated, Unavailable
from storage.transaction import DatabaseBusy

#: The first family that fits decides; the finer ones stand first.
STATUS: Mapping[type[Refusal], int] = {
    DatabaseBusy: 503,
    PreconditionRequired: 428,
    BodyNotJson: 400,
    BodyTypeUnsupported: 415,
    Unauthenticated: 401,
    NotFound: 404,
    Forbidden: 403,
    Stale: 412,
    Conflict: 409,
    TooLarge: 413,
    Invalid: 422,
    Throttled: 429,
    Unavailable: 503,
}
MEDIA_TYPE = "application/problem+json"
_SHAPES = "esep_problem_shapes"
log = logging.getLogger("esep.api")


@dataclass(frozen=True)
class Problem:
    """A refusal on its way out: what every shape is made of. `error` is the exception it came from."""

    status: int
    code: str
    detail: str
    error: Exception
    fields: Mapping[str, Any] = field(default_factory=dict)
    errors: Sequence[Mapping[str, Any]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


Shape = Callable[[Problem], Response]


def register(app: Flask) -> None:
    """Answer every exception of the application as a problem."""
    app.extensions[_SHAPES] = {}
    app.register_error_handler(Refusal, lambda error: answer(refused(error)))
    app.register_error_handler(marshmallow.ValidationError, lambda error: answer(misshapen(error, getattr(error, "location", "json"))))
    app.register_error_handler(HTTPException, lambda error: answer(of_http(error)))
    app.register_error_handler(Exception, lambda error: answer(unforeseen(error)))


def speak(app: Flask, prefix: str, shape: Shape) -> None:
    """Give problems below a path prefix a shape of their own."""
    app.extensions[_SHAPES][prefix] = shape


def answer(problem: Problem) -> Response:
    """The problem in the shape of the door that was knocked at."""
    shapes_by_prefix: Mapping[str, Shape] = current_app.extensions[_SHAPES]
    for prefix, shape in shapes_by_prefix.items():
        if request.path.startswith(prefix):
            return shape(problem)
    return as_problem_details(problem)


def as_problem_details(problem: Problem) -> Response:
    """The shape of RFC 9457."""
    document = {
        "type": f"/problems/{problem.code.replace('_', '-')}",
        "title": problem.code.replace("_", " ").capitalize(),
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "fields": _sayable(problem.fields),
    }
    if problem.errors:
        document["errors"] = problem.errors
    response = Response(json.dumps(document), problem.status, mimetype=MEDIA_TYPE)
    response.headers["Content-Language"] = language()
    response.headers.extend(problem.headers)
    return response


def language() -> str:
    """The language to answer in: what the request accepts, else what the person prefers, else the product's own."""
    accepted = (tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality > 0)
    wanted = next((tag for tag in accepted if tag in texts.LANGUAGES), None)
    actor = known_actor()
    return wanted or (actor.language if actor else texts.DEFAULT_LANGUAGE)


def status_of(error: Refusal) -> int:
    """The HTTP status of a refusal."""
    return next(status for family, status in STATUS.items() if isinstance(error, family))


def refused(error: Refusal) -> Problem:
    """The problem of a refusal by any room."""
    status = status_of(error)
    faults = [told(fault) for fault in error.faults]
    return Problem(status, error.code, say(error.code, error.fields), error, error.fields, faults, _headers(status, error))


def misshapen(error: marshmallow.ValidationError, location: str = "json") -> Problem:
    """The problem of a body or a query that has not the shape its schema asks for."""
    found = [_fault(pointer, *shapes.read_message(message), location) for pointer, message in shapes.pointed(error.messages)]
    return Problem(422, "shape_invalid", say("shape_invalid", {"count": len(found)}), error, {}, found)


def of_http(error: HTTPException) -> Problem:
    """The problem of an exception of the web framework: unknown path, wrong method, body too large."""
    status = error.code or 500
    if status >= 500:
        return unforeseen(error)
    code = f"http_{status}" if f"http_{status}" in texts.catalogue("en") else "http_400"
    headers = {"Allow": ", ".join(sorted(error.valid_methods))} if isinstance(error, MethodNotAllowed) and error.valid_methods else {}
    return Problem(status, code, say(code, {}), error, headers=headers)


def unforeseen(error: Exception) -> Problem:
    """The problem of a fault of ours: an id to quote, nothing from inside."""
    quote = uuid4().hex[:12]
    log.error("unforeseen error %s on %s %s", quote, request.method, request.url_rule, exc_info=error)
    return Problem(500, "unforeseen", say("unforeseen", {"quote": quote}), error, {"quote": quote})


def say(code: str, fields: Mapping[str, Any]) -> str:
    """The words of a code in the language of the answer."""
    return texts.say(code, fields, language())


def told(fault: Fault) -> dict[str, Any]:
    """A fault as answers hold it, in the language of the answer."""
    return _fault(fault.pointer, fault.code, fault.fields)


def _fault(pointer: str, code: str, fields: Mapping[str, Any], location: str = "json") -> dict[str, Any]:
    if isinstance(fields.get("messages"), Mapping):  # words of the kind of report itself, in all languages
        fields = {**fields, "message": fields["messages"].get(language(), fields.get("message"))}
    where = {"pointer": f"#{pointer}"} if location == "json" else {"parameter": pointer.lstrip("/")}
    return {**where, "code": code, "detail": say(code, fields), "fields": _sayable(fields)}


def _sayable(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields for programs; what has no JSON form is said as text, so that a refusal always gets out."""
    return {
        name: value if isinstance(value, str | int | float | bool | list | tuple | dict | None) else str(value)
        for name, value in fields.items()
    }


def _headers(status: int, error: Refusal) -> dict[str, str]:
    if status == 401:
        # a browser's own sign-in box must not open over a page that asks by script
        by_script = "X-Requested-With" in request.headers or "Sec-Fetch-Mode" in request.headers
        return {"WWW-Authenticate": 'Bearer realm="Esep"' if by_script else 'Basic realm="Esep", charset="UTF-8"'}
    if status in (429, 503):
        return {"Retry-After": str(error.fields.get("retry_after", 5))}
    return {}


def codes(refusals: Iterable[type[Refusal]]) -> dict[str, int]:
    """Code → status of refusal classes: for the documentation of the API."""
    return {kind.code: next(status for family, status in STATUS.items() if issubclass(kind, family)) for kind in refusals}
