"""Decisions under rights: definitions and files belong to nobody; what was decided in an instance is seen by who sees the instance."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine import values
from engine.decisions.decisions import DecisionDefinition, decision_of
from engine.decisions.tables import DecisionDefinitionRow, DecisionInstanceRow, RequirementsRow
from engine.definition_errors import DecisionNotFound
from engine.definition_models import ResourceRow
from engine.models import InstanceRow
from engine.process_engine import ProcessEngine
from engine.values import TypedValue
from operate import conditions
from operate.conditions import Table
from operate.errors import SortUnknown
from operate.filters import DecidedFilter, DecisionFilter, RequirementsFilter, Sort
from operate.reach import within
from organisations import permissions
from organisations.actors import Actor
from organisations.permissions import Permission
from storage.database import session
from storage.keyset import Order, in_order
from storage.pages import Key, Page, page

D, R, H, I = DecisionDefinitionRow, RequirementsRow, DecisionInstanceRow, InstanceRow  # noqa: E741
P = Permission

#: Sort → its column.
SORTS: dict[str, Any] = {"id": D.id, "key": D.key, "name": D.name, "version": D.version, "deployment_id": D.deployment_id}
REQUIREMENTS_SORTS: dict[str, Any] = {"id": R.id, "key": R.key, "name": R.name, "version": R.version, "deployment_id": R.deployment_id}
DECIDED_SORTS: dict[str, Any] = {"id": H.id, "evaluated_at": H.evaluated_at}


@dataclass(frozen=True)
class Requirements:
    """One version of a file of decisions."""

    id: UUID
    key: str
    version: int
    name: str | None
    deployment_id: UUID
    resource: str
    tenant_id: str | None


@dataclass(frozen=True)
class Decided:
    """A decision that was made in an instance, with what it was given and what came of it."""

    id: UUID
    decision: DecisionDefinition | None
    decision_definition_id: UUID
    decision_key: str
    instance_id: UUID
    definition_id: UUID
    definition_key: str
    body: str | None
    element_id: str
    evaluated_at: datetime
    inputs: Mapping[str, TypedValue]
    outputs: tuple[Mapping[str, TypedValue], ...]
    rules: tuple[str, ...]


class Decisions:
    """What a person may do with decisions."""

    def __init__(self, engine: ProcessEngine) -> None:
        self._engine = engine

    def definitions(
        self, actor: Actor, filters: DecisionFilter, sort: Sort | None = None, *, limit: int = 50, after: Key | None = None, skip: int = 0
    ) -> Page[DecisionDefinition]:
        """A page of decisions. Raises SortUnknown."""
        permissions.require(actor, P.PROCESS_READ)
        order = _order(SORTS, D.id, sort or Sort())
        found = in_order(sa.select(D).where(*conditions.of(filters, conditions.DECISIONS)), order, after)
        return page(session.scalars(found.limit(limit + 1).offset(skip or None)).all(), limit, item=decision_of, key=order.key)

    def count_definitions(self, actor: Actor, filters: DecisionFilter) -> int:
        """How many decisions a list has in all."""
        permissions.require(actor, P.PROCESS_READ)
        return _count(sa.select(D.id).where(*conditions.of(filters, conditions.DECISIONS)))

    def definition(self, actor: Actor, definition_id: UUID) -> DecisionDefinition:
        """A decision by id. Raises DecisionNotFound."""
        permissions.require(actor, P.PROCESS_READ)
        return self._engine.decisions.get(definition_id)

    def latest(self, actor: Actor, key: str) -> DecisionDefinition:
        """The latest version of a decision. Raises DecisionNotFound."""
        permissions.require(actor, P.PROCESS_READ)
        return self._engine.decisions.latest(key)

    def xml(self, actor: Actor, definition_id: UUID) -> bytes:
        """The file that a decision is in, byte for byte. Raises DecisionNotFound."""
        permissions.require(actor, P.PROCESS_READ)
        return self._engine.decisions.xml(definition_id)

    def evaluate(self, actor: Actor, definition_id: UUID, variables: Mapping[str, TypedValue]) -> list[dict[str, TypedValue]]:
        """The rows that a decision gives for some variables; nothing is kept of it.

        Raises NotPermitted, DecisionNotFound, EvaluationFailed, and what the decision breaks of its own rules.
        """
        permissions.require(actor, P.PROCESS_START)
        given = {name: variable.value for name, variable in variables.items()}
        outcome = self._engine.decisions.evaluate(definition_id, given)
        if outcome.faults:
            raise outcome.faults[0].with_traceback(None)
        return [{name: values.typed(value) for name, value in row.items()} for row in outcome.rows]

    def requirements(
        self,
        actor: Actor,
        filters: RequirementsFilter,
        sort: Sort | None = None,
        *,
        limit: int = 50,
        after: Key | None = None,
        skip: int = 0,
    ) -> Page[Requirements]:
        """A page of files of decisions. Raises SortUnknown."""
        permissions.require(actor, P.PROCESS_READ)
        order = _order(REQUIREMENTS_SORTS, R.id, sort or Sort())
        found = in_order(sa.select(R).where(*conditions.of(filters, conditions.REQUIREMENTS)), order, after)
        return page(session.scalars(found.limit(limit + 1).offset(skip or None)).all(), limit, item=_requirements, key=order.key)

    def count_requirements(self, actor: Actor, filters: RequirementsFilter) -> int:
        """How many files of decisions a list has in all."""
        permissions.require(actor, P.PROCESS_READ)
        return _count(sa.select(R.id).where(*conditions.of(filters, conditions.REQUIREMENTS)))

    def requirements_of(self, actor: Actor, requirements_id: UUID) -> Requirements:
        """A file of decisions by id. Raises DecisionNotFound."""
        permissions.require(actor, P.PROCESS_READ)
        return _found(session.get(R, requirements_id), requirements_id)

    def latest_requirements(self, actor: Actor, key: str) -> Requirements:
        """The latest version of a file of decisions. Raises DecisionNotFound."""
        permissions.require(actor, P.PROCESS_READ)
        return _found(session.scalar(sa.select(R).where(R.key == key).order_by(R.version.desc()).limit(1)), key)

    def requirements_xml(self, actor: Actor, requirements_id: UUID) -> bytes:
        """A file of decisions, byte for byte. Raises DecisionNotFound."""
        self.requirements_of(actor, requirements_id)
        query = sa.select(ResourceRow.content).join(R, R.resource_id == ResourceRow.id).where(R.id == requirements_id)
        return session.scalars(query).one()

    def requirements_by_id(self, ids: set[UUID]) -> Mapping[UUID, str]:
        """The keys of several files of decisions in one query."""
        return {row.id: row.key for row in session.execute(sa.select(R.id, R.key).where(R.id.in_(ids)))} if ids else {}

    def decided(
        self, actor: Actor, filters: DecidedFilter, sort: Sort | None = None, *, limit: int = 50, after: Key | None = None, skip: int = 0
    ) -> Page[Decided]:
        """A page of the decisions made in instances that the person may see. Raises SortUnknown."""
        order = _order(DECIDED_SORTS, H.id, sort or Sort())
        everything: Any = sa.select(H, D, I.definition_id, I.definition_key, I.body)
        rows = session.execute(in_order(_seen_by(actor, everything, filters), order, after).limit(limit + 1).offset(skip or None)).all()
        return page(rows, limit, item=_decided, key=lambda row: order.key(row[0]))

    def count_decided(self, actor: Actor, filters: DecidedFilter) -> int:
        """How many decisions a list has in all."""
        return _count(_seen_by(actor, sa.select(H.id), filters))


_DECIDED: Table = {
    **conditions.DECIDED,
    "definition_ids": lambda ids: I.definition_id.in_(ids),
    "definition_keys": lambda keys: I.definition_key.in_(keys),
    "names": lambda names: D.name.in_(names),
    "name_like": lambda pattern: conditions.like(D.name, pattern),
    "requirements_ids": lambda ids: D.requirements_id.in_(ids),
    "requirements_keys": lambda keys: D.requirements_id.in_(sa.select(R.id).where(R.key.in_(keys))),
}


def _seen_by(actor: Actor, statement: sa.Select[Any], filters: DecidedFilter) -> sa.Select[Any]:
    """Outer joined with its definition: the history stays when a deployment is deleted."""
    joined = statement.join_from(H, I, I.id == H.instance_id).outerjoin(D, D.id == H.decision_definition_id)
    return joined.where(*within(actor, P.PROCESS_READ, I.body), *conditions.of(filters, _DECIDED))


def _count(statement: sa.Select[Any]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(statement.subquery())) or 0


def _order(sorts: dict[str, Any], id_: Any, sort: Sort) -> Order:
    if sort.by not in sorts:
        raise SortUnknown(sort=sort.by, sorts=", ".join(sorts))
    return Order(sorts[sort.by], id_, sort.descending, sort.by == "name")


def _found(row: RequirementsRow | None, asked: object) -> Requirements:
    if row is None:
        raise DecisionNotFound(asked)
    return _requirements(row)


def _requirements(row: RequirementsRow) -> Requirements:
    return Requirements(**{field.name: getattr(row, field.name) for field in fields(Requirements)})


def _decided(row: Any) -> Decided:
    made, definition, definition_id, definition_key, body = row
    return Decided(
        id=made.id,
        decision=decision_of(definition) if definition is not None else None,
        decision_definition_id=made.decision_definition_id,
        decision_key=made.decision_key,
        instance_id=made.instance_id,
        definition_id=definition_id,
        definition_key=definition_key,
        body=body,
        element_id=made.element_id,
        evaluated_at=made.evaluated_at,
        inputs=_typed(made.inputs),
        outputs=tuple(_typed(output) for output in made.outputs),
        rules=tuple(made.rules),
    )


def _typed(saved: Mapping[str, Any]) -> dict[str, TypedValue]:
    return {name: values.typed(values.from_json(value)) for name, value in saved.items()}
