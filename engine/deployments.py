"""Deploying files: what is new about them, which definitions they hold, which versions those get. All in the caller's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from engine import start_events
from engine.decisions import deploying
from engine.decisions.imports import EXTENSIONS, by_namespace, may_import
from engine.decisions.linting import warnings_of
from engine.decisions.model import DecisionModel
from engine.decisions.reading import read as read_decisions
from engine.decisions.tables import DecisionDefinitionRow
from engine.definition_errors import DeploymentEmpty, DeploymentRefused, ModelRefused
from engine.definition_models import DefinitionRow, DeploymentRow, ResourceRow
from engine.findings import Finding, errors_of
from engine.linting import Surroundings, lint
from engine.parsing import Model, read, with_operations
from engine.parsing.elements import ProcessModel
from engine.parsing.form_keys import key_of
from engine.ports import Ports
from storage.clock import Clock
from storage.database import is_postgresql, session
from storage.identifiers import new_id
from storage.journal import record

MAX_RESOURCES: Final = 100
MAX_RESOURCE_BYTES: Final = 5 * 1024 * 1024
MAX_NAME: Final = 255
MAX_TENANT: Final = 64
_MODELS: Final = (".bpmn", ".bpmn20.xml")
_DECISIONS: Final = EXTENSIONS
_NOT_YET: Final = (".cmmn",)


@dataclass(frozen=True)
class Resource:
    """A file of a deployment; its bytes are asked for by id."""

    id: UUID
    deployment_id: UUID
    name: str


@dataclass(frozen=True)
class Made:
    """What came of a deployment: its row, the definitions that are new with it, the warnings, and whether it is new at all."""

    row: DeploymentRow
    definitions: tuple[DefinitionRow, ...]
    warnings: tuple[Finding, ...]
    created: bool
    decisions: tuple[DecisionDefinitionRow, ...] = ()


@dataclass(frozen=True)
class Order:
    """What is to be deployed, under which name, by whom, and how it is compared with what is there."""

    name: str | None
    resources: Mapping[str, bytes]
    by: str | None
    source: str | None = None
    tenant_id: str | None = None
    duplicate_filtering: bool = False
    changed_only: bool = False


def deploy(order: Order, around: Surroundings, clock: Clock, ports: Ports) -> Made:
    """Keep the files of a deployment and make a version of every process in them. Raises DeploymentRefused, DeploymentEmpty.

    With `duplicate_filtering` nothing is kept when all files are what the last deployment of that name left; with `changed_only` the files
    that are not new are left out besides.
    """
    if not order.resources:
        raise DeploymentEmpty(order.name or "")
    _wait_for_others()
    models, found = judged(order.resources, around, clock.now(), ports)
    decided = decisions_in(order.resources)[0]
    found += _faults_of_names(order)
    if errors_of(found):
        raise DeploymentRefused(order.name or "", found)
    warnings = tuple(found)
    wanted = set(order.resources)
    if order.duplicate_filtering or order.changed_only:
        held = _held(order.name, order.source)
        changed = {name for name, data in order.resources.items() if held.get(name, ("", None))[0] != _digest(data)}
        if not changed:
            return _existing(held.values(), warnings)
        wanted = _with_imports(changed, order.resources) if order.changed_only else wanted
    return _keep(order, wanted, models, decided, warnings, clock.now(), ports)


def _with_imports(changed: set[str], resources: Mapping[str, bytes]) -> set[str]:
    """Files that are new, and where a decision among them may import others, all files with decisions: they are deployed together."""
    decisions = {name for name in resources if name.lower().endswith(_DECISIONS)}
    return changed | decisions if any(may_import(resources[name]) for name in changed & decisions) else changed


def judged(resources: Mapping[str, bytes], around: Surroundings, now: datetime, ports: Ports) -> tuple[dict[str, Model], list[Finding]]:
    """The models among some files, and everything that is to be said about the files."""
    found = _faults_of_files(resources)
    models: dict[str, Model] = {}
    decided, faults = decisions_in(resources)
    found += faults
    for name, data in resources.items():
        if not name.lower().endswith(_MODELS):
            continue
        try:
            models[name] = with_operations(read(data, name), around.operations)
        except ModelRefused as refused:
            found += refused.findings
    found += _faults_of_models(models, _with_decisions(models.values(), decided, around))
    return models, found if errors_of(found) else found + start_events.faults(models.values(), ports.functions, now, ports.zone)


def decisions_in(resources: Mapping[str, bytes]) -> tuple[dict[str, DecisionModel], list[Finding]]:
    """The decision models among some files, and what is to be said about them."""
    decided: dict[str, DecisionModel] = {}
    found: list[Finding] = []
    homes: dict[str, str] = {}
    others = by_namespace(resources) if any(map(may_import, resources.values())) else {}
    for name, data in resources.items():
        if not name.lower().endswith(_DECISIONS):
            continue
        try:
            decided[name] = read_decisions(data, name, others)
        except ModelRefused as refused:
            found += refused.findings
            continue
        found += decided[name].findings
        found += [] if errors_of(decided[name].findings) else warnings_of(decided[name])
        for key, decision in decided[name].decisions.items():
            if homes.setdefault(key, name) != name:
                found.append(Finding("process_twice", "error", name, decision.line, None, key, {"other": homes[key]}))
    return decided, found


def _with_decisions(models: Iterable[Model], decided: Mapping[str, DecisionModel], around: Surroundings) -> Surroundings:
    """The surroundings with the decisions that are deployed, or here; asks the database only when a business rule task names one."""
    elements = (element for model in models for process in model.executable for element in process.elements.values())
    called = {element.decision.key.text for element in elements if element.decision is not None}
    if not called:
        return around
    here = {key for model in decided.values() for key in model.decisions}
    known = session.scalars(sa.select(DecisionDefinitionRow.key).where(DecisionDefinitionRow.key.in_(called)).distinct())
    return replace(around, decisions=frozenset(here | set(known)))


def _faults_of_names(order: Order) -> list[Finding]:
    given = {
        "deployment-name": (order.name, MAX_NAME),
        "deployment-source": (order.source, MAX_NAME),
        "tenant-id": (order.tenant_id, MAX_TENANT),
    }
    return [
        Finding("deployment_name_invalid", "error", "", 0, fields={"name": name, "limit": limit})
        for name, (text, limit) in given.items()
        if text is not None and (len(text) > limit or not text.isprintable())
    ]


def _faults_of_files(resources: Mapping[str, bytes]) -> list[Finding]:
    found: list[Finding] = []
    if len(resources) > MAX_RESOURCES:
        found.append(Finding("too_many_resources", "error", "", 0, fields={"count": len(resources), "limit": MAX_RESOURCES}))
    for name, data in resources.items():
        if not name or len(name) > MAX_NAME or not name.isprintable():
            found.append(Finding("resource_name_invalid", "error", name[:MAX_NAME], 0))
        elif name.lower().endswith(_NOT_YET):
            found.append(Finding("decision_not_supported", "error", name, 0))
        elif not name.lower().endswith(_MODELS + _DECISIONS):
            found.append(Finding("resource_only_stored", "warning", name, 0))
            if len(data) > MAX_RESOURCE_BYTES:
                found.append(Finding("resource_too_large", "error", name, 0, fields={"size": len(data), "limit": MAX_RESOURCE_BYTES}))
    return found


def _faults_of_models(models: Mapping[str, Model], around: Surroundings) -> list[Finding]:
    found: list[Finding] = []
    homes: dict[str, str] = {}
    for name, model in models.items():
        for process in model.processes.values():
            home = homes.setdefault(process.key, name)
            found += [Finding("process_twice", "error", name, process.line, None, process.key, {"other": home})] if home != name else []
    own = frozenset(process.key for model in models.values() for process in model.executable)
    callable_here = _with_callable(models.values(), around)
    for model in models.values():
        found += lint(model, callable_here, own=own)
    return found


def _with_callable(models: Iterable[Model], around: Surroundings) -> Surroundings:
    """The surroundings with those of the called processes that are deployed; asks the database only when something is called."""
    elements = (element for model in models for process in model.executable for element in process.elements.values())
    called = {element.call.key.text for element in elements if element.call is not None and element.call.key.constant}
    if not called:
        return around
    known = session.scalars(sa.select(DefinitionRow.key).where(DefinitionRow.key.in_(called), DefinitionRow.executable).distinct())
    return replace(around, processes=frozenset(known))


def _wait_for_others() -> None:
    """One deployment at a time, or two would give one number to different versions. SQLite has one writer anyway."""
    if is_postgresql():
        session.execute(sa.text("LOCK TABLE deployments IN SHARE ROW EXCLUSIVE MODE"))


def _held(name: str | None, source: str | None) -> dict[str, tuple[str, UUID]]:
    """The digest of the last kept file of each name, among the deployments of one name and source, and the deployment it is in."""
    query = (
        sa.select(ResourceRow.name, ResourceRow.sha256, ResourceRow.deployment_id)
        .join(DeploymentRow, DeploymentRow.id == ResourceRow.deployment_id)
        .where(DeploymentRow.name == name, DeploymentRow.source == source)
        .order_by(DeploymentRow.id)
    )
    return {row.name: (row.sha256, row.deployment_id) for row in session.execute(query)}


def _existing(held: Iterable[tuple[str, UUID]], warnings: tuple[Finding, ...]) -> Made:
    latest = max(deployment_id for _, deployment_id in held)
    return Made(session.get_one(DeploymentRow, latest), (), warnings, created=False)


def _keep(
    order: Order,
    wanted: set[str],
    models: Mapping[str, Model],
    decided: Mapping[str, DecisionModel],
    warnings: tuple[Finding, ...],
    now: datetime,
    ports: Ports,
) -> Made:
    row = DeploymentRow(id=new_id(), name=order.name, source=order.source, tenant_id=order.tenant_id, deployed_at=now, deployed_by=order.by)
    session.add(row)
    resources = {name: _resource(row.id, name, order.resources[name]) for name in order.resources if name in wanted}
    session.add_all(resources.values())
    processes = [(name, process) for name, model in models.items() if name in wanted for process in model.processes.values()]
    versions = _versions([process.key for _, process in processes])
    definitions = [_definition(process, resources[name], row, versions.get(process.key, 0) + 1) for name, process in processes]
    session.flush()
    session.add_all(definitions)
    session.flush()
    newest = [(definition, process) for definition, (_, process) in zip(definitions, processes, strict=True)]
    start_events.wait(newest, ports.functions, now, ports.zone)
    decisions = deploying.keep(row, resources, decided)
    made = [f"{definition.key}:{definition.version}" for definition in definitions]
    record("deployment:created", at=now, subject=("deployment", row.id), actor=order.by, name=order.name, definitions=made)
    session.flush()
    return Made(row, tuple(definitions), warnings, created=True, decisions=decisions)


def _versions(keys: Sequence[str]) -> dict[str, int]:
    query = sa.select(DefinitionRow.key, sa.func.max(DefinitionRow.version)).where(DefinitionRow.key.in_(keys)).group_by(DefinitionRow.key)
    return {row[0]: row[1] for row in session.execute(query)} if keys else {}


def _resource(deployment_id: UUID, name: str, data: bytes) -> ResourceRow:
    return ResourceRow(id=new_id(), deployment_id=deployment_id, name=name, sha256=_digest(data), content=data)


def _definition(process: ProcessModel, resource: ResourceRow, deployment: DeploymentRow, version: int) -> DefinitionRow:
    act, identity = process.act, new_id()
    start = next((start.id for start in process.starts() if start.form is not None), None)
    return DefinitionRow(
        id=identity,
        key=process.key,
        version=version,
        name=_fitting(process.name),
        deployment_id=deployment.id,
        resource_id=resource.id,
        resource=resource.name,
        tenant_id=deployment.tenant_id,
        executable=process.executable,
        suspended=False,
        version_tag=_fitting(process.version_tag),
        history_ttl_days=process.history_ttl_days,
        start_form_key=process.start_form_key if start is None else key_of(identity, start),
        act_type=_fitting(act.type) if act else None,
        act_number=_fitting(act.number) if act else None,
        act_date=act.date if act else None,
        unique_business_key=process.unique_business_key,
    )


def _fitting(text: str | None) -> str | None:
    """A text cut to what is kept of it; of an executable process the linter has refused a longer one."""
    return text[:MAX_NAME] if text else None


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()
