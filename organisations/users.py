"""People who sign in: names, numbers, phones, passwords, and the roles they hold at bodies."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

import sqlalchemy as sa

from organisations import passwords, permissions, uniqueness, values
from organisations.actors import Actor
from organisations.days import Days
from organisations.errors import IinTaken, LoginTaken, UserChangedMeanwhile, UserInvalid, UserNotFound
from organisations.memberships import Memberships
from organisations.permissions import EVERYWHERE, Everywhere, Permission
from organisations.roles import Role
from organisations.tables import MembershipRow, SessionRow, TokenRow, UserRow
from refusals import Fault
from storage import journal, sorting
from storage.database import session
from storage.identifiers import new_id
from storage.pages import MAX_LIMIT, Key, Page, page

LANGUAGES = ("kk", "ru", "en")
LONGEST_NAME = 200
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


@dataclass(frozen=True)
class User:
    """A person, or a program with a login."""

    id: UUID
    login: str
    name_kk: str
    name_ru: str
    iin: str | None
    phone: str | None
    email: str | None
    language: str
    active: bool
    has_password: bool
    created_at: datetime
    version: int

    def name(self, language: str) -> str:
        """The name in a language: Russian for ru, else Kazakh."""
        return self.name_ru if language == "ru" else self.name_kk


class UserChange(TypedDict, total=False):
    """What can be changed of a user."""

    name_kk: str
    name_ru: str
    iin: str | None
    phone: str | None
    email: str | None
    language: str


_FIELDS = tuple(UserChange.__annotations__)


class Users:
    """All people. `by=None` in a change is the product itself or its console."""

    def __init__(self, days: Days, memberships: Memberships) -> None:
        self._days = days
        self.memberships = memberships

    def get(self, user_id: UUID | str) -> User:
        """The user with an id, given as UUID or as the text that engine and journal keep. Raises UserNotFound."""
        return _user(_row(user_id))

    def many(self, user_ids: Collection[UUID | str]) -> dict[str, User]:
        """Several users in at most one query, by id as text (who holds what, with phone); unknown ids are left out."""
        ids = {found for found in map(values.uuid_of, user_ids) if found is not None}
        if not ids:
            return {}
        return {str(row.id): _user(row) for row in session.scalars(sa.select(UserRow).where(UserRow.id.in_(ids)))}

    def seen(self, by: Actor, user_id: UUID) -> User:
        """A user as an actor may see them: themselves, and the people of bodies where the actor may read users. Raises UserNotFound."""
        if user_id != by.user_id and session.scalar(_seen_by(by).with_only_columns(UserRow.id).where(UserRow.id == user_id)) is None:
            raise UserNotFound(user_id)
        return self.get(user_id)

    def find(self, login: str) -> User:
        """The user with a login, in any case of letters. Raises UserNotFound."""
        known = _LOGIN.fullmatch(login.lower())
        row = session.scalars(sa.select(UserRow).where(UserRow.login == login.lower())).first() if known else None
        if row is None:
            raise UserNotFound(login)
        return _user(row)

    def holding(self, role: Role, body_id: UUID, on: date | None = None) -> tuple[User, ...]:
        """The active users who hold a role at a body by membership on a day (today)."""
        return self.holding_at(role, [body_id], on).get(body_id, ())

    def holding_at(self, role: Role, body_ids: Collection[UUID], on: date | None = None) -> dict[UUID, tuple[User, ...]]:
        """The same at several bodies, by body, in one query; bodies where nobody does are left out."""
        day = on or self._days.today()
        holds = (MembershipRow.role == role, MembershipRow.body_id.in_(body_ids))
        query = (
            sa.select(MembershipRow.body_id, UserRow)
            .join(MembershipRow, MembershipRow.user_id == UserRow.id)
            .where(*holds, *Days.covering(MembershipRow.valid_from, MembershipRow.valid_to, day), UserRow.active.is_(True))
        )
        found: dict[UUID, tuple[User, ...]] = {}
        for at, row in session.execute(query.distinct().order_by(UserRow.sort_key, UserRow.id)):
            found[at] = (*found.get(at, ()), _user(row))
        return found

    def list(
        self,
        by: Actor,
        *,
        body_id: UUID | None = None,
        role: Role | None = None,
        active: bool | None = None,
        search: str | None = None,
        limit: int = 50,
        after: Key | None = None,
    ) -> Page[User]:
        """A page of the users whom an actor may see, in alphabetical order; `search` finds part of a name or login."""
        permissions.require(by, Permission.USER_READ)
        query = _seen_by(by)
        if body_id is not None or role is not None:
            query = query.where(UserRow.id.in_(_members(body_id, role, self._days.today())))
        if active is not None:
            query = query.where(UserRow.active.is_(active))
        if search:
            query = query.where(UserRow.folded.like(values.pattern(search), escape="\\"))
        return _listed(query, limit, after)

    def create(
        self,
        login: str,
        *,
        name_kk: str,
        name_ru: str | None = None,
        role: Role | None = None,
        body_id: UUID | None = None,
        password: str | None = None,
        iin: str | None = None,
        phone: str | None = None,
        email: str | None = None,
        language: str = "kk",
        by: Actor | None = None,
    ) -> User:
        """Add a person, with a first role at a body if given. Raises UserInvalid, LoginTaken, IinTaken, NotPermitted."""
        _require_edit(by)
        login = login.lower()
        if not _LOGIN.fullmatch(login) or values.uuid_of(login) is not None:  # a login must never read as another person's id
            raise UserInvalid(faults=[Fault("/login", "login_unreadable")])
        if session.scalar(sa.select(UserRow.id).where(UserRow.login == login)):
            raise LoginTaken(login)
        row = UserRow(id=new_id(), login=login, active=True, created_at=self._days.now(), version=1)
        _fill(row, UserChange(name_kk=name_kk, name_ru=name_ru or name_kk, iin=iin, phone=phone, email=email, language=language))
        row.password_hash = passwords.hashed(password, login) if password is not None else None
        with uniqueness.flushed("users", login=LoginTaken(login), iin=IinTaken()):
            session.add(row)
        self._record("user:created", row, by, login=login)
        if role is not None and body_id is not None:
            self.memberships.grant(row.id, role, body_id, by=by)
        return _user(row)

    def update(self, user_id: UUID, *, by: Actor | None = None, if_version: int | None = None, **changes: Unpack[UserChange]) -> User:
        """Change names, numbers or language of a user. Raises UserChangedMeanwhile when `if_version` is no longer the user's version."""
        row = _row(user_id, lock=True)
        _require_edit(by)
        if if_version is not None and row.version != if_version:
            raise UserChangedMeanwhile(row.version)
        changed = sorted(name for name, value in changes.items() if getattr(row, name) != value)
        with uniqueness.flushed("users", iin=IinTaken()):
            _fill(row, changes)
            row.version += 1
        self._record("user:changed", row, by, fields=changed)
        return _user(row)

    def set_language(self, by: Actor, language: str) -> User:
        """Choose one's own language."""
        row = _row(by.user_id, lock=True)
        _fill(row, UserChange(language=language))
        row.version += 1
        session.flush()
        self._record("user:changed", row, by, fields=["language"])
        return _user(row)

    def set_password(self, user_id: UUID, password: str, *, by: Actor | None = None) -> None:
        """Give a user a new password; it ends every session and token that the old one opened."""
        row = _row(user_id, lock=True)
        _require_edit(by)
        row.password_hash = passwords.hashed(password, row.login)
        row.version += 1
        session.flush()
        self._end_access(row.id)
        self._record("user:password_changed", row, by)

    def deactivate(self, user_id: UUID, *, by: Actor | None = None) -> User:
        """Shut a person out at once; memberships stay on record, sessions and tokens end."""
        return self._set_active(user_id, False, "user:deactivated", by)

    def reactivate(self, user_id: UUID, *, by: Actor | None = None) -> User:
        """Let a deactivated person in again."""
        return self._set_active(user_id, True, "user:reactivated", by)

    def _set_active(self, user_id: UUID, active: bool, event: str, by: Actor | None) -> User:
        row = _row(user_id, lock=True)
        _require_edit(by)
        if row.active == active:
            return _user(row)
        row.active = active
        row.version += 1
        session.flush()
        if not active:
            self._end_access(row.id)
        self._record(event, row, by)
        return _user(row)

    def _end_access(self, user_id: UUID) -> None:
        now = self._days.now()
        session.execute(sa.delete(SessionRow).where(SessionRow.user_id == user_id))
        session.execute(sa.update(TokenRow).where(TokenRow.user_id == user_id, TokenRow.revoked_at.is_(None)).values(revoked_at=now))

    def _record(self, event: str, row: UserRow, by: Actor | None, **details: Any) -> None:
        journal.record(event, at=self._days.now(), subject=("user", row.id), actor=by.by if by else None, **details)


