"""What went wrong: steps that failed, instances that could not be started, messages that nobody has."""

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from api import pagination
from api.access import needs
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.processes.incident_schemas import (
    Annotation,
    IncidentPage,
    IncidentQuery,
    IncidentShape,
    SentAgain,
    UndeliveredPage,
    UndeliveredQuery,
    UndeliveredShape,
    WordOfReason,
)
from operate.filters import IncidentFilter, Sort
from organisations.permissions import Permission

_READ = needs(Permission.INCIDENT_READ)
_MEND = needs(Permission.INCIDENT_RETRY)
_OPERATE = needs(Permission.PROCESS_OPERATE)
_INCIDENT = "/processes/incidents/<uuid:incident_id>"
_MESSAGE = "/processes/undelivered/<uuid:message_id>"
_NEWEST = Sort(descending=True)

incidents = Room("incidents", "Incidents and undelivered messages")


@incidents.get("/processes/incidents", _READ, query=IncidentQuery, answer=IncidentPage)
def list_incidents(query: dict[str, Any]) -> Any:
    """The incidents that you may see, newest first."""
    names = ("definition_key", "definition_id", "instance_id")
    wanted: dict[str, Any] = {f"{name}s": (query[name],) for name in names if query[name] is not None}
    filters = IncidentFilter(open=query["open_"], without_instance=query["without_instance"], **wanted)
    after = pagination.after(query)
    return pagination.paged(house().operate.mending.incidents(actor(), filters, _NEWEST, limit=query["limit"], after=after))


@incidents.get(_INCIDENT, _READ, answer=IncidentShape)
def get_incident(incident_id: UUID) -> Any:
    """One incident."""
    return house().operate.mending.incident(actor(), incident_id)


@incidents.post(f"{_INCIDENT}/retry", _MEND, status=204)
def retry(incident_id: UUID) -> ResponseReturnValue:
    """Try the failed step again, or start the instance that could not be started."""
    house().operate.mending.retry(actor(), incident_id)
    return "", 204


@incidents.post(f"{_INCIDENT}/resolution", _MEND, body=WordOfReason, answer=IncidentShape)
def resolve(incident_id: UUID, body: dict[str, Any]) -> Any:
    """Call an incident settled, with a word of reason; its step is not taken."""
    return house().operate.mending.resolve(actor(), incident_id, body["reason"])


@incidents.put(f"{_INCIDENT}/annotation", _MEND, body=Annotation, answer=IncidentShape)
def annotate(incident_id: UUID, body: dict[str, Any]) -> Any:
    """Note something about an incident."""
    return house().operate.mending.annotate(actor(), incident_id, body["annotation"])


@incidents.delete(f"{_INCIDENT}/annotation", _MEND, status=204)
def remove_annotation(incident_id: UUID) -> ResponseReturnValue:
    """Take the note away."""
    house().operate.mending.annotate(actor(), incident_id, None)
    return "", 204


@incidents.get("/processes/undelivered", _OPERATE, query=UndeliveredQuery, answer=UndeliveredPage)
def list_undelivered(query: dict[str, Any]) -> Any:
    """The messages and signals that have come to nobody, and why, newest first."""
    found = house().operate.mending.undelivered
    return pagination.paged(found(actor(), reason=query["reason"], name=query["name"], limit=query["limit"], after=pagination.after(query)))


@incidents.get(_MESSAGE, _OPERATE, answer=UndeliveredShape)
def get_undelivered(message_id: UUID) -> Any:
    """One of them."""
    return house().operate.mending.undelivered_message(actor(), message_id)


@incidents.post(f"{_MESSAGE}/retry", _OPERATE, body=SentAgain, answer=UndeliveredShape)
def send_again(message_id: UUID, body: dict[str, Any]) -> Any:
    """Set a message on its way again; to one instance that waits for it, where several do."""
    return house().operate.mending.send_again(actor(), message_id, body["instance_id"])


@incidents.post(f"{_MESSAGE}/discard", _OPERATE, body=WordOfReason, status=204)
def discard(message_id: UUID, body: dict[str, Any]) -> ResponseReturnValue:
    """Give a message up for good, with a word of reason."""
    house().operate.mending.discard(actor(), message_id, body["reason"])
    return "", 204
