"""Variables of process instances and of user tasks, one by one and together."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.engine_rest import values
from api.engine_rest.errors import VariableNotFound
from api.engine_rest.parameters import body, flag, query, texts
from api.engine_rest.several import NAMING, batch_done, instances_named, only
from api.house import house
from organisations.permissions import Permission

blueprint = Blueprint("engine_rest_variables", __name__, url_prefix="/engine-rest")

READ_OF_INSTANCE = needs(Permission.PROCESS_READ)
READ_OF_TASK = needs(Permission.TASK_READ, Permission.TASK_WORK)
OPERATE = needs(Permission.PROCESS_OPERATE)
INSTANCE = "/process-instance/<id:owner_id>/variables"
TASK = "/task/<id:owner_id>/variables"


@blueprint.get(INSTANCE)
@READ_OF_INSTANCE
def of_instance(owner_id: UUID) -> ResponseReturnValue:
    """All variables of an instance."""
    return _all(house().operate.variables(actor(), owner_id))


@blueprint.get(f"{INSTANCE}/<name>")
@READ_OF_INSTANCE
def one_of_instance(owner_id: UUID, name: str) -> ResponseReturnValue:
    """One variable of an instance."""
    return _one(house().operate.variables(actor(), owner_id), name)


@blueprint.get(f"{INSTANCE}/<name>/data")
@READ_OF_INSTANCE
def data_of_instance(owner_id: UUID, name: str) -> ResponseReturnValue:
    """The content of a variable of type Bytes or File."""
    return _data(house().operate.variables(actor(), owner_id), name)


@blueprint.post(INSTANCE)
@OPERATE
def change_of_instance(owner_id: UUID) -> ResponseReturnValue:
    """Set several variables of an instance, and remove others."""
    _change(owner_id)
    return "", 204


@blueprint.post("/process-instance/variables-async")
@OPERATE
def change_of_several() -> ResponseReturnValue:
    """Set the same variables in several instances; done when it is answered."""
    sent = body()
    only(sent, "variables", *NAMING)
    given, wanted = values.read_all(sent.get("variables")), instances_named(sent)
    for instance_id in wanted:
        house().operate.set_variables(actor(), instance_id, given)
    return jsonify(batch_done("set-variables", len(wanted)))


@blueprint.put(f"{INSTANCE}/<name>")
@OPERATE
def set_of_instance(owner_id: UUID, name: str) -> ResponseReturnValue:
    """Set one variable of an instance."""
    house().operate.set_variables(actor(), owner_id, {name: values.read(name, body())})
    return "", 204


@blueprint.delete(f"{INSTANCE}/<name>")
@OPERATE
def remove_of_instance(owner_id: UUID, name: str) -> ResponseReturnValue:
    """Remove one variable of an instance; where there is none, nothing comes of it."""
    house().operate.set_variables(actor(), owner_id, {}, removed=(name,))
    return "", 204


@blueprint.get(TASK)
@READ_OF_TASK
def of_task(owner_id: UUID) -> ResponseReturnValue:
    """All variables that a task sees."""
    return _all(_seen_by(owner_id))


@blueprint.get(f"{TASK}/<name>")
@READ_OF_TASK
def one_of_task(owner_id: UUID, name: str) -> ResponseReturnValue:
    """One variable that a task sees."""
    return _one(_seen_by(owner_id), name)


@blueprint.get(f"{TASK}/<name>/data")
@READ_OF_TASK
def data_of_task(owner_id: UUID, name: str) -> ResponseReturnValue:
    """The content of a variable of type Bytes or File."""
    return _data(_seen_by(owner_id), name)


@blueprint.post(TASK)
@OPERATE
def change_of_task(owner_id: UUID) -> ResponseReturnValue:
    """Set several variables of a task's instance; what a form asks for is sent with its completion instead."""
    _change(_instance_of(owner_id))
    return "", 204


@blueprint.put(f"{TASK}/<name>")
@OPERATE
def set_of_task(owner_id: UUID, name: str) -> ResponseReturnValue:
    """Set one variable of a task's instance."""
    house().operate.set_variables(actor(), _instance_of(owner_id), {name: values.read(name, body())})
    return "", 204


@blueprint.delete(f"{TASK}/<name>")
@OPERATE
def remove_of_task(owner_id: UUID, name: str) -> ResponseReturnValue:
    """Remove one variable of a task's instance."""
    house().operate.set_variables(actor(), _instance_of(owner_id), {}, removed=(name,))
    return "", 204


@blueprint.get("/task/<id:owner_id>/localVariables")
@READ_OF_TASK
def local_of_task(owner_id: UUID) -> ResponseReturnValue:
    """Variables of the task alone: a user task has none here, what it is given stands in the scope around it."""
    house().worklist.task(actor(), owner_id)
    return jsonify({})


def _seen_by(task_id: UUID) -> Mapping[str, Any]:
    found: Mapping[str, Any] = house().worklist.variables(actor(), task_id, typed=True)
    return found


def _instance_of(task_id: UUID) -> UUID:
    found: UUID = house().worklist.task(actor(), task_id).instance_id
    return found


def _change(instance_id: UUID) -> None:
    sent = body()
    only(sent, "modifications", "deletions")
    removed = texts(sent["deletions"], "deletions") if sent.get("deletions") else ()
    house().operate.set_variables(actor(), instance_id, values.read_all(sent.get("modifications"), "modifications"), removed=removed)


def _all(found: Mapping[str, Any]) -> ResponseReturnValue:
    return jsonify(values.all_written(found, deserialized=asked_deserialized("deserializeValues")))


def _one(found: Mapping[str, Any], name: str) -> ResponseReturnValue:
    return jsonify(values.written(_named(found, name), deserialized=asked_deserialized("deserializeValue")))


def _data(found: Mapping[str, Any], name: str) -> ResponseReturnValue:
    variable = _named(found, name)
    if not isinstance(variable.value, bytes):
        raise VariableNotFound(name=name)
    answer = Response(variable.value, mimetype=variable.info.get("mimeType") or "application/octet-stream")
    filename = variable.info.get("filename") or name
    answer.headers.set("Content-Disposition", "attachment", filename=filename)
    return answer


def _named(found: Mapping[str, Any], name: str) -> Any:
    if name not in found:
        raise VariableNotFound(name=name)
    return found[name]


def asked_deserialized(name: str) -> bool:
    """Whether objects are asked for as JSON (true when nothing is said) or as strings."""
    return flag(query().get(name, "true"), name)
