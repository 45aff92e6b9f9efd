"""How long the history of instances is kept: a time to live per definition, legal holds, and the cleanup of what is past both.

Whatever an instance left in the tables of the engine goes together. The journal is never touched: it tells of every batch.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine.cases import Keeper, held, remove_instances
from engine.definition_errors import DefinitionNotFound
from engine.definition_models import DefinitionRow
from engine.deliveries import EXPIRED
from engine.errors import InstanceNotFound, LegalHoldLifted, LegalHoldNotFound
from engine.failures import START
from engine.instances import Instance
from engine.job_tables import FailedAttemptRow
from engine.models import DeliveryRow, IncidentRow, InstanceRow
from engine.retention_tables import LegalHoldRow
from engine.situation import body_id
from storage import database, removals
from storage.clock import Clock
from storage.identifiers import new_id
from storage.journal import record
from storage.pages import Key, Page, page

#: The longest time to live: beyond it a date has no meaning.
MAX_DAYS = 36_500
I, H = InstanceRow, LegalHoldRow  # noqa: E741


@dataclass(frozen=True)
class Keeping:
    """The settings of an installation: `days` where a definition says nothing (None: for ever), and the hours of the nightly cleanup, which
    removes at most `batch` instances in one transaction. Equal hours mean the whole day."""

    days: int | None = None
    begins: time = time(1)
    ends: time = time(5)
    batch: int = 500


@dataclass(frozen=True)
class LegalHold:
    """Why everything of one instance, or of all instances of a business key, is kept however old it grows."""

    id: UUID
    instance_id: UUID | None
    business_key: str | None
    body: str | None
    reason: str
    set_at: datetime
    set_by: str | None
    lifted_at: datetime | None
    lifted_by: str | None
    lift_reason: str | None


class Retention:
    """Everything is done in the caller's transaction."""

    def __init__(self, clock: Clock, zone: tzinfo, keeping: Keeping, keepers: Sequence[Keeper] = ()) -> None:
        self._clock = clock
        self._zone = zone
        self.keeping = keeping
        self._keepers = keepers

    def set_time_to_live(self, definition_id: UUID, days: int | None, by: str | None) -> None:
        """Keep the history of a definition's instances for so many days after their end; None is as the settings say.

        Raises DefinitionNotFound.
        """
        row = database.session.get(DefinitionRow, definition_id)
        if row is None:
            raise DefinitionNotFound(definition_id)
        was, row.history_ttl_days = row.history_ttl_days, days
        about = {"key": row.key, "version": row.version, "was": was, "days": days}
        self._record("process_definition:time_to_live_set", ("process_definition", definition_id), by, **about)

    def hold(self, *, instance_id: UUID | None = None, business_key: str | None = None, reason: str, by: str | None) -> LegalHold:
        """Keep everything of one instance, or of all instances of a business key. Raises InstanceNotFound."""
        removals.stop()
        body = None
        if instance_id is not None:
            query = sa.select(I.body).where(I.id == instance_id).with_for_update()
            found = database.session.execute(query).first()
            if found is None:
                raise InstanceNotFound(instance_id=str(instance_id))
            body = found.body
        now = self._clock.now()
        row = H(id=new_id(), instance_id=instance_id, business_key=business_key, body=body, reason=reason[:500], set_at=now, set_by=by)
        database.session.add(row)
        self._record_hold("legal_hold:set", row, by, reason)
        return _hold(row)

    def lift(self, hold_id: UUID, reason: str, by: str | None) -> LegalHold:
        """End a hold; what is past its time goes with the next cleanup. Raises LegalHoldNotFound, LegalHoldLifted."""
        row = database.session.get(H, hold_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise LegalHoldNotFound(hold_id=str(hold_id))
        if row.lifted_at is not None:
            raise LegalHoldLifted(hold_id=str(hold_id))
        row.lifted_at, row.lifted_by, row.lift_reason = self._clock.now(), by, reason[:500]
        self._record_hold("legal_hold:lifted", row, by, reason)
        return _hold(row)

    def get(self, hold_id: UUID) -> LegalHold:
        """A hold by id. Raises LegalHoldNotFound."""
        row = database.session.get(H, hold_id)
        if row is None:
            raise LegalHoldNotFound(hold_id=str(hold_id))
        return _hold(row)

    def holds(self, *, active_only: bool = True, limit: int = 50, after: Key | None = None) -> Page[LegalHold]:
        """Holds, the newest first."""
        query = sa.select(H).order_by(H.id.desc()).limit(limit + 1)
        if active_only:
            query = query.where(H.lifted_at.is_(None))
        if after is not None:
            query = query.where(H.id < after[0])
        return page(database.session.scalars(query).all(), limit, item=_hold, key=lambda row: (row.id,))

    def removal_times(self, instances: Collection[Instance]) -> dict[UUID, datetime]:
        """When those of some instances that have ended are due to be removed; those that are kept for ever, held or kept by a
        room above are left out."""
        ended = {one.id: one for one in instances if one.ended_at is not None}
        if not ended:
            return {}
        definitions = {one.definition_id for one in ended.values()}
        query = sa.select(DefinitionRow.id, DefinitionRow.history_ttl_days).where(DefinitionRow.id.in_(definitions))
        days = {row.id: self._days(row.history_ttl_days) for row in database.session.execute(query)}
        kept_on = set(database.session.scalars(sa.select(I.id).where(I.id.in_(ended), sa.or_(held(), *self._kept()))))
        due: dict[UUID, datetime] = {}
        for one in ended.values():
            kept = days.get(one.definition_id)
            if kept is not None and one.ended_at is not None and one.id not in kept_on:
                due[one.id] = one.ended_at + timedelta(days=kept)
        return due

    def window(self) -> tuple[datetime, datetime]:
        """When the cleanup of today begins and ends."""
        today = self._clock.now().astimezone(self._zone).date()
        begins, ends = (datetime.combine(today, hour, self._zone) for hour in (self.keeping.begins, self.keeping.ends))
        return begins, ends if begins < ends else ends + timedelta(days=1)

    def is_time(self) -> bool:
        """Whether it is the hour of the cleanup."""
        now, begins, ends = self._clock.now().astimezone(self._zone).time(), self.keeping.begins, self.keeping.ends
        return begins <= now < ends if begins < ends else now >= begins or now < ends

    def clean(self, limit: int | None = None) -> int:
        """Remove the instances that are past their time, the oldest first, at most `limit`; gives how many. The journal tells of them."""
        removals.join()
        left = limit or self.keeping.batch
        for definition, before in self._due_definitions():
            gone = list(database.session.scalars(self._past(definition.id, before, left)))
            remove_instances(gone)
            others = _remove_failed_starts(definition.id, before)
            if gone or others:
                about = {"key": definition.key, "version": definition.version, "instances": len(gone), "failed_starts": others}
                self._record("history:cleaned", ("process_definition", definition.id), None, ended_before=before.isoformat(), **about)
            left -= len(gone)
            if left <= 0:
                break
        if self.keeping.days is not None:
            self._forget_expired_messages(self.keeping.days)
        return (limit or self.keeping.batch) - left

    def _forget_expired_messages(self, days: int) -> None:
        """What nobody waited for belongs to no definition: the days of the settings hold for it."""
        old = (DeliveryRow.state == EXPIRED, DeliveryRow.expires_at < self._clock.now() - timedelta(days=min(days, MAX_DAYS)))
        database.session.execute(sa.delete(DeliveryRow).where(*old))

    def _due_definitions(self) -> Iterator[tuple[Any, datetime]]:
        """The definitions whose history is not kept for ever, and the moment before which it is past its time."""
        columns = (DefinitionRow.id, DefinitionRow.key, DefinitionRow.version, DefinitionRow.history_ttl_days)
        for row in database.session.execute(sa.select(*columns).order_by(DefinitionRow.id)).all():
            days = self._days(row.history_ttl_days)
            if days is not None:
                yield row, self._clock.now() - timedelta(days=days)

    def _past(self, definition_id: UUID, before: datetime, limit: int) -> sa.Select[UUID]:
        kept_on = sa.or_(held(), *self._kept())
        query = sa.select(I.id).where(I.definition_id == definition_id, I.ended_at < before, ~kept_on)
        return query.order_by(I.ended_at).limit(limit).with_for_update(of=I, skip_locked=True)

    def _kept(self) -> Iterator[sa.ColumnElement[bool]]:
        """What rooms above keep of instances: it goes with theirs."""
        return (keeps(sa.type_coerce(I.business_key, sa.String)) for keeps in self._keepers)

    def _days(self, of_definition: int | None) -> int | None:
        days = self.keeping.days if of_definition is None else of_definition
        return None if days is None else min(days, MAX_DAYS)

    def _record_hold(self, event: str, row: LegalHoldRow, by: str | None, reason: str) -> None:
        instance_id = None if row.instance_id is None else str(row.instance_id)
        about = {"instance_id": instance_id, "business_key": row.business_key, "reason": reason}
        self._record(event, ("legal_hold", row.id), by, body_id=body_id(row.body), **about)

    def _record(self, event: str, subject: tuple[str, object], by: str | None, **about: Any) -> None:
        record(event, at=self._clock.now(), subject=subject, actor=by, **about)
        database.session.flush()


def _remove_failed_starts(definition_id: UUID, before: datetime) -> int:
    """Remove what is left of instances that never started: settled incidents and failed attempts; gives how many rows."""
    settled = (IncidentRow.kind == START, IncidentRow.definition_id == definition_id, IncidentRow.resolved_at < before)
    tried = (FailedAttemptRow.kind == START, FailedAttemptRow.definition_id == definition_id, FailedAttemptRow.at < before)
    rows = 0
    for model, conditions in ((IncidentRow, settled), (FailedAttemptRow, tried)):
        done = database.session.execute(sa.delete(model).where(*conditions).returning(model.id))
        rows += len(done.all())
    return rows


def _hold(row: LegalHoldRow) -> LegalHold:
    return LegalHold(**{name: getattr(row, name) for name in LegalHold.__dataclass_fields__})
