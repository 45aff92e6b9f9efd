"""Whether what is kept fits together: every open instance can be restored, and its rows are those that its state waits with."""

from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa

from engine.errors import InstanceCannotContinue, InstanceNotActive
from engine.models import ACTIVE, SUSPENDED, ExternalTaskRow, InstanceRow, JobRow, SubscriptionRow, TaskRow, TimerRow
from engine.steps import Steps
from refusals import Refusal
from storage import database

_BATCH = 100
_ROWS: dict[str, type[TaskRow | TimerRow | SubscriptionRow | JobRow | ExternalTaskRow]] = {
    "task": TaskRow,
    "timer": TimerRow,
    "message": SubscriptionRow,
    "job": JobRow,
    "external": ExternalTaskRow,
}


#: Signals are waited for by rows of the same table as messages.
_SIGNALS = ("message", "signal")


def faults(steps: Steps) -> Iterator[tuple[UUID, str]]:
    """The faults of all open instances, by instance. Reads only."""
    last: UUID | None = None
    while True:
        query = sa.select(InstanceRow).where(InstanceRow.state.in_((ACTIVE, SUSPENDED))).order_by(InstanceRow.id).limit(_BATCH)
        rows = database.session.scalars(query if last is None else query.where(InstanceRow.id > last)).all()
        for row in rows:
            yield from ((row.id, fault) for fault in _faults_of(steps, row))
        if len(rows) < _BATCH:
            return
        last = rows[-1].id
        database.session.expunge_all()


def _faults_of(steps: Steps, row: InstanceRow) -> Iterator[str]:
    try:
        step = steps.restore(row)
    except (InstanceCannotContinue, InstanceNotActive) as fault:
        yield str(fault)
        return
    except Refusal as refusal:
        yield f"its definition: {refusal}"
        return
    for kind, model in _ROWS.items():
        waiting = {opening.id for opening in step.account.waits().values() if opening.wait == kind or (kind, opening.wait) == _SIGNALS}
        kept = set(database.session.scalars(sa.select(model.id).where(model.instance_id == row.id)))
        if waiting != kept:
            yield f"{kind}: {len(waiting - kept)} rows missing, {len(kept - waiting)} too many"
