"""Deployments and process definitions."""

from typing import Any
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue

from api import pagination
from api.access import needs
from api.authentication import actor
from api.bodies import upload, uploads
from api.house import house
from api.pagination import Paging
from api.printed import DOCX, PDF, PrintQuery, download
from api.rooms import Room
from api.v1.processes.schemas import (
    DefinitionPage,
    DefinitionQuery,
    DefinitionShape,
    DeploymentPage,
    DeploymentShape,
    Findings,
    InstanceShape,
    NewInstance,
    WithInstances,
)
from operate.filters import DefinitionFilter, DeploymentFilter, Sort
from organisations.permissions import Permission

_READ = needs(Permission.PROCESS_READ)
_DEPLOY = needs(Permission.PROCESS_DEPLOY)
_NEWEST = Sort(descending=True)

definitions = Room("definitions", "Deployments and process definitions")


@definitions.get("/processes/deployments", _READ, query=Paging, answer=DeploymentPage)
def list_deployments(query: dict[str, Any]) -> Any:
    """The deployments, newest first."""
    after = pagination.after(query)
    return pagination.paged(house().operate.deployments(actor(), DeploymentFilter(), _NEWEST, limit=query["limit"], after=after))


@definitions.post("/processes/deployments", _DEPLOY, uploads=("data",), answer=DeploymentShape, status=201)
def deploy() -> Any:
    """Deploy the files of a multipart form, all or none; the field `name` names the deployment."""
    return house().operate.deploy(actor(), request.form.get("name"), uploads(), source=request.form.get("source"))


@definitions.get("/processes/deployments/<uuid:deployment_id>", _READ, answer=DeploymentShape)
def get_deployment(deployment_id: UUID) -> Any:
    """One deployment."""
    return house().operate.deployment(actor(), deployment_id)


@definitions.post("/processes/checks", _DEPLOY, uploads=("data",), answer=Findings)
def check() -> Any:
    """What deploying a BPMN file would say; nothing is kept."""
    file = upload("data")
    return {"items": house().operate.lint(actor(), file.filename or "data", file.read())}


@definitions.get("/processes/definitions", _READ, query=DefinitionQuery, answer=DefinitionPage)
def list_definitions(query: dict[str, Any]) -> Any:
    """The definitions, newest first."""
    keys = None if query["key"] is None else (query["key"],)
    filters = DefinitionFilter(keys=keys, latest=query["latest"], executable=query["executable"])
    after = pagination.after(query)
    return pagination.paged(house().operate.definitions(actor(), filters, _NEWEST, limit=query["limit"], after=after))


@definitions.get("/processes/definitions/<uuid:definition_id>", _READ, answer=DefinitionShape)
def get_definition(definition_id: UUID) -> Any:
    """One definition."""
    return house().operate.definition(actor(), definition_id)


@definitions.get("/processes/definitions/<uuid:definition_id>/xml", _READ, media_type="application/xml")
def get_xml(definition_id: UUID) -> ResponseReturnValue:
    """The file that a definition came with, byte for byte."""
    return Response(house().operate.xml(actor(), definition_id), mimetype="application/xml")


@definitions.get("/processes/definitions/<uuid:definition_id>/annex.docx", _READ, query=PrintQuery, media_type=DOCX)
def print_annex_as_word(definition_id: UUID, query: dict[str, Any]) -> ResponseReturnValue:
    """The annex to the order as a DOCX file: the stages of the process, who does them, within what time, and the drawing."""
    return _annex(definition_id, query["language"], "docx", DOCX)


@definitions.get("/processes/definitions/<uuid:definition_id>/annex.pdf", _READ, query=PrintQuery, media_type=PDF)
def print_annex_as_pdf(definition_id: UUID, query: dict[str, Any]) -> ResponseReturnValue:
    """The same as a PDF file."""
    return _annex(definition_id, query["language"], "pdf", PDF)


@definitions.post("/processes/definitions/<uuid:definition_id>/suspension", _DEPLOY, query=WithInstances, status=204)
def suspend_definition(definition_id: UUID, query: dict[str, Any]) -> ResponseReturnValue:
    """Let no instance of a definition be started, and on demand nothing happen in those that run."""
    house().operate.suspend_definition(actor(), definition_id, suspended=True, instances=query["instances"])
    return "", 204


@definitions.delete("/processes/definitions/<uuid:definition_id>/suspension", _DEPLOY, query=WithInstances, status=204)
def resume_definition(definition_id: UUID, query: dict[str, Any]) -> ResponseReturnValue:
    """Let instances of a definition be started again, and on demand go on where they are suspended."""
    house().operate.suspend_definition(actor(), definition_id, suspended=False, instances=query["instances"])
    return "", 204


@definitions.post(
    "/processes/definitions/<uuid:definition_id>/instances",
    needs(Permission.PROCESS_START),
    body=NewInstance,
    answer=InstanceShape,
    status=201,
)
def start(definition_id: UUID, body: dict[str, Any]) -> Any:
    """Start an instance."""
    at = body["body_id"] and house().organisations.bodies.get(body["body_id"]).id
    given = {"business_key": body["business_key"], "body": at, "variables": body["variables"]}
    return house().operate.start(actor(), definition_id=definition_id, **given)


def _annex(definition_id: UUID, language: str, form: str, media_type: str) -> Response:
    return download(house().operate.annex(actor(), definition_id, language, form), media_type, f"annex-{language}.{form}")
