"""Instances brought to another version of their process, and ended ones started anew."""

from typing import Any
from uuid import UUID

from api import problems
from api.access import needs
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.processes.migration_schemas import (
    Migration,
    MigrationCheck,
    MigrationFaults,
    NewPlan,
    Outcomes,
    PlanShape,
    Restart,
    Restarted,
)
from operate import Manner
from organisations.permissions import Permission

_OPERATE = needs(Permission.PROCESS_OPERATE)
_ONE_BY_ONE = _OPERATE.but(own_transaction=True)  # each instance is brought over in a transaction of its own

migrations = Room("migrations", "Migration of instances between versions of their process, and restart")


@migrations.post("/processes/migrations/plans", _OPERATE, body=NewPlan, answer=PlanShape)
def make_plan(body: dict[str, Any]) -> Any:
    """The plan that leaves every element what it is, where it is in both definitions; nothing is kept."""
    return house().operate.migrating.generate(actor(), body["source_id"], body["target_id"], update_triggers=body["update_triggers"])


@migrations.post("/processes/migrations/checks", _OPERATE, body=MigrationCheck, answer=MigrationFaults)
def check_plan(body: dict[str, Any]) -> Any:
    """What is wrong with a plan and, when it is sound, which of some instances could follow it as they stand; nothing is changed."""
    faulty, outcomes = house().operate.migrating.try_out(actor(), body["plan"], body["instance_ids"])
    pairs = [{"pair": report.pair, "reasons": [problems.told(fault) for fault in report.faults]} for report in faulty]
    return {"pairs": pairs, "items": [_told(one) for one in outcomes]}


@migrations.post("/processes/migrations", _ONE_BY_ONE, body=Migration, answer=Outcomes)
def migrate(body: dict[str, Any]) -> Any:
    """Bring instances over, each by itself: the answer names those that were refused meanwhile. To send it again does no harm."""
    outcomes = house().operate.migrating.execute_each(actor(), body["plan"], body["instance_ids"])
    return {"items": [_told(one) for one in outcomes]}


@migrations.post("/processes/definitions/<uuid:definition_id>/restarts", _OPERATE, body=Restart, answer=Restarted, status=201)
def restart(definition_id: UUID, body: dict[str, Any]) -> Any:
    """Start instances anew from those that have ended, at the places of instructions, all or none."""
    ids, instructions = body.pop("instance_ids"), body.pop("instructions")
    return {"items": house().operate.interventions.restart(actor(), definition_id, ids, instructions, Manner(**body))}


def _told(outcome: Any) -> dict[str, Any]:
    """An outcome with the reasons of its refusal: what stands in the way one by one, else the refusal as a whole."""
    reasons: Any = ()
    if outcome.refusal is not None:
        problem = problems.refused(outcome.refusal)
        reasons = problem.errors or ({"code": problem.code, "detail": problem.detail},)
    return {"instance_id": outcome.instance_id, "migrated": outcome.refusal is None, "reasons": reasons}
