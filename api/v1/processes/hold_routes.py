"""Legal holds: what is kept however old it grows."""

from typing import Any
from uuid import UUID

from api import pagination
from api.access import needs
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.processes.hold_schemas import HoldPage, HoldQuery, HoldShape, NewHold
from api.v1.processes.incident_schemas import WordOfReason
from organisations.permissions import Permission

_HOLD = needs(Permission.HISTORY_HOLD)

holds = Room("holds", "Legal holds")


@holds.get("/processes/holds", _HOLD, query=HoldQuery, answer=HoldPage)
def list_holds(query: dict[str, Any]) -> Any:
    """The legal holds, newest first."""
    after = pagination.after(query)
    return pagination.paged(house().operate.retention.holds(actor(), active_only=query["active"], limit=query["limit"], after=after))


@holds.post("/processes/holds", _HOLD, body=NewHold, answer=HoldShape, status=201)
def hold(body: dict[str, Any]) -> Any:
    """Keep everything of one instance, or of all instances of a business key, until the hold is lifted."""
    retention = house().operate.retention
    if body["instance_id"] is not None:
        return retention.hold_instance(actor(), body["instance_id"], body["reason"])
    return retention.hold_business_key(actor(), body["business_key"], body["reason"])


@holds.post("/processes/holds/<uuid:hold_id>/lifting", _HOLD, body=WordOfReason, answer=HoldShape)
def lift(hold_id: UUID, body: dict[str, Any]) -> Any:
    """End a hold, with a word of reason."""
    return house().operate.retention.lift(actor(), hold_id, body["reason"])
