"""Process definitions: deployed in versions, found, shown, suspended, and made ready to run."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from engine import bindings, deployments, start_events
from engine.decisions.decisions import DecisionDefinition, decision_of
from engine.definition_errors import DefinitionNotExecutable, DefinitionNotFound, DeploymentInUse, DeploymentNotFound
from engine.definition_models import DefinitionRow, DeploymentRow, ResourceRow
from engine.deployments import Made, Order, Resource
from engine.findings import Finding
from engine.linting import ProcessRules, Surroundings, faults_of_modelling
from engine.parsing import Executable, build, read, with_operations
from engine.parsing.elements import Act
from engine.parsing.specs.references import Reference
from engine.ports import Ports
from storage.clock import Clock
from storage.database import session
from storage.journal import record
from storage.pages import Key, Page, page

#: Executables kept ready, the least recently used go first.
CACHE_SIZE = 128

_COLUMNS = cast(sa.Table, DefinitionRow.__table__).c
_BY_ID = sa.select(*_COLUMNS).where(_COLUMNS.id == sa.bindparam("id"))
_LATEST = sa.select(*_COLUMNS).where(_COLUMNS.key == sa.bindparam("key")).order_by(_COLUMNS.version.desc()).limit(1)

#: How many process instances are kept of some definitions.
CountInstances = Callable[[Sequence[UUID]], int]


@dataclass(frozen=True)
class Definition:
    """One version of a process. One that is not `executable` is only shown; a `suspended` one starts no instances."""

    id: UUID
    key: str
    name: str | None
    version: int
    deployment_id: UUID
    resource: str
    tenant_id: str | None
    executable: bool
    suspended: bool
    version_tag: str | None
    history_ttl_days: int | None
    start_form_key: str | None
    act: Act | None
    unique_business_key: bool


@dataclass(frozen=True)
class Deployment:
    """Files that were deployed together. `definitions`, `decisions`, `warnings` and `created` are filled by `deploy` alone.

    `created` is False when duplicate filtering found nothing new and this is the deployment that was there.
    """

    id: UUID
    name: str | None
    source: str | None
    tenant_id: str | None
    deployed_at: datetime
    deployed_by: str | None
    definitions: tuple[Definition, ...] = ()
    warnings: tuple[Finding, ...] = ()
    created: bool = True
    decisions: tuple[DecisionDefinition, ...] = ()


class Definitions:
    """What is deployed. Everything that writes does so in the caller's transaction."""

    def __init__(self, clock: Clock, ports: Ports, *, count_instances: CountInstances, rules: Sequence[ProcessRules] = ()) -> None:
        self._clock = clock
        self._ports = ports
        self._around = Surroundings(ports.operations, ports.forms, ports.groups, frozenset(ports.functions), rules=tuple(rules))
        self._count_instances = count_instances
        self._ready: OrderedDict[UUID, Executable] = OrderedDict()
        self._lock = Lock()

    def deploy(
        self,
        name: str | None,
        resources: Mapping[str, bytes],
        *,
        by: str | None,
        source: str | None = None,
        tenant_id: str | None = None,
        duplicate_filtering: bool = False,
        changed_only: bool = False,
    ) -> Deployment:
        """Keep some files and make a version of every process in them; all or nothing. Raises DeploymentRefused, DeploymentEmpty."""
        order = Order(name, resources, by, source, tenant_id, duplicate_filtering, changed_only)
        made: Made = deployments.deploy(order, self._around, self._clock, self._ports)
        definitions = tuple(_definition(row) for row in made.definitions)
        decisions = tuple(map(decision_of, made.decisions))
        return _deployment(made.row, definitions=definitions, warnings=made.warnings, created=made.created, decisions=decisions)

    def lint(self, resource: str, data: bytes, *, modelling: bool = False) -> list[Finding]:
        """What deploying a BPMN file would say, errors and warnings in the order of the file; nothing is kept.

        `modelling` adds where it departs from the house's rules of modelling.
        """
        name = resource if resource.lower().endswith((".bpmn", ".bpmn20.xml", ".dmn", ".dmn11.xml")) else f"{resource}.bpmn"
        models, found = deployments.judged({name: data}, self._around, self._clock.now(), self._ports)
        if modelling:
            found += (finding for model in models.values() for finding in faults_of_modelling(model))
        return sorted(found, key=lambda finding: (finding.line, not finding.is_error))

    def get(self, definition_id: UUID) -> Definition:
        """A definition by id. Raises DefinitionNotFound."""
        row = session.execute(_BY_ID, {"id": definition_id}).first()
        if row is None:
            raise DefinitionNotFound(definition_id)
        return _definition(row)

    def latest(self, key: str) -> Definition:
        """The highest version of a process. Raises DefinitionNotFound."""
        row = session.execute(_LATEST, {"key": key}).first()
        if row is None:
            raise DefinitionNotFound(key)
        return _definition(row)

    def list(
        self, *, key: str | None = None, latest: bool = False, name: str | None = None, limit: int = 50, after: Key | None = None
    ) -> Page[Definition]:
        """Definitions by key and version; `latest` leaves out older versions, `name` is matched anywhere in the process's name."""
        query = sa.select(DefinitionRow).order_by(DefinitionRow.key, DefinitionRow.version).limit(limit + 1)
        if key is not None:
            query = query.where(DefinitionRow.key == key)
        if name is not None:
            query = query.where(DefinitionRow.name.contains(name, autoescape=True))
        if latest:
            newest = sa.select(DefinitionRow.key, sa.func.max(DefinitionRow.version)).group_by(DefinitionRow.key)
            query = query.where(sa.tuple_(DefinitionRow.key, DefinitionRow.version).in_(newest))
        if after is not None:
            query = query.where(sa.tuple_(DefinitionRow.key, DefinitionRow.version) > sa.tuple_(*map(sa.literal, after)))
        return page(session.scalars(query).all(), limit, item=_definition, key=lambda row: (row.key, row.version))

    def of_deployment(self, deployment_id: UUID) -> tuple[Definition, ...]:
        """The definitions that a deployment made."""
        query = sa.select(DefinitionRow).where(DefinitionRow.deployment_id == deployment_id).order_by(DefinitionRow.key)
        return tuple(_definition(row) for row in session.scalars(query))

    def xml(self, definition_id: UUID) -> bytes:
        """The file that a definition is in, byte for byte as it was deployed. Raises DefinitionNotFound."""
        return _content(_row(definition_id).resource_id)

    def executable(self, definition_id: UUID) -> Executable:
        """A definition ready to run, kept ready for the next time. Raises DefinitionNotFound, DefinitionNotExecutable."""
        with self._lock:
            ready = self._ready.get(definition_id)
            if ready is not None:
                self._ready.move_to_end(definition_id)
                return ready
        row = _row(definition_id)
        if not row.executable:
            raise DefinitionNotExecutable(row.key)
        model = with_operations(read(_content(row.resource_id), row.resource), self._ports.operations)
        made = build(model, row.key, _Calls(self), name=str(definition_id))
        with self._lock:
            made = self._ready.setdefault(definition_id, made)
            while len(self._ready) > CACHE_SIZE:
                self._ready.popitem(last=False)
        return made

    def suspend(self, definition_id: UUID, *, by: str | None) -> Definition:
        """Let no new instance start; those that run go on. Raises DefinitionNotFound."""
        return self._set_suspended(definition_id, suspended=True, by=by)

    def activate(self, definition_id: UUID, *, by: str | None) -> Definition:
        """Let instances start again. Raises DefinitionNotFound."""
        return self._set_suspended(definition_id, suspended=False, by=by)

    def deployments(self, *, name: str | None = None, limit: int = 50, after: Key | None = None) -> Page[Deployment]:
        """Deployments, the newest first."""
        query = sa.select(DeploymentRow).order_by(DeploymentRow.id.desc()).limit(limit + 1)
        if name is not None:
            query = query.where(DeploymentRow.name == name)
        if after is not None:
            query = query.where(DeploymentRow.id < after[0])
        return page(session.scalars(query).all(), limit, item=_deployment, key=lambda row: (row.id,))

    def deployment(self, deployment_id: UUID) -> Deployment:
        """A deployment by id. Raises DeploymentNotFound."""
        row = session.get(DeploymentRow, deployment_id)
        if row is None:
            raise DeploymentNotFound(deployment_id)
        return _deployment(row)

    def resources(self, deployment_id: UUID) -> tuple[Resource, ...]:
        """The files of a deployment by name, without their bytes. Raises DeploymentNotFound."""
        self.deployment(deployment_id)
        query = sa.select(ResourceRow).where(ResourceRow.deployment_id == deployment_id).order_by(ResourceRow.name)
        return tuple(Resource(row.id, row.deployment_id, row.name) for row in session.scalars(query))

    def resource_data(self, deployment_id: UUID, resource_id: UUID) -> bytes:
        """The bytes of a file of a deployment. Raises DeploymentNotFound."""
        query = sa.select(ResourceRow.content).where(ResourceRow.id == resource_id, ResourceRow.deployment_id == deployment_id)
        data = session.scalar(query)
        if data is None:
            raise DeploymentNotFound(resource_id)
        return data

    def delete_deployment(self, deployment_id: UUID, *, by: str | None) -> None:
        """Delete a deployment with its files and definitions. Raises DeploymentNotFound, DeploymentInUse."""
        deployment = self.deployment(deployment_id)
        keys = {definition.key for definition in self.of_deployment(deployment_id)}
        gone = [definition.id for definition in self.of_deployment(deployment_id)]
        instances = self._count_instances(gone) if gone else 0
        if instances:
            raise DeploymentInUse(deployment_id, instances)
        session.execute(sa.delete(DefinitionRow).where(DefinitionRow.deployment_id == deployment_id))
        session.execute(sa.delete(ResourceRow).where(ResourceRow.deployment_id == deployment_id))
        session.execute(sa.delete(DeploymentRow).where(DeploymentRow.id == deployment_id))
        now = self._clock.now()
        for key in keys:
            self._wait_again(key, now)
        record("deployment:deleted", at=now, subject=("deployment", deployment_id), actor=by, name=deployment.name)
        with self._lock:
            for definition_id in gone:
                self._ready.pop(definition_id, None)

    def _wait_again(self, key: str, now: datetime) -> None:
        """The version that is the newest now takes over the start events of a process."""
        row = session.scalar(sa.select(DefinitionRow).where(DefinitionRow.key == key).order_by(DefinitionRow.version.desc()).limit(1))
        if row is not None:
            process = read(_content(row.resource_id), row.resource).processes[key]
            start_events.wait([(row, process)], self._ports.functions, now, self._ports.zone)

    def _set_suspended(self, definition_id: UUID, *, suspended: bool, by: str | None) -> Definition:
        row = _row(definition_id)
        if row.suspended != suspended:
            row.suspended = suspended
            session.flush()
            event = "process_definition:suspended" if suspended else "process_definition:activated"
            record(event, at=self._clock.now(), subject=("process_definition", definition_id), actor=by, key=row.key, version=row.version)
        return _definition(row)


