"""Signing in by certificate: a challenge of ours is signed with the person's key for signing in, and its IIN leads to the user.

A challenge is kept nowhere: it carries its own end and is authenticated by a key of this installation. What is kept, until that end, is
that one was used. Failures are counted as those of passwords are.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa

from organisations import uniqueness
from organisations.actors import Actor
from organisations.days import Days
from organisations.errors import CertificateOfNobody, ChallengeNotValid
from organisations.identity import identify, question
from organisations.sign_in import SignIn
from organisations.tables import UsedChallengeRow, UserRow
from refusals import Refusal, Unavailable
from signatures.errors import SignaturesNotSetUp
from signatures.ports import Purpose, SignatureVerifier, Verified
from storage import journal
from storage.database import session
from storage.identifiers import new_id

LIFE = timedelta(minutes=5)
_TITLE = "Esep sign-in"
_LONGEST = 500
_BY_IIN = question(sa.select(UserRow.id.label("user_id")).where(UserRow.iin == sa.bindparam("iin")))


@dataclass(frozen=True)
class Challenge:
    """Bytes to be signed, once, until a moment."""

    content: bytes
    expires_at: datetime


@dataclass(frozen=True)
class Certified:
    """A person whose certificate signed a challenge: still to be `accept`ed, which a challenge is once."""

    actor: Actor
    verified: Verified
    challenge: Challenge


class CertificateSignIn:
    """Knows people by certificate. Without a verifier nobody signs in so."""

    def __init__(self, days: Days, sign_in: SignIn, verifier: SignatureVerifier | None, secret: str) -> None:
        self._days = days
        self._sign_in = sign_in
        self._verifier = verifier
        self._key = hmac.new(secret.encode(), b"esep challenges of sign-in", hashlib.sha256).digest()

    def challenge(self) -> Challenge:
        """A new challenge."""
        expires_at = self._days.now() + LIFE
        text = f"{_TITLE}\n{secrets.token_urlsafe(32)}\n{expires_at.isoformat()}\n".encode()
        return Challenge(text + self._seal(text), expires_at)

    def by_signature(self, content: bytes, signature: bytes, address: str) -> Certified:
        """The person whose certificate signed a challenge. Outside any transaction, for authorities may be asked.

        Raises ChallengeNotValid, CertificateOfNobody and the refusals of `signatures/errors.py` (the edge runs their `aftermath`, which
        counts the failure), TooManyFailures.
        """
        attempt = f"challenge {hashlib.sha256(content).hexdigest()}"
        self._sign_in.require_patience(attempt, address)
        session.rollback()
        try:
            return self._certified(content, signature)
        except Unavailable:
            raise  # no failure of the person's
        except Refusal as refusal:
            refusal.aftermath = partial(self._sign_in.count_failure, attempt, address)
            raise

    def accept(self, certified: Certified) -> Actor:
        """Take a challenge as used, in the transaction that opens the session. Raises ChallengeNotValid for one that was used."""
        now, facts = self._days.now(), certified.verified.certificate
        challenge = certified.challenge
        used = UsedChallengeRow(id=new_id(), sha256=hashlib.sha256(challenge.content).digest(), expires_at=challenge.expires_at)
        with uniqueness.flushed("used_challenges", sha256=ChallengeNotValid()):
            session.add(used)
        journal.record(
            "sign_in:by_certificate",
            at=now,
            subject=("user", certified.actor.user_id),
            actor=certified.actor.by,
            certificate=facts.serial_number,
            issuer=facts.issuer,
        )
        return certified.actor

    def sweep(self) -> None:
        """Forget used challenges that would not hold any more."""
        session.execute(sa.delete(UsedChallengeRow).where(UsedChallengeRow.expires_at <= self._days.now()))

    def _certified(self, content: bytes, signature: bytes) -> Certified:
        challenge = self._read(content)
        if self._verifier is None:
            raise SignaturesNotSetUp()
        verified = self._verifier.verify(signature, content, Purpose.SIGN_IN)
        iin = verified.certificate.iin
        found = None if iin is None else identify(_BY_IIN, self._days.today(), iin=iin)
        session.rollback()
        if found is None:
            raise CertificateOfNobody()
        return Certified(found.actor, verified, challenge)

    def _read(self, content: bytes) -> Challenge:
        text, seal = content[:-64], content[-64:]
        if len(content) > _LONGEST or not hmac.compare_digest(seal, self._seal(text)):
            raise ChallengeNotValid()
        expires_at = datetime.fromisoformat(text.decode().splitlines()[2])
        if expires_at <= self._days.now():
            raise ChallengeNotValid()
        return Challenge(content, expires_at)

    def _seal(self, text: bytes) -> bytes:
        return hmac.new(self._key, text, hashlib.sha256).hexdigest().encode()