def _fill(row: UserRow, changes: UserChange) -> None:
    candidate: dict[str, Any] = {name: getattr(row, name) for name in _FIELDS} | dict(changes)
    faults = tuple(_faults(candidate))
    if faults:
        raise UserInvalid(faults=faults)
    taken = sa.select(UserRow.id).where(UserRow.iin == candidate["iin"], UserRow.id != row.id)
    if candidate["iin"] is not None and session.scalar(taken):
        raise IinTaken()
    for name, value in candidate.items():
        setattr(row, name, value)
    row.sort_key = sorting.sort_key(row.name_kk)
    row.folded = values.fold(row.name_kk, row.name_ru, row.login)


def _faults(candidate: dict[str, Any]) -> Iterator[Fault]:
    yield from values.name_faults(candidate, "name_kk", "name_ru", longest=LONGEST_NAME, required=("name_kk", "name_ru"))
    yield from values.number_faults(candidate, "iin", "iin_wrong")
    yield from values.phone_faults(candidate)
    yield from values.email_faults(candidate)
    if candidate["language"] not in LANGUAGES:
        yield Fault("/language", "detail_not_listed")


def _require_edit(by: Actor | None) -> None:
    if by is not None:
        permissions.require(by, Permission.USER_EDIT, at=EVERYWHERE)


