"""Signing in by login and password: throttled, at the same cost for every login, remembered for a minute."""

import hashlib
from datetime import timedelta
from functools import partial

import sqlalchemy as sa

from organisations import passwords
from organisations.actors import Actor
from organisations.days import Days
from organisations.errors import TooManyFailures, WrongCredentials
from organisations.identity import Identified, identify, question
from organisations.tables import FailureRow, UserRow
from storage import journal
from storage.database import session
from storage.identifiers import new_id

WINDOW = timedelta(minutes=15)
MOST_PER_LOGIN = 10
MOST_PER_ADDRESS = 100
_LONGEST_LOGIN, _LONGEST_ADDRESS = 200, 60


_BY_LOGIN = question(sa.select(UserRow.id.label("user_id")).where(UserRow.login == sa.bindparam("login")))


class SignIn:
    """Knows people by login and password."""

    def __init__(self, days: Days) -> None:
        self._days = days
        self._remembered = passwords.Remembered()

    def by_password(self, login: str, password: str, address: str | None) -> Actor:
        """The person with a login and password. A credential verified in the last minute costs one SELECT and no hashing.

        Raises WrongCredentials (the edge runs its `aftermath`, which counts the failure) and TooManyFailures; the latter also for the right
        password, since whoever guesses must not learn that it is.
        """
        now, login, address = self._days.now(), login[:_LONGEST_LOGIN].lower(), address and address[:_LONGEST_ADDRESS]
        named = login if login.isprintable() else ""  # what no database takes as text is nobody's login
        found = identify(_BY_LOGIN, self._days.today(), login=named)
        if found and found.password_hash and self._remembered.knows(password, found.password_hash, now):
            return found.actor
        self.require_patience(login, address)
        return self._verified(found, login, password, address)

    def sweep(self) -> None:
        """Delete failures that no longer count."""
        session.execute(sa.delete(FailureRow).where(FailureRow.at <= self._days.now() - WINDOW))

    def _verified(self, found: Identified | None, login: str, password: str, address: str | None) -> Actor:
        kept = found.password_hash if found else None
        if not passwords.verified(password, kept) or found is None or kept is None:
            refusal = WrongCredentials()
            refusal.aftermath = partial(self.count_failure, login, address)
            raise refusal
        self._remembered.learn(password, kept, self._days.now())
        return found.actor

    def require_patience(self, login: str, address: str | None) -> None:
        """Refuse (TooManyFailures) while the window holds too many failures of this login or from this address; one SELECT."""
        now = self._days.now()
        since = FailureRow.at > now - WINDOW
        limits = ((FailureRow.login_hash == _hash(login), MOST_PER_LOGIN), (FailureRow.address == address, MOST_PER_ADDRESS))
        freed = (
            sa.select(FailureRow.at).where(since, of).order_by(FailureRow.at.desc()).offset(most - 1).limit(1).scalar_subquery()
            for of, most in limits
        )
        reached = [at for at in session.execute(sa.select(*freed)).one() if at is not None]
        if reached:
            raise TooManyFailures(max(1, int((max(reached) + WINDOW - now).total_seconds())))

    def count_failure(self, login: str, address: str | None) -> None:
        """Count a failure of this login, or of another way to sign in that goes by this name; in a transaction."""
        now = self._days.now()
        session.add(FailureRow(id=new_id(), at=now, login_hash=_hash(login), address=address))
        session.flush()
        failed = sa.select(sa.func.count()).where(FailureRow.at > now - WINDOW, FailureRow.login_hash == _hash(login))
        if session.scalar(failed) == MOST_PER_LOGIN:
            user_id = session.scalar(sa.select(UserRow.id).where(UserRow.login == login)) if login.isprintable() else None
            journal.record("sign_in:throttled", at=now, subject=("user", user_id) if user_id else ("address", address), address=address)


def _hash(login: str) -> bytes:
    """Failures are counted without keeping what was typed: people type passwords into the field of the login."""
    return hashlib.sha256(login.encode("utf-8", "surrogatepass")).digest()
