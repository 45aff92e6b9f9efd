"""Messages and signals on their way: thrown in a step, or kept until somebody waits. Each reaches its receiver in a step of its own.

A message has one receiver: the one instance that waits for its name and business key, or else a process that it starts. While nobody waits
it stays until it expires; when several wait it goes to none of them. A signal goes to everybody who waits when it is sent.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from engine import attempts, failures, start_events, values
from engine.definition_models import StartEventRow
from engine.errors import InstanceNotActive, MessageNotExpected, StepBroken, TaskNotOpen
from engine.failures import Attempt
from engine.instances import Instances
from engine.models import DeliveryRow, InstanceRow, SubscriptionRow
from engine.rounds import work_off
from engine.situation import Situation
from engine.steps import Steps
from refusals import Refusal
from storage import database
from storage.identifiers import new_id
from storage.transaction import transaction

#: When what could not be delivered is looked at again.
PAUSE = timedelta(minutes=1)

log = structlog.get_logger(__name__)


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
        delivery: UUID | None = None
        failing: tuple[Situation, Attempt] | None = None
        try:
            with transaction():
                row = database.session.scalar(_due(now))
                if row is None:
                    return None
                delivery = row.id
                receiver = self._receiver(row, now)
                if receiver is None:
                    return 1
                instance, attempt = receiver
                failing = attempts.situation_of(instance, attempt), attempt
                database.session.delete(row)
                attempts.take_in_background(self._steps, instance, attempt)
                return 1
        except (InstanceNotActive, TaskNotOpen, MessageNotExpected):
            self._put_off(delivery, now)
        except StepBroken as broken:
            with transaction():
                if failing is not None:
                    failures.keep(failing[0], failing[1], broken, now)
                    database.session.execute(sa.delete(DeliveryRow).where(DeliveryRow.id == delivery))
        except Refusal as refusal:
            log.warning("delivery_failed", delivery=str(delivery), reason=str(refusal))
            self._put_off(delivery, now)
        return 0

    def _put_off(self, delivery: UUID | None, now: datetime) -> None:
        with transaction():
            database.session.execute(sa.update(DeliveryRow).where(DeliveryRow.id == delivery).values(due_at=now + PAUSE))

    def _receiver(self, row: DeliveryRow, now: datetime) -> tuple[InstanceRow, Attempt] | None:
        """Who gets it, with its instance locked; None when that is settled in this transaction otherwise."""
        if row.expires_at is not None and row.expires_at <= now:
            log.warning("message_expired", name=row.name, business_key=row.business_key, sent_at=row.sent_at.isoformat())
            database.session.delete(row)
            return None
        if row.kind == "signal" and row.subscription_id is None:
            self._spread(row)
            return None
        subscriptions = self._subscriptions(row)
        if len(subscriptions) == 1:
            given = {name: _given(value) for name, value in row.variables.items()}
            instance = self._steps.lock(subscriptions[0].instance_id)
            return instance, Attempt("signal" if row.kind == "signal" else "message", subscriptions[0].id, given, row.sent_by)
        if row.kind == "signal":  # the receiver has gone on meanwhile
            database.session.delete(row)
        elif subscriptions:
            log.warning("message_ambiguous", name=row.name, business_key=row.business_key, receivers=len(subscriptions))
            row.due_at = now + PAUSE
        elif not self._starts(row):
            row.tried = True
        database.session.flush()
        return None

    def _subscriptions(self, row: DeliveryRow) -> list[SubscriptionRow]:
        query = sa.select(SubscriptionRow).where(SubscriptionRow.kind == row.kind, SubscriptionRow.message == row.name).limit(2)
        if row.subscription_id is not None:
            query = query.where(SubscriptionRow.id == row.subscription_id)
        if row.business_key is not None:
            query = query.where(SubscriptionRow.business_key == row.business_key)
        return list(database.session.scalars(query))

    def _starts(self, row: DeliveryRow) -> bool:
        """Start the process that a message starts, when it is one."""
        found = start_events.waiting("message", row.name)
        if len(found) != 1:
            return False
        self._start(row, found[0])
        return True

    def _start(self, row: DeliveryRow, start: StartEventRow) -> None:
        given = {name: _given(value) for name, value in row.variables.items()}
        self._instances.start(
            definition_id=start.definition_id, start_event=start.element_id, business_key=row.business_key, variables=given, by=row.sent_by
        )
        database.session.delete(row)

    def _spread(self, row: DeliveryRow) -> None:
        """A copy of a signal for everybody who waits for it now, and for every process that it starts."""
        if row.start_event_id is not None:
            start = database.session.get(StartEventRow, row.start_event_id)
            if start is None:
                database.session.delete(row)
            else:
                self._start(row, start)
            return
        given = {name: getattr(row, name) for name in ("kind", "name", "variables", "sent_by", "sent_at", "due_at")}
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
    starts = sa.and_(StartEventRow.kind == DeliveryRow.kind, StartEventRow.name == DeliveryRow.name)
    possible = sa.or_(
        ~DeliveryRow.tried,
        sa.exists().where(same),
        sa.exists().where(starts),
        sa.and_(DeliveryRow.expires_at.is_not(None), DeliveryRow.expires_at <= now),
    )
    query = sa.select(DeliveryRow).where(DeliveryRow.due_at <= now, possible).order_by(DeliveryRow.due_at, DeliveryRow.id).limit(1)
    return query.with_for_update(of=DeliveryRow, skip_locked=True).execution_options(populate_existing=True)


def _given(saved: list[Any]) -> Any:
    value = values.typed_from_json(saved)
    return value if value.type else value.value
