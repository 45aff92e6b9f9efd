"""Migration of instances between versions of their process. All of it is done when it is answered, all or nothing."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.engine_rest import migration_report, values
from api.engine_rest.errors import ParameterMalformed
from api.engine_rest.parameters import body, flag, identifier, text
from api.engine_rest.several import batch_done, instances_named
from api.house import house
from operate import Pair, Plan
from organisations.permissions import Permission

blueprint = Blueprint("engine_rest_migration", __name__, url_prefix="/engine-rest/migration")

OPERATE = needs(Permission.PROCESS_OPERATE)
MAX_INSTRUCTIONS = 1000


@blueprint.post("/generate")
@OPERATE
def generate() -> ResponseReturnValue:
    """The plan that leaves every element what it is, where it is in both definitions."""
    sent = body()
    triggers = flag(sent.get("updateEventTriggers") or False, "updateEventTriggers")
    source, target = _ends(sent)
    made = house().operate.migrating.generate(actor(), source, target, update_triggers=triggers)
    return jsonify({**_shown(made), "variables": sent.get("variables") or {}})


@blueprint.post("/validate")
@OPERATE
def validate() -> ResponseReturnValue:
    """What is wrong with a plan, instruction by instruction."""
    reports = house().operate.migrating.validate(actor(), _plan(body()))
    return jsonify(migration_report.of_plan(reports))


@blueprint.post("/execute")
@OPERATE
def execute() -> ResponseReturnValue:
    """Bring instances over by a plan."""
    _execute()
    return "", 204


@blueprint.post("/executeAsync")
@OPERATE
def execute_as_batch() -> ResponseReturnValue:
    """The same, answered as a batch."""
    return jsonify(batch_done("instance-migration", _execute()))


def _execute() -> int:
    sent = body()
    for name in ("skipCustomListeners", "skipIoMappings"):  # neither is run on the way
        flag(sent.get(name) or False, name)
    plan = sent.get("migrationPlan")
    if not isinstance(plan, Mapping):
        raise ParameterMalformed(name="migrationPlan", value=str(plan)[:80])
    return len(house().operate.migrating.execute(actor(), _plan(plan), instances_named(sent)))


def _ends(sent: Mapping[str, Any]) -> list[UUID]:
    return [identifier(sent.get(name), name) for name in ("sourceProcessDefinitionId", "targetProcessDefinitionId")]


def _plan(sent: Mapping[str, Any]) -> Plan:
    """A plan as it is sent. Raises ParameterMalformed, and what a variable is refused with."""
    told = sent.get("instructions") or []
    if not isinstance(told, list) or len(told) > MAX_INSTRUCTIONS:
        raise ParameterMalformed(name="instructions", value=str(told)[:80])
    pairs = tuple(_pair(one, f"instructions[{number}]") for number, one in enumerate(told))
    source, target = _ends(sent)
    return Plan(source, target, pairs, values.read_all(sent.get("variables")))


def _pair(sent: Any, place: str) -> Pair:
    if not isinstance(sent, Mapping):
        raise ParameterMalformed(name=place, value=str(sent)[:80])
    ends: list[str] = []
    for name in ("sourceActivityIds", "targetActivityIds"):
        listed = sent.get(name)
        if not isinstance(listed, list) or len(listed) != 1:
            raise ParameterMalformed(name=f"{place}.{name}", value=str(listed)[:80])
        ends.append(text(listed[0], f"{place}.{name}"))
    return Pair(ends[0], ends[1], flag(sent.get("updateEventTrigger") or False, f"{place}.updateEventTrigger"))


def _shown(plan: Plan) -> dict[str, Any]:
    ends = {"sourceProcessDefinitionId": str(plan.source_id), "targetProcessDefinitionId": str(plan.target_id)}
    return {**ends, "instructions": [migration_report.instruction(pair) for pair in plan.pairs]}
