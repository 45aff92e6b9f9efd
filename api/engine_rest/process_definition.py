"""Process definitions: lists, XML, start, suspension. A definition is addressed by id, by key (its latest version), or by key and tenant.

A tenant of this door is a body: definitions belong to nobody, an instance started under a tenant belongs to that body.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from api.access import Access, needs
from api.authentication import actor
from api.engine_rest import instructions, process_instance, values
from api.engine_rest.definition_parameters import definition_query
from api.engine_rest.errors import ParameterMalformed
from api.engine_rest.parameters import MAX_RESULTS, body, flag, identifier, number, query, span, text
from api.engine_rest.several import batch_done, instances_named, only
from api.engine_rest.task import form_reference
from api.house import house
from operate import DefinitionFilter, Manner
from operate.retention import MAX_DAYS
from organisations.permissions import Permission

PREFIX = "/engine-rest/process-definition"
blueprint = Blueprint("engine_rest_process_definition", __name__, url_prefix=PREFIX)

READ = needs(Permission.PROCESS_READ)
START = needs(Permission.PROCESS_START)
DEPLOY = needs(Permission.PROCESS_DEPLOY)
OPERATE = needs(Permission.PROCESS_OPERATE)
#: Kinds of instructions that have no place where nothing is open yet.
_ENDING = frozenset({"cancel"})
#: What a body says of instances that are started anew, and as which of our fields.
_CHOICES = {"initialVariables": "initial_variables", "withoutBusinessKey": "without_business_key"}
ADDRESSES = ("/<id:definition_id>", "/key/<key>", "/key/<key>/tenant-id/<tenant>")


def addressed(method: str, path: str, access: Access) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A route below each way to address a definition; the view gets the definition."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        def route(definition_id: UUID | None = None, key: str = "", **_: str) -> ResponseReturnValue:
            operate = house().operate
            found = operate.definition(actor(), definition_id) if definition_id else operate.latest(actor(), key)
            answer: ResponseReturnValue = view(found)
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
    """The definitions that fit the query string."""
    part, asked = span(), definition_query(query())
    found = part.read(house().operate.definitions, actor(), asked.filters, asked.sort)
    return jsonify([as_json(one) for one in found])


@blueprint.get("/count")
@READ
def count() -> ResponseReturnValue:
    """How many definitions fit the query string."""
    return jsonify({"count": house().operate.count_definitions(actor(), definition_query(query()).filters)})


@addressed("GET", "", READ)
def definition(found: Any) -> ResponseReturnValue:
    """One definition."""
    return jsonify(as_json(found))


@addressed("GET", "/xml", READ)
def xml(found: Any) -> ResponseReturnValue:
    """The file that a definition came with, as it was deployed."""
    data: bytes = house().operate.xml(actor(), found.id)
    return jsonify({"id": found.id, "bpmn20Xml": data.decode("utf-8", "replace")})


@addressed("POST", "/start", START)
def start(found: Any) -> ResponseReturnValue:
    """Start an instance."""
    sent = body()
    return _started(found, sent, with_variables=bool(sent.get("withVariablesInReturn")))


@addressed("POST", "/submit-form", START)
def submit_form(found: Any) -> ResponseReturnValue:
    """Start an instance with the values of the start form."""
    return _started(found, body(), with_variables=False)


@addressed("GET", "/startForm", READ)
def start_form(found: Any) -> ResponseReturnValue:
    """The key of the start form."""
    key = found.start_form_key
    return jsonify({"key": key, "camundaFormRef": form_reference(key), "contextPath": None})


@addressed("GET", "/deployed-start-form", READ)
def deployed_start_form(found: Any) -> ResponseReturnValue:
    """The schema of the start form."""
    return jsonify(house().operate.start_form(actor(), found.id, actor().language))


@addressed("GET", "/form-variables", READ)
def form_variables(_found: Any) -> ResponseReturnValue:
    """The variables that the start form opens with: none, a form's defaults stand in its schema."""
    return jsonify({})


@addressed("PUT", "/suspended", DEPLOY)
def suspend(found: Any) -> ResponseReturnValue:
    """Let no instance of a definition be started, or again."""
    _suspend(found, body())
    return "", 204


