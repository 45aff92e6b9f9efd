"""Deciding about CMS signatures with pyHanko: digest, signature, chain, purpose, timestamp; and revocation where evidence is given.

Imported only when a signature is verified, with the libraries that it takes.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.validation import async_validate_detached_cms
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import StandardCMSSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from signatures.cms_reading import UNREADABLE, Signed
from signatures.errors import (
    CertificateNotTrusted,
    CertificateOfOtherPurpose,
    CertificateOutOfDate,
    CertificateRevoked,
    RevocationUnconfirmed,
    SignatureAlgorithmWeak,
    SignatureBroken,
    SignatureOfOtherBytes,
    SignatureUnreadable,
    SigningTimeWrong,
    TimestampWrong,
)
from signatures.evidence import CRL, OCSP, Gathered
from signatures.ports import TOLERANCE, Purpose
from signatures.trust import TrustStore

#: National certificates for signing carry non-repudiation, those for signing in carry the key usages and the purpose of a TLS client.
_USAGES = {
    Purpose.SIGN: KeyUsageConstraints(key_usage={"non_repudiation"}),
    Purpose.SIGN_IN: KeyUsageConstraints(key_usage={"digital_signature"}, extd_key_usage={"client_auth"}),
}
_WEAK = (AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE, AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE)
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)  # what fails is answered, not logged with a traceback


@dataclass(frozen=True)
class Found:
    """A signature that holds as far as it was asked: the chains to be asked about (anchor first), and the moment of a timestamp."""

    chains: tuple[tuple[Any, ...], ...]
    timestamp: datetime | None


def validate(signed: Signed, content: bytes, purpose: Purpose, trust: TrustStore, now: datetime, evidence: Gathered | None) -> Found:
    """Decide about a signature as of a moment; without `evidence` revocation is left aside. Raises the refusals of the room."""
    try:
        return _validate(signed, content, purpose, trust, now, evidence)
    except UNREADABLE as error:
        raise SignatureUnreadable() from error


def _validate(signed: Signed, content: bytes, purpose: Purpose, trust: TrustStore, now: datetime, evidence: Gathered | None) -> Found:
    _require_dates(signed, now)
    status = _status(signed, content, purpose, trust, now, evidence)
    if not status.intact:
        raise SignatureOfOtherBytes(signed.digest.hex() if signed.digest_algorithm == "sha256" else None)
    if not status.valid:
        raise SignatureBroken()
    if status.trust_problem_indic is not None or status.validation_path is None:
        raise _distrust(signed, purpose, status, evidence)
    timestamp = _timestamp(status, now, evidence)
    if not status.bottom_line:
        raise SignatureBroken()
    if status.validation_path.pkix_len < 1:
        raise CertificateNotTrusted(signed.facts.issuer)
    _require_signing_time(signed, timestamp, now)
    stamped = status.timestamp_validity
    paths = [status.validation_path, *([stamped.validation_path] if stamped is not None and stamped.validation_path else [])]
    return Found(tuple(tuple(path.iter_certs(include_root=True)) for path in paths), timestamp)


def _status(
    signed: Signed, content: bytes, purpose: Purpose, trust: TrustStore, now: datetime, evidence: Gathered | None
) -> StandardCMSSignatureStatus:
    try:
        context = ValidationContext(
            trust_roots=list(trust.anchors),
            other_certs=list(trust.intermediates),
            moment=now,
            revocation_mode="none" if evidence is None else "require",
            ocsps=evidence.of(OCSP) if evidence else [],
            crls=evidence.of(CRL) if evidence else [],
            time_tolerance=TOLERANCE,
        )
        return asyncio.run(
            async_validate_detached_cms(content, signed.data, signer_validation_context=context, key_usage_settings=_USAGES[purpose])
        )
    except (SignatureValidationError, ValidationError, PathError) as error:
        raise SignatureBroken() from error


def _distrust(signed: Signed, purpose: Purpose, status: StandardCMSSignatureStatus, evidence: Gathered | None) -> Exception:
    """Why a signature that is intact is not believed."""
    problem = status.trust_problem_indic
    if status.revocation_details is not None:
        details = status.revocation_details
        return CertificateRevoked(details.revocation_date, str(details.revocation_reason.native))
    if problem in _WEAK:
        return SignatureAlgorithmWeak(str(status.md_algorithm))
    if problem == AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE:
        return CertificateOfOtherPurpose(purpose.value)
    if problem == AdESIndeterminate.OUT_OF_BOUNDS_NO_POE:
        return CertificateOutOfDate(signed.facts.valid_from, signed.facts.valid_until)
    if evidence is not None:
        return RevocationUnconfirmed(evidence.failures)
    return CertificateNotTrusted(signed.facts.issuer)


def _timestamp(status: StandardCMSSignatureStatus, now: datetime, evidence: Gathered | None) -> datetime | None:
    stamped = status.timestamp_validity
    if stamped is None:
        return None
    if not (stamped.intact and stamped.valid) or stamped.timestamp > now + TOLERANCE:
        raise TimestampWrong()
    if stamped.trusted:
        moment: datetime = stamped.timestamp
        return moment
    if evidence is not None and stamped.revocation_details is None:
        raise RevocationUnconfirmed(evidence.failures)
    raise TimestampWrong()


def _require_dates(signed: Signed, now: datetime) -> None:
    facts = signed.facts
    if not facts.valid_from - TOLERANCE <= now <= facts.valid_until:
        raise CertificateOutOfDate(facts.valid_from, facts.valid_until)


def _require_signing_time(signed: Signed, timestamp: datetime | None, now: datetime) -> None:
    """What the signer claims, and what a timestamp says: neither ahead, nor outside the certificate's validity."""
    first, last = signed.facts.valid_from - TOLERANCE, min(now + TOLERANCE, signed.facts.valid_until)
    for moment in (signed.signed_at, timestamp):
        if moment is not None and not first <= moment <= last:
            raise SigningTimeWrong(moment)
