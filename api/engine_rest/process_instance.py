"""Process instances: lists, variables, suspension, deletion, what is open in them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.engine_rest.instance_parameters import instance_query
from api.engine_rest.parameters import body, flag, query, span, text
from api.engine_rest.several import NAMING, batch_done, instances_named, only
from api.house import house
from organisations.permissions import Permission

blueprint = Blueprint("engine_rest_process_instance", __name__, url_prefix="/engine-rest/process-instance")

READ = needs(Permission.PROCESS_READ)
SEARCH = READ.but(own_transaction=True)  # a POST that only asks needs no transaction
OPERATE = needs(Permission.PROCESS_OPERATE)


@blueprint.get("")
@READ
def instances() -> ResponseReturnValue:
    """The open instances that fit the query string."""
    return _list(query())


@blueprint.post("")
@SEARCH
def search() -> ResponseReturnValue:
    """The open instances that fit the body."""
    return _list(body())


@blueprint.get("/count")
@READ
def count() -> ResponseReturnValue:
    """How many open instances fit the query string."""
    return _count(query())


@blueprint.post("/count")
@SEARCH
def count_search() -> ResponseReturnValue:
    """How many open instances fit the body."""
    return _count(body())


@blueprint.get("/<id:instance_id>")
@READ
def instance(instance_id: UUID) -> ResponseReturnValue:
    """One open instance."""
    return jsonify(as_json(house().operate.open_instance(actor(), instance_id)))


@blueprint.delete("/<id:instance_id>")
@OPERATE
def delete(instance_id: UUID) -> ResponseReturnValue:
    """Cancel an instance; its history stays."""
    house().operate.cancel(actor(), instance_id, None)
    return "", 204


@blueprint.post("/delete")
@OPERATE
def delete_several() -> ResponseReturnValue:
    """Cancel the instances that are named, all or none. Called processes end with what has called them, and no listener hears of it."""
    sent = body()
    only(sent, "deleteReason", "skipCustomListeners", "skipSubprocesses", *NAMING)
    reason = text(sent["deleteReason"], "deleteReason") if sent.get("deleteReason") else None
    wanted = instances_named(sent)
    for instance_id in wanted:
        house().operate.cancel(actor(), instance_id, reason)
    return jsonify(batch_done("instance-deletion", len(wanted)))


@blueprint.put("/<id:instance_id>/suspended")
@OPERATE
def suspend(instance_id: UUID) -> ResponseReturnValue:
    """Suspend an instance or let it go on."""
    _set_suspended(instance_id, flag(body().get("suspended"), "suspended"))
    return "", 204


@blueprint.put("/suspended")
@OPERATE
def suspend_several() -> ResponseReturnValue:
    """Suspend the instances that are named, or all of a definition or definition key, or let them go on."""
    _suspend_several()
    return "", 204


@blueprint.post("/suspended-async")
@OPERATE
def suspend_as_batch() -> ResponseReturnValue:
    """The same, answered as a batch."""
    return jsonify(batch_done("instance-update-suspension-state", _suspend_several()))


@blueprint.get("/<id:instance_id>/activity-instances")
@READ
def activity_instances(instance_id: UUID) -> ResponseReturnValue:
    """What is open in an instance, as a tree: the instance, and in it the elements that wait."""
    found = house().operate.open_instance(actor(), instance_id)
    definition = house().operate.definition(actor(), found.definition_id)
    open_ones = house().operate.open_activities(actor(), instance_id)
    whole = _shape(found, str(found.id), None, str(found.definition_id)) | {"activityName": definition.name, "name": definition.name}
    return jsonify(whole | {"activityType": "processDefinition"} | _children(None, found, open_ones))


def as_json(found: Any) -> dict[str, Any]:
    """An instance as this door shows it."""
    return {
        "links": [],
        "id": found.id,
        "definitionId": found.definition_id,
        "definitionKey": found.definition_key,
        "businessKey": found.business_key,
        "caseInstanceId": None,
        "ended": found.state in ("completed", "cancelled"),
        "suspended": found.state == "suspended",
        "tenantId": found.body,
    }


def _list(sent: Mapping[str, Any]) -> ResponseReturnValue:
    part, asked = span(), instance_query(sent)
    found = part.read(house().operate.instances, actor(), asked.filters, asked.sort)
    return jsonify([as_json(one) for one in found])


def _count(sent: Mapping[str, Any]) -> ResponseReturnValue:
    return jsonify({"count": house().operate.count_instances(actor(), instance_query(sent).filters)})


#: Whose instances are meant where none is named.
_OF_DEFINITION = ("processDefinitionId", "processDefinitionKey", "processDefinitionTenantId", "processDefinitionWithoutTenantId")


def _suspend_several() -> int:
    sent = body()
    only(sent, "suspended", *_OF_DEFINITION, *NAMING)
    suspended = flag(sent.get("suspended"), "suspended")
    definition = {name: sent[name] for name in ("processDefinitionId", "processDefinitionKey") if sent.get(name) is not None}
    if sent.get("processDefinitionTenantId") is not None:
        definition["tenantIdIn"] = [sent["processDefinitionTenantId"]]
    wanted = instances_named({"processInstanceQuery": definition} if definition else sent)
    for instance_id in wanted:
        _set_suspended(instance_id, suspended)
    return len(wanted)


def _set_suspended(instance_id: UUID, suspended: bool) -> None:
    act = house().operate.suspend if suspended else house().operate.resume
    act(actor(), instance_id)


def _children(parent: UUID | None, instance: Any, open_ones: Sequence[Any]) -> dict[str, list[dict[str, Any]]]:
    """What is open directly in an activity, or, for None, in the process: what has begun, with what is in it, and what waits to begin."""
    known = {one.id for one in open_ones}
    own = [one for one in open_ones if (one.parent_id if one.parent_id in known else None) == parent]
    above = str(parent or instance.id)
    begun = [_node(instance, one, above) | _children(one.id, instance, open_ones) for one in own if not one.waits_for_job]
    waiting = [_node(instance, one, above) | {"executionId": instance.id} for one in own if one.waits_for_job]
    return {"childActivityInstances": begun, "childTransitionInstances": waiting}


def _node(instance: Any, one: Any, parent: str) -> dict[str, Any]:
    kind, name = one.kind, one.name
    return _shape(instance, str(one.id), parent, one.element_id) | {"activityName": name, "name": name, "activityType": kind}


def _shape(instance: Any, node_id: str, parent: str | None, element: str) -> dict[str, Any]:
    return {
        "id": node_id,
        "parentActivityInstanceId": parent,
        "activityId": element,
        "processInstanceId": instance.id,
        "processDefinitionId": instance.definition_id,
        "executionIds": [instance.id],
        "incidentIds": [],
        "incidents": [],
    }
