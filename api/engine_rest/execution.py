"""Executions: here an instance is its only execution, so their ids are those of instances."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.engine_rest import values
from api.engine_rest.parameters import body
from api.house import house
from organisations.permissions import Permission

blueprint = Blueprint("engine_rest_execution", __name__, url_prefix="/engine-rest/execution")


@blueprint.post("/<id:instance_id>/messageSubscriptions/<name>/trigger")
@needs(Permission.PROCESS_OPERATE)
def trigger(instance_id: UUID, name: str) -> ResponseReturnValue:
    """Bring a message to an instance that waits for it; 400 when it does not, or at several places."""
    house().operate.awaited.trigger(actor(), instance_id, name, values.read_all(body().get("variables"), "variables"))
    return "", 204
