"""Reading CMS signed data (RFC 5652) as far as it must be before anything is believed: one signer, detached, no weak algorithm."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms, core
from cryptography.exceptions import UnsupportedAlgorithm

from signatures.certificates import CertificateFacts, facts_of
from signatures.errors import (
    SignatureAlgorithmUnknown,
    SignatureAlgorithmWeak,
    SignatureNotDetached,
    SignatureOfSeveral,
    SignatureTooLarge,
    SignatureUnreadable,
    SignatureWithoutAttributes,
    SignatureWithoutCertificate,
)
from signatures.ports import MAX_SIGNATURE_BYTES

#: What parsers raise over bytes that somebody thought up.
UNREADABLE = (
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError, NotImplementedError),
    *(NameError, UnsupportedAlgorithm),
)
MOST_CERTIFICATES = 12
WEAKEST_RSA = 2048
_DIGESTS = frozenset({"sha256", "sha384", "sha512"})
_WEAK = frozenset({"md2", "md4", "md5", "sha1", "sha224"})
_KEYS = frozenset({"rsa", "rsassa_pss", "ec"})


@dataclass(frozen=True)
class Envelope:
    """Detached signed data with one signer, whatever the algorithms; `sha256` is what was signed, where it is such a digest."""

    data: Any
    signer: Any
    attributes: Mapping[str, Any]

    @property
    def sha256(self) -> str | None:
        """The hash that was signed, in hexadecimal."""
        named = self.signer["digest_algorithm"]["algorithm"].native
        return str(self.attributes["message_digest"].hex()) if named == "sha256" else None

    @property
    def signed_at(self) -> datetime | None:
        """The moment that the signer claims."""
        return self.attributes.get("signing_time")


@dataclass(frozen=True)
class Signed:
    """Signed data with one signer, and what it says."""

    data: Any
    certificate: Any
    facts: CertificateFacts
    digest_algorithm: str
    digest: bytes
    signed_at: datetime | None


def envelope(signature: bytes) -> Envelope:
    """Read the envelope of a signature in DER. Raises the refusals about its form."""
    if len(signature) > MAX_SIGNATURE_BYTES:
        raise SignatureTooLarge(MAX_SIGNATURE_BYTES)
    try:
        return _envelope(signature)
    except UNREADABLE as error:
        raise SignatureUnreadable() from error


def read(signature: bytes) -> Signed:
    """Read a signature in DER, of algorithms that are verified here. Raises the refusals about its form."""
    found = envelope(signature)
    try:
        return _read(found)
    except UNREADABLE as error:
        raise SignatureUnreadable() from error


def _envelope(der: bytes) -> Envelope:
    info = cms.ContentInfo.load(der, strict=True)
    if info["content_type"].native != "signed_data":
        raise SignatureUnreadable()
    data = info["content"]
    signers = data["signer_infos"]
    if len(signers) != 1:
        raise SignatureOfSeveral(len(signers))
    if data["encap_content_info"]["content"] is not core.VOID:
        raise SignatureNotDetached()
    [signer] = signers
    return Envelope(data, signer, _attributes(signer))


def _read(found: Envelope) -> Signed:
    digest_algorithm = _digest_algorithm(found.signer)
    certificate = _certificate(found.data)
    _require_strength(certificate)
    facts = facts_of(certificate)
    return Signed(found.data, certificate, facts, digest_algorithm, found.attributes["message_digest"], found.signed_at)


def _digest_algorithm(signer: Any) -> str:
    digest = str(signer["digest_algorithm"]["algorithm"].native)
    mechanism = signer["signature_algorithm"]
    if digest in _WEAK:
        raise SignatureAlgorithmWeak(digest)
    if digest not in _DIGESTS or mechanism.signature_algo not in ("rsassa_pkcs1v15", "rsassa_pss", "ecdsa"):
        raise SignatureAlgorithmUnknown(digest)
    named = str(mechanism["algorithm"].native).partition("_")[0]
    if named in _WEAK:
        raise SignatureAlgorithmWeak(named)
    return digest


def _attributes(signer: Any) -> dict[str, Any]:
    """The signed attributes that matter, each of which has one value."""
    attributes = signer["signed_attrs"]
    if attributes is core.VOID or len(attributes) == 0:
        raise SignatureWithoutAttributes()
    found: dict[str, Any] = {}
    for attribute in attributes:
        name = attribute["type"].native
        if name in ("message_digest", "signing_time", "content_type"):
            if name in found or len(attribute["values"]) != 1:
                raise SignatureUnreadable()
            found[name] = attribute["values"][0].native
    if "message_digest" not in found or "content_type" not in found:
        raise SignatureWithoutAttributes()
    if "signing_time" in found and not (isinstance(found["signing_time"], datetime) and found["signing_time"].tzinfo is not None):
        raise SignatureUnreadable()
    return found


def _certificate(data: Any) -> Any:
    """The signer's certificate, out of the signature itself."""
    from pyhanko.sign.general import CMSExtractionError, extract_certificate_info

    certificates = data["certificates"]
    if certificates is core.VOID or not 1 <= len(certificates) <= MOST_CERTIFICATES:
        raise SignatureWithoutCertificate()
    try:
        return extract_certificate_info(data).signer_cert
    except CMSExtractionError as error:
        raise SignatureWithoutCertificate() from error


def _require_strength(certificate: Any) -> None:
    key = certificate.public_key
    if key.algorithm not in _KEYS:
        raise SignatureAlgorithmUnknown(str(key.algorithm))
    if key.algorithm != "ec" and key.bit_size < WEAKEST_RSA:
        raise SignatureAlgorithmWeak(f"RSA {key.bit_size}")
