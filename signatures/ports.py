"""The port of the room: who verifies signatures, and what is known of one that holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from signatures.certificates import CertificateFacts

#: Signatures of persons, with their chain and a timestamp, take about 10 KB.
MAX_SIGNATURE_BYTES = 200_000


#: How far two clocks may be apart.
TOLERANCE = timedelta(minutes=2)


class Purpose(StrEnum):
    """What a certificate was used for: authorities issue one for signing and one for signing in."""

    SIGN = "sign"
    SIGN_IN = "sign_in"


@dataclass(frozen=True)
class Verified:
    """A signature that held at a moment.

    `signed_at` is what the signer claims, `timestamp` what a timestamp authority vouches for; `evidence` are the hashes of the kept
    answers on revocation (see `signatures/evidence.py`), by which it can be verified as of then for ever.
    """

    verifier: str
    certificate: CertificateFacts
    digest_algorithm: str
    signed_at: datetime | None
    timestamp: datetime | None
    verified_at: datetime
    evidence: tuple[str, ...] = ()


class State(StrEnum):
    """How a kept signature stands now."""

    VALID = "valid"
    REVOKED_SINCE = "revoked_since"  # it was made while the certificate was good
    REVOKED = "revoked"  # before it was made, as its authority said afterwards
    ALTERED = "altered"  # the signature or what it was made over was changed in the store
    UNTRUSTED = "untrusted"  # the trust anchors of this installation don't lead to it any more
    UNCONFIRMED = "unconfirmed"  # it holds, but whether it was revoked since can't be confirmed now


@dataclass(frozen=True)
class Standing:
    """How a kept signature stands, and since when it is revoked."""

    state: State
    checked_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True)
class Soundness:
    """One thing that verifying rests on, and whether it is well: a trusted certificate, a service."""

    what: str
    sound: bool


class SignatureVerifier(Protocol):
    """Verifies detached CMS signatures. Both acts may ask over the network, so they are done outside any transaction."""

    def verify(self, signature: bytes, content: bytes, purpose: Purpose) -> Verified:
        """A signature that holds now. Raises the refusals of `signatures/errors.py`; nothing is ever accepted for want of an answer."""
        ...

    def standing(self, signature: bytes, content: bytes, kept: Verified) -> Standing:
        """How a signature that was verified before stands now: verified again as of then, and asked about since."""
        ...

    def soundness(self) -> Iterable[Soundness]:
        """What verifying rests on here, for an administrator."""
        ...
