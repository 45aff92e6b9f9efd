"""Sessions of browsers: opaque, kept on the server by hash, ended by idleness, by age, by signing out, and by a new password."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from organisations import secrets
from organisations.actors import Actor
from organisations.days import Days
from organisations.errors import SessionNotFound, SessionNotValid, TokenTooWide
from organisations.identity import identify, question
from organisations.tables import SessionRow
from refusals import Throttled
from storage import journal
from storage.columns import Moment
from storage.database import session
from storage.identifiers import new_id
from storage.transaction import in_transaction, transaction

#: Use is noted no finer than this, so that reading does not write.
COARSE = timedelta(minutes=5)


@dataclass(frozen=True)
class OpenSession:
    """A session that is in force. `secret` is for the cookie and is known only here and in the browser, `csrf` for the page."""

    id: UUID
    actor: Actor
    secret: str
    expires_at: datetime

    @property
    def csrf(self) -> str:
        """The token that every unsafe request of this session must carry."""
        return secrets.csrf_of(self.secret)


@dataclass(frozen=True)
class SessionFacts:
    """What a person is shown of one of their sessions."""

    id: UUID
    opened_at: datetime
    last_used_at: datetime
    expires_at: datetime
    address: str | None


_BY_SECRET = question(
    sa.select(SessionRow.user_id, SessionRow.id.label("session_id"), SessionRow.last_used_at, SessionRow.expires_at).where(
        SessionRow.secret_hash == sa.bindparam("secret"),
        SessionRow.expires_at > sa.bindparam("now", type_=Moment()),
        SessionRow.last_used_at > sa.bindparam("idle_since", type_=Moment()),
    )
)


class Sessions:
    """Opens, recognises and closes sessions. `idle` and `longest` are how long one lasts without a request, and in any case."""

    def __init__(self, days: Days, *, idle: timedelta = timedelta(hours=8), longest: timedelta = timedelta(hours=24)) -> None:
        self._days = days
        self._idle = idle
        self._longest = longest

    def open(self, actor: Actor, address: str | None = None) -> OpenSession:
        """Open a session for a person who has just proved who they are. A token cannot open one (TokenTooWide)."""
        if actor.scopes is not None:
            raise TokenTooWide("session")
        now, secret = self._days.now(), secrets.new_secret()
        row = SessionRow(
            id=new_id(),
            secret_hash=secrets.hash_of(secret),
            user_id=actor.user_id,
            opened_at=now,
            last_used_at=now,
            expires_at=now + self._longest,
            address=address and address[:60],
        )
        session.add(row)
        session.flush()
        journal.record("session:opened", at=now, subject=("user", actor.user_id), actor=actor.by, session_id=str(row.id))
        return OpenSession(row.id, actor, secret, row.expires_at)

    def get(self, secret: str) -> OpenSession:
        """The session with a secret and its person, in one SELECT. Raises SessionNotValid.

        Now and then it also notes the use, in a transaction of its own when there is none.
        """
        now = self._days.now()
        found = identify(_BY_SECRET, self._days.today(), secret=secrets.hash_of(secret), now=now, idle_since=now - self._idle)
        if found is None:
            raise SessionNotValid()
        if now - found.key.last_used_at >= min(COARSE, self._idle / 4):
            _note_use(found.key.session_id, now)
        return OpenSession(found.key.session_id, found.actor, secret, found.key.expires_at)

    def close(self, actor: Actor, session_id: UUID) -> None:
        """Close one of the person's own sessions. Raises SessionNotFound."""
        mine = sa.delete(SessionRow).where(SessionRow.id == session_id, SessionRow.user_id == actor.user_id).returning(SessionRow.id)
        if session.scalar(mine) is None:
            raise SessionNotFound(session_id)
        now = self._days.now()
        journal.record("session:closed", at=now, subject=("user", actor.user_id), actor=actor.by, session_id=str(session_id))

    def list(self, actor: Actor) -> tuple[SessionFacts, ...]:
        """The person's own sessions that are in force, newest first."""
        now = self._days.now()
        mine = (SessionRow.user_id == actor.user_id, SessionRow.expires_at > now, SessionRow.last_used_at > now - self._idle)
        rows = session.scalars(sa.select(SessionRow).where(*mine).order_by(SessionRow.id.desc()))
        return tuple(SessionFacts(row.id, row.opened_at, row.last_used_at, row.expires_at, row.address) for row in rows)

    def sweep(self) -> None:
        """Delete sessions that have ended by age or idleness."""
        now = self._days.now()
        session.execute(sa.delete(SessionRow).where(sa.or_(SessionRow.expires_at <= now, SessionRow.last_used_at <= now - self._idle)))


def _note_use(session_id: UUID, now: datetime) -> None:
    note = sa.update(SessionRow).where(SessionRow.id == session_id, SessionRow.last_used_at < now).values(last_used_at=now)
    if in_transaction():
        session.execute(note)
        return
    with suppress(Throttled), transaction():  # a busy database is no reason to turn a reader away
        session.execute(note)
