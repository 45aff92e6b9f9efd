"""`Room`: a blueprint of `/api/v1` whose routes say in one line who may use them, what they read and what they answer."""

from collections.abc import Callable
from typing import Any, TypeVar

import marshmallow
from flask import Request
from flask_smorest import Blueprint
from webargs import core
from webargs.flaskparser import FlaskParser

from api.access import Access
from api.bodies import json_body
from api.shapes import Shape

View = TypeVar("View", bound=Callable[..., Any])
PREFIX = "/api/v1"


class Misshapen(marshmallow.ValidationError):
    """A body or a query has not the shape of its schema; `location` says which of the two."""

    location = "json"


class _Reader(FlaskParser):
    """Reads bodies strictly and refuses query parameters that a list does not know."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": marshmallow.RAISE}  # noqa: RUF012  # theirs

    def _raw_load_json(self, req: Request) -> Any:
        value = json_body(req)
        return core.missing if value is None else value

    def handle_error(self, error: marshmallow.ValidationError, req: Request, schema: marshmallow.Schema, **_: Any) -> Any:
        """Raise what `api.problems` answers."""
        [(location, messages)] = error.messages_dict.items()
        misshapen = Misshapen(messages)
        misshapen.location = location
        raise misshapen from error


class Room(Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """One room's routes. A view gets its path parameters and, where schemas are named, `query` and `body` as keyword arguments."""

    ARGUMENTS_PARSER = _Reader()

    def __init__(self, name: str, description: str) -> None:
        super().__init__(name, f"api.v1.{name}", url_prefix=PREFIX, description=description)

    def get(self, path: str, access: Access, **parts: Any) -> Callable[[View], View]:
        """A route that reads."""
        return self._answers("GET", path, access, **parts)

    def post(self, path: str, access: Access, **parts: Any) -> Callable[[View], View]:
        """A route that makes something, or does a verb that became a noun."""
        return self._answers("POST", path, access, **parts)

    def put(self, path: str, access: Access, **parts: Any) -> Callable[[View], View]:
        """A route that replaces."""
        return self._answers("PUT", path, access, **parts)

    def patch(self, path: str, access: Access, **parts: Any) -> Callable[[View], View]:
        """A route that changes parts."""
        return self._answers("PATCH", path, access, **parts)

    def delete(self, path: str, access: Access, **parts: Any) -> Callable[[View], View]:
        """A route that ends something."""
        return self._answers("DELETE", path, access, **parts)

    def _answers(
        self,
        method: str,
        path: str,
        access: Access,
        *,
        query: type[Shape] | None = None,
        body: type[Shape] | None = None,
        answer: type[Shape] | None = None,
        status: int = 200,
        media_type: str | None = None,
        uploads: tuple[str, ...] = (),
        words: tuple[str, ...] = (),
        preconditions: tuple[str, ...] = (),
    ) -> Callable[[View], View]:
        """`media_type` is said of answers that are no JSON; `uploads` names the files of a multipart form, `words` the texts that may
        come with them; `preconditions` names the headers that say which state a change was made from: the one that is required, or several
        of which one is."""

        def decorate(view: View) -> View:
            documented = self.response(status, _answered(answer, media_type), content_type=media_type)(view)
            if body is not None:
                documented = self.arguments(body, location="json", arg_name="body")(documented)
            if query is not None:
                documented = self.arguments(query, location="query", arg_name="query")(documented)
            said = _documentation(access, uploads, words, preconditions)
            documented = self.doc(operationId=f"{self.name}.{view.__name__}", **said)(documented)
            self.route(path, methods=[method])(access(documented))
            return view

        return decorate


def _answered(answer: type[Shape] | None, media_type: str | None) -> Any:
    """The schema of an answer; bytes have none, they are said by their type."""
    return {"type": "string", "contentMediaType": media_type} if media_type else answer


def _documentation(access: Access, uploads: tuple[str, ...], words: tuple[str, ...], preconditions: tuple[str, ...]) -> dict[str, Any]:
    """What the schemas don't say: permissions, credentials, files, preconditions."""
    said: dict[str, Any] = {"x-permissions": [str(permission) for permission in access.permissions]}
    if access.public:
        said["security"] = []
    if preconditions:
        required = len(preconditions) == 1
        said["parameters"] = [{"in": "header", "name": name, "required": required, "schema": {"type": "string"}} for name in preconditions]
    if uploads:
        files = {name: {"type": "string", "contentMediaType": "application/octet-stream"} for name in uploads}
        parts = {**files, **{name: {"type": "string"} for name in words}}
        schema = {"type": "object", "properties": parts, "required": list(uploads)}
        said["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    return said
