"""Messages and signals on their way: thrown in a step, or kept until somebody waits. Each reaches its receiver in a step of its own.

A message has one receiver: the one instance that waits for its name and business key, or else a process that it starts. While nobody waits
it stays until it expires; when several wait it goes to none of them. A signal goes to everybody who waits when it is sent. What people do
with those that found nobody: `engine.undelivered`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine import attempts, failed_starts, failures, start_events, values
from engine.definition_models import DefinitionRow, StartEventRow
from engine.errors import InstanceNotActive, InstanceNotFound, MessageNotExpected, StepBroken, TaskNotOpen
from engine.failures import Attempt, Start
from engine.instances import Instances
from engine.models import DeliveryRow, InstanceRow, SubscriptionRow
from engine.rounds import work_off
from engine.situation import Situation
from engine.steps import Steps
from storage import database
from storage.identifiers import new_id
from storage.journal import record
from storage.transaction import transaction

#: When what could not be delivered is looked at again.
PAUSE = timedelta(minutes=1)

#: How it stands with a delivery: it waits for a receiver, several wait for it, or nobody did until it was too late.
WAITING, AMBIGUOUS, EXPIRED = "waiting", "ambiguous", "expired"


@dataclass
class _UnderWay:
    """What is being delivered, for when it fails: to whom it goes, or what it starts."""

    delivery: UUID | None = None
    receiver: tuple[Situation, Attempt] | None = None
    start: Start | None = None


class Deliveries:
    """Delivers what is on its way, each in a transaction of its own, exactly once however many workers ask."""

    def __init__(self, steps: Steps, instances: Instances) -> None:
        self._steps = steps
        self._instances = instances

    def send(self, row: Mapping[str, Any]) -> None:
        """Set something on its way in the caller's transaction, see `engine.sendings`."""
        database.session.execute(sa.insert(DeliveryRow), [dict(row)])

    def deliver_due(self, limit: int = 100) -> int:
        """Deliver at most `limit`; gives how many were. To be called outside any transaction."""
        return work_off(limit, self._deliver_next)

    def _deliver_next(self) -> int | None:
        """The next one: 1 when something was done, 0 when it failed, None when nothing can be delivered."""
        now = self._steps.clock.now()
        on = _UnderWay()
        try:
            with transaction():
                row = database.session.scalar(_due(now))
                if row is None:
                    return None
                on.delivery = row.id
                receiver = self._receiver(row, now, on)
                if receiver is not None:
                    instance, attempt = receiver
                    on.receiver = attempts.situation_of(instance, attempt), attempt
                    database.session.delete(row)
                    attempts.take_in_background(self._steps, instance, attempt)
                return 1
        except (InstanceNotActive, InstanceNotFound, TaskNotOpen, MessageNotExpected):
            self._put_off(on.delivery, now)
        except StepBroken as broken:
            with transaction():
                self._fail(on, broken, now)
        return 0

    def _fail(self, on: _UnderWay, broken: StepBroken, now: datetime) -> None:
        """It has come as far as it could: what is left of it is an incident, of its receiver or of what it starts."""
        if on.receiver is not None:
            failures.keep(*on.receiver, broken, now)
        elif on.start is not None:
            failures.keep_start(on.start, broken, now)
        database.session.execute(sa.delete(DeliveryRow).where(DeliveryRow.id == on.delivery))

    def _put_off(self, delivery: UUID | None, now: datetime) -> None:
        with transaction():
            database.session.execute(sa.update(DeliveryRow).where(DeliveryRow.id == delivery).values(due_at=now + PAUSE))

    def _receiver(self, row: DeliveryRow, now: datetime, on: _UnderWay) -> tuple[InstanceRow, Attempt] | None:
        """Who gets it, with its instance locked; None when that is settled in this transaction otherwise."""
        if row.tried and row.expires_at is not None and row.expires_at <= now:
            self._expire(row, now)
            return None
        if row.kind == "signal" and row.subscription_id is None:
            self._spread(row, on)
            return None
        subscriptions = self._subscriptions(row)
        if len(subscriptions) == 1:
            given = {name: _given(value) for name, value in row.variables.items()}
            instance = self._steps.lock(subscriptions[0].instance_id)
            return instance, Attempt("signal" if row.kind == "signal" else "message", subscriptions[0].id, given, row.sent_by)
        if row.kind == "signal":  # the receiver has gone on meanwhile
            database.session.delete(row)
        elif subscriptions:
            row.state, row.tried, row.due_at = AMBIGUOUS, True, now + PAUSE
        else:
            self._start_what_it_starts(row, now, on)
        database.session.flush()
        return None

    def _expire(self, row: DeliveryRow, now: datetime) -> None:
        """Nobody waited in time: it is kept for an administrator, who may set it on its way again."""
        row.state = EXPIRED
        record("message:expired", at=now, subject=("message", row.id), name=row.name, business_key=row.business_key)
        database.session.flush()

    def _subscriptions(self, row: DeliveryRow) -> list[SubscriptionRow]:
        query = sa.select(SubscriptionRow).where(SubscriptionRow.kind == row.kind, SubscriptionRow.message == row.name).limit(2)
        if row.subscription_id is not None:  # a copy of a signal, or somebody has chosen the receiver
            query = query.where(SubscriptionRow.id == row.subscription_id)
        elif row.business_key is not None:
            query = query.where(SubscriptionRow.business_key == row.business_key)
        return list(database.session.scalars(query))

    def _start_what_it_starts(self, row: DeliveryRow, now: datetime, on: _UnderWay) -> None:
        """Start the process that a message starts; where there is none it stays, until somebody waits."""
        found = start_events.waiting("message", row.name)
        if len(found) == 1:
            self._start(row, found[0], on)
        elif found:
            row.state, row.tried, row.due_at = AMBIGUOUS, True, now + PAUSE
        else:
            row.state, row.tried = WAITING, True

    def _start(self, row: DeliveryRow, event: StartEventRow, on: _UnderWay) -> None:
        given = {name: _given(value) for name, value in row.variables.items()}
        place = (event.definition_id, event.definition_key, event.element_id)
        on.start = Start(row.id, *place, row.business_key, given, row.sent_by)
        failed_starts.begin(self._instances, on.start)
        database.session.delete(row)
        database.session.flush()

    def _spread(self, row: DeliveryRow, on: _UnderWay) -> None:
        """A copy of a signal for everybody who waits for it now, and for every process that it starts."""
        if row.start_event_id is not None:
            event = database.session.get(StartEventRow, row.start_event_id)
            if event is None:
                database.session.delete(row)
            else:
                self._start(row, event, on)
            return
        given = {name: getattr(row, name) for name in ("kind", "name", "business_key", "variables", "sent_by", "sent_at", "due_at")}
        waiting = sa.select(SubscriptionRow.id).where(SubscriptionRow.kind == "signal", SubscriptionRow.message == row.name)
        copies = [DeliveryRow(id=new_id(), subscription_id=found, tried=False, **given) for found in database.session.scalars(waiting)]
        starts = start_events.waiting("signal", row.name)
        copies += [DeliveryRow(id=new_id(), start_event_id=start.id, tried=False, **given) for start in starts]
        database.session.add_all(copies)
        database.session.delete(row)
        database.session.flush()


