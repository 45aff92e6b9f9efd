"""Process instances, messages to them, signals."""

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from api import pagination
from api.access import needs
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.processes.schemas import (
    ActivityPage,
    ActivityQuery,
    AdHocBeginning,
    AdHocCompletion,
    Cancellation,
    InstancePage,
    InstanceQuery,
    InstanceShape,
    Modification,
    NewMessage,
    NewSignal,
    OpenAdHocs,
    VariableChanges,
    Variables,
)
from operate.filters import ActivityFilter, InstanceFilter, Sort
from organisations.permissions import Permission

_READ = needs(Permission.PROCESS_READ)
_OPERATE = needs(Permission.PROCESS_OPERATE)
_WORK = needs(Permission.TASK_WORK, Permission.PROCESS_OPERATE)
_INSTANCE = "/processes/instances/<uuid:instance_id>"
_NEWEST = Sort(descending=True)

instances = Room("instances", "Process instances, messages, signals")


@instances.get("/processes/instances", _READ, query=InstanceQuery, answer=InstancePage)
def list_instances(query: dict[str, Any]) -> Any:
    """The instances that you may see, newest first."""
    filters = InstanceFilter(**_several(query, "definition_key", "definition_id", "business_key"), **_place(query))
    after = pagination.after(query)
    return pagination.paged(house().operate.instances(actor(), filters, _NEWEST, limit=query["limit"], after=after))


@instances.get(_INSTANCE, _READ, answer=InstanceShape)
def get_instance(instance_id: UUID) -> Any:
    """One instance, open or ended."""
    return house().operate.instance(actor(), instance_id)


@instances.get(f"{_INSTANCE}/variables", _READ, answer=Variables)
def get_variables(instance_id: UUID) -> Any:
    """The variables of an instance."""
    found = house().operate.variables(actor(), instance_id)
    return {"variables": {name: typed.value for name, typed in found.items()}}


@instances.patch(f"{_INSTANCE}/variables", _OPERATE, body=VariableChanges, status=204)
def set_variables(instance_id: UUID, body: dict[str, Any]) -> ResponseReturnValue:
    """Set some variables of an instance and remove others."""
    house().operate.set_variables(actor(), instance_id, body["variables"], removed=body["removed"])
    return "", 204


@instances.get(f"{_INSTANCE}/activities", _READ, query=ActivityQuery, answer=ActivityPage)
def list_activities(instance_id: UUID, query: dict[str, Any]) -> Any:
    """What was done in an instance and what is open there, oldest first."""
    filters = ActivityFilter(instance_ids=(house().operate.instance(actor(), instance_id).id,))
    after = pagination.after(query)
    return pagination.paged(house().operate.activities(actor(), filters, Sort(), limit=query["limit"], after=after))


@instances.post(f"{_INSTANCE}/cancellation", _OPERATE, body=Cancellation, answer=InstanceShape)
def cancel(instance_id: UUID, body: dict[str, Any]) -> Any:
    """End an instance where it stands; its history stays."""
    return house().operate.cancel(actor(), instance_id, body["reason"])


@instances.post(f"{_INSTANCE}/modification", _OPERATE, body=Modification, answer=InstanceShape)
def modify(instance_id: UUID, body: dict[str, Any]) -> Any:
    """Move an instance by hand: cancel what is open and begin elsewhere, all in one step or not at all."""
    return house().operate.interventions.modify(actor(), instance_id, body["instructions"], annotation=body["reason"])


@instances.get(f"{_INSTANCE}/ad-hoc", _READ, answer=OpenAdHocs)
def list_ad_hoc(instance_id: UUID) -> Any:
    """The open ad-hoc subprocesses of an instance, with what can be begun in each by hand."""
    return {"items": house().operate.ad_hoc.of_instance(actor(), instance_id)}


@instances.post(f"{_INSTANCE}/ad-hoc/activities", _WORK, body=AdHocBeginning, answer=InstanceShape)
def begin_ad_hoc(instance_id: UUID, body: dict[str, Any]) -> Any:
    """Begin elements of an open ad-hoc subprocess, together or not at all, each with these variables of its own."""
    return house().operate.ad_hoc.begin(actor(), instance_id, body.pop("elements"), **body)


@instances.post(f"{_INSTANCE}/ad-hoc/completion", _WORK, body=AdHocCompletion, answer=InstanceShape)
def complete_ad_hoc(instance_id: UUID, body: dict[str, Any]) -> Any:
    """Say that an ad-hoc subprocess, in which nothing is under way, is done."""
    return house().operate.ad_hoc.complete(actor(), instance_id, **body)


@instances.post(f"{_INSTANCE}/suspension", _OPERATE, answer=InstanceShape)
def suspend(instance_id: UUID) -> Any:
    """Let nothing happen in an instance."""
    return house().operate.suspend(actor(), instance_id)


@instances.delete(f"{_INSTANCE}/suspension", _OPERATE, answer=InstanceShape)
def resume(instance_id: UUID) -> Any:
    """Let an instance go on."""
    return house().operate.resume(actor(), instance_id)


@instances.post("/processes/messages", needs(Permission.PROCESS_START, Permission.PROCESS_OPERATE), body=NewMessage, answer=InstanceShape)
def correlate(body: dict[str, Any]) -> Any:
    """Bring a message to the one instance that waits for it, or start the process that it starts."""
    return house().operate.correlate(actor(), body.pop("name"), **body)


@instances.post("/processes/signals", _OPERATE, body=NewSignal, status=202)
def broadcast(body: dict[str, Any]) -> ResponseReturnValue:
    """Send a signal to everybody who waits for it; each hears it in a step of its own, right after."""
    house().operate.broadcast(actor(), body["name"], body["variables"])
    return "", 202


def _several(query: dict[str, Any], *names: str) -> dict[str, Any]:
    """Filters of one value, as the room wants them: of several."""
    return {f"{name}s": (query[name],) for name in names if query[name] is not None}


def _place(query: dict[str, Any]) -> dict[str, Any]:
    bodies = None if query["body_id"] is None else (query["body_id"],)
    return {"bodies": bodies, "states": query["state"] and (query["state"],), "with_incident": query["with_incident"]}
