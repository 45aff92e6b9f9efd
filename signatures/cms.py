"""The standard verifier: detached CMS signatures with RSA or elliptic curves, by the trust anchors of this installation."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from refusals import Invalid
from signatures.errors import (
    CertificateRevoked,
    RevocationUnconfirmed,
    SignatureAlgorithmUnknown,
    SignatureAlgorithmWeak,
    SignatureBroken,
    SignatureOfOtherBytes,
    SignaturesNotSetUp,
)
from signatures.evidence import Evidence
from signatures.ports import Purpose, Soundness, Standing, State, Verified
from signatures.trust import TrustStore
from storage.clock import Clock

if TYPE_CHECKING:
    from signatures.cms_reading import Signed
    from signatures.cms_validation import Found
    from signatures.evidence import Gathered

NAME = "cms"


class CmsVerifier:
    """Verifies by itself; asks the authorities only about chains that lead to an anchor."""

    def __init__(self, *, clock: Clock, trust: TrustStore, evidence: Evidence) -> None:
        self._clock = clock
        self._trust = trust
        self._evidence = evidence

    def verify(self, signature: bytes, content: bytes, purpose: Purpose) -> Verified:
        """A signature that holds now (port `SignatureVerifier`)."""
        from signatures import cms_reading

        if not self._trust.anchors:
            raise SignaturesNotSetUp()
        now, signed = self._clock.now(), cms_reading.read(signature)
        found, gathered = self._decided(signed, content, purpose, now)
        return Verified(
            verifier=NAME,
            certificate=signed.facts,
            digest_algorithm=signed.digest_algorithm,
            signed_at=signed.signed_at,
            timestamp=found.timestamp,
            verified_at=now,
            evidence=self._evidence.put_by(gathered.answers, now, keep=purpose is Purpose.SIGN),
        )

    def standing(self, signature: bytes, content: bytes, kept: Verified) -> Standing:
        """How a signature stands now (port `SignatureVerifier`): verified as of then by the answers of then, and asked about since."""
        from signatures import cms_reading

        now = self._clock.now()
        try:
            signed = cms_reading.read(signature)
            state = self._as_of_then(signed, content, kept)
        except (SignatureAlgorithmUnknown, SignatureAlgorithmWeak):  # another verifier took it, or it was good enough then
            return Standing(State.UNTRUSTED, now)
        except Invalid:
            return Standing(State.ALTERED, now)
        if state is not State.VALID or now > kept.certificate.valid_until:  # authorities answer only about what has not expired
            return Standing(state, now)
        return self._since(signed, content, kept, now)

    def soundness(self) -> Iterator[Soundness]:
        """The anchors of this installation (port `SignatureVerifier`)."""
        from signatures import certificates

        if not self._trust.anchors:
            yield Soundness("no trusted certificates (ESEP_SIGNATURE_ANCHORS)", sound=False)
        for anchor in self._trust.anchors:
            facts = certificates.facts_of(anchor)
            said = f"{facts.name}, until {facts.valid_until:%Y-%m-%d}, SHA-256 {facts.sha256}"
            yield Soundness(said, sound=facts.valid_from <= self._clock.now() <= facts.valid_until)

    def _as_of_then(self, signed: "Signed", content: bytes, kept: Verified) -> State:
        from signatures import cms_validation

        gathered = self._evidence.kept(kept.evidence)
        if gathered is None or signed.facts != kept.certificate:
            return State.ALTERED
        try:
            cms_validation.validate(signed, content, Purpose.SIGN, self._trust, kept.verified_at, gathered)
        except (SignatureOfOtherBytes, SignatureBroken):
            return State.ALTERED
        except (Invalid, RevocationUnconfirmed):
            return State.UNTRUSTED
        return State.VALID

    def _since(self, signed: "Signed", content: bytes, kept: Verified, now: datetime) -> Standing:
        try:
            self._decided(signed, content, Purpose.SIGN, now)
        except CertificateRevoked as refusal:
            before = refusal.revoked_at is None or refusal.revoked_at <= (kept.timestamp or kept.verified_at)
            return Standing(State.REVOKED if before else State.REVOKED_SINCE, now, refusal.revoked_at)
        except RevocationUnconfirmed:
            return Standing(State.UNCONFIRMED, now)
        except Invalid:
            return Standing(State.UNTRUSTED, now)
        return Standing(State.VALID, now)

    def _decided(self, signed: "Signed", content: bytes, purpose: Purpose, now: datetime) -> "tuple[Found, Gathered]":
        """What is found with the evidence that decides it: of OCSP where there is such, and of the lists besides where that won't do."""
        from signatures import cms_validation

        found = cms_validation.validate(signed, content, purpose, self._trust, now, None)
        for lists in (False, True):
            gathered = self._evidence.gather(found.chains, now, lists=lists)
            try:
                return cms_validation.validate(signed, content, purpose, self._trust, now, gathered), gathered
            except CertificateRevoked:
                self._evidence.put_by(gathered.answers, now, keep=False)
                raise
            except RevocationUnconfirmed:
                if lists:
                    raise
        raise RevocationUnconfirmed([])
