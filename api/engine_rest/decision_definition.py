"""Decision definitions: lists, XML, evaluation. A definition is addressed by id, by key (its latest version), or by key and tenant.

Definitions belong to nobody, so a tenant in a path narrows nothing.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from api.access import Access, needs
from api.authentication import actor
from api.engine_rest import values
from api.engine_rest.decision_parameters import definition_query
from api.engine_rest.parameters import body, query, span
from api.house import house
from organisations.permissions import Permission

blueprint = Blueprint("engine_rest_decision_definition", __name__, url_prefix="/engine-rest/decision-definition")

READ = needs(Permission.PROCESS_READ)
EVALUATE = needs(Permission.PROCESS_START).but(own_transaction=True)  # nothing is kept of it
ADDRESSES = ("/<id:decision_id>", "/key/<key>", "/key/<key>/tenant-id/<tenant>")


def addressed(method: str, path: str, access: Access) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A route below each way to address a definition; the view gets the definition."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        def route(decision_id: UUID | None = None, key: str = "", **_: str) -> ResponseReturnValue:
            decisions = house().operate.decisions
            answer: ResponseReturnValue = view(
                decisions.definition(actor(), decision_id) if decision_id else decisions.latest(actor(), key)
            )
            return answer

        route.__name__, route.__doc__ = view.__name__, view.__doc__
        guarded = access(route)
        for address in ADDRESSES:
            blueprint.add_url_rule(address + path, endpoint=f"{view.__name__}_{method}", view_func=guarded, methods=[method])
        return view

    return decorate


@blueprint.get("")
@READ
def definitions() -> ResponseReturnValue:
    """The decisions that fit the query string."""
    part, asked = span(), definition_query(query())
    found = part.read(house().operate.decisions.definitions, actor(), asked.filters, asked.sort)
    return jsonify(all_as_json(found))


@blueprint.get("/count")
@READ
def count() -> ResponseReturnValue:
    """How many decisions fit the query string."""
    return jsonify({"count": house().operate.decisions.count_definitions(actor(), definition_query(query()).filters)})


@addressed("GET", "", READ)
def definition(found: Any) -> ResponseReturnValue:
    """One decision."""
    return jsonify(all_as_json([found])[0])


@addressed("GET", "/xml", READ)
def xml(found: Any) -> ResponseReturnValue:
    """The file that a decision came with, as it was deployed."""
    data: bytes = house().operate.decisions.xml(actor(), found.id)
    return jsonify({"id": found.id, "dmnXml": data.decode("utf-8", "replace")})


@addressed("POST", "/evaluate", EVALUATE)
def evaluate(found: Any) -> ResponseReturnValue:
    """What a decision comes to with some variables: a row for each rule that counts, each output as a typed value."""
    rows = house().operate.decisions.evaluate(actor(), found.id, values.read_all(body().get("variables")))
    return jsonify([values.all_written(row) for row in rows])


def all_as_json(found: Any) -> list[dict[str, Any]]:
    """Decisions as this door shows them."""
    keys = house().operate.decisions.requirements_by_id({one.requirements_id for one in found if one.requirements_id})
    return [_as_json(one, keys.get(one.requirements_id)) for one in found]


def _as_json(found: Any, requirements: str | None) -> dict[str, Any]:
    return {
        "id": found.id,
        "key": found.key,
        "category": None,
        "name": found.name,
        "version": found.version,
        "resource": found.resource,
        "deploymentId": found.deployment_id,
        "decisionRequirementsDefinitionId": found.requirements_id,
        "decisionRequirementsDefinitionKey": requirements,
        "tenantId": found.tenant_id,
        "versionTag": found.version_tag,
        "historyTimeToLive": None,
    }