def _seen_by(by: Actor) -> sa.Select[UserRow]:
    if isinstance(permissions.where(by, Permission.USER_READ), Everywhere):
        return sa.select(UserRow)
    seen = permissions.within(by, Permission.USER_READ, MembershipRow.body_id)
    return sa.select(UserRow).where(UserRow.id.in_(sa.select(MembershipRow.user_id).where(seen)))


def _members(body_id: UUID | None, role: Role | None, day: date) -> sa.Select[UUID]:
    query = sa.select(MembershipRow.user_id).where(*Days.covering(MembershipRow.valid_from, MembershipRow.valid_to, day))
    if body_id is not None:
        query = query.where(MembershipRow.body_id == body_id)
    return query if role is None else query.where(MembershipRow.role == role)


def _listed(query: sa.Select[UserRow], limit: int, after: Key | None) -> Page[User]:
    limit = max(1, min(limit, MAX_LIMIT))
    if after is not None:
        last = sa.tuple_(sa.literal(after[0]), sa.literal(after[1], sa.Uuid()))
        query = query.where(sa.tuple_(UserRow.sort_key, UserRow.id) > last)
    rows = session.scalars(query.order_by(UserRow.sort_key, UserRow.id).limit(limit + 1)).all()
    return page(rows, limit, item=_user, key=lambda row: (row.sort_key, row.id))


def _row(user_id: UUID | str, *, lock: bool = False) -> UserRow:
    known = values.uuid_of(user_id)
    row = session.get(UserRow, known, with_for_update=lock, populate_existing=lock) if known is not None else None
    if row is None:
        raise UserNotFound(user_id)
    return row


def _user(row: UserRow) -> User:
    fields = {name: getattr(row, name) for name in _FIELDS}
    account = {"active": row.active, "has_password": row.password_hash is not None, "version": row.version}
    return User(id=row.id, login=row.login, created_at=row.created_at, **(fields | account))
