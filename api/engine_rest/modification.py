"""Modification of instances: of one, and of several of a definition. Both are done when they are answered, all or nothing."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.engine_rest import instructions
from api.engine_rest.parameters import body, identifier, text
from api.engine_rest.several import batch_done, instances_named
from api.house import house
from organisations.permissions import Permission

blueprint = Blueprint("engine_rest_modification", __name__, url_prefix="/engine-rest")

OPERATE = needs(Permission.PROCESS_OPERATE)


@blueprint.post("/process-instance/<id:instance_id>/modification")
@OPERATE
def modify(instance_id: UUID) -> ResponseReturnValue:
    """Take tokens out of an instance and put others in, by instructions in their order."""
    _modify(instance_id)
    return "", 204


@blueprint.post("/process-instance/<id:instance_id>/modification-async")
@OPERATE
def modify_as_batch(instance_id: UUID) -> ResponseReturnValue:
    """The same, answered as a batch."""
    _modify(instance_id)
    return jsonify(batch_done("instance-modification", 1))


@blueprint.post("/modification/execute")
@OPERATE
def execute() -> ResponseReturnValue:
    """The same instructions for several instances of a definition."""
    _modify_several()
    return "", 204


@blueprint.post("/modification/executeAsync")
@OPERATE
def execute_as_batch() -> ResponseReturnValue:
    """The same, answered as a batch."""
    return jsonify(batch_done("instance-modification", _modify_several()))


def options(sent: Mapping[str, Any]) -> dict[str, Any]:
    """What goes with instructions."""
    annotation = text(sent["annotation"], "annotation") if sent.get("annotation") is not None else None
    return {"annotation": annotation, **instructions.skipped(sent)}


def _modify(instance_id: UUID) -> None:
    sent = body()
    wanted = instructions.read_all(sent.get("instructions"))
    house().operate.interventions.modify(actor(), instance_id, wanted, **options(sent))


def _modify_several() -> int:
    sent = body()
    wanted, definition_id = (
        instructions.read_all(sent.get("instructions")),
        identifier(sent.get("processDefinitionId"), "processDefinitionId"),
    )
    return len(house().operate.interventions.modify_all(actor(), definition_id, instances_named(sent), wanted, **options(sent)))
