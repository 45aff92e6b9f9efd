"""Webhooks of bodies: registered, changed, tried and removed by administrators; what they get is signed as Standard Webhooks has it.

Standard Webhooks (github.com/standard-webhooks): the headers `webhook-id`, `webhook-timestamp`, and `webhook-signature`, which is
`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body` with the secret that was shown once (`whsec_` and its base64).
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
import structlog

from notifications import deliveries
from notifications.deliveries import Claimed
from notifications.errors import WebhookChangedMeanwhile, WebhookInvalid, WebhookNotFound, WebhooksTooMany
from notifications.posting import Outside, PostFailed
from notifications.sorts import Sort
from notifications.tables import DeliveryRow, WebhookRow
from organisations import permissions
from organisations.actors import Actor
from organisations.organisations import Organisations
from organisations.permissions import Permission
from storage import journal
from storage.clock import Clock
from storage.database import session
from storage.identifiers import new_id
from storage.pages import Key, Page
from storage.transaction import transaction
from storage.vault import SecretUnreadable, Vault

log = structlog.get_logger(__name__)

PREFIX = "whsec_"
#: Webhooks that one body has at most, and deliveries that one look at what is due makes.
MOST, MOST_AT_ONCE = 10, 200


@dataclass(frozen=True)
class WebhookSettings:
    """How this installation posts to webhooks: where to, with which key secrets are kept, after how long a failing one is switched off."""

    outside: Outside
    secret_key: str
    off_after: timedelta


class Webhooks:
    """Webhooks. Acts are done in the caller's transaction; `deliver_due` opens its own."""

    def __init__(self, *, clock: Clock, organisations: Organisations, settings: WebhookSettings) -> None:
        self._clock = clock
        self._organisations = organisations
        self._settings = settings
        self._vault = Vault(settings.secret_key, "webhooks")

    def register(self, actor: Actor, body_id: UUID, url: str, sorts: Sequence[Sort], description: str) -> tuple[WebhookRow, str]:
        """Register an address for a body; gives the secret besides, which is not shown again. Raises WebhookInvalid, WebhooksTooMany,
        BodyNotFound, NotPermitted."""
        permissions.require(actor, Permission.WEBHOOK_EDIT, body_id)
        self._organisations.bodies.get(body_id)
        fault = self._settings.outside.fault_of(url)
        if fault is not None:
            raise WebhookInvalid(faults=[fault])
        if len(self.list(actor, body_id)) >= MOST:
            raise WebhooksTooMany(MOST)
        secret, webhook_id, now = os.urandom(32), new_id(), self._clock.now()
        row = WebhookRow(
            id=webhook_id,
            body_id=body_id,
            url=url,
            description=description,
            sorts=[sort.value for sort in sorts],
            secret=self._vault.sealed(secret, str(webhook_id)),
            active=True,
            version=1,
            created_at=now,
            created_by=actor.by,
        )
        session.add(row)
        session.flush()
        self._record("webhook:registered", row, actor)
        return row, PREFIX + base64.b64encode(secret).decode()

    def list(self, actor: Actor, body_id: UUID) -> Sequence[WebhookRow]:
        """The webhooks of a body, the oldest first. Raises NotPermitted."""
        permissions.require(actor, Permission.WEBHOOK_EDIT, body_id)
        return session.scalars(sa.select(WebhookRow).where(WebhookRow.body_id == body_id).order_by(WebhookRow.id)).all()

    def change(
        self,
        actor: Actor,
        webhook_id: UUID,
        version: int,
        *,
        active: bool | None = None,
        sorts: Sequence[Sort] | None = None,
        description: str | None = None,
    ) -> WebhookRow:
        """Change what it hears of, or switch it off or on; on again it starts afresh. Raises WebhookNotFound, WebhookChangedMeanwhile."""
        row = self._row(actor, webhook_id)
        if row.version != version:
            raise WebhookChangedMeanwhile(row.version)
        if active is not None and active != row.active:
            row.active, row.off_at = active, None if active else self._clock.now()
            row.failing_since = None
        row.sorts = row.sorts if sorts is None else [sort.value for sort in sorts]
        row.description = row.description if description is None else description
        row.version += 1
        session.flush()
        self._record("webhook:changed", row, actor, active=row.active)
        return row

    def remove(self, actor: Actor, webhook_id: UUID) -> None:
        """Remove one with all that it was to get. Raises WebhookNotFound."""
        row = self._row(actor, webhook_id)
        self._record("webhook:removed", row, actor)
        session.delete(row)
        session.flush()

    def test(self, actor: Actor, webhook_id: UUID) -> DeliveryRow:
        """Have something posted to it within seconds, once; what came of it stands among the deliveries. Raises WebhookNotFound."""
        return deliveries.queue_test(self._row(actor, webhook_id).id, self._clock.now())

    def deliveries(self, actor: Actor, webhook_id: UUID, state: str | None, *, limit: int, after: Key | None) -> Page[DeliveryRow]:
        """A page of what was posted to it, the newest first. Raises WebhookNotFound."""
        return deliveries.listed(self._row(actor, webhook_id, lock=False).id, state, limit=limit, after=after)

    def deliver_due(self) -> int:
        """Post what is due, each outside any transaction; gives how many were taken."""
        taken = 0
        for _ in range(MOST_AT_ONCE):
            with transaction():
                claimed = deliveries.claim(self._clock.now())
            if claimed is None:
                break
            taken += self._deliver(claimed)
        return taken

    def _deliver(self, claimed: Claimed) -> bool:
        try:
            status = self._settings.outside.post(claimed.url, *self._signed(claimed))
        except PostFailed as failure:
            log.warning("webhook_failed", webhook=str(claimed.webhook_id), reason=failure.reason)
            with transaction():
                deliveries.failed(claimed, failure.reason, failure.status, self._clock.now(), self._settings.off_after)
            return False
        with transaction():
            deliveries.delivered(claimed, status, self._clock.now())
        return True

    def _signed(self, claimed: Claimed) -> tuple[bytes, dict[str, str]]:
        """The body of a delivery and its headers. Raises PostFailed when its secret cannot be read."""
        try:
            secret = self._vault.opened(claimed.secret, str(claimed.webhook_id))
        except SecretUnreadable as error:
            raise PostFailed("secret_unreadable") from error
        body, said, now = orjson.dumps(claimed.payload), f"msg_{claimed.id}", str(int(self._clock.now().timestamp()))
        signature = base64.b64encode(hmac.new(secret, f"{said}.{now}.".encode() + body, hashlib.sha256).digest()).decode()
        own = {"webhook-id": said, "webhook-timestamp": now, "webhook-signature": f"v1,{signature}"}
        return body, {**own, "Content-Type": "application/json", "User-Agent": "Esep", "Connection": "close"}

    def _row(self, actor: Actor, webhook_id: UUID, *, lock: bool = True) -> WebhookRow:
        row = session.get(WebhookRow, webhook_id, with_for_update=lock, populate_existing=True)
        if row is None or not permissions.allowed(actor, Permission.WEBHOOK_EDIT, row.body_id):
            raise WebhookNotFound(webhook_id)
        return row

    def _record(self, event: str, row: WebhookRow, actor: Actor, **details: bool) -> None:
        host = row.url.partition("://")[2].partition("/")[0]
        about: dict[str, Any] = {"host": host, **details}
        journal.record(event, at=self._clock.now(), subject=("webhook", row.id), actor=actor.by, body_id=row.body_id, **about)
