"""What happened to a change, written to the journal in the step's transaction."""

from datetime import datetime
from typing import Any

from register.changes.laws import Permit
from register.changes.models import Change
from storage import journal


def tell(event: str, change: Change, at: datetime, permit: Permit | None = None, *, by: str | None = None, **details: Any) -> None:
    """Record an event about a change: done by leave (`permit`), by a person who needed none (`by`), or by the product itself."""
    journal.record(
        f"register_change:{event}",
        at=at,
        subject=("register_change", change.id),
        actor=permit.actor.by if permit else by,
        on_behalf_of=permit.on_behalf_of if permit else None,
        body_id=change.owner_id,
        business_key=change.business_key,
        **{"state": str(change.state), "round": change.round, "version": change.kind_version} | details,
    )
