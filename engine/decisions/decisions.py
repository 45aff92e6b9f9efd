"""Decision definitions: deployed in versions beside processes, found, and evaluated."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from threading import Lock
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine.decisions.evaluating import Evaluator, Outcome
from engine.decisions.imports import Others, by_namespace, may_import
from engine.decisions.model import DecisionModel
from engine.decisions.reading import read
from engine.decisions.tables import DecisionDefinitionRow, DecisionInstanceRow
from engine.definition_errors import DecisionNotFound
from engine.definition_models import ResourceRow
from engine.ports import Ports
from storage.clock import Clock
from storage.database import session
from storage.pages import Key, Page, page

CACHE_SIZE = 64


@dataclass(frozen=True)
class DecisionDefinition:
    """One version of a decision."""

    id: UUID
    key: str
    version: int
    name: str | None
    deployment_id: UUID
    resource: str
    tenant_id: str | None
    version_tag: str | None
    requirements_id: UUID | None


@dataclass(frozen=True)
class DecisionInstance:
    """One evaluation of a decision in a process."""

    id: UUID
    decision_definition_id: UUID
    decision_key: str
    instance_id: UUID
    element_id: str
    evaluated_at: datetime
    inputs: Mapping[str, Any]
    outputs: Sequence[Mapping[str, Any]]
    rules: Sequence[str]


class Decisions:
    """Reads only; decisions are deployed with `Definitions.deploy`."""

    def __init__(self, clock: Clock, ports: Ports) -> None:
        self._clock = clock
        self._ports = ports
        self._ready: OrderedDict[UUID, DecisionModel] = OrderedDict()
        self._lock = Lock()

    def get(self, definition_id: UUID) -> DecisionDefinition:
        """A version by id. Raises DecisionNotFound."""
        return decision_of(_row(definition_id))

    def latest(self, key: str) -> DecisionDefinition:
        """The highest version of a decision. Raises DecisionNotFound."""
        query = sa.select(DecisionDefinitionRow).where(DecisionDefinitionRow.key == key)
        row = session.scalar(query.order_by(DecisionDefinitionRow.version.desc()).limit(1))
        if row is None:
            raise DecisionNotFound(key)
        return decision_of(row)

    def list(self, *, key: str | None = None, latest: bool = False, limit: int = 50, after: Key | None = None) -> Page[DecisionDefinition]:
        """Decisions by key and version; `latest` leaves out older versions."""
        row = DecisionDefinitionRow
        query = sa.select(row).order_by(row.key, row.version).limit(limit + 1)
        if key is not None:
            query = query.where(row.key == key)
        if latest:
            newest = sa.select(row.key, sa.func.max(row.version)).group_by(row.key)
            query = query.where(sa.tuple_(row.key, row.version).in_(newest))
        if after is not None:
            query = query.where(sa.tuple_(row.key, row.version) > sa.tuple_(*map(sa.literal, after)))
        return page(session.scalars(query).all(), limit, item=decision_of, key=lambda found: (found.key, found.version))

    def xml(self, definition_id: UUID) -> bytes:
        """The file that a decision is in, byte for byte. Raises DecisionNotFound."""
        return _content(_row(definition_id).resource_id)

    def evaluate(self, definition_id: UUID, variables: Mapping[str, Any]) -> Outcome:
        """What a decision comes to with some variables; where it breaks its own rules it is null, and `faults` says why.

        Raises DecisionNotFound, EvaluationFailed.
        """
        row = _row(definition_id)
        now = self._clock.now().astimezone(self._ports.zone)
        return Evaluator(self._model(row), variables, self._ports.functions, now).decide(row.key)

    def of_instance(self, instance_id: UUID) -> Sequence[DecisionInstance]:
        """The evaluations in a process instance, oldest first."""
        query = sa.select(DecisionInstanceRow).where(DecisionInstanceRow.instance_id == instance_id).order_by(DecisionInstanceRow.id)
        return [_made(row) for row in session.scalars(query)]

    def _model(self, row: DecisionDefinitionRow) -> DecisionModel:
        """The model of a file, kept ready for the next time: files never change."""
        with self._lock:
            ready = self._ready.get(row.resource_id)
            if ready is not None:
                self._ready.move_to_end(row.resource_id)
                return ready
        data = _content(row.resource_id)
        made = read(data, row.resource, _others(row) if may_import(data) else None)
        with self._lock:
            made = self._ready.setdefault(row.resource_id, made)
            while len(self._ready) > CACHE_SIZE:
                self._ready.popitem(last=False)
        return made


def _row(definition_id: UUID) -> DecisionDefinitionRow:
    row = session.get(DecisionDefinitionRow, definition_id)
    if row is None:
        raise DecisionNotFound(definition_id)
    return row


def _others(definition: DecisionDefinitionRow) -> Others:
    """The files that a file can import: those that were deployed with it."""
    query = sa.select(ResourceRow.name, ResourceRow.content).where(ResourceRow.deployment_id == definition.deployment_id)
    return by_namespace({row.name: row.content for row in session.execute(query)})


def _content(resource_id: UUID) -> bytes:
    return session.scalars(sa.select(ResourceRow.content).where(ResourceRow.id == resource_id)).one()


def decision_of(row: DecisionDefinitionRow) -> DecisionDefinition:
    """The decision of a row."""
    plain = {field.name: getattr(row, field.name) for field in fields(DecisionDefinition)}
    return DecisionDefinition(**plain)


def _made(row: DecisionInstanceRow) -> DecisionInstance:
    return DecisionInstance(
        id=row.id,
        decision_definition_id=row.decision_definition_id,
        decision_key=row.decision_key,
        instance_id=row.instance_id,
        element_id=row.element_id,
        evaluated_at=row.evaluated_at,
        inputs=row.inputs,
        outputs=row.outputs,
        rules=row.rules,
    )
