"""The history of decisions: what was decided in process instances, with inputs and outputs where they are asked for."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.engine_rest import values
from api.engine_rest.dates import written
from api.engine_rest.decision_parameters import decided_query, included
from api.engine_rest.errors import DecisionInstanceNotFound
from api.engine_rest.parameters import query, span
from api.house import house
from operate import DecidedFilter
from organisations.permissions import Permission

blueprint = Blueprint("engine_rest_decision_history", __name__, url_prefix="/engine-rest/history/decision-instance")

READ = needs(Permission.PROCESS_READ)


@blueprint.get("")
@READ
def decided() -> ResponseReturnValue:
    """The decisions that fit the query string."""
    sent = query()
    part, asked = span(), decided_query(sent)
    found = part.read(house().operate.decisions.decided, actor(), asked.filters, asked.sort)
    return jsonify(_all_as_json(found, inputs=included(sent, "includeInputs"), outputs=included(sent, "includeOutputs")))


@blueprint.get("/count")
@READ
def count() -> ResponseReturnValue:
    """How many decisions fit the query string."""
    return jsonify({"count": house().operate.decisions.count_decided(actor(), decided_query(query()).filters)})


@blueprint.get("/<id:decided_id>")
@READ
def one(decided_id: UUID) -> ResponseReturnValue:
    """One decision that was made."""
    sent = query()
    found = house().operate.decisions.decided(actor(), DecidedFilter(ids=(decided_id,))).items
    if not found:
        raise DecisionInstanceNotFound(decision_instance_id=str(decided_id))
    return jsonify(_all_as_json(found, inputs=included(sent, "includeInputs"), outputs=included(sent, "includeOutputs"))[0])


def _all_as_json(found: Any, *, inputs: bool, outputs: bool) -> list[dict[str, Any]]:
    wanted = {one.decision.requirements_id for one in found if one.decision and one.decision.requirements_id}
    keys = house().operate.decisions.requirements_by_id(wanted)
    return [_as_json(one, keys) | _parts(one, inputs=inputs, outputs=outputs) for one in found]


def _as_json(one: Any, requirements: Mapping[UUID, str]) -> dict[str, Any]:
    home = one.decision.requirements_id if one.decision else None
    return {
        "id": one.id,
        "decisionDefinitionId": one.decision_definition_id,
        "decisionDefinitionKey": one.decision_key,
        "decisionDefinitionName": one.decision.name if one.decision else None,
        "decisionRequirementsDefinitionId": home,
        "decisionRequirementsDefinitionKey": requirements.get(home) if home else None,
        "evaluationTime": written(one.evaluated_at),
        "removalTime": None,
        "processDefinitionId": one.definition_id,
        "processDefinitionKey": one.definition_key,
        "processInstanceId": one.instance_id,
        "rootProcessInstanceId": one.instance_id,
        "rootDecisionInstanceId": None,
        "caseDefinitionId": None,
        "caseDefinitionKey": None,
        "caseInstanceId": None,
        "activityId": one.element_id,
        "activityInstanceId": None,
        "userId": None,
        "tenantId": one.body,
        "collectResultValue": None,
    }


def _parts(one: Any, *, inputs: bool, outputs: bool) -> dict[str, Any]:
    given = [_clause(one, name, value) for name, value in one.inputs.items()]
    made = [
        _clause(one, name, value) | {"ruleId": _at(one.rules, place), "ruleOrder": place + 1, "variableName": name}
        for place, row in enumerate(one.outputs)
        for name, value in row.items()
    ]
    return {"inputs": given if inputs else None, "outputs": made if outputs else None}


def _clause(one: Any, name: str, value: Any) -> dict[str, Any]:
    """One value that a decision was given, or that it gave, under the name of its column."""
    place = {"id": f"{one.id}:{name}", "decisionInstanceId": one.id, "clauseId": name, "clauseName": name, "errorMessage": None}
    return place | values.written(value)


def _at(rules: Any, place: int) -> str | None:
    return rules[place] if place < len(rules) else None
