"""What stands in the way of a migration, in the words of this door: of a plan, and of one instance by a plan."""

from collections.abc import Iterable
from typing import Any

import texts
from api.problems import language


def instruction(pair: Any) -> dict[str, Any]:
    """A pair of elements as an instruction."""
    return {"sourceActivityIds": [pair.source], "targetActivityIds": [pair.target], "updateEventTrigger": pair.update_trigger}


def of_plan(reports: Iterable[Any]) -> dict[str, Any]:
    """What is wrong with a plan, instruction by instruction."""
    told = [{"instruction": instruction(report.pair), "failures": [_said(fault) for fault in report.faults]} for report in reports]
    return {"instructionReports": told, "variableReports": {}}


def of_instance(refused: Any) -> dict[str, Any]:
    """What of an instance stands in the way: the whole of it, open activities, or those that wait for a job."""
    whole = [one for one in refused.obstacles if one.activity_id is None]
    apart = [one for one in refused.obstacles if one.activity_id is not None]
    return {
        "processInstanceId": str(refused.instance_id),
        "failures": [_said(one) for one in whole],
        "activityInstanceValidationReports": [_report(one, "activityInstanceId") for one in apart if not one.for_job],
        "transitionInstanceValidationReports": [_report(one, "transitionInstanceId") for one in apart if one.for_job],
    }


def _report(obstacle: Any, named: str) -> dict[str, Any]:
    return {
        "migrationInstruction": None if obstacle.pair is None else instruction(obstacle.pair),
        named: str(obstacle.activity_id),
        "sourceScopeId": obstacle.element_id,
        "failures": [_said(obstacle)],
    }


def _said(fault: Any) -> str:
    return texts.say(fault.code, {"element": getattr(fault, "element_id", None), **fault.fields}, language())
