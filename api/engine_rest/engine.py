"""What engine stands behind this door."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from api.access import PUBLIC

#: The version of the interface whose shape this door has; clients choose their behaviour by it.
INTERFACE_VERSION = "7.24.0"
ENGINE_NAME = "default"

blueprint = Blueprint("engine_rest_engine", __name__, url_prefix="/engine-rest")


@blueprint.get("/version")
@PUBLIC
def version() -> ResponseReturnValue:
    """The version of the interface."""
    return jsonify({"version": INTERFACE_VERSION})


@blueprint.get("/engine")
@PUBLIC
def engines() -> ResponseReturnValue:
    """The names of the engines: there is one."""
    return jsonify([{"name": ENGINE_NAME}])
