"""Passwords: kept as argon2id, verified at the same cost whether or not there is anybody to verify."""

import hashlib
import hmac
import os
import threading
from collections import OrderedDict
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

from organisations.errors import SignInBusy, UserInvalid
from refusals import Fault

SHORTEST, LONGEST = 8, 256
MEMORY_KIB, PASSES = 19 * 1024, 2

#: Verified in place of a user who does not exist or has no password; made with the same costs from bytes that nobody kept.
DECOY = "$argon2id$v=19$m=19456,t=2,p=1$h79nuYEomBlnbLUsYcIZIg$jlw7854RffnY3QAQ70ZI9rqRQ3soZjt94kGGDdcet3A"

#: At most so many passwords are hashed at a time in one process: each takes 19 MiB and a whole core.
AT_ONCE = 2
PATIENCE_SECONDS = 10

_hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1, type=Type.ID)
_turns = threading.BoundedSemaphore(AT_ONCE)


def hashed(password: str, login: str) -> str:
    """The hash to keep for a new password. Raises UserInvalid when it is too short, too long or the login itself."""
    if len(password) < SHORTEST:
        raise UserInvalid(faults=[Fault("/password", "password_too_short", {"shortest": SHORTEST})])
    if len(password) > LONGEST:
        raise UserInvalid(faults=[Fault("/password", "detail_too_long", {"longest": LONGEST})])
    if password.casefold() == login.casefold():
        raise UserInvalid(faults=[Fault("/password", "password_is_login")])
    with _Turn():
        return _hasher.hash(password.encode("utf-8", "surrogatepass"))


def verified(password: str, kept: str | None) -> bool:
    """Whether a password is the one whose hash is kept; always as slow, also where nothing is kept. Raises SignInBusy."""
    with _Turn():
        try:
            fits = _hasher.verify(kept or DECOY, password[: LONGEST + 1].encode("utf-8", "surrogatepass"))
        except (VerificationError, InvalidHashError):
            return False
    return fits and kept is not None


class _Turn:
    """One of the few places for hashing."""

    def __enter__(self) -> None:
        if not _turns.acquire(timeout=PATIENCE_SECONDS):
            raise SignInBusy(retry_after=PATIENCE_SECONDS)

    def __exit__(self, *_: object) -> None:
        _turns.release()


class Remembered:
    """Credentials verified a moment ago in this process, so that HTTP Basic does not hash at every request.

    What is kept is an HMAC, under a key that lives and dies with the process, of password and kept hash together: never the password,
    and a changed password is forgotten by itself, in every process.
    """

    def __init__(self, lasting: timedelta = timedelta(seconds=60), most: int = 10_000) -> None:
        self._lasting = lasting
        self._most = most
        self._key = os.urandom(32)
        self._until: OrderedDict[bytes, datetime] = OrderedDict()
        self._lock = threading.Lock()

    def knows(self, password: str, kept: str, now: datetime) -> bool:
        """Whether this password was verified against this hash in the last moments."""
        with self._lock:
            until = self._until.get(self._digest(password, kept))
        return until is not None and now < until

    def learn(self, password: str, kept: str, now: datetime) -> None:
        """Remember a verified password."""
        with self._lock:
            self._until[self._digest(password, kept)] = now + self._lasting
            self._until.move_to_end(self._digest(password, kept))
            while self._until and (len(self._until) > self._most or next(iter(self._until.values())) <= now):
                self._until.popitem(last=False)

    def _digest(self, password: str, kept: str) -> bytes:
        return hmac.digest(self._key, kept.encode() + b"\0" + password.encode("utf-8", "surrogatepass"), hashlib.sha256)
