"""The description of `/api/v1`: OpenAPI 3.1, made from the routes and their schemas, with a page to read it."""

import html
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_cls
from flask import Blueprint, Flask, current_app, jsonify
from flask.typing import ResponseReturnValue
from flask_smorest import Api
from marshmallow import fields

from api import pages
from api.access import PUBLIC
from api.converters import DayConverter
from api.shapes import Shape

VERSION = "3.1.0"
EXTENSION = "esep_openapi"
_DESCRIPTION = """The product's own door. Times are ISO 8601 with zone, decimals are strings, lists are cursor pages, problems follow
RFC 9457 in the language of Accept-Language (kk, ru, en). POST takes an Idempotency-Key. Verbs are
nouns in paths; `allowed_actions` says what will work."""
_SECURITY = {
    "basic": {"type": "http", "scheme": "basic"},
    "token": {"type": "http", "scheme": "bearer"},
    "session": {"type": "apiKey", "in": "cookie", "name": "esep_session", "description": "Changes also need the header X-CSRF-Token."},
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "description": "The same key again gives the first answer again.",
}

blueprint = Blueprint("openapi", __name__, url_prefix="/api")


class FaultShape(Shape):
    """One thing wrong with one part of what was sent."""

    pointer = fields.String(metadata={"description": "JSON pointer into the body, as a fragment"})
    parameter = fields.String(metadata={"description": "Name of a query parameter"})
    code = fields.String(required=True)
    detail = fields.String(required=True)
    fields_ = fields.Dict(data_key="fields")


class ProblemShape(Shape):
    """RFC 9457 problem details."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True)
    fields_ = fields.Dict(data_key="fields")
    errors = fields.List(fields.Nested(FaultShape))


class _Document(Api):  # type: ignore[misc]  # flask-smorest has no types
    ERROR_SCHEMA = ProblemShape

    def _register_error_handlers(self) -> None:
        """`api.problems` has them all."""


def describe(app: Flask) -> Any:
    """Start the description; rooms that are registered with the result appear in it."""
    shapes = MarshmallowPlugin(schema_name_resolver=_name_of)
    options = {"marshmallow_plugin": shapes, "info": {"description": _DESCRIPTION}, "components": {"securitySchemes": _SECURITY}}
    document = _Document(app, spec_kwargs={"title": "Esep", "version": "1", "openapi_version": VERSION, **options})
    document.register_converter(DayConverter, lambda _: {"type": "string", "format": "date"})
    app.extensions[EXTENSION] = document
    app.register_blueprint(blueprint)
    return document


def document_of(app: Flask) -> dict[str, Any]:
    """The description of an application."""
    described = cast(dict[str, Any], json.loads(json.dumps(app.extensions[EXTENSION].spec.to_dict())))
    described["security"] = [{name: []} for name in _SECURITY]
    for _, method, operation in operations(described):
        for parameter in operation.get("parameters", []):
            _leave_out_null(parameter["schema"])
        if method == "post" and operation.get("security") != []:
            operation.setdefault("parameters", []).append(_KEY)
    described["components"]["schemas"].pop("PaginationMetadataSchema", None)  # of flask-smorest, used by nothing
    for response in described["components"].get("responses", {}).values():
        response["content"] = {"application/problem+json": next(iter(response["content"].values()))}
    return described


def _name_of(schema: Any) -> str:
    """How a schema is called in the description."""
    found = resolve_schema_cls(schema)
    return "" if isinstance(found, list) else found.__name__.removesuffix("Shape")


def _leave_out_null(schema: dict[str, Any]) -> None:
    """A parameter that is not given is left out, it is never null."""
    if isinstance(schema.get("type"), list):
        [schema["type"]] = [kind for kind in schema["type"] if kind != "null"]
    if schema.get("default", "") is None:
        del schema["default"]


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and description of every operation."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield path, method, operation


def write(app: Flask, path: Path) -> None:
    """Write the description to a file: docs/openapi.json, from which clients make their types."""
    path.write_text(json.dumps(document_of(app), indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")


@blueprint.get("/v1/openapi.json")
@PUBLIC
def openapi_json() -> ResponseReturnValue:
    """The description as JSON."""
    return jsonify(document_of(current_app))


@blueprint.get("/docs")
@PUBLIC
def docs() -> ResponseReturnValue:
    """The description as a page; it asks nothing of the outside and runs no script."""
    return pages.page("Esep API", _content(document_of(current_app)), "en")


def _content(document: dict[str, Any]) -> str:
    by_room: dict[str, list[str]] = {}
    for path, method, operation in operations(document):
        by_room.setdefault(operation["tags"][0], []).append(_row(path, method, operation))
    rooms = "".join(f"<h2>{html.escape(room)}</h2><table>{''.join(rows)}</table>" for room, rows in by_room.items())
    about = html.escape(document["info"]["description"])
    return f'<main><h1>Esep API</h1><p>{about}</p><p><a href="/api/v1/openapi.json">openapi.json</a></p>{rooms}</main>'


def _row(path: str, method: str, operation: dict[str, Any]) -> str:
    summary = html.escape(operation.get("summary", ""))
    who = ", ".join(operation.get("x-permissions", [])) or ("anybody" if operation.get("security") == [] else "any signed-in person")
    taken = ", ".join(parameter["name"] for parameter in operation.get("parameters", []) if "name" in parameter)
    return f"<tr><td><code>{method.upper()} {html.escape(path)}</code><td>{summary}<td>{html.escape(who)}<td>{html.escape(taken)}</tr>"
