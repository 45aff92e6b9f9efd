"""What this room says no with."""

from datetime import datetime

from refusals import Conflict, Invalid, TooLarge, Unavailable


class SignatureTooLarge(TooLarge):
    """A signature over the limit of size."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit=limit)


class SignatureUnreadable(Invalid):
    """What was sent is no CMS signed data (RFC 5652) in DER or PEM."""


class SignatureNotDetached(Invalid):
    """The signature carries a content of its own, so it says nothing of ours."""


class SignatureOfSeveral(Invalid):
    """The signature has no signer, or several: each is attached by itself."""

    def __init__(self, count: int) -> None:
        super().__init__(count=count)


class SignatureWithoutCertificate(Invalid):
    """The certificate of the signer is not in the signature, or the signature names another one."""


class SignatureWithoutAttributes(Invalid):
    """The signature has no signed attributes: neither what was signed nor when is bound to it."""


class SignatureAlgorithmWeak(Invalid):
    """The digest or the key is too weak to be believed."""

    def __init__(self, algorithm: str) -> None:
        super().__init__(algorithm=algorithm)


class SignatureAlgorithmUnknown(Invalid):
    """The algorithm is not one that is verified here; the national one takes NCANode."""

    def __init__(self, algorithm: str) -> None:
        super().__init__(algorithm=algorithm)


class SignatureOfOtherBytes(Invalid):
    """The digest that was signed is not that of the content. `sha256` is what was signed, where it is such a digest."""

    def __init__(self, sha256: str | None) -> None:
        super().__init__(sha256=sha256)


class SignatureBroken(Invalid):
    """The signature was not made with the key of its certificate, or was changed since."""


class SigningTimeWrong(Invalid):
    """The moment that the signature gives lies ahead, or outside the validity of its certificate."""

    def __init__(self, signed_at: datetime) -> None:
        super().__init__(signed_at=signed_at.isoformat())


class TimestampWrong(Invalid):
    """The timestamp token in the signature is not of this signature, not trusted, or lies ahead."""


class CertificateNotTrusted(Invalid):
    """No chain leads from the certificate to one of the trust anchors of this installation."""

    def __init__(self, issuer: str) -> None:
        super().__init__(issuer=issuer)


class CertificateOutOfDate(Invalid):
    """The certificate is not valid yet, or no longer."""

    def __init__(self, valid_from: datetime, valid_until: datetime) -> None:
        super().__init__(valid_from=valid_from.isoformat(), valid_until=valid_until.isoformat())


class CertificateRevoked(Invalid):
    """The certificate, or one of those above it, was revoked."""

    def __init__(self, revoked_at: datetime | None, reason: str) -> None:
        super().__init__(revoked_at=None if revoked_at is None else revoked_at.isoformat(), reason=reason)
        self.revoked_at = revoked_at


class CertificateOfOtherPurpose(Invalid):
    """The certificate was not issued for what it was used for: signing documents, or signing in."""

    def __init__(self, purpose: str) -> None:
        super().__init__(purpose=purpose)


class SignaturesNotSetUp(Conflict):
    """This installation has no trust anchors, so no signature can be believed."""


class VerifierUnavailable(Unavailable):
    """The service that verifies signatures doesn't answer now, or not as it should."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason, retry_after=60)


class RevocationUnconfirmed(Unavailable):
    """Whether the certificate was revoked can't be confirmed now; `sources` says what was asked and why it didn't do."""

    def __init__(self, sources: list[str]) -> None:
        super().__init__(sources=sources, retry_after=60)
