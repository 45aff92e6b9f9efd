"""What the lists of this room can be narrowed by: every field that is not None narrows. `…_like` takes `%` as any text."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Sort:
    """What a list is sorted by; which names there are is said by the list's module."""

    by: str = "id"
    descending: bool = False


@dataclass(frozen=True)
class DefinitionFilter:
    """Conditions on process definitions."""

    ids: tuple[UUID, ...] | None = None
    keys: tuple[str, ...] | None = None
    key_like: str | None = None
    names: tuple[str, ...] | None = None
    name_like: str | None = None
    version: int | None = None
    latest: bool | None = None
    deployment_ids: tuple[UUID, ...] | None = None
    resources: tuple[str, ...] | None = None
    resource_like: str | None = None
    version_tags: tuple[str, ...] | None = None
    version_tag_like: str | None = None
    without_version_tag: bool | None = None
    suspended: bool | None = None
    executable: bool | None = None


@dataclass(frozen=True)
class DecisionFilter:
    """Conditions on decision definitions."""

    ids: tuple[UUID, ...] | None = None
    keys: tuple[str, ...] | None = None
    key_like: str | None = None
    names: tuple[str, ...] | None = None
    name_like: str | None = None
    version: int | None = None
    latest: bool | None = None
    deployment_ids: tuple[UUID, ...] | None = None
    resources: tuple[str, ...] | None = None
    resource_like: str | None = None
    version_tags: tuple[str, ...] | None = None
    version_tag_like: str | None = None
    requirements_ids: tuple[UUID, ...] | None = None
    requirements_keys: tuple[str, ...] | None = None
    without_requirements: bool | None = None


@dataclass(frozen=True)
class RequirementsFilter:
    """Conditions on files of decisions."""

    ids: tuple[UUID, ...] | None = None
    keys: tuple[str, ...] | None = None
    key_like: str | None = None
    names: tuple[str, ...] | None = None
    name_like: str | None = None
    version: int | None = None
    latest: bool | None = None
    deployment_ids: tuple[UUID, ...] | None = None
    resources: tuple[str, ...] | None = None
    resource_like: str | None = None


@dataclass(frozen=True)
class DecidedFilter:
    """Conditions on decisions that were made in instances; `definition_…` is the process there."""

    ids: tuple[UUID, ...] | None = None
    decision_ids: tuple[UUID, ...] | None = None
    decision_keys: tuple[str, ...] | None = None
    names: tuple[str, ...] | None = None
    name_like: str | None = None
    requirements_ids: tuple[UUID, ...] | None = None
    requirements_keys: tuple[str, ...] | None = None
    instance_ids: tuple[UUID, ...] | None = None
    definition_ids: tuple[UUID, ...] | None = None
    definition_keys: tuple[str, ...] | None = None
    element_ids: tuple[str, ...] | None = None
    before: datetime | None = None
    after: datetime | None = None


@dataclass(frozen=True)
class DeploymentFilter:
    """Conditions on deployments."""

    ids: tuple[UUID, ...] | None = None
    names: tuple[str, ...] | None = None
    name_like: str | None = None
    sources: tuple[str, ...] | None = None
    without_source: bool | None = None
    tenants: tuple[str, ...] | None = None
    without_tenant: bool | None = None
    after: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True)
class InstanceFilter:
    """Conditions on process instances, open and ended."""

    ids: tuple[UUID, ...] | None = None
    definition_ids: tuple[UUID, ...] | None = None
    definition_keys: tuple[str, ...] | None = None
    definition_keys_not: tuple[str, ...] | None = None
    deployment_ids: tuple[UUID, ...] | None = None
    business_keys: tuple[str, ...] | None = None
    business_key_like: str | None = None
    bodies: tuple[UUID, ...] | None = None
    without_body: bool | None = None
    states: tuple[str, ...] | None = None
    ended: bool | None = None
    started_before: datetime | None = None
    started_after: datetime | None = None
    ended_before: datetime | None = None
    ended_after: datetime | None = None
    started_by: tuple[str, ...] | None = None
    with_incident: bool | None = None
    incident_ids: tuple[UUID, ...] | None = None
    incident_kinds: tuple[str, ...] | None = None
    incident_message: str | None = None
    incident_message_like: str | None = None
    waiting_at: tuple[str, ...] | None = None
    been_at: tuple[str, ...] | None = None


