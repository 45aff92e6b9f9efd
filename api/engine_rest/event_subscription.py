"""What instances wait for from others: messages and signals."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.engine_rest.dates import written
from api.engine_rest.parameters import Parameter, choice, fields, one_id, one_text, query, sorting, span, text
from api.house import house
from operate import AwaitedFilter, Sort
from organisations.permissions import Permission

blueprint = Blueprint("engine_rest_event_subscription", __name__, url_prefix="/engine-rest/event-subscription")

READ = needs(Permission.PROCESS_READ)
SORTS = {"created": "created_at", "tenantId": "body"}

P = Parameter
#: Compensations and conditions are never waited for by a row of their own: nobody could send them.
OFFERED: Mapping[str, Parameter | None] = {
    "eventSubscriptionId": P("ids", one_id),
    "eventName": P("name", text),
    "eventType": P("kinds", choice(message=("message",), signal=("signal",), compensate=(), conditional=())),
    "processInstanceId": P("instance_ids", one_id),
    "executionId": P("instance_ids", one_id),
    "activityId": P("element_ids", one_text),
}


@blueprint.get("")
@READ
def awaited() -> ResponseReturnValue:
    """What fits the query string."""
    sent, part = query(), span()
    by, descending = sorting(sent, SORTS, "id")
    found = part.read(house().operate.awaited.events, actor(), AwaitedFilter(**fields(sent, OFFERED)), Sort(by, descending))
    return jsonify([_as_json(one) for one in found])


@blueprint.get("/count")
@READ
def count() -> ResponseReturnValue:
    """How much fits the query string."""
    return jsonify({"count": house().operate.awaited.count_events(actor(), AwaitedFilter(**fields(query(), OFFERED)))})


def _as_json(found: Any) -> dict[str, Any]:
    return {
        "id": found.id,
        "eventType": found.kind,
        "eventName": found.name,
        "executionId": found.instance_id,
        "processInstanceId": found.instance_id,
        "activityId": found.element_id,
        "createdDate": written(found.created_at),
        "tenantId": found.body,
    }