class _Calls:
    """The processes that call activities can call: the version is chosen when they are reached, and the same one until they end."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions

    def find(self, reference: Reference) -> str:
        """The name of the spec to call: the definition's id, which no later deployment changes."""
        return str(bindings.process_id(reference))

    def specs(self, name: str) -> dict[str, Any]:
        """The specs of a called definition, by name."""
        called = self._definitions.executable(UUID(name))
        return {name: called.spec, **called.subprocess_specs}


def _row(definition_id: UUID) -> DefinitionRow:
    row = session.get(DefinitionRow, definition_id)
    if row is None:
        raise DefinitionNotFound(definition_id)
    return row


def _content(resource_id: UUID) -> bytes:
    return session.scalars(sa.select(ResourceRow.content).where(ResourceRow.id == resource_id)).one()


def _definition(row: DefinitionRow | Any) -> Definition:
    act = Act(row.act_type, row.act_number, row.act_date) if row.act_type and row.act_number and row.act_date else None
    return Definition(
        id=row.id,
        key=row.key,
        name=row.name,
        version=row.version,
        deployment_id=row.deployment_id,
        resource=row.resource,
        tenant_id=row.tenant_id,
        executable=row.executable,
        suspended=row.suspended,
        version_tag=row.version_tag,
        history_ttl_days=row.history_ttl_days,
        start_form_key=row.start_form_key,
        act=act,
        unique_business_key=row.unique_business_key,
    )


def _deployment(row: DeploymentRow, **made: Any) -> Deployment:
    return Deployment(row.id, row.name, row.source, row.tenant_id, row.deployed_at, row.deployed_by, **made)