@dataclass(frozen=True)
class IncidentFilter:
    """Conditions on incidents; those without an instance tell of one that could not be started."""

    ids: tuple[UUID, ...] | None = None
    instance_ids: tuple[UUID, ...] | None = None
    without_instance: bool | None = None
    definition_ids: tuple[UUID, ...] | None = None
    definition_keys: tuple[str, ...] | None = None
    element_ids: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None
    message: str | None = None
    message_like: str | None = None
    subject_ids: tuple[UUID, ...] | None = None
    bodies: tuple[UUID, ...] | None = None
    without_body: bool | None = None
    before: datetime | None = None
    after: datetime | None = None
    resolved_before: datetime | None = None
    resolved_after: datetime | None = None
    open: bool | None = None


@dataclass(frozen=True)
class AttemptFilter:
    """Conditions on attempts that failed."""

    ids: tuple[UUID, ...] | None = None
    kinds: tuple[str, ...] | None = None
    subject_ids: tuple[UUID, ...] | None = None
    instance_ids: tuple[UUID, ...] | None = None
    definition_ids: tuple[UUID, ...] | None = None
    definition_keys: tuple[str, ...] | None = None
    deployment_ids: tuple[UUID, ...] | None = None
    bodies: tuple[UUID, ...] | None = None
    without_body: bool | None = None
    element_ids: tuple[str, ...] | None = None
    topics: tuple[str, ...] | None = None
    workers: tuple[str, ...] | None = None
    message: str | None = None


@dataclass(frozen=True)
class OperationFilter:
    """Conditions on what people did."""

    ids: tuple[UUID, ...] | None = None
    events: tuple[str, ...] | None = None
    people: tuple[str, ...] | None = None
    instance_ids: tuple[UUID, ...] | None = None
    task_id: UUID | None = None
    job_id: UUID | None = None
    deployment_id: UUID | None = None
    before: datetime | None = None
    after: datetime | None = None


@dataclass(frozen=True)
class UpdateFilter:
    """Conditions on values that variables of one instance were given; the instance is named, or an activity of it."""

    instance_id: UUID | None = None
    activity_id: UUID | None = None
    types: tuple[str, ...] | None = None
    initial: bool | None = None
    before: datetime | None = None
    after: datetime | None = None


@dataclass(frozen=True)
class AwaitedFilter:
    """Conditions on messages and signals that instances wait for."""

    ids: tuple[UUID, ...] | None = None
    kinds: tuple[str, ...] | None = None
    name: str | None = None
    instance_ids: tuple[UUID, ...] | None = None
    element_ids: tuple[str, ...] | None = None


@dataclass(frozen=True)
class ActivityFilter:
    """Conditions on what has been done in process instances, and on what is open there (user tasks)."""

    ids: tuple[UUID, ...] | None = None
    instance_ids: tuple[UUID, ...] | None = None
    definition_ids: tuple[UUID, ...] | None = None
    definition_keys: tuple[str, ...] | None = None
    business_keys: tuple[str, ...] | None = None
    element_ids: tuple[str, ...] | None = None
    names: tuple[str, ...] | None = None
    name_like: str | None = None
    kinds: tuple[str, ...] | None = None
    assignees: tuple[str, ...] | None = None
    finished: bool | None = None
    cancelled: bool | None = None
    started_before: datetime | None = None
    started_after: datetime | None = None
    ended_before: datetime | None = None
    ended_after: datetime | None = None


@dataclass(frozen=True)
class JobFilter:
    """Conditions on jobs: timers, work in the background, and timers that start instances."""

    ids: tuple[UUID, ...] | None = None
    kinds: tuple[str, ...] | None = None
    instance_ids: tuple[UUID, ...] | None = None
    definition_ids: tuple[UUID, ...] | None = None
    definition_keys: tuple[str, ...] | None = None
    bodies: tuple[UUID, ...] | None = None
    without_body: bool | None = None
    element_ids: tuple[str, ...] | None = None
    job_definition: tuple[UUID, str, str] | None = None  # definition, kind, element
    due_before: datetime | None = None
    due_after: datetime | None = None
    with_retries: bool | None = None
    failed: bool | None = None
    message: str | None = None
    suspended: bool | None = None
    priority_least: int | None = None
    priority_most: int | None = None
