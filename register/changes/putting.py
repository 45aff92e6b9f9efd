"""Putting approved changes in force: all of an act at one time or none; the edition that the act makes is kept with its contents."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from register import shelf as kinds
from register.changes import decisions, lifecycle
from register.changes.acts import Act
from register.changes.decisions import Decision
from register.changes.errors import (
    ChangeOutdated,
    EditionEmpty,
    EditionOutOfOrder,
    EditionStale,
    KindWithdrawn,
    ValidityOverlaps,
)
from register.changes.gate import Gate
from register.changes.laws import Permit
from register.changes.lifecycle import State
from register.changes.models import Change, Edition, EditionEntry
from register.models import KindRow
from register.register import Register
from storage import journal
from storage.clock import Clock
from storage.database import session

ONE_DAY = timedelta(days=1)
PUT, WITHDRAW = "put", "withdraw"


class Putting:
    """Needs a transaction; what it refuses leaves everything as it was."""

    def __init__(self, clock: Clock, register: Register, gate: Gate) -> None:
        self._clock = clock
        self._register = register
        self._gate = gate

    def approve(self, edition: Edition, changes: Sequence[Change], act: Act, permit: Permit) -> None:
        """Approve an edition by an act: its changes are in force, or withdrawn, from the day of the act on.

        Raises EditionEmpty, EditionOutOfOrder, ChangeOutdated, DuplicatesUnexplained, ValidityOverlaps, KindWithdrawn, and what the
        Register refuses of a document.
        """
        if not changes:
            raise EditionEmpty()
        now, last = self._clock.now(), _last_edition()
        if last is not None and last.in_force_from is not None and act.in_force_from < last.in_force_from:
            raise EditionOutOfOrder(act.in_force_from.isoformat(), last.in_force_from.isoformat())
        for change in sorted(changes, key=lambda each: each.code):
            self._put(change, act, permit, now)
        edition.number = (last.number or 0) + 1 if last else 1
        edition.act_type, edition.act_number, edition.act_date = act.type, act.number, act.dated
        edition.in_force_from = act.in_force_from
        edition.approved_at, edition.approved_by, edition.approved_on_behalf_of = now, permit.actor.by, permit.on_behalf_of
        try:
            session.flush()
        except IntegrityError as error:  # another edition got the number meanwhile
            raise EditionStale(edition.edits) from error
        self._keep_contents(edition, act)
        journal.record(
            "register_edition:approved",
            at=now,
            subject=("register_edition", edition.id),
            actor=permit.actor.by,
            on_behalf_of=permit.on_behalf_of,
            body_id=edition.body_id,
            edition=edition.number,
            act_number=act.number,
            changes=[change.business_key for change in changes],
        )

    def _put(self, change: Change, act: Act, permit: Permit, now: datetime) -> None:
        latest = require_current(change)
        self._gate.require_explained(change)
        if latest is not None and act.in_force_from <= latest.valid_from:
            raise ValidityOverlaps(change.code, act.in_force_from.isoformat(), latest.valid_from.isoformat())
        if latest is not None and latest.valid_to is not None and act.in_force_from <= latest.valid_to:
            raise ValidityOverlaps(change.code, act.in_force_from.isoformat(), latest.valid_to.isoformat())
        if change.action == WITHDRAW:
            self._register.withdraw_kind(change.code, act.in_force_from - ONE_DAY, act_number=act.number, person=permit.actor.by)
        else:
            document = {**(change.document or {}), "valid_from": act.in_force_from.isoformat(), "version": change.kind_version}
            self._register.put_in_force(document, change.indicators, act=(act.number, act.dated), person=permit.actor.by)
            change.document = document
        lifecycle.move(change, State.APPROVED)
        change.act_type, change.act_number, change.act_date = act.type, act.number, act.dated
        change.in_force_from = act.in_force_from
        decisions.record(
            Decision.APPROVED,
            change,
            by=permit.actor.by,
            on_behalf_of=permit.on_behalf_of,
            body_id=permit.duty.body_id,
            at=now,
            remark=f"№ {act.number}",
        )

    def _keep_contents(self, edition: Edition, act: Act) -> None:
        """What is in force from the day of the act on."""
        for code, version in kinds.in_force(act.in_force_from):
            session.add(EditionEntry(edition_id=edition.id, kind_code=code, kind_version=version))
        session.flush()


def require_current(change: Change) -> KindRow | None:
    """The last version of the change's kind, which must be the one that it was made from. Raises ChangeOutdated, KindWithdrawn."""
    latest = next(iter(kinds.versions(change.code)), None)
    version = latest.version if latest else None
    if version != change.base_version:
        raise ChangeOutdated(change.code, change.base_version, version)
    if change.action == WITHDRAW and latest is not None and latest.valid_to is not None:
        raise KindWithdrawn(change.code, latest.valid_to.isoformat())
    return latest


def _last_edition() -> Edition | None:
    return session.scalar(sa.select(Edition).where(Edition.number.is_not(None)).order_by(Edition.number.desc()).limit(1))
