"""Files of decisions, which this door calls decision requirements definitions: every DMN file that was deployed is one."""

from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.engine_rest.decision_parameters import requirements_query
from api.engine_rest.parameters import MAX_RESULTS, query, span
from api.house import house
from operate import RequirementsFilter
from organisations.permissions import Permission

PREFIX = "/engine-rest/decision-requirements-definition"
blueprint = Blueprint("engine_rest_decision_requirements", __name__, url_prefix=PREFIX)

READ = needs(Permission.PROCESS_READ)


@blueprint.get("")
@READ
def requirements() -> ResponseReturnValue:
    """The files that fit the query string."""
    part, asked = span(), requirements_query(query())
    found = part.read(house().operate.decisions.requirements, actor(), asked.filters, asked.sort)
    return jsonify([as_json(one) for one in found])


@blueprint.get("/count")
@READ
def count() -> ResponseReturnValue:
    """How many files fit the query string."""
    return jsonify({"count": house().operate.decisions.count_requirements(actor(), requirements_query(query()).filters)})


@blueprint.get("/<id:requirements_id>")
@READ
def one(requirements_id: UUID) -> ResponseReturnValue:
    """One file."""
    return jsonify(as_json(house().operate.decisions.requirements_of(actor(), requirements_id)))


@blueprint.get("/<id:requirements_id>/xml")
@READ
def xml(requirements_id: UUID) -> ResponseReturnValue:
    """What is in a file."""
    return _xml(requirements_id)


@blueprint.get("/key/<key>")
@blueprint.get("/key/<key>/tenant-id/<tenant>")
@READ
def latest(key: str, **_: str) -> ResponseReturnValue:
    """The latest version of a file."""
    return jsonify(as_json(house().operate.decisions.latest_requirements(actor(), key)))


@blueprint.get("/key/<key>/xml")
@blueprint.get("/key/<key>/tenant-id/<tenant>/xml")
@READ
def latest_xml(key: str, **_: str) -> ResponseReturnValue:
    """What is in the latest version of a file."""
    return _xml(house().operate.decisions.latest_requirements(actor(), key).id)


def _xml(requirements_id: UUID) -> ResponseReturnValue:
    data: bytes = house().operate.decisions.requirements_xml(actor(), requirements_id)
    return jsonify({"id": requirements_id, "dmnXml": data.decode("utf-8", "replace")})


def of_deployment(deployment_id: UUID) -> list[dict[str, Any]]:
    """The files of a deployment."""
    found = house().operate.decisions.requirements(actor(), RequirementsFilter(deployment_ids=(deployment_id,)), limit=MAX_RESULTS)
    return [as_json(one) for one in found.items]


def as_json(found: Any) -> dict[str, Any]:
    """A file of decisions as this door shows it."""
    return {
        "id": found.id,
        "key": found.key,
        "category": None,
        "name": found.name,
        "version": found.version,
        "resource": found.resource,
        "deploymentId": found.deployment_id,
        "tenantId": found.tenant_id,
    }
