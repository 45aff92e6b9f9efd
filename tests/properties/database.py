"""The engine at the table as the product uses it: through its public parts, every move a transaction, the state read from its row."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from engine import snapshots
from engine.errors import BpmnError
from engine.external_tasks import Topic
from engine.models import InstanceRow
from engine.parsing.specs.repeated import INDEX
from storage import database
from storage.transaction import transaction
from tests.engine.factories import Desk
from tests.properties.diagrams import Diagram
from tests.properties.players import GATEWAYS
from tests.properties.standing import Place


class DatabasePlayer:
    """An instance in a database. Before every move it is suspended and resumed, and a worker fails before it does its work."""

    name = "in the database"

    def __init__(self, desk: Desk, diagram: Diagram, dice: int) -> None:
        self._desk = desk
        self._diagram = diagram
        desk.deploy(diagram.file())
        self._id = desk.start(variables={"dice": dice}).id
        self._open: dict[Place, list[UUID]] = {}
        self._look()

    @property
    def is_over(self) -> bool:
        """Whether the instance has ended."""
        return self._desk.engine.instances.get(self._id).state == "completed"

    @property
    def dice(self) -> int:
        """What the dice shows, to the process."""
        return int(self._desk.engine.instances.variables(self._id)["dice"])

    @property
    def passed(self) -> Counter[str]:
        """The elements that have been passed, those that were cancelled with a minus."""
        ended = [one for one in self._desk.engine.history.activities(self._id) if one.ended_at is not None]
        told = [one for one in ended if not (one.cancelled and self._diagram.nodes[one.element_id].kind in GATEWAYS)]
        return Counter(f"-{one.element_id}" if one.cancelled else one.element_id for one in told)

    def waits(self) -> Counter[Place]:
        """All that waits for something from outside."""
        return Counter({place: len(found) for place, found in self._open.items()})

    def may(self, place: Place) -> bool:
        """Whether somebody outside can bring about just this: one message has one receiver, and of timers and jobs the first come first."""
        if place.wait in ("task", "external"):
            return True
        alike = [one for one in self._open if one.wait == place.wait and (place.wait == "job" or one.element_id == place.element_id)]
        alone = sum(len(self._open[one]) for one in alike) == 1
        if place.wait != "timer":
            return alone
        timers = self._desk.engine.timers.of_instance(self._id)
        first = [timer.id for timer in timers if timer.due_at == timers[0].due_at]
        return first == self._open[place]

    def happen(self, place: Place, dice: int | None = None) -> None:
        """What is waited for somewhere comes."""
        self._pause()
        given = {} if dice is None else {"dice": dice}
        found, engine = self._open[place][0], self._desk.engine
        if place.wait == "timer":
            due = next(timer.due_at for timer in engine.timers.of_instance(self._id) if timer.id == found)
            self._desk.clock.advance(max(due - self._desk.clock.now(), timedelta(0)))
            engine.timers.fire_due()
        elif place.wait == "job":
            engine.jobs.run_due()
        else:
            with transaction():
                self._tell(place, found, given)
            engine.deliveries.deliver_due()
        self._look()

    def throw(self, place: Place, code: str) -> None:
        """The worker of an external task throws an error."""
        found = self._open[place][0]
        with transaction():
            self._fetch()
            self._desk.engine.external_tasks.throw(found, "w", BpmnError(code), "ann")
        self._look()

    def _tell(self, place: Place, found: UUID, given: dict[str, Any]) -> None:
        engine, event = self._desk.engine, self._diagram.nodes[place.element_id].event
        if place.wait == "task":
            engine.tasks.complete(found, given, by="ann")
        elif place.wait == "external":
            self._fetch()
            engine.external_tasks.fail(found, "w", "not yet", None, 3, timedelta(0), "ann")
            self._fetch()
            engine.external_tasks.complete(found, "w", given, "ann")
        elif event is not None and place.wait == "message":
            engine.messages.correlate(event.name, instance_id=self._id, variables=given)
        elif event is not None:
            engine.messages.broadcast(event.name, variables=given)

    def _fetch(self) -> None:
        self._desk.engine.external_tasks.fetch_and_lock("w", [Topic("work", timedelta(0))], 1000)

    def _pause(self) -> None:
        for change in (self._desk.engine.instances.suspend, self._desk.engine.instances.resume):
            with transaction():
                change(self._id, "ann")

    def _look(self) -> None:
        row = database.session.get(InstanceRow, self._id, populate_existing=True)
        self._open = {}
        if row is not None and row.snapshot is not None:
            for place, identifier in self._places(snapshots.unpacked(row.snapshot)):
                self._open.setdefault(place, []).append(identifier)
        assert list(self._desk.engine.instances.check()) == []

    def _places(self, document: dict[str, Any]) -> Iterator[tuple[Place, UUID]]:
        trees = [(None, document["tree"]["tokens"]), *((outer, rows) for outer, rows, _ in document["tree"]["inner"])]
        inside = {row[0]: outer for outer, rows in trees for row in rows}
        numbers = {row[0]: row[4].get(INDEX) for _, rows in trees for row in rows}
        elements = {row[0]: row[8] for row in document["open"]}
        for row in document["open"]:
            within: list[int] = []
            token = row[0]
            while token is not None:
                repetition = self._diagram.nodes[elements[token]].repetition
                if numbers[token] is not None and repetition is not None and repetition.kind != "loop":
                    within.insert(0, numbers[token])
                token = inside[token]
            if row[4]:
                yield Place(row[8], row[4], tuple(within)), UUID(row[1])
