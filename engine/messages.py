"""Messages and signals from outside. A message goes to exactly one receiver or to nobody, a signal to everybody who waits for it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine import attempts, snapshots, start_events
from engine.definition_models import StartEventRow
from engine.deliveries import Deliveries
from engine.errors import MessageAmbiguous, MessageNotExpected
from engine.failures import Attempt
from engine.instances import Instance, Instances, instance_of
from engine.models import InstanceRow, SubscriptionRow
from engine.scopes import PROCESS, Scopes
from engine.sendings import row_of
from engine.steps import Steps
from storage import database

#: How many that wait for one message are compared by their variables.
MAX_COMPARED = 1000


@dataclass(frozen=True)
class Subscription:
    """A message or signal (`kind`) that an instance waits for; `message` is its name."""

    id: UUID
    instance_id: UUID
    element_id: str
    message: str
    business_key: str | None
    created_at: datetime
    kind: str = "message"


class Messages:
    """Everything is done in the caller's transaction."""

    def __init__(self, steps: Steps, instances: Instances, deliveries: Deliveries) -> None:
        self._steps = steps
        self._instances = instances
        self._deliveries = deliveries

    def correlate(
        self,
        name: str,
        *,
        business_key: str | None = None,
        instance_id: UUID | None = None,
        correlation_keys: Mapping[str, Any] | None = None,
        variables: Mapping[str, Any] | None = None,
        body: str | None = None,
        by: str | None = None,
        asked: Callable[[UUID], None] | None = None,
    ) -> Instance:
        """Deliver a message to the one instance that waits for it, and take that to its next wait; where none does, start the process that
        the message starts, at `body`; `asked` is told the definition first, and may refuse.

        `correlation_keys` are variables that must have these values as the receiver sees them where it waits (so one instance of a
        multi-instance activity can be told from another). Raises MessageNotExpected,
        MessageAmbiguous, InstanceNotActive, and StepFailed (with an incident afterwards) for whatever goes wrong on the receiver's side,
        refusals of its operations among it.
        """
        subscription = self._receiver(name, business_key, instance_id, correlation_keys or {})
        if subscription is None:
            if instance_id is not None:
                raise MessageNotExpected(message=name)
            start = _start_of(name)
            if asked is not None:
                asked(start.definition_id)
            return self._instances.start(
                definition_id=start.definition_id,
                start_event=start.element_id,
                business_key=business_key,
                variables={**(correlation_keys or {}), **(variables or {})},
                body=body,
                by=by,
            )
        row = self._steps.lock(subscription.instance_id)
        attempts.take_strictly(self._steps, row, Attempt("message", subscription.id, variables or {}, by))
        return instance_of(row)

    def send(
        self,
        name: str,
        *,
        business_key: str | None,
        time_to_live: timedelta,
        variables: Mapping[str, Any] | None = None,
        by: str | None = None,
    ) -> None:
        """Set a message on its way: the worker delivers it to the one who waits for it, now or before its time to live is over."""
        now = self._steps.clock.now()
        expiry = now + time_to_live
        self._deliveries.send(row_of("message", name, variables or {}, now, business_key=business_key, by=by, expires_at=expiry))

    def broadcast(self, signal: str, *, variables: Mapping[str, Any] | None = None, by: str | None = None) -> None:
        """Set a signal on its way: the worker brings it to everybody who waits for it, and it starts the processes that it starts."""
        self._deliveries.send(row_of("signal", signal, variables or {}, self._steps.clock.now(), by=by))

    def of_instance(self, instance_id: UUID) -> Sequence[Subscription]:
        """The messages and signals that an instance waits for."""
        query = sa.select(SubscriptionRow).where(SubscriptionRow.instance_id == instance_id).order_by(SubscriptionRow.id)
        return [_subscription(row) for row in database.session.scalars(query)]

    def _receiver(
        self, name: str, business_key: str | None, instance_id: UUID | None, correlation_keys: Mapping[str, Any]
    ) -> Subscription | None:
        limit = MAX_COMPARED if correlation_keys else 2
        query = sa.select(SubscriptionRow).where(SubscriptionRow.kind == "message", SubscriptionRow.message == name).limit(limit)
        if business_key is not None:
            query = query.where(SubscriptionRow.business_key == business_key)
        if instance_id is not None:
            query = query.where(SubscriptionRow.instance_id == instance_id)
        rows = list(database.session.scalars(query))
        found = _fitting(rows, correlation_keys) if correlation_keys else rows
        if len(found) > 1:
            raise MessageAmbiguous(message=name)
        return _subscription(found[0]) if found else None


def _start_of(name: str) -> StartEventRow:
    """The one start event that a message starts."""
    starts = start_events.waiting("message", name)
    if not starts:
        raise MessageNotExpected(message=name)
    if len(starts) > 1:
        raise MessageAmbiguous(message=name)
    return starts[0]


def _fitting(rows: Iterable[SubscriptionRow], wanted: Mapping[str, Any]) -> list[SubscriptionRow]:
    """Those whose waiting token sees these values; a variable that is not there has none."""
    found: list[SubscriptionRow] = []
    for instance_id, of_one in groupby(sorted(rows, key=lambda row: row.instance_id), lambda row: row.instance_id):
        snapshot = database.session.scalar(sa.select(InstanceRow.snapshot).where(InstanceRow.id == instance_id))
        document = None if snapshot is None else snapshots.unpacked(snapshot)
        found += [row for row in of_one if document is not None and _fits(document, row.token_id, wanted)]
    return found


def _fits(document: Mapping[str, Any], token_id: str, wanted: Mapping[str, Any]) -> bool:
    seen: list[str] = next((shown[-1] for key, *shown in document["open"] if key == token_id), [])
    path = [*seen, PROCESS]
    variables = Scopes({scope: document["scopes"][scope] for scope in path if scope in document["scopes"]}).view(path)
    return all(name in variables and variables[name] == value for name, value in wanted.items())


def _subscription(row: SubscriptionRow) -> Subscription:
    return Subscription(row.id, row.instance_id, row.element_id, row.message, row.business_key, row.created_at, row.kind)
