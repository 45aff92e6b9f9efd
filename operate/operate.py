"""Processes under rights. Definitions belong to nobody; instances belong to a body, and rights over them are asked there."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from engine.definitions import Definition, Deployment
from engine.deployments import Resource
from engine.errors import InstanceNotFound
from engine.findings import Finding
from engine.history import Activity
from engine.incidents import Incident
from engine.instances import Instance
from engine.instructions import Instruction
from engine.process_engine import ProcessEngine
from engine.restarts import PLAINLY, Manner
from engine.values import TypedValue
from forms.catalogue import Forms
from operate import activities, definitions, instances
from operate.activities import Visit
from operate.ad_hoc import AdHoc
from operate.annex import FORMATS, annex
from operate.awaited import Awaited
from operate.decisions import Decisions
from operate.external_tasks import ExternalTasks
from operate.filters import ActivityFilter, DefinitionFilter, DeploymentFilter, InstanceFilter, Sort
from operate.interventions import Interventions
from operate.jobs import Jobs
from operate.logs import Logs
from operate.mending import Mending
from operate.migrating import Migrating
from operate.ports import StartRule
from operate.reach import ACTIONS, allowed, require
from operate.retention import Retention
from operate.starting import Starting
from organisations import permissions
from organisations.actors import Actor
from organisations.permissions import EVERYWHERE, Permission
from storage.pages import MAX_LIMIT, Key, Page

CANCELLED_BY_HAND = "cancelled"
P = Permission


class Operate:
    """What a person may do with processes. Acts belong into a transaction of the edge; the engine journals them."""

    def __init__(self, *, engine: ProcessEngine, forms: Forms, start_rules: Sequence[StartRule] = ()) -> None:
        self._engine = engine
        self._starting = Starting(engine, forms, start_rules)
        self.external_tasks = ExternalTasks(engine)
        self.awaited = Awaited(engine, self._starting)
        self.mending = Mending(engine)
        self.interventions = Interventions(engine, self._starting)
        self.migrating = Migrating(engine)
        self.ad_hoc = AdHoc(engine)
        self.jobs = Jobs(engine)
        self.logs = Logs()
        self.decisions = Decisions(engine)
        self.retention = Retention(engine)

    def allowed_actions(self, actor: Actor, thing: Definition | Instance | Incident) -> list[str]:
        """What the person may do with a thing as it stands, so that a client shows only what will work."""
        return ACTIONS[type(thing)](actor, thing)

    # definitions and deployments

    def deploy(
        self,
        actor: Actor,
        name: str | None,
        resources: Mapping[str, bytes],
        *,
        source: str | None = None,
        tenant_id: str | None = None,
        duplicate_filtering: bool = False,
        changed_only: bool = False,
    ) -> Deployment:
        """Deploy some files, all or none. Raises NotPermitted, DeploymentRefused with findings, DeploymentEmpty."""
        permissions.require(actor, P.PROCESS_DEPLOY, EVERYWHERE)
        return self._engine.definitions.deploy(
            name,
            resources,
            by=actor.by,
            source=source,
            tenant_id=tenant_id,
            duplicate_filtering=duplicate_filtering,
            changed_only=changed_only,
        )

    def lint(self, actor: Actor, resource: str, data: bytes) -> list[Finding]:
        """What deploying a file would say; nothing is kept."""
        permissions.require(actor, P.PROCESS_READ)
        return self._engine.definitions.lint(resource, data)

    def definitions(
        self, actor: Actor, filters: DefinitionFilter, sort: Sort | None = None, *, limit: int = 50, after: Key | None = None, skip: int = 0
    ) -> Page[Definition]:
        """A page of definitions. Raises SortUnknown."""
        permissions.require(actor, P.PROCESS_READ)
        return definitions.definitions(filters, sort or Sort(), limit=limit, after=after, skip=skip)

    def count_definitions(self, actor: Actor, filters: DefinitionFilter) -> int:
        """How many definitions a list has in all."""
        permissions.require(actor, P.PROCESS_READ)
        return definitions.count_definitions(filters)

    def definitions_by_id(self, ids: Collection[UUID]) -> Mapping[UUID, Definition]:
        """Several definitions in one query, to name what lists of instances show."""
        return definitions.by_id(ids)

    def definition(self, actor: Actor, definition_id: UUID) -> Definition:
        """A definition by id. Raises DefinitionNotFound."""
        permissions.require(actor, P.PROCESS_READ)
        return self._engine.definitions.get(definition_id)

    def latest(self, actor: Actor, key: str) -> Definition:
        """The latest version of a process. Raises DefinitionNotFound."""
        permissions.require(actor, P.PROCESS_READ)
        return self._engine.definitions.latest(key)

    def xml(self, actor: Actor, definition_id: UUID) -> bytes:
        """The file that a definition is in, byte for byte. Raises DefinitionNotFound."""
        permissions.require(actor, P.PROCESS_READ)
        return self._engine.definitions.xml(definition_id)

    def annex(self, actor: Actor, definition_id: UUID, language: str, form: str) -> bytes:
        """The annex to the order of a definition's process as a file ("pdf" or "docx"). Raises DefinitionNotFound, NothingToPrint."""
        data = self.xml(actor, definition_id)
        definition = self._engine.definitions.get(definition_id)
        deployed = self._engine.definitions.deployment(definition.deployment_id)
        return FORMATS[form](annex(definition.resource, data, language, deployed.deployed_at))

    def suspend_definition(self, actor: Actor, definition_id: UUID, *, suspended: bool, instances: bool = False) -> Definition:
        """Let nobody start a definition, or again; with `instances` also suspend those that run, or let them go on."""
        permissions.require(actor, P.PROCESS_DEPLOY, EVERYWHERE)
        act = self._engine.definitions.suspend if suspended else self._engine.definitions.activate
        found = act(definition_id, by=actor.by)
        if instances:
            state = "active" if suspended else "suspended"
            for instance in self.every_instance(actor, InstanceFilter(definition_ids=(definition_id,), states=(state,))):
                (self.suspend if suspended else self.resume)(actor, instance.id)
        return found

    def deployments(
        self, actor: Actor, filters: DeploymentFilter, sort: Sort | None = None, *, limit: int = 50, after: Key | None = None, skip: int = 0
    ) -> Page[Deployment]:
        """A page of deployments. Raises SortUnknown."""
        permissions.require(actor, P.PROCESS_READ)
        return definitions.deployments(filters, sort or Sort(), limit=limit, after=after, skip=skip)

    def count_deployments(self, actor: Actor, filters: DeploymentFilter) -> int:
        """How many deployments a list has in all."""
        permissions.require(actor, P.PROCESS_READ)
        return definitions.count_deployments(filters)

    def deployment(self, actor: Actor, deployment_id: UUID) -> Deployment:
        """A deployment by id. Raises DeploymentNotFound."""
        permissions.require(actor, P.PROCESS_READ)
        return self._engine.definitions.deployment(deployment_id)

    def resources(self, actor: Actor, deployment_id: UUID) -> tuple[Resource, ...]:
        """The files of a deployment. Raises DeploymentNotFound."""
        permissions.require(actor, P.PROCESS_READ)
        return self._engine.definitions.resources(deployment_id)

    def resource_data(self, actor: Actor, deployment_id: UUID, resource_id: UUID) -> bytes:
        """What is in a file of a deployment. Raises DeploymentNotFound."""
        permissions.require(actor, P.PROCESS_READ)
        return self._engine.definitions.resource_data(deployment_id, resource_id)

    def delete_deployment(self, actor: Actor, deployment_id: UUID) -> None:
        """Delete a deployment that no instance needs. Raises DeploymentNotFound, DeploymentInUse."""
        permissions.require(actor, P.PROCESS_DEPLOY, EVERYWHERE)
        self._engine.definitions.delete_deployment(deployment_id, by=actor.by)

    # instances

    def start(
        self,
        actor: Actor,
        key: str | None = None,
        *,
        definition_id: UUID | None = None,
        business_key: str | None = None,
        body: UUID | None = None,
        variables: Mapping[str, Any] | None = None,
        instructions: Sequence[Instruction] = (),
        manner: Manner = PLAINLY,
    ) -> Instance:
        """Start an instance at a body; where none is named, at the person's own if they have one only. With instructions it begins at their
        places, for those who may operate there.

        Raises NotPermitted, NotAStarter, FormInvalid, DefinitionNotFound, DefinitionNotStartable, BusinessKeyInUse, StepFailed and what an
        operation or a start rule refuses.
        """
        at = body or self._own_body(actor)
        permissions.require(actor, P.PROCESS_START, at or EVERYWHERE)
        if instructions:
            permissions.require(actor, P.PROCESS_OPERATE, at or EVERYWHERE)
        definition = self._starting.definition(key, definition_id)
        self._starting.require(actor, definition, at)
        self._starting.require_key(actor, definition, business_key)
        given = self._starting.checked(definition, variables or {})
        place: dict[str, Any] = {"business_key": business_key, "body": str(at) if at else None, "variables": given, "by": actor.by}
        if instructions:
            return self._engine.restarts.start(definition.id, instructions, manner=manner, **place)
        return self._engine.instances.start(definition_id=definition.id, **place)

    def start_form(self, actor: Actor, definition_id: UUID, language: str) -> Mapping[str, Any]:
        """The schema of the form that a process is started with. Raises DefinitionNotFound, FormNotFound."""
        return self._starting.form(self.definition(actor, definition_id), language)

    def instances(
        self, actor: Actor, filters: InstanceFilter, sort: Sort | None = None, *, limit: int = 50, after: Key | None = None, skip: int = 0
    ) -> Page[Instance]:
        """A page of the instances, open and ended, that the person may see. Raises SortUnknown."""
        return instances.instances(actor, filters, sort or Sort(), limit=limit, after=after, skip=skip)

    def every_instance(self, actor: Actor, filters: InstanceFilter) -> Iterator[Instance]:
        """All instances of a list, read page by page."""
        after: Key | None = None
        while True:
            found = self.instances(actor, filters, limit=MAX_LIMIT, after=after)
            yield from found.items
            if (after := found.next) is None:
                return

    def count_instances(self, actor: Actor, filters: InstanceFilter) -> int:
        """How many instances a list has in all."""
        return instances.count(actor, filters)

    def instance(self, actor: Actor, instance_id: UUID) -> Instance:
        """An instance, open or ended. Raises InstanceNotFound, also for one that the person may not see."""
        found = self._engine.instances.get(instance_id)
        if not allowed(actor, P.PROCESS_READ, found.body):
            raise InstanceNotFound(instance_id=str(instance_id))
        return found

    def open_instance(self, actor: Actor, instance_id: UUID) -> Instance:
        """An instance that has not ended. Raises InstanceNotFound."""
        found = self.instance(actor, instance_id)
        if found.ended_at is not None:
            raise InstanceNotFound(instance_id=str(instance_id))
        return found

    def open_activities(self, actor: Actor, instance_id: UUID) -> list[Activity]:
        """Where an instance stands. Raises InstanceNotFound."""
        self.instance(actor, instance_id)
        return self._engine.history.open_activities(instance_id)

    def variables(self, actor: Actor, instance_id: UUID) -> Mapping[str, TypedValue]:
        """The variables of an instance with their types; the last values of one that has ended. Raises InstanceNotFound."""
        self.instance(actor, instance_id)
        return self._engine.instances.variables(instance_id, typed=True)

    def set_variables(self, actor: Actor, instance_id: UUID, variables: Mapping[str, Any], *, removed: Collection[str] = ()) -> None:
        """Set variables of an open instance and remove others. Raises InstanceNotFound, NotPermitted, InstanceNotActive."""
        self._require_operate(actor, instance_id)
        self._engine.instances.set_variables(instance_id, variables, by=actor.by, removed=removed)

    def suspend(self, actor: Actor, instance_id: UUID) -> Instance:
        """Let nothing happen in an instance. Once suspended, nothing more comes of it. Raises InstanceNotFound, NotPermitted."""
        found = self._require_operate(actor, instance_id)
        return found if found.state == "suspended" else self._engine.instances.suspend(instance_id, by=actor.by)

    def resume(self, actor: Actor, instance_id: UUID) -> Instance:
        """Let an instance go on; where it is not suspended, nothing comes of it. Raises InstanceNotFound, NotPermitted."""
        found = self._require_operate(actor, instance_id)
        return found if found.state == "active" else self._engine.instances.resume(instance_id, by=actor.by)

    def cancel(self, actor: Actor, instance_id: UUID, reason: str | None = None) -> Instance:
        """End an instance where it stands; its history stays. Raises InstanceNotFound, NotPermitted, InstanceNotActive."""
        self._require_operate(actor, instance_id)
        return self._engine.instances.cancel(instance_id, reason or CANCELLED_BY_HAND, by=actor.by)

    def correlate(
        self,
        actor: Actor,
        message: str,
        *,
        business_key: str | None = None,
        instance_id: UUID | None = None,
        correlation_keys: Mapping[str, Any] | None = None,
        variables: Mapping[str, Any] | None = None,
    ) -> Instance:
        """Bring a message to the one instance that waits for it, else start the process that it starts, at the person's own body.

        Raises MessageNotExpected, MessageAmbiguous, NotPermitted, StepFailed, and of a start what a start rule refuses.

        Whoever may start processes at a body may also send its instances messages: programs do both. The right is asked at the body of
        the receiver; a refusal rolls the whole step back.
        """
        permissions.require(actor, P.PROCESS_START)
        own = self._own_body(actor)
        receiver = self._engine.messages.correlate(
            message,
            business_key=business_key,
            instance_id=instance_id,
            correlation_keys=correlation_keys,
            variables=variables or {},
            body=str(own) if own else None,
            by=actor.by,
            asked=self._starting.asks(actor, business_key),
        )
        require(actor, P.PROCESS_START, receiver.body)
        return receiver

    def broadcast(self, actor: Actor, signal: str, variables: Mapping[str, Any] | None = None) -> None:
        """Send a signal to everybody who waits for it, at whatever body: only for those who may operate processes everywhere."""
        permissions.require(actor, P.PROCESS_OPERATE, EVERYWHERE)
        self._engine.messages.broadcast(signal, variables=variables, by=actor.by)

    # history

    def activities(
        self, actor: Actor, filters: ActivityFilter, sort: Sort | None = None, *, limit: int = 50, after: Key | None = None, skip: int = 0
    ) -> Page[Visit]:
        """A page of the activities in instances that the person may see: those that have ended, and open user tasks."""
        return activities.activities(actor, filters, sort or Sort(), limit=limit, after=after, skip=skip)

    def count_activities(self, actor: Actor, filters: ActivityFilter) -> int:
        """How many activities a list has in all."""
        return activities.count(actor, filters)

    def _require_operate(self, actor: Actor, instance_id: UUID) -> Instance:
        found = self.instance(actor, instance_id)
        require(actor, P.PROCESS_OPERATE, found.body)
        return found

    def _own_body(self, actor: Actor) -> UUID | None:
        return next(iter(actor.bodies)) if len(actor.bodies) == 1 else None
