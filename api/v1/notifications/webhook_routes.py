"""Webhooks of bodies: registered, changed, tried, removed; what was posted to them."""

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from api import etags, pagination
from api.access import needs
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.notifications.webhook_schemas import (
    DeliveryPage,
    DeliveryQuery,
    DeliveryShape,
    IssuedWebhook,
    NewWebhook,
    WebhookChanges,
    WebhookQuery,
    Webhooks,
    WebhookShape,
)
from notifications.sorts import Sort
from organisations.permissions import Permission

_EDIT = needs(Permission.WEBHOOK_EDIT)
_ONE = "/notifications/webhooks/<uuid:webhook_id>"

webhooks = Room("webhooks", "Addresses outside where bodies hear of their reports")


@webhooks.get("/notifications/webhooks", _EDIT, query=WebhookQuery, answer=Webhooks)
def list_webhooks(query: dict[str, Any]) -> Any:
    """The webhooks of a body, the oldest first."""
    return {"items": house().notifications.webhooks.list(actor(), query["body_id"])}


@webhooks.post("/notifications/webhooks", _EDIT.but(secret_answer=True), body=NewWebhook, answer=IssuedWebhook, status=201)
def register_webhook(body: dict[str, Any]) -> Any:
    """Register an address; the secret that signs what it gets is shown this once."""
    sorts = [Sort(sort) for sort in body["sorts"]]
    row, secret = house().notifications.webhooks.register(actor(), body["body_id"], body["url"], sorts, body["description"])
    shown = {name: getattr(row, name, None) for name in IssuedWebhook().fields}
    return {**shown, "secret": secret}, 201, etags.tag(row.version)


@webhooks.patch(_ONE, _EDIT, body=WebhookChanges, answer=WebhookShape, preconditions=("If-Match",))
def change_webhook(webhook_id: UUID, body: dict[str, Any]) -> Any:
    """Switch it off or on, change what it hears of."""
    given = body | ({"sorts": [Sort(sort) for sort in body["sorts"]]} if "sorts" in body else {})
    changed = house().notifications.webhooks.change(actor(), webhook_id, etags.version_if_match(), **given)
    return changed, 200, etags.tag(changed.version)


@webhooks.delete(_ONE, _EDIT, status=204)
def remove_webhook(webhook_id: UUID) -> ResponseReturnValue:
    """Remove it, with all that it was to get."""
    house().notifications.webhooks.remove(actor(), webhook_id)
    return "", 204


@webhooks.post(f"{_ONE}/test", _EDIT, answer=DeliveryShape, status=201)
def try_webhook(webhook_id: UUID) -> Any:
    """Have something posted to it within seconds, once; look at its deliveries for what came of it."""
    return house().notifications.webhooks.test(actor(), webhook_id)


@webhooks.get(f"{_ONE}/deliveries", _EDIT, query=DeliveryQuery, answer=DeliveryPage)
def list_deliveries(webhook_id: UUID, query: dict[str, Any]) -> Any:
    """What was posted to it, the newest first."""
    after = pagination.after(query)
    page = house().notifications.webhooks.deliveries(actor(), webhook_id, query["state"], limit=query["limit"], after=after)
    return pagination.paged(page)
