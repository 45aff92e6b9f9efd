"""Signals from outside: everybody who waits for one gets it, each in a step of its own right after."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.engine_rest import values
from api.engine_rest.errors import ParameterUnknown
from api.engine_rest.parameters import body, text
from api.house import house
from organisations.permissions import Permission

blueprint = Blueprint("engine_rest_signal", __name__, url_prefix="/engine-rest/signal")

#: What this door does not offer: a signal to one receiver only is a message.
NOT_OFFERED = ("executionId", "tenantId", "withoutTenantId")


@blueprint.post("")
@needs(Permission.PROCESS_OPERATE)
def throw() -> ResponseReturnValue:
    """Send a signal to everybody who waits for it."""
    sent = body()
    for name in NOT_OFFERED:
        if sent.get(name):
            raise ParameterUnknown(name=name)
    house().operate.broadcast(actor(), text(sent.get("name"), "name"), values.read_all(sent.get("variables"), "variables"))
    return "", 204
