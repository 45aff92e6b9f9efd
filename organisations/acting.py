"""Acting persons (м.а., и.о.): by an order with number and date, one person stands in for another in one duty, between two days.

An order takes effect only while the absent person holds the duty by a membership of their own (identity.py), so it never gives more
than the absent person has, and what was given by an order cannot be handed on.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from organisations import permissions, values
from organisations.actors import Actor
from organisations.days import Days
from organisations.errors import (
    AbsentHoldsNothing,
    ActingNotFound,
    ActsForThemselves,
    AlreadyHolds,
    AlreadyReplaced,
    OrderInvalid,
    UserInactive,
    UserNotFound,
)
from organisations.permissions import Permission
from organisations.roles import Role
from organisations.tables import ActingRow, MembershipRow, UserRow
from refusals import Fault
from storage import journal
from storage.database import session
from storage.identifiers import new_id
from storage.pages import MAX_LIMIT, Key, Page, page

LONGEST_ORDER_NUMBER = 60


@dataclass(frozen=True)
class Acting:
    """One order: who stands in for whom in which duty; the first and the last day are included."""

    id: UUID
    absent_user_id: UUID
    acting_user_id: UUID
    role: Role
    body_id: UUID
    order_number: str
    order_date: date
    valid_from: date
    valid_to: date
    revoked_at: datetime | None


class ActingPersons:
    """Records, revokes and lists orders on acting persons. `by=None` is the product itself or its console."""

    def __init__(self, days: Days) -> None:
        self._days = days

    def appoint(
        self,
        absent_user_id: UUID,
        acting_user_id: UUID,
        role: Role,
        body_id: UUID,
        *,
        order_number: str,
        order_date: date,
        valid_from: date,
        valid_to: date,
        by: Actor | None = None,
    ) -> Acting:
        """Record an order. Raises ActsForThemselves, OrderInvalid, AbsentHoldsNothing, AlreadyHolds, AlreadyReplaced, UserInactive."""
        if by is not None:
            permissions.require(by, Permission.ACTING_EDIT, at=body_id)
        if acting_user_id == absent_user_id or (by is not None and acting_user_id == by.user_id):
            raise ActsForThemselves()
        _require_sound_order(order_number, order_date, valid_from, valid_to)
        row = ActingRow(
            id=new_id(),
            absent_user_id=absent_user_id,
            acting_user_id=acting_user_id,
            role=role.value,
            body_id=body_id,
            order_number=order_number.strip(),
            order_date=order_date,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        _require_lawful(row)
        session.add(row)
        session.flush()
        self._record("acting:appointed", row, by)
        return _acting(row)

    def revoke(self, acting_id: UUID, *, by: Actor | None = None) -> Acting:
        """End an order at once; ending it again changes nothing. Raises ActingNotFound."""
        row = session.get(ActingRow, acting_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise ActingNotFound(acting_id)
        if by is not None:
            permissions.require(by, Permission.ACTING_EDIT, at=row.body_id)
        if row.revoked_at is None:
            row.revoked_at = self._days.now()
            session.flush()
            self._record("acting:revoked", row, by)
        return _acting(row)

    def list(
        self, by: Actor, *, body_id: UUID | None = None, on: date | None = None, limit: int = 50, after: Key | None = None
    ) -> Page[Acting]:
        """A page of the orders whose bodies an actor may look into, newest first; `on` leaves those in force on a day."""
        permissions.require(by, Permission.ACTING_READ)
        limit = max(1, min(limit, MAX_LIMIT))
        query = sa.select(ActingRow).where(permissions.within(by, Permission.ACTING_READ, ActingRow.body_id))
        if body_id is not None:
            query = query.where(ActingRow.body_id == body_id)
        if on is not None:
            query = query.where(ActingRow.revoked_at.is_(None), *Days.covering(ActingRow.valid_from, ActingRow.valid_to, on))
        if after is not None:
            query = query.where(ActingRow.id < after[0])
        rows = session.scalars(query.order_by(ActingRow.id.desc()).limit(limit + 1)).all()
        return page(rows, limit, item=_acting, key=lambda row: (row.id,))

    def _record(self, event: str, row: ActingRow, by: Actor | None) -> None:
        journal.record(
            event,
            at=self._days.now(),
            subject=("user", row.acting_user_id),
            actor=by.by if by else None,
            on_behalf_of=str(row.absent_user_id),
            body_id=row.body_id,
            acting_id=str(row.id),
            role=row.role,
            order=row.order_number,
            order_date=row.order_date.isoformat(),
            valid_from=row.valid_from.isoformat(),
            valid_to=row.valid_to.isoformat(),
        )


def _require_sound_order(number: str, dated: date, first: date, last: date) -> None:
    values.require_forward(first, last)
    given = {"order_number": number}
    faults = list(values.name_faults(given, "order_number", longest=LONGEST_ORDER_NUMBER, required=("order_number",)))
    if dated > first:
        faults.append(Fault("/order_date", "order_after_effect"))
    if faults:
        raise OrderInvalid(faults=faults)


def _require_lawful(row: ActingRow) -> None:
    """The absent person has the duty the whole time, the acting one does not, and nobody else stands in."""
    people = {user_id: _locked(user_id) for user_id in sorted((row.acting_user_id, row.absent_user_id))}
    acting = people[row.acting_user_id]
    if not acting.active:
        raise UserInactive(acting.login)
    same = (MembershipRow.role == row.role, MembershipRow.body_id == row.body_id)
    covering = (
        MembershipRow.valid_from <= row.valid_from,
        sa.or_(MembershipRow.valid_to.is_(None), MembershipRow.valid_to >= row.valid_to),
    )
    holders = set(session.scalars(sa.select(MembershipRow.user_id).where(*same, *covering)))
    if row.absent_user_id not in holders:
        raise AbsentHoldsNothing(row.role)
    if row.acting_user_id in holders:
        raise AlreadyHolds(row.role)
    rival = sa.select(ActingRow.order_number).where(
        ActingRow.absent_user_id == row.absent_user_id,
        ActingRow.role == row.role,
        ActingRow.body_id == row.body_id,
        ActingRow.revoked_at.is_(None),
        ActingRow.valid_from <= row.valid_to,
        ActingRow.valid_to >= row.valid_from,
    )
    order = session.scalar(rival.limit(1))
    if order is not None:
        raise AlreadyReplaced(order)


def _locked(user_id: UUID) -> UserRow:
    """A user, locked so that two orders on one person wait for each other; always in the order of ids, so that none waits for ever."""
    user = session.get(UserRow, user_id, with_for_update=True, populate_existing=True)
    if user is None:
        raise UserNotFound(user_id)
    return user


def _acting(row: ActingRow) -> Acting:
    order = (row.order_number, row.order_date, row.valid_from, row.valid_to, row.revoked_at)
    return Acting(row.id, row.absent_user_id, row.acting_user_id, Role(row.role), row.body_id, *order)
