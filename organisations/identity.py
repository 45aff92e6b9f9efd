"""From one key of a person (id, login, session, token) to the person with all duties of today, in one SELECT.

A duty comes from a membership that is valid today, or from an order on an acting person that is valid today while the absent person is
active and holds the very membership: so nobody is given more than the absent person has, and what came by an order is not handed on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from organisations.actors import Actor, Duty
from organisations.days import Days
from organisations.permissions import Permission
from organisations.roles import Role
from organisations.tables import ActingRow, MembershipRow, UserRow
from storage.database import session


@dataclass(frozen=True)
class Identified:
    """A person found by a key, the hash of their password, and the columns that the key's own table was asked for."""

    actor: Actor
    password_hash: str | None
    key: Any


#: The day of the question; a query for a key may bind values of its own beside it.
_TODAY = sa.bindparam("today", type_=sa.Date())


def question(key: sa.Select[*tuple[Any, ...]]) -> sa.CompoundSelect[*tuple[Any, ...]]:
    """The SELECT of `identify` for a kind of key, from a query for `user_id` and further columns, with bound parameters.

    Made once for each kind of key: putting it together takes longer than the database needs to answer it.
    """
    keys = key.cte("keys")
    person = (
        sa.select(keys, UserRow.login, UserRow.name_kk, UserRow.name_ru, UserRow.language, UserRow.password_hash)
        .join(UserRow, UserRow.id == keys.c.user_id)
        .where(UserRow.active.is_(True))
        .cte("person")
    )
    return sa.union_all(_own(person), _acting(person))


def identify(asked: sa.CompoundSelect[*tuple[Any, ...]], today: date, **key: Any) -> Identified | None:
    """The active person whom a key leads to, by the `question` for its kind and the values of its parameters; None when there is none."""
    rows = session.execute(asked, {"today": today, **key}).all()
    return _identified(rows) if rows else None


def _own(person: sa.CTE) -> sa.Select[Any]:
    """The person, once at least, with each membership of theirs."""
    valid = sa.and_(MembershipRow.user_id == person.c.user_id, *Days.covering(MembershipRow.valid_from, MembershipRow.valid_to, _TODAY))
    nobody = (sa.null().cast(sa.Uuid()).label("absent_user_id"), sa.null().cast(sa.String(60)).label("order_number"))
    return sa.select(person, MembershipRow.role, MembershipRow.body_id, *nobody).outerjoin_from(person, MembershipRow, valid)


def _acting(person: sa.CTE) -> sa.Select[Any]:
    """The person with each duty that an order gives them today."""
    held, absent = aliased(MembershipRow), aliased(UserRow)
    same = sa.and_(held.user_id == ActingRow.absent_user_id, held.role == ActingRow.role, held.body_id == ActingRow.body_id)
    return (
        sa.select(person, ActingRow.role, ActingRow.body_id, ActingRow.absent_user_id, ActingRow.order_number)
        .join_from(person, ActingRow, ActingRow.acting_user_id == person.c.user_id)
        .join(held, same)
        .join(absent, absent.id == ActingRow.absent_user_id)
        .where(absent.active.is_(True), ActingRow.revoked_at.is_(None))
        .where(*Days.covering(ActingRow.valid_from, ActingRow.valid_to, _TODAY), *Days.covering(held.valid_from, held.valid_to, _TODAY))
    )


def _identified(rows: Sequence[Any]) -> Identified:
    first = rows[0]
    duties = {_duty(row): None for row in rows if row.role is not None}
    name = first.name_ru if first.language == "ru" else first.name_kk
    return Identified(Actor(first.user_id, first.login, name, first.language, tuple(duties)), first.password_hash, first)


def _duty(row: Any) -> Duty:
    absent: UUID | None = row.absent_user_id
    return Duty(Role(row.role), row.body_id, absent, row.order_number)


def scopes_of(permissions: Sequence[str]) -> frozenset[Permission]:
    """The permissions that a token was made for; words that no longer are permissions give nothing."""
    return frozenset(Permission(word) for word in permissions if word in frozenset(Permission))
