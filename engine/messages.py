"""Messages: each goes to exactly one receiver, found by business key or instance, or to nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine import attempts
from engine.errors import MessageAmbiguous, MessageNotExpected
from engine.failures import Attempt
from engine.instances import Instance, instance_of
from engine.models import SubscriptionRow
from engine.steps import Steps
from storage import database


@dataclass(frozen=True)
class Subscription:
    """A message that an instance waits for."""

    id: UUID
    instance_id: UUID
    element_id: str
    message: str
    business_key: str | None
    created_at: datetime


class Messages:
    """Everything is done in the caller's transaction."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    def correlate(
        self,
        name: str,
        *,
        business_key: str | None = None,
        instance_id: UUID | None = None,
        variables: Mapping[str, Any] | None = None,
        by: str | None = None,
    ) -> Instance:
        """Deliver a message to the one instance that waits for it, and take that to its next wait.

        Raises MessageNotExpected, MessageAmbiguous, InstanceNotActive, and StepFailed (with an incident afterwards) for whatever goes wrong
        on the receiver's side, refusals of its operations among it.
        """
        subscription = self._receiver(name, business_key, instance_id)
        row = self._steps.lock(subscription.instance_id)
        attempts.take_strictly(self._steps, row, Attempt("message", subscription.id, variables or {}, by))
        return instance_of(row)

    def of_instance(self, instance_id: UUID) -> Sequence[Subscription]:
        """The messages that an instance waits for."""
        query = sa.select(SubscriptionRow).where(SubscriptionRow.instance_id == instance_id).order_by(SubscriptionRow.id)
        return [_subscription(row) for row in database.session.scalars(query)]

    def _receiver(self, name: str, business_key: str | None, instance_id: UUID | None) -> Subscription:
        query = sa.select(SubscriptionRow).where(SubscriptionRow.message == name).limit(2)
        if business_key is not None:
            query = query.where(SubscriptionRow.business_key == business_key)
        if instance_id is not None:
            query = query.where(SubscriptionRow.instance_id == instance_id)
        found = database.session.scalars(query).all()
        if not found:
            raise MessageNotExpected(message=name)
        if len(found) > 1:
            raise MessageAmbiguous(message=name)
        return _subscription(found[0])


def _subscription(row: SubscriptionRow) -> Subscription:
    return Subscription(row.id, row.instance_id, row.element_id, row.message, row.business_key, row.created_at)