@addressed("PUT", "/history-time-to-live", DEPLOY)
def set_time_to_live(found: Any) -> ResponseReturnValue:
    """Keep the history of a definition's instances for so many days after their end; null is as the settings say."""
    given = body().get("historyTimeToLive")
    days = None if given is None else number(given, "historyTimeToLive")
    if days is not None and not 0 <= days <= MAX_DAYS:
        raise ParameterMalformed(name="historyTimeToLive", value=str(days))
    house().operate.retention.set_time_to_live(actor(), found.id, days)
    return "", 204


@blueprint.post("/<id:definition_id>/restart")
@OPERATE
def restart(definition_id: UUID) -> ResponseReturnValue:
    """Start instances anew from those that have ended, at the places of instructions."""
    _restart(definition_id)
    return "", 204


@blueprint.post("/<id:definition_id>/restart-async")
@OPERATE
def restart_as_batch(definition_id: UUID) -> ResponseReturnValue:
    """The same, answered as a batch."""
    return jsonify(batch_done("instance-restart", _restart(definition_id)))


@blueprint.put("/suspended")
@DEPLOY
def suspend_by_key() -> ResponseReturnValue:
    """The same for a definition that the body names by id, or all versions of a key."""
    sent = body()
    if sent.get("processDefinitionId"):
        _suspend(house().operate.definition(actor(), identifier(sent["processDefinitionId"], "processDefinitionId")), sent)
        return "", 204
    key = text(sent.get("processDefinitionKey"), "processDefinitionKey")
    for found in house().operate.definitions(actor(), DefinitionFilter(keys=(key,)), limit=MAX_RESULTS).items:
        _suspend(found, sent)
    return "", 204


def as_json(found: Any) -> dict[str, Any]:
    """A definition as this door shows it."""
    return {
        "id": found.id,
        "key": found.key,
        "category": None,
        "description": None,
        "name": found.name,
        "version": found.version,
        "resource": found.resource,
        "deploymentId": found.deployment_id,
        "diagram": None,
        "suspended": found.suspended,
        "tenantId": found.tenant_id,
        "versionTag": found.version_tag,
        "historyTimeToLive": found.history_ttl_days,
        "startableInTasklist": found.executable,
    }


def _started(found: Any, sent: dict[str, Any], *, with_variables: bool) -> ResponseReturnValue:
    key = text(sent["businessKey"], "businessKey") if sent.get("businessKey") is not None else None
    tenant = (request.view_args or {}).get("tenant")
    at = house().organisations.bodies.get(identifier(tenant, "tenant-id")).id if tenant else None
    variables = values.read_all(sent.get("variables"))
    given = {"business_key": key, "body": at, "variables": variables, **_beginning(sent)}
    started = house().operate.start(actor(), definition_id=found.id, **given)
    answer = process_instance.as_json(started)
    if with_variables:
        answer["variables"] = values.all_written(house().operate.variables(actor(), started.id))
    return jsonify(answer)


def _beginning(sent: dict[str, Any]) -> dict[str, Any]:
    """Where a new instance is to begin, when a body says so."""
    if not sent.get("startInstructions"):
        return {}
    wanted = instructions.read_all(sent["startInstructions"], "startInstructions", without=_ENDING)
    return {"instructions": wanted, "manner": Manner(**instructions.skipped(sent))}


def _restart(definition_id: UUID) -> int:
    sent = body()
    only(sent, "processInstanceIds", "historicProcessInstanceQuery", "instructions", "skipIoMappings", "skipCustomListeners", *_CHOICES)
    wanted = instructions.read_all(sent.get("instructions"), without=_ENDING)
    chosen = {ours: flag(sent.get(name) or False, name) for name, ours in _CHOICES.items()}
    manner = Manner(**instructions.skipped(sent), **chosen)
    named = instances_named(sent, ended=True)
    return len(house().operate.interventions.restart(actor(), definition_id, named, wanted, manner))


def _suspend(found: Any, sent: dict[str, Any]) -> None:
    only(sent, "suspended", "includeProcessInstances", "processDefinitionId", "processDefinitionKey")  # executionDate: here it is at once
    suspended = flag(sent.get("suspended"), "suspended")
    instances = flag(sent.get("includeProcessInstances") or False, "includeProcessInstances")
    house().operate.suspend_definition(actor(), found.id, suspended=suspended, instances=instances)
