"""Who holds which posts, for many posts or many people at once: whom to tell of something, without a question for each of them.

A post is a role at a body. An acting person holds the posts of the absent one besides, under the rules of identity.py.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from organisations.days import Days
from organisations.roles import Role
from organisations.tables import ActingRow, BodyRow, MembershipRow, UserRow
from organisations.values import uuid_of
from storage.database import session


@dataclass(frozen=True)
class Post:
    """A role at a body."""

    role: Role
    body_id: UUID


@dataclass(frozen=True)
class Holder:
    """An active person with the posts that were asked about, or all of theirs."""

    user_id: UUID
    login: str
    posts: frozenset[Post]


def holders(posts: Collection[Post], day: date) -> dict[UUID, Holder]:
    """The people who hold any of some posts on a day, acting persons included, by id; each with those of the posts that are theirs."""
    if not posts:
        return {}
    roles, bodies = {post.role.value for post in posts}, {post.body_id for post in posts}
    held = _held(day, roles, bodies)
    return _people(session.execute(_named(held)), set(posts))


def in_role(role: Role, day: date, most: int) -> dict[UUID, Holder]:
    """The people who hold a role anywhere, at most so many."""
    held = _held(day, {role.value})
    chosen = sa.select(held.c.user_id).distinct().order_by(held.c.user_id).limit(most)
    return _people(session.execute(_named(held).where(held.c.user_id.in_(chosen))), None)


def people(names: Iterable[str], day: date) -> dict[str, Holder]:
    """People by the names that the engine keeps (ids as text, or logins of diagrams), with all their posts; unknown ones are left out."""
    asked = {name for name in names if name}
    ids = {name: uuid_of(name) for name in asked}
    known, logins = {found for found in ids.values() if found is not None}, {name for name in asked if ids[name] is None}
    if not asked:
        return {}
    held = _held(day)
    wanted = sa.or_(UserRow.id.in_(known), UserRow.login.in_(logins))
    query = sa.select(UserRow.id, UserRow.login, held.c.role, held.c.body_id).outerjoin(held, held.c.user_id == UserRow.id)
    found = _people(session.execute(query.where(UserRow.active.is_(True), wanted)), None)
    by_login = {holder.login: holder for holder in found.values()}
    named = ((name, by_login.get(name) if user_id is None else found.get(user_id)) for name, user_id in ids.items())
    return {name: holder for name, holder in named if holder is not None}


def parents(body_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The parents of some bodies: the akimat that a department belongs to; those that have none are left out."""
    query = sa.select(BodyRow.id, BodyRow.parent_id).where(BodyRow.id.in_(body_ids), BodyRow.parent_id.is_not(None))
    return {row.id: row.parent_id for row in session.execute(query)}


def _held(day: date, roles: Collection[str] | None = None, bodies: Collection[UUID] | None = None) -> sa.Subquery:
    """Who holds what on a day: by membership, or by an order in place of an active person who has the membership."""
    valid = Days.covering(MembershipRow.valid_from, MembershipRow.valid_to, day)
    own = sa.select(MembershipRow.user_id, MembershipRow.role, MembershipRow.body_id).where(
        *valid, *_narrowed(MembershipRow, roles, bodies)
    )
    held, absent = aliased(MembershipRow), aliased(UserRow)
    same = sa.and_(held.user_id == ActingRow.absent_user_id, held.role == ActingRow.role, held.body_id == ActingRow.body_id)
    acting = (
        sa.select(ActingRow.acting_user_id, ActingRow.role, ActingRow.body_id)
        .join(held, same)
        .join(absent, absent.id == ActingRow.absent_user_id)
        .where(absent.active.is_(True), ActingRow.revoked_at.is_(None), *_narrowed(ActingRow, roles, bodies))
        .where(*Days.covering(ActingRow.valid_from, ActingRow.valid_to, day), *Days.covering(held.valid_from, held.valid_to, day))
    )
    return sa.union_all(own, acting).subquery("held")


def _narrowed(
    row: type[MembershipRow] | type[ActingRow], roles: Collection[str] | None, bodies: Collection[UUID] | None
) -> list[sa.ColumnElement[bool]]:
    return [] if roles is None else [row.role.in_(roles), *([] if bodies is None else [row.body_id.in_(bodies)])]


def _named(held: sa.Subquery) -> sa.Select[Any]:
    query = sa.select(UserRow.id, UserRow.login, held.c.role, held.c.body_id).join(held, held.c.user_id == UserRow.id)
    return query.where(UserRow.active.is_(True)).order_by(UserRow.id)


def _people(rows: Iterable[Any], asked: Collection[Post] | None) -> dict[UUID, Holder]:
    logins: dict[UUID, str] = {}
    found: dict[UUID, set[Post]] = {}
    for row in rows:
        post = None if row.role is None else Post(Role(row.role), row.body_id)
        if asked is None or post in asked:
            logins[row.id] = row.login
            found.setdefault(row.id, set()).update([] if post is None else [post])
    return {user_id: Holder(user_id, logins[user_id], frozenset(posts)) for user_id, posts in found.items()}


def by_post(found: Mapping[UUID, Holder]) -> dict[Post, tuple[UUID, ...]]:
    """The same people, by post."""
    listed: dict[Post, tuple[UUID, ...]] = {}
    for user_id, holder in found.items():
        for post in holder.posts:
            listed[post] = (*listed.get(post, ()), user_id)
    return listed
