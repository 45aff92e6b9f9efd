"""Job definitions: the elements of a process that make jobs. They are read from the model; what is kept is which of them are suspended."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from engine import suspended_jobs
from engine.definition_errors import DefinitionNotFound
from engine.definitions import Definition, Definitions
from engine.errors import JobDefinitionNotFound
from engine.parsing.elements import Element, ProcessModel
from engine.suspended_jobs import START
from storage.clock import Clock
from storage.journal import record

#: Separates the parts of an id; no element id and no UUID has it.
_SEPARATOR = ":"


@dataclass(frozen=True)
class JobDefinition:
    """An element that makes jobs of a `kind`: "timer", "job" (work in the background) or "start" (a timer that starts instances).

    `trigger` says more: the kind of a timer and its value as written, or what is done in the background.
    """

    id: str
    definition_id: UUID
    definition_key: str
    element_id: str
    element_kind: str
    kind: str
    trigger: str
    suspended: bool


def id_of(definition_id: UUID, kind: str, element_id: str) -> str:
    """The id of a job definition."""
    return _SEPARATOR.join((str(definition_id), kind, element_id))


def place_of(job_definition_id: str) -> tuple[UUID, str, str]:
    """Definition, kind and element that an id names. Raises JobDefinitionNotFound for a text that is no id."""
    try:
        definition_id, kind, element_id = job_definition_id.split(_SEPARATOR)
        return UUID(definition_id), kind, element_id
    except ValueError:
        raise JobDefinitionNotFound(job_definition_id=job_definition_id) from None


class JobDefinitions:
    """Everything that writes does so in the caller's transaction."""

    def __init__(self, definitions: Definitions, clock: Clock) -> None:
        self._definitions = definitions
        self._clock = clock

    def of(self, definition: Definition) -> list[JobDefinition]:
        """The job definitions of a process definition, in the order of the model; one that is only shown has none."""
        if not definition.executable:
            return []
        process = self._definitions.executable(definition.id).process
        return [made for element in process.elements.values() for made in _made_by(definition, process, element)]

    def get(self, job_definition_id: str) -> JobDefinition:
        """A job definition by id. Raises JobDefinitionNotFound."""
        definition_id = place_of(job_definition_id)[0]
        try:
            definition = self._definitions.get(definition_id)
        except DefinitionNotFound:
            raise JobDefinitionNotFound(job_definition_id=job_definition_id) from None
        found = next((one for one in self.of(definition) if one.id == job_definition_id), None)
        if found is None:
            raise JobDefinitionNotFound(job_definition_id=job_definition_id)
        return found

    def switch(self, job_definition_id: str, *, suspended: bool, existing: bool, by: str | None) -> JobDefinition:
        """Make the jobs of an element wait until they are let on, or let them on; with `existing` also those that are there.

        The timer of a start event is one thing: it waits, or goes on, in any case. Raises JobDefinitionNotFound.
        """
        found = self.get(job_definition_id)
        suspended_jobs.switch(found.definition_id, found.kind, found.element_id, suspended=suspended, existing=existing)
        event = "job_definition:suspended" if suspended else "job_definition:activated"
        about: dict[str, Any] = {"definition_key": found.definition_key, "element_id": found.element_id, "existing": existing}
        record(event, at=self._clock.now(), subject=("job_definition", found.id[:200]), actor=by, **about)
        return self.get(job_definition_id)


def _made_by(definition: Definition, process: ProcessModel, element: Element) -> Iterator[JobDefinition]:
    if element.inserted:  # the places around an element are told of with it
        return
    triggers: dict[str, str] = {}
    around = {"async-before": element.async_before or element.async_body, "async-after": element.async_after}
    if any(around.values()):
        triggers["job"] = ", ".join(name for name, stands in around.items() if stands)
    timer = element.event.timer
    if timer is not None:
        starts = element.kind == "startEvent" and element.scope == process.key
        triggers[START if starts else "timer"] = f"{timer.kind.upper()}: {timer.literal or timer.value}"
    for kind, trigger in triggers.items():
        suspended = suspended_jobs.is_suspended(definition.id, kind, element.id)
        place = (definition.id, definition.key, element.id, element.kind)
        yield JobDefinition(id_of(definition.id, kind, element.id), *place, kind, trigger, suspended)
