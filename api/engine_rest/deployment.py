"""Deployments: what an editor's Deploy button sends, and what was deployed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.engine_rest import decision_definition, decision_requirements, process_definition
from api.engine_rest.dates import written
from api.engine_rest.definition_parameters import deployment_query
from api.engine_rest.errors import ResourceNotFound
from api.engine_rest.parameters import flag, query, span
from api.engine_rest.shape import details
from api.house import house
from organisations.permissions import Permission

blueprint = Blueprint("engine_rest_deployment", __name__, url_prefix="/engine-rest/deployment")

READ = needs(Permission.PROCESS_READ)
DEPLOY = needs(Permission.PROCESS_DEPLOY)


@blueprint.post("/create")
@DEPLOY
def create() -> ResponseReturnValue:
    """Deploy the files of a multipart form: all of them or none."""
    form = request.form
    resources = {part.filename or name: part.read() for name, part in request.files.items(multi=True)}
    deployment = house().operate.deploy(
        actor(),
        form.get("deployment-name"),
        resources,
        source=form.get("deployment-source"),
        tenant_id=form.get("tenant-id"),
        duplicate_filtering=_flag(form, "enable-duplicate-filtering"),
        changed_only=_flag(form, "deploy-changed-only"),
    )
    answer = as_json(deployment) | _no_other_definitions()
    deployed = {str(one.id): process_definition.as_json(one) for one in deployment.definitions}
    answer["deployedProcessDefinitions"] = deployed or None
    answer["deployedDecisionDefinitions"] = _by_id(decision_definition.all_as_json(deployment.decisions))
    answer["deployedDecisionRequirementsDefinitions"] = _by_id(decision_requirements.of_deployment(deployment.id))
    if deployment.warnings:
        answer["details"] = details(deployment.warnings)
    return jsonify(answer)


@blueprint.get("")
@READ
def deployments() -> ResponseReturnValue:
    """The deployments that fit the query string."""
    part, asked = span(), deployment_query(query())
    found = part.read(house().operate.deployments, actor(), asked.filters, asked.sort)
    return jsonify([as_json(one) for one in found])


@blueprint.get("/count")
@READ
def count() -> ResponseReturnValue:
    """How many deployments fit the query string."""
    return jsonify({"count": house().operate.count_deployments(actor(), deployment_query(query()).filters)})


@blueprint.get("/<id:deployment_id>")
@READ
def deployment(deployment_id: UUID) -> ResponseReturnValue:
    """One deployment."""
    return jsonify(as_json(house().operate.deployment(actor(), deployment_id)))


@blueprint.delete("/<id:deployment_id>")
@DEPLOY
def delete(deployment_id: UUID) -> ResponseReturnValue:
    """Delete a deployment that no instance needs; `cascade` cannot make history disappear here."""
    house().operate.delete_deployment(actor(), deployment_id)
    return "", 204


@blueprint.get("/<id:deployment_id>/resources")
@READ
def resources(deployment_id: UUID) -> ResponseReturnValue:
    """The files of a deployment."""
    return jsonify([_resource(one) for one in house().operate.resources(actor(), deployment_id)])


@blueprint.get("/<id:deployment_id>/resources/<id:resource_id>")
@READ
def resource(deployment_id: UUID, resource_id: UUID) -> ResponseReturnValue:
    """One file of a deployment."""
    return jsonify(_resource(_find(deployment_id, resource_id)))


@blueprint.get("/<id:deployment_id>/resources/<id:resource_id>/data")
@READ
def resource_data(deployment_id: UUID, resource_id: UUID) -> ResponseReturnValue:
    """What is in a file of a deployment."""
    found = _find(deployment_id, resource_id)
    answer = Response(house().operate.resource_data(actor(), deployment_id, resource_id), mimetype="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=found.name.rpartition("/")[2])
    return answer


def as_json(found: Any) -> dict[str, Any]:
    """A deployment as this door shows it."""
    return {
        "links": [],
        "id": found.id,
        "name": found.name,
        "source": found.source,
        "deploymentTime": written(found.deployed_at),
        "tenantId": found.tenant_id,
    }


def _find(deployment_id: UUID, resource_id: UUID) -> Any:
    found = house().operate.resources(actor(), deployment_id)
    named = next((one for one in found if one.id == resource_id), None)
    if named is None:
        raise ResourceNotFound(resource_id=str(resource_id))
    return named


def _flag(form: Mapping[str, str], name: str) -> bool:
    return flag(form.get(name) or "false", name)


def _no_other_definitions() -> dict[str, None]:
    return {"deployedCaseDefinitions": None}


def _by_id(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]] | None:
    return {str(one["id"]): one for one in found} or None


def _resource(found: Any) -> dict[str, Any]:
    return {"id": found.id, "name": found.name, "deploymentId": found.deployment_id}
