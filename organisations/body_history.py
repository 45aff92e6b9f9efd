"""What bodies were before they were moved or renamed: kept by the day, so that a report for a period goes by what was true then."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from organisations.errors import BodyChangeOutOfOrder
from organisations.states import BODY_STATE
from organisations.tables import BodyPastRow, BodyRow
from storage.database import session

if TYPE_CHECKING:
    from organisations.bodies import Body


def keep(row: BodyRow, since: date, today: date) -> None:
    """Keep what a body is as what it was until the day before. Raises BodyChangeOutOfOrder."""
    last = session.scalar(sa.select(sa.func.max(BodyPastRow.valid_to)).where(BodyPastRow.body_id == row.id))
    first = last + timedelta(days=1) if last else row.valid_from
    if since > today or (first is not None and since <= first):
        raise BodyChangeOutOfOrder(since.isoformat(), first.isoformat() if first else None)
    held = {name: getattr(row, name) for name in BODY_STATE}
    session.add(BodyPastRow(body_id=row.id, valid_from=first, valid_to=since - timedelta(days=1), **held))


def as_of(body: "Body", day: date) -> "Body":
    """A body as it stood on a day."""
    return all_as_of({body.id: body}, day)[body.id]


def all_as_of(bodies: Mapping[UUID, "Body"], day: date) -> dict[UUID, "Body"]:
    """Bodies as they stood on a day, in one query."""
    query = sa.select(BodyPastRow).where(BodyPastRow.body_id.in_(list(bodies)), BodyPastRow.valid_to >= day)
    found = dict(bodies)
    for past in session.scalars(query.order_by(BodyPastRow.valid_to.desc())):
        body = bodies[past.body_id]
        held = {name: getattr(past, name) for name in BODY_STATE}
        found[body.id] = replace(body, **held | {"level": type(body.level)(past.level), "kind": type(body.kind)(past.kind)})
    return found
