"""Which roles a person holds at which bodies, from which day to which."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa

from organisations import permissions, values
from organisations.actors import Actor
from organisations.days import Days
from organisations.errors import AlreadyHolds, BodyNotFound, MembershipNotFound, UserInactive, UserNotFound
from organisations.permissions import Permission
from organisations.roles import Role
from organisations.tables import BodyRow, MembershipRow, UserRow
from storage import journal
from storage.database import session
from storage.identifiers import new_id


@dataclass(frozen=True)
class Membership:
    """A role of a user at a body; the first and the last day are included, no last day means until further notice."""

    id: UUID
    user_id: UUID
    role: Role
    body_id: UUID
    valid_from: date
    valid_to: date | None


class Memberships:
    """Grants and ends roles. `by=None` is the product itself or its console."""

    def __init__(self, days: Days) -> None:
        self._days = days

    def of(self, user_id: UUID) -> tuple[Membership, ...]:
        """All memberships of a user, past ones too, oldest first."""
        query = sa.select(MembershipRow).where(MembershipRow.user_id == user_id).order_by(MembershipRow.valid_from, MembershipRow.id)
        return tuple(_membership(row) for row in session.scalars(query))

    def grant(
        self,
        user_id: UUID,
        role: Role,
        body_id: UUID,
        *,
        valid_from: date | None = None,
        valid_to: date | None = None,
        by: Actor | None = None,
    ) -> Membership:
        """Give a user a role at a body, from today unless said otherwise. Raises AlreadyHolds, UserInactive, ValidityBackwards."""
        if by is not None:
            permissions.require(by, Permission.USER_EDIT, at=body_id)
        first = valid_from or self._days.today()
        values.require_forward(first, valid_to)
        _require_active(user_id)
        if session.get(BodyRow, body_id) is None:
            raise BodyNotFound(body_id)
        if session.scalar(_overlapping(user_id, role, body_id, first, valid_to)):
            raise AlreadyHolds(role.value)
        row = MembershipRow(id=new_id(), user_id=user_id, role=role.value, body_id=body_id, valid_from=first, valid_to=valid_to)
        session.add(row)
        session.flush()
        self._record("membership:granted", row, by)
        return _membership(row)

    def end(self, membership_id: UUID, *, last_day: date | None = None, by: Actor | None = None) -> Membership:
        """End a membership after a last day; by default yesterday was the last one, so it ends at once."""
        row = session.get(MembershipRow, membership_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise MembershipNotFound(membership_id)
        if by is not None:
            permissions.require(by, Permission.USER_EDIT, at=row.body_id)
        row.valid_to = last_day or self._days.today() - timedelta(days=1)
        session.flush()
        self._record("membership:ended", row, by)
        return _membership(row)

    def _record(self, event: str, row: MembershipRow, by: Actor | None) -> None:
        journal.record(
            event,
            at=self._days.now(),
            subject=("user", row.user_id),
            actor=by.by if by else None,
            body_id=row.body_id,
            role=row.role,
            valid_from=row.valid_from.isoformat(),
            valid_to=row.valid_to and row.valid_to.isoformat(),
        )


def _require_active(user_id: UUID) -> None:
    user = session.get(UserRow, user_id)
    if user is None:
        raise UserNotFound(user_id)
    if not user.active:
        raise UserInactive(user.login)


def _overlapping(user_id: UUID, role: Role, body_id: UUID, first: date, last: date | None) -> sa.Select[UUID]:
    same = (MembershipRow.user_id == user_id, MembershipRow.role == role, MembershipRow.body_id == body_id)
    query = sa.select(MembershipRow.id).where(*same, sa.or_(MembershipRow.valid_to.is_(None), MembershipRow.valid_to >= first))
    return (query if last is None else query.where(MembershipRow.valid_from <= last)).limit(1)


def _membership(row: MembershipRow) -> Membership:
    return Membership(row.id, row.user_id, Role(row.role), row.body_id, row.valid_from, row.valid_to)
