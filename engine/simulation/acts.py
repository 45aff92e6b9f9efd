"""What happens to instances from outside in a simulation: people, workers, messages, signals."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from engine.errors import BpmnError, IncidentNotFound
from engine.external_tasks import Topic
from engine.process_engine import ProcessEngine
from engine.simulation.mocks import worked_out
from engine.simulation.scenario import Act
from engine.simulation.seen import Seen, all_seen, external_tasks
from refusals import Conflict
from storage.clock import Clock
from storage.transaction import transaction

#: Who does what nobody is named for.
SOMEBODY: Final = "simulation"


class NothingOpen(Conflict):
    """The scenario does something at an element where nothing is open."""


class Outside:
    """Does the acts of a case, each in a transaction of its own, as a door of the product would. Raises what the engine refuses."""

    def __init__(self, engine: ProcessEngine, clock: Clock, process: str) -> None:
        self.engine = engine
        self.process = process
        self._clock = clock

    def does(self, step: Act) -> bool:
        """Do an act; gives whether it is one of these."""
        doing = _DOING.get(step.kind)
        if doing is not None:
            doing(self, step)
        return doing is not None

    def _given(self, step: Act, seen: Seen | None = None) -> dict[str, Any]:
        """The variables of a step, its expressions worked out with what the instance holds."""
        around = {} if seen is None else self.engine.instances.variables(seen.instance.id)
        given: dict[str, Any] = worked_out(dict(step.variables), around, self._clock.now())
        return given

    def _first(self) -> Seen:
        for one in all_seen(self.engine):
            if one.instance.definition_key == self.process:
                return one
        raise NothingOpen(element=self.process)

    def start(self, step: Act) -> None:
        """Start an instance at its plain start."""
        details = {key: step.details.get(key) for key in ("business_key", "body")}
        by = step.details.get("by", SOMEBODY)
        with transaction():
            self.engine.instances.start(step.subject or self.process, variables=self._given(step), by=by, **details)

    def complete(self, step: Act) -> None:
        """Complete a user task, or an external task."""
        for one in all_seen(self.engine):
            task = next((task for task in self.engine.tasks.of_instance(one.instance.id) if task.element_id == step.subject), None)
            if task is not None:
                given = self._given(step, one)
                with transaction():
                    self.engine.tasks.complete(task.id, given, by=step.details.get("by") or task.assignee or SOMEBODY)
                return
        one, external = self._external(step)
        given = self._given(step, one)
        with transaction():
            self.engine.external_tasks.complete(external, SOMEBODY, given, SOMEBODY)

    def throw(self, step: Act) -> None:
        """Let the worker of an external task throw a BPMN error."""
        one, external = self._external(step)
        error = BpmnError(step.details.get("error", ""), step.details.get("reason", ""), self._given(step, one))
        with transaction():
            self.engine.external_tasks.throw(external, SOMEBODY, error, SOMEBODY)

    def fail(self, step: Act) -> None:
        """Let the worker of an external task fail."""
        _, external = self._external(step)
        reason, retries = step.details.get("reason", ""), step.details.get("retries", 0)
        with transaction():
            self.engine.external_tasks.fail(external, SOMEBODY, reason, None, retries, timedelta(0), SOMEBODY)

    def _external(self, step: Act) -> tuple[Seen, UUID]:
        """An open external task at an element or of a topic, locked."""
        for one in all_seen(self.engine):
            for row in external_tasks(one.instance):
                if step.subject in (row.element_id, row.topic):
                    topic, identity = row.topic, row.id
                    with transaction():
                        self.engine.external_tasks.fetch_and_lock(SOMEBODY, [Topic(topic, timedelta(0))], 1000)
                    return one, identity
        raise NothingOpen(element=step.subject)

    def message(self, step: Act) -> None:
        """Deliver a message, or start what it starts."""
        details = {key: step.details.get(key) for key in ("business_key", "correlation_keys", "body", "by")}
        with transaction():
            self.engine.messages.correlate(step.subject, variables=self._given(step), **details)

    def signal(self, step: Act) -> None:
        """Send a signal to all who wait."""
        with transaction():
            self.engine.messages.broadcast(step.subject, variables=self._given(step), by=step.details.get("by"))

    def condition(self, step: Act) -> None:
        """Bring variables to the conditional starts of all processes."""
        with transaction():
            self.engine.conditional_starts.evaluate(worked_out(dict(step.subject), {}, self._clock.now()), by=SOMEBODY)

    def set(self, step: Act) -> None:
        """Set variables from outside."""
        one = self._first()
        given = worked_out(dict(step.subject), self.engine.instances.variables(one.instance.id), self._clock.now())
        with transaction():
            self.engine.instances.set_variables(one.instance.id, given, by=SOMEBODY)

    def cancel(self, step: Act) -> None:
        """End the instance where it stands."""
        identity = self._first().instance.id
        with transaction():
            self.engine.instances.cancel(identity, step.subject, by=SOMEBODY)

    def retry(self, step: Act) -> None:
        """Take the failed step at an element again."""
        found = [incident.id for one in all_seen(self.engine) for incident in one.incidents if incident.element_id == step.subject]
        if not found:
            raise IncidentNotFound(incident_id=step.subject)
        with transaction():
            self.engine.incidents.retry(found[0], by=SOMEBODY)

    def begin(self, step: Act) -> None:
        """Begin an element of an open ad-hoc subprocess by hand."""
        for one in all_seen(self.engine):
            for opened in self.engine.ad_hoc.of_instance(one.instance.id):
                if step.subject in {choice.element_id for choice in opened.choices}:
                    given, by = self._given(step, one), SOMEBODY
                    with transaction():
                        self.engine.ad_hoc.begin(one.instance.id, [step.subject], activity_id=opened.activity_id, variables=given, by=by)
                    return
        raise NothingOpen(element=step.subject)

    def finish(self, step: Act) -> None:
        """Say that an ad-hoc subprocess is done."""
        for one in all_seen(self.engine):
            for opened in self.engine.ad_hoc.of_instance(one.instance.id):
                if step.subject == opened.element_id:
                    with transaction():
                        self.engine.ad_hoc.complete(one.instance.id, activity_id=opened.activity_id, by=SOMEBODY)
                    return
        raise NothingOpen(element=step.subject)


_DOING: Final[Mapping[str, Callable[[Outside, Act], None]]] = {
    "start": Outside.start,
    "complete": Outside.complete,
    "throw": Outside.throw,
    "fail": Outside.fail,
    "message": Outside.message,
    "signal": Outside.signal,
    "condition": Outside.condition,
    "set": Outside.set,
    "cancel": Outside.cancel,
    "retry": Outside.retry,
    "begin": Outside.begin,
    "finish": Outside.finish,
}