def _due(now: datetime) -> sa.Select[DeliveryRow]:
    """What can be delivered now: what nobody was asked for yet, what somebody has begun to wait for, and what has expired."""
    same = sa.and_(
        SubscriptionRow.kind == DeliveryRow.kind,
        SubscriptionRow.message == DeliveryRow.name,
        sa.or_(DeliveryRow.business_key.is_(None), SubscriptionRow.business_key == DeliveryRow.business_key),
    )
    can_start = sa.select(StartEventRow.id).join(DefinitionRow, DefinitionRow.id == StartEventRow.definition_id)
    starts = can_start.where(StartEventRow.kind == DeliveryRow.kind, StartEventRow.name == DeliveryRow.name, ~DefinitionRow.suspended)
    possible = sa.or_(
        ~DeliveryRow.tried,
        sa.exists().where(same),
        starts.exists(),
        sa.and_(DeliveryRow.expires_at.is_not(None), DeliveryRow.expires_at <= now),
    )
    live = DeliveryRow.state != sa.literal_column("'expired'")  # a literal, or the partial index would be missed
    query = sa.select(DeliveryRow).where(live, DeliveryRow.due_at <= now, possible).order_by(DeliveryRow.due_at, DeliveryRow.id).limit(1)
    return query.with_for_update(of=DeliveryRow, skip_locked=True).execution_options(populate_existing=True)


def _given(saved: list[Any]) -> Any:
    value = values.typed_from_json(saved)
    return value if value.type else value.value
