"""Conditions that start processes, asked with the variables that somebody brings."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.engine_rest import process_instance, values
from api.engine_rest.errors import ParameterMissing, ParameterUnknown
from api.engine_rest.parameters import body, identifier, text
from api.house import house
from organisations.permissions import Permission

blueprint = Blueprint("engine_rest_condition", __name__, url_prefix="/engine-rest/condition")

#: What this door does not offer: what a condition starts belongs to the body of the one who asks.
NOT_OFFERED = ("tenantId", "withoutTenantId")


@blueprint.post("")
@needs(Permission.PROCESS_START)
def evaluate() -> ResponseReturnValue:
    """Start an instance of every process whose start condition holds; they are the answer."""
    sent = body()
    for name in NOT_OFFERED:
        if sent.get(name):
            raise ParameterUnknown(name=name)
    variables = values.read_all(sent.get("variables"), "variables")
    if not variables:
        raise ParameterMissing(name="variables")
    started = house().operate.awaited.evaluate_conditions(
        actor(),
        variables,
        definition_id=identifier(sent["processDefinitionId"], "processDefinitionId") if sent.get("processDefinitionId") else None,
        business_key=text(sent["businessKey"], "businessKey") if sent.get("businessKey") is not None else None,
    )
    return jsonify([process_instance.as_json(instance) for instance in started])
