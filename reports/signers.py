"""Whether a certificate is that of the person who signs, of the body the report is of, and enough for what the kind asks."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from organisations.actors import Actor
from organisations.bodies import Body
from organisations.organisations import Organisations
from register.kinds import Kind
from reports.signature_errors import (
    BodyWithoutBin,
    CertificateRoleTooLow,
    SignatureOfAnotherBody,
    SignatureOfAnotherPerson,
    SignerWithoutIin,
)
from signatures.certificates import CertificateFacts, CertificateRole

#: By what a kind asks, the roles in a certificate that are enough.
ENOUGH: Mapping[str, frozenset[CertificateRole]] = {
    "employee": frozenset(CertificateRole),
    "signatory": frozenset({CertificateRole.HEAD, CertificateRole.SIGNATORY}),
    "financial": frozenset({CertificateRole.HEAD, CertificateRole.FINANCIAL}),
    "head": frozenset({CertificateRole.HEAD}),
}
#: A department lies under its akimat, which may lie under another.
_HIGHEST = 5


def require(certificate: CertificateFacts, actor: Actor, body_id: UUID, kind: Kind, organisations: Organisations) -> None:
    """Raise the refusal of a certificate that doesn't fit the person, the body or the kind.

    The BIN may be that of the body itself or of a body above it by parent: people of a department of an akimat hold certificates of
    the akimat. Where the kind asks for no electronic signature, a certificate of a natural person, without a BIN, will do.
    """
    iin = organisations.users.get(actor.user_id).iin
    if iin is None:
        raise SignerWithoutIin()
    if certificate.iin != iin:
        raise SignatureOfAnotherPerson()
    enough = ENOUGH.get(kind.electronic_signature)
    if certificate.bin is None and enough is None:
        return
    own, *above = _bodies(body_id, organisations)
    bins = {body.bin for body in (own, *above) if body.bin is not None}
    if not bins:
        raise BodyWithoutBin(own.code)
    if certificate.bin not in bins:
        raise SignatureOfAnotherBody(certificate.bin)
    if enough is not None and not enough & set(certificate.roles):
        raise CertificateRoleTooLow(kind.electronic_signature)


def _bodies(body_id: UUID, organisations: Organisations) -> Iterator[Body]:
    wanted: UUID | None = body_id
    for _ in range(_HIGHEST):
        if wanted is None:
            return
        body = organisations.bodies.get(wanted)
        yield body
        wanted = body.parent_id
