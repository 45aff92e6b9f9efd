"""What this room says no with when a revision is signed electronically."""

from uuid import UUID

from refusals import Conflict, Forbidden, Invalid, NotFound, Unauthenticated


class SignatureNotFound(NotFound):
    """The revision has no such signature, or none that the asking person may know of."""

    def __init__(self, signature_id: UUID) -> None:
        super().__init__(signature_id=str(signature_id))


class RevisionAltered(Conflict):
    """The bytes of a frozen revision are not those that were frozen: somebody changed them in the database."""

    def __init__(self, revision: int, frozen: str, found: str) -> None:
        super().__init__(revision=revision, frozen=frozen, found=found)


class RevisionNotInWork(Conflict):
    """Only the revision that is on approval or signing now can be signed."""

    def __init__(self, revision: int, in_work: int) -> None:
        super().__init__(revision=revision, in_work=in_work)


class SignatureOfAnotherRevision(Invalid):
    """The signature is good, but was made over another revision of this report."""

    def __init__(self, signed: int, revision: int) -> None:
        super().__init__(signed=signed, revision=revision)


class SignedAlready(Conflict):
    """The person has signed this revision in this duty."""


class SignerWithoutIin(Conflict):
    """The IIN of the person is not on record, so a certificate can't be compared with it."""


class SignatureOfAnotherPerson(Forbidden):
    """The certificate is not of the person who attaches the signature."""


class BodyWithoutBin(Conflict):
    """The BIN of the body is not on record, so a certificate can't be compared with it."""

    def __init__(self, body: str) -> None:
        super().__init__(body=body)


class SignatureOfAnotherBody(Forbidden):
    """The certificate was issued for another organisation, or for none where the kind asks for one."""

    def __init__(self, bin_: str | None) -> None:
        super().__init__(bin=bin_)


class CertificateRoleTooLow(Forbidden):
    """The kind asks for the certificate of somebody who may sign more."""

    def __init__(self, asked: str) -> None:
        super().__init__(asked=asked)


class ElectronicSignatureNeeded(Conflict):
    """The kind asks for an electronic signature, and the person who signs has attached none that is valid to this revision."""

    def __init__(self, revision: int) -> None:
        super().__init__(revision=revision)


class PhoneSigningNotFound(NotFound):
    """There is no such link for a phone, or it is another person's."""


class PhoneSigningOver(Conflict):
    """The link for a phone was used, has ended, or was tried too often."""


class PhoneTokenNotValid(Unauthenticated):
    """The token for a document is not the one that the link gave last."""
