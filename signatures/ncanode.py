"""The verifier behind which an NCANode stands: a service of the administrator's own, which knows the national algorithms (GOST).

It speaks the API of NCANode 3: `POST /cms/verify`. What it can't tell, the form of the envelope, is looked at here. Keys are never sent:
signing is done where the key is, so `/cms/sign` and `/cms/extract` are not used.
"""

import base64
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

from refusals import Invalid, Unavailable
from signatures.certificates import CertificateFacts, CertificateRole
from signatures.errors import (
    CertificateNotTrusted,
    CertificateOfOtherPurpose,
    CertificateOutOfDate,
    CertificateRevoked,
    RevocationUnconfirmed,
    SignatureBroken,
    SignatureOfOtherBytes,
    SigningTimeWrong,
    VerifierUnavailable,
)
from signatures.fetching import Fetcher, NotFetched
from signatures.ports import TOLERANCE, Purpose, Soundness, Standing, State, Verified
from storage.clock import Clock

if TYPE_CHECKING:
    from signatures.cms_reading import Envelope

NAME = "ncanode"
_ROLES: Mapping[str, CertificateRole] = {
    "CEO": CertificateRole.HEAD,
    "CAN_SIGN": CertificateRole.SIGNATORY,
    "CAN_SIGN_FINANCIAL": CertificateRole.FINANCIAL,
    "HR": CertificateRole.PERSONNEL,
    "EMPLOYEE": CertificateRole.EMPLOYEE,
}
_USAGES = {Purpose.SIGN: "SIGN", Purpose.SIGN_IN: "AUTH"}
_UNFIT = (KeyError, TypeError, ValueError, IndexError, AttributeError)


class NcaNodeVerifier:
    """Asks an NCANode at an address. Whom it trusts and how it asks about revocation is set up there."""

    def __init__(self, *, clock: Clock, url: str, fetcher: Fetcher) -> None:
        self._clock = clock
        self._url = url.rstrip("/")
        self._fetcher = fetcher

    def verify(self, signature: bytes, content: bytes, purpose: Purpose) -> Verified:
        """A signature that holds now (port `SignatureVerifier`)."""
        from signatures import cms_reading

        envelope = cms_reading.envelope(signature)
        answer = self._asked(signature, content)
        try:
            return self._decided(answer, envelope, purpose)
        except _UNFIT as error:
            raise VerifierUnavailable("an answer that NCANode does not give") from error

    def standing(self, signature: bytes, content: bytes, kept: Verified) -> Standing:
        """How a signature stands now (port `SignatureVerifier`). One whose certificate has expired stands as it was verified: NCANode
        verifies as of now only, and that no byte was changed is seen by the hashes that were kept with it."""
        now = self._clock.now()
        try:
            self.verify(signature, content, Purpose.SIGN)
        except CertificateRevoked as refusal:
            before = refusal.revoked_at is None or refusal.revoked_at <= (kept.timestamp or kept.verified_at)
            return Standing(State.REVOKED if before else State.REVOKED_SINCE, now, refusal.revoked_at)
        except CertificateOutOfDate:
            return Standing(State.VALID if now > kept.certificate.valid_until else State.UNTRUSTED, now)
        except (SignatureOfOtherBytes, SignatureBroken):
            return Standing(State.ALTERED, now)
        except Unavailable:
            return Standing(State.UNCONFIRMED, now)
        except Invalid:
            return Standing(State.UNTRUSTED, now)
        return Standing(State.VALID, now)

    def soundness(self) -> Iterator[Soundness]:
        """Whether the NCANode says that it is up (port `SignatureVerifier`)."""
        try:
            told = orjson.loads(self._fetcher.get(f"{self._url}/actuator/health"))
            status = str(told["status"])[:40]
        except (NotFetched, *_UNFIT) as error:
            status = str(error)[:200]
        yield Soundness(f"NCANode at {self._url}: {status}", sound=status == "UP")

    def _asked(self, signature: bytes, content: bytes) -> Any:
        question = {"revocationCheck": ["OCSP"], "cms": _base64(signature), "data": _base64(content)}
        try:
            answer = self._fetcher.post(f"{self._url}/cms/verify", orjson.dumps(question), "application/json", statuses=(200, 400))
            return orjson.loads(answer)
        except (NotFetched, orjson.JSONDecodeError) as error:
            raise VerifierUnavailable(str(error)[:200]) from error

    def _decided(self, answer: Any, envelope: "Envelope", purpose: Purpose) -> Verified:
        if answer.get("status", 200) != 200:
            message = str(answer.get("message"))
            raise SignatureOfOtherBytes(envelope.sha256) if "digest" in message.lower() else SignatureBroken()
        [signer] = answer["signers"]
        told = signer["certificates"][0]
        facts, now = _facts(told), self._clock.now()
        self._require(told, facts, purpose, now)
        if answer["valid"] is not True:
            raise SignatureOfOtherBytes(envelope.sha256)
        if envelope.signed_at is not None and envelope.signed_at > now + TOLERANCE:
            raise SigningTimeWrong(envelope.signed_at)
        stamped = (signer.get("tsp") or {}).get("genTime")
        return Verified(
            verifier=NAME,
            certificate=facts,
            digest_algorithm=str(told["signAlg"])[:40],
            signed_at=envelope.signed_at,
            timestamp=None if stamped is None else _moment(stamped),
            verified_at=now,
        )

    def _require(self, told: Any, facts: CertificateFacts, purpose: Purpose, now: datetime) -> None:
        answers = told.get("revocations") or []
        for one in answers:
            if one["revoked"]:
                at = one.get("revocationTime")
                raise CertificateRevoked(None if at is None else _moment(at), str(one.get("reason"))[:60])
        if not facts.valid_from <= now <= facts.valid_until:
            raise CertificateOutOfDate(facts.valid_from, facts.valid_until)
        if told["valid"] is not True:
            raise RevocationUnconfirmed([f"{self._url}: NCANode"]) if answers else CertificateNotTrusted(facts.issuer)
        if not any(one.get("by") == "OCSP" for one in answers):
            raise RevocationUnconfirmed([f"{self._url}: NCANode"])
        if told.get("keyUsage") != _USAGES[purpose]:
            raise CertificateOfOtherPurpose(purpose.value)


def _facts(told: Any) -> CertificateFacts:
    subject, issuer = told["subject"], told.get("issuer") or {}
    roles = {_ROLES[user] for user in told.get("keyUser") or () if user in _ROLES}
    return CertificateFacts(
        serial_number=str(told["serialNumber"]).lower()[:80],
        sha256=None,
        issuer=str(issuer.get("commonName") or "")[:300],
        name=str(subject.get("commonName") or "")[:300],
        iin=_number(subject.get("iin")),
        bin=_number(subject.get("bin")),
        organisation=None if subject.get("organization") is None else str(subject["organization"])[:300],
        roles=tuple(role for role in CertificateRole if role in roles),
        valid_from=_moment(told["notBefore"]),
        valid_until=_moment(told["notAfter"]),
    )


def _number(told: Any) -> str | None:
    return told if isinstance(told, str) and len(told) == 12 and told.isascii() and told.isdigit() else None


def _moment(told: Any) -> datetime:
    """A moment in ISO 8601 with its zone. Raises ValueError."""
    moment = datetime.fromisoformat(told)
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
