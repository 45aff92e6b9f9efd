"""Bearer tokens for programs: kept by hash, made for some permissions only, expiring, revocable."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from organisations import permissions, secrets, values
from organisations.actors import Actor
from organisations.days import Days
from organisations.errors import TokenInvalid, TokenNotFound, TokenNotValid, TokenTooWide
from organisations.identity import identify, question, scopes_of
from organisations.permissions import Permission
from organisations.tables import TokenRow
from refusals import Fault, Throttled
from storage import journal
from storage.columns import Moment
from storage.database import session
from storage.identifiers import new_id
from storage.transaction import in_transaction, transaction

PREFIX = "esep_"
LONGEST_LIFE = timedelta(days=366)
LONGEST_NAME = 100
COARSE = timedelta(hours=1)


@dataclass(frozen=True)
class Token:
    """What is known of a token; its secret is shown once, when it is issued."""

    id: UUID
    name: str
    permissions: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class IssuedToken:
    """A new token with its secret, which nobody will ever see again."""

    token: Token
    secret: str


_BY_SECRET = question(
    sa.select(TokenRow.user_id, TokenRow.id.label("token_id"), TokenRow.last_used_at, TokenRow.permissions).where(
        TokenRow.secret_hash == sa.bindparam("secret"),
        TokenRow.revoked_at.is_(None),
        TokenRow.expires_at > sa.bindparam("now", type_=Moment()),
    )
)


class Tokens:
    """Issues, recognises and revokes tokens."""

    def __init__(self, days: Days) -> None:
        self._days = days

    def issue(self, actor: Actor, name: str, permissions_: Collection[str], *, expires_at: datetime) -> IssuedToken:
        """Make a token of the actor's own with some of their permissions. Raises TokenInvalid, TokenTooWide.

        A token cannot make tokens: it takes a person who signed in.
        """
        now, secret = self._days.now(), secrets.new_secret(PREFIX)
        faults = tuple(_faults(name, permissions_, expires_at, now))
        if faults:
            raise TokenInvalid(faults=faults)
        wanted = scopes_of(sorted(permissions_))
        for permission in sorted(wanted):
            if actor.scopes is not None or not permissions.allowed(actor, permission):
                raise TokenTooWide(permission.value)
        row = TokenRow(
            id=new_id(),
            secret_hash=secrets.hash_of(secret),
            user_id=actor.user_id,
            name=name.strip(),
            permissions=sorted(wanted),
            created_at=now,
            expires_at=expires_at,
        )
        session.add(row)
        session.flush()
        self._record("token:issued", actor, row)
        return IssuedToken(_token(row), secret)

    def actor(self, secret: str) -> Actor:
        """The person a token speaks for, narrowed to its permissions, in one SELECT. Raises TokenNotValid."""
        now = self._days.now()
        found = identify(_BY_SECRET, self._days.today(), secret=secrets.hash_of(secret), now=now)
        if found is None:
            raise TokenNotValid()
        if found.key.last_used_at is None or now - found.key.last_used_at >= COARSE:
            _note_use(found.key.token_id, now)
        actor = found.actor
        return Actor(actor.user_id, actor.login, actor.name, actor.language, actor.duties, scopes_of(found.key.permissions))

    def list(self, actor: Actor) -> tuple[Token, ...]:
        """The actor's own tokens, newest first, revoked and expired ones too."""
        query = sa.select(TokenRow).where(TokenRow.user_id == actor.user_id).order_by(TokenRow.id.desc())
        return tuple(_token(row) for row in session.scalars(query))

    def revoke(self, actor: Actor, token_id: UUID) -> Token:
        """End one of the actor's own tokens at once; ending it again changes nothing. Raises TokenNotFound."""
        row = session.get(TokenRow, token_id, with_for_update=True, populate_existing=True)
        if row is None or row.user_id != actor.user_id:
            raise TokenNotFound(token_id)
        if row.revoked_at is None:
            row.revoked_at = self._days.now()
            session.flush()
            self._record("token:revoked", actor, row)
        return _token(row)

    def _record(self, event: str, actor: Actor, row: TokenRow) -> None:
        subject, granted = ("user", actor.user_id), list(row.permissions)
        journal.record(
            event, at=self._days.now(), subject=subject, actor=actor.by, token_id=str(row.id), name=row.name, permissions=granted
        )


def _faults(name: str, permissions_: Collection[str], expires_at: datetime, now: datetime) -> list[Fault]:
    faults = list(values.name_faults({"name": name}, "name", longest=LONGEST_NAME, required=("name",)))
    faults += [Fault("/permissions", "permission_unknown", {"permission": word}) for word in permissions_ if word not in set(Permission)]
    if not permissions_:
        faults.append(Fault("/permissions", "detail_missing"))
    if not now < expires_at <= now + LONGEST_LIFE:
        faults.append(Fault("/expires_at", "token_life_wrong", {"days": LONGEST_LIFE.days}))
    return faults


def _note_use(token_id: UUID, now: datetime) -> None:
    note = sa.update(TokenRow).where(TokenRow.id == token_id).values(last_used_at=now)
    if in_transaction():
        session.execute(note)
        return
    with suppress(Throttled), transaction():  # a busy database is no reason to turn a program away
        session.execute(note)


def _token(row: TokenRow) -> Token:
    granted = tuple(row.permissions)
    return Token(row.id, row.name, granted, row.created_at, row.expires_at, row.last_used_at, row.revoked_at)
