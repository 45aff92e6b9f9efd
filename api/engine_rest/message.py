"""Messages from outside, brought to the one instance that waits for them or that they start, and signals to all."""

import re
from datetime import timedelta
from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.engine_rest import process_instance, values
from api.engine_rest.errors import ParameterMalformed, ParameterUnknown
from api.engine_rest.parameters import body, flag, identifier, text
from api.house import house
from organisations.permissions import Permission

blueprint = Blueprint("engine_rest_message", __name__, url_prefix="/engine-rest/message")

#: How long a message may wait: days, hours, minutes and seconds; a year at most.
_DURATION = re.compile(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?")
LONGEST = timedelta(days=366)
#: What this door does not offer: to send one message to many, or to find its receiver by variables that only one task sees.
NOT_OFFERED = ("localCorrelationKeys", "processVariablesLocal", "all")


@blueprint.post("")
@needs(Permission.PROCESS_START, Permission.PROCESS_OPERATE)
def correlate() -> ResponseReturnValue:
    """Bring a message to the instance that waits for it (by key, variables or instance), or start one; 400 when none or several do."""
    sent = body()
    for name in NOT_OFFERED:
        if sent.get(name):
            raise ParameterUnknown(name=name)
    if sent.get("timeToLive") is not None:
        return _publish(sent)
    instance = house().operate.correlate(
        actor(),
        text(sent.get("messageName"), "messageName"),
        business_key=text(sent["businessKey"], "businessKey") if sent.get("businessKey") is not None else None,
        instance_id=identifier(sent["processInstanceId"], "processInstanceId") if sent.get("processInstanceId") else None,
        correlation_keys=values.read_all(sent.get("correlationKeys"), "correlationKeys"),
        variables=values.read_all(sent.get("processVariables"), "processVariables"),
    )
    if not flag(sent.get("resultEnabled") or False, "resultEnabled"):
        return "", 204
    return jsonify([_result(instance, sent)])


def _publish(sent: dict[str, Any]) -> ResponseReturnValue:
    """Set a message on its way that may wait for its receiver as long as `timeToLive` says: an ISO 8601 duration, ours."""
    for name in ("processInstanceId", "correlationKeys", "resultEnabled"):
        if sent.get(name):
            raise ParameterUnknown(name=name)
    house().operate.awaited.publish(
        actor(),
        text(sent.get("messageName"), "messageName"),
        business_key=text(sent["businessKey"], "businessKey") if sent.get("businessKey") is not None else None,
        time_to_live=_duration(sent["timeToLive"]),
        variables=values.read_all(sent.get("processVariables"), "processVariables"),
    )
    return "", 204


def _duration(value: Any) -> timedelta:
    match = _DURATION.fullmatch(text(value, "timeToLive"))
    if match is None or not match.group(0)[-1].isalpha() or match.group(0) in ("P", "PT"):
        raise ParameterMalformed(name="timeToLive", value=str(value)[:80])
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return min(timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds), LONGEST)


def _result(instance: Any, sent: dict[str, Any]) -> dict[str, Any]:
    execution = {"id": instance.id, "processInstanceId": instance.id, "ended": False, "tenantId": instance.body}
    result = {"resultType": "Execution", "execution": execution, "processInstance": process_instance.as_json(instance)}
    if flag(sent.get("variablesInResultEnabled") or False, "variablesInResultEnabled"):
        result["variables"] = values.all_written(house().operate.variables(actor(), instance.id))
    return result
