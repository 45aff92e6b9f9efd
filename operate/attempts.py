"""Lists of failed attempts, as far as a person may see them: of timers and jobs, of instances to start, of external tasks.

An attempt to start an instance belongs to no body: it is for those whose right holds everywhere.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine.job_definitions import id_of
from engine.job_tables import FailedAttemptRow
from operate import conditions
from operate.errors import AttemptNotFound, SortUnknown
from operate.filters import AttemptFilter, Sort
from operate.reach import within
from organisations.actors import Actor
from organisations.permissions import Permission
from storage.database import session
from storage.keyset import Order, in_order
from storage.pages import Key, Page, page

R = FailedAttemptRow

#: Sort → its column. Ids are ordered by the time of the attempt.
SORTS: dict[str, Any] = {
    "id": R.id,
    "at": R.id,
    "subject_id": R.subject_id,
    "retries": R.retries,
    "topic": R.topic,
    "worker_id": R.worker_id,
    "element_id": R.element_id,
    "instance_id": R.instance_id,
    "definition_id": R.definition_id,
    "definition_key": R.definition_key,
    "body": R.body,
}
_NEVER_NULL = frozenset({"id", "at", "subject_id", "retries", "definition_key"})


@dataclass(frozen=True)
class FailedAttempt:
    """One attempt of `kind` "timer", "job", "start" or "external" that failed.

    `subject_id` is the timer, job, start event or external task; `element_id` where it failed, `retries` how many tries were left then.
    """

    id: UUID
    at: datetime
    kind: str
    subject_id: UUID
    instance_id: UUID | None
    definition_id: UUID | None
    definition_key: str
    body: str | None
    element_id: str | None
    retries: int
    topic: str | None
    worker_id: str | None
    message: str
    details: str | None

    @property
    def job_definition_id(self) -> str | None:
        """The id of the job definition at the place where it failed."""
        return None if self.definition_id is None or self.element_id is None else id_of(self.definition_id, self.kind, self.element_id)


def attempts(
    actor: Actor, filters: AttemptFilter, sort: Sort | None = None, *, limit: int = 50, after: Key | None = None, skip: int = 0
) -> Page[FailedAttempt]:
    """A page of failed attempts. Raises SortUnknown."""
    sort = sort or Sort()
    if sort.by not in SORTS:
        raise SortUnknown(sort=sort.by, sorts=", ".join(SORTS))
    order = Order(SORTS[sort.by], R.id, sort.descending, sort.by not in _NEVER_NULL)
    statement = in_order(_seen_by(actor, sa.select(R), filters), order, after).limit(limit + 1).offset(skip or None)
    return page(session.scalars(statement).all(), limit, item=_attempt, key=order.key)


def count(actor: Actor, filters: AttemptFilter) -> int:
    """How many failed attempts a list has in all."""
    found = _seen_by(actor, sa.select(R.id), filters)
    return session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0


def attempt(actor: Actor, attempt_id: UUID, kinds: tuple[str, ...]) -> FailedAttempt:
    """One failed attempt of some kinds. Raises AttemptNotFound, also for one that the person may not see."""
    found = attempts(actor, AttemptFilter(ids=(attempt_id,), kinds=kinds)).items
    if not found:
        raise AttemptNotFound(attempt_id=str(attempt_id))
    return found[0]


def _seen_by(actor: Actor, statement: sa.Select[Any], filters: AttemptFilter) -> sa.Select[Any]:
    return statement.where(*within(actor, Permission.PROCESS_READ, R.body), *conditions.of(filters, conditions.ATTEMPTS))


def _attempt(row: FailedAttemptRow) -> FailedAttempt:
    return FailedAttempt(**{field.name: getattr(row, field.name) for field in fields(FailedAttempt)})
