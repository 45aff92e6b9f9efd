"""The cleanup of the history. The worker does it by night, batch by batch; here one batch is done at once."""

from datetime import datetime
from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.engine_rest.dates import written
from api.engine_rest.parameters import flag, query
from api.house import house
from organisations.permissions import Permission

blueprint = Blueprint("engine_rest_history_cleanup", __name__, url_prefix="/engine-rest/history/cleanup")

READ = needs(Permission.PROCESS_READ)
OPERATE = needs(Permission.PROCESS_OPERATE)


@blueprint.post("")
@OPERATE
def clean() -> ResponseReturnValue:
    """Remove one batch of what is past its time; with `immediatelyDue=false` nothing more than the worker does anyway."""
    if flag(query().get("immediatelyDue", True), "immediatelyDue"):
        house().operate.retention.clean(actor())
    return jsonify(_done(house().clock.now()))


@blueprint.get("/configuration")
@READ
def configuration() -> ResponseReturnValue:
    """The hours in which the worker cleans up, of today."""
    begins, ends = house().operate.retention.window()
    return jsonify({"batchWindowStartTime": written(begins), "batchWindowEndTime": written(ends), "enabled": True})


def _done(now: datetime) -> dict[str, Any]:
    """A job as clients expect it back; what it stands for is done."""
    nothing = ("jobDefinitionId", "processInstanceId", "processDefinitionId", "processDefinitionKey", "executionId", "exceptionMessage")
    return {
        "id": None,
        **dict.fromkeys(nothing),
        "retries": 1,
        "dueDate": written(now),
        "suspended": False,
        "priority": 0,
        "tenantId": None,
    }
