"""What instances await from others, messages and signals, and what is brought to them: looked at, triggered, sent to wait for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine.errors import InstanceNotFound
from engine.instances import Instance
from engine.models import InstanceRow, SubscriptionRow
from engine.process_engine import ProcessEngine
from operate import conditions
from operate.errors import SortUnknown
from operate.filters import AwaitedFilter, Sort
from operate.reach import allowed, require, within
from operate.starting import Starting
from organisations import permissions
from organisations.actors import Actor
from organisations.permissions import EVERYWHERE, Permission
from storage.database import session
from storage.keyset import Order, in_order
from storage.pages import Key, Page, page

S = SubscriptionRow
P = Permission

#: Sort → its column.
SORTS: dict[str, Any] = {"id": S.id, "created_at": S.id, "body": InstanceRow.body}
NULLABLE = frozenset({"body"})


@dataclass(frozen=True)
class AwaitedEvent:
    """A message or signal (`kind`) that an instance at a body waits for."""

    id: UUID
    kind: str
    name: str
    instance_id: UUID
    element_id: str
    created_at: datetime
    body: str | None


class Awaited:
    """Acts belong into a transaction of the edge; the engine journals them."""

    def __init__(self, engine: ProcessEngine, starting: Starting) -> None:
        self._engine = engine
        self._starting = starting

    def events(
        self, actor: Actor, filters: AwaitedFilter, sort: Sort | None = None, *, limit: int = 50, after: Key | None = None, skip: int = 0
    ) -> Page[AwaitedEvent]:
        """A page of what the instances that the person may see wait for. Raises SortUnknown."""
        sort = sort or Sort()
        if sort.by not in SORTS:
            raise SortUnknown(sort=sort.by, sorts=", ".join(SORTS))
        order = Order(SORTS[sort.by], S.id, sort.descending, sort.by in NULLABLE)
        statement = in_order(_seen_by(actor, filters), order, after).limit(limit + 1).offset(skip or None)
        return page(session.execute(statement).all(), limit, item=_event, key=order.key)

    def count_events(self, actor: Actor, filters: AwaitedFilter) -> int:
        """How many a list has in all."""
        return session.scalar(sa.select(sa.func.count()).select_from(_seen_by(actor, filters).subquery())) or 0

    def trigger(self, actor: Actor, instance_id: UUID, message: str, variables: Mapping[str, Any] | None = None) -> Instance:
        """Bring a message to an instance that waits for it.

        Raises InstanceNotFound, NotPermitted, MessageNotExpected, MessageAmbiguous, InstanceNotActive, StepFailed.
        """
        found = self._engine.instances.get(instance_id)
        if not allowed(actor, P.PROCESS_READ, found.body):
            raise InstanceNotFound(instance_id=str(instance_id))
        require(actor, P.PROCESS_OPERATE, found.body)
        return self._engine.messages.correlate(message, instance_id=instance_id, variables=variables or {}, by=actor.by)

    def publish(
        self, actor: Actor, message: str, *, business_key: str | None, time_to_live: timedelta, variables: Mapping[str, Any] | None = None
    ) -> None:
        """Send a message that waits for its receiver, at whatever body: only for those who may operate processes everywhere."""
        permissions.require(actor, P.PROCESS_OPERATE, EVERYWHERE)
        self._engine.messages.send(message, business_key=business_key, time_to_live=time_to_live, variables=variables, by=actor.by)

    def evaluate_conditions(
        self, actor: Actor, variables: Mapping[str, Any], *, definition_id: UUID | None = None, business_key: str | None = None
    ) -> list[Instance]:
        """Ask the conditions that start processes, and start at the person's own body what they start.

        Raises NotPermitted, DefinitionNotFound, ConditionNotBoolean, StepFailed, and what an operation or a start rule refuses.
        """
        permissions.require(actor, P.PROCESS_START)
        own = next(iter(actor.bodies)) if len(actor.bodies) == 1 else None
        return self._engine.conditional_starts.evaluate(
            variables,
            definition_id=definition_id,
            business_key=business_key,
            body=str(own) if own else None,
            by=actor.by,
            asked=self._starting.asks(actor, business_key),
        )


def _seen_by(actor: Actor, filters: AwaitedFilter) -> Any:
    awaited = (S.id, S.kind, S.message, S.instance_id, S.element_id, S.created_at, InstanceRow.body)
    statement = sa.select(*awaited).join(InstanceRow, InstanceRow.id == S.instance_id)
    return statement.where(*within(actor, P.PROCESS_READ, InstanceRow.body), *conditions.of(filters, conditions.AWAITED))


def _event(row: Any) -> AwaitedEvent:
    return AwaitedEvent(row.id, row.kind, row.message, row.instance_id, row.element_id, row.created_at, row.body)
