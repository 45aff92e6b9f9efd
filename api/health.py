"""Whether the process lives, and whether it can work: for load balancers and supervisors."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from api.access import PUBLIC
from api.house import house

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
@PUBLIC
def live() -> ResponseReturnValue:
    """The process answers."""
    return jsonify({"status": "live"})


@blueprint.get("/ready")
@PUBLIC
def ready() -> ResponseReturnValue:
    """Every part that work needs is well; 503 names those that are not."""
    ill = sorted(name for name, well in house().readiness.items() if not well())
    return (jsonify({"status": "not ready", "ill": ill}), 503) if ill else jsonify({"status": "ready", "ill": []})
