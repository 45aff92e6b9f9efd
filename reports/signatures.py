"""Electronic signatures of revisions: attached by who approves or signs, verified when they come and again whenever they are shown.

Verifying may ask authorities over the network: it is done outside any transaction and never holds a lock. The acts here open their
transactions themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from organisations.actors import Actor
from organisations.organisations import Organisations
from register.kinds import Kind
from reports import canonical, chronicle, laws, revisions, shelf, signature_shelf, signers
from reports.laws import Action
from reports.models import Report
from reports.permits import Permit
from reports.revisions import Revisions
from reports.signature_errors import (
    ElectronicSignatureNeeded,
    RevisionNotInWork,
    SignatureNotFound,
    SignatureOfAnotherRevision,
    SignedAlready,
)
from reports.signature_shelf import KeptSignature
from signatures.errors import SignatureOfOtherBytes
from signatures.ports import Purpose, SignatureVerifier, Standing, State, Verified
from storage.clock import Clock
from storage.database import session
from storage.transaction import transaction

#: States that are kept, for they never heal.
_LASTING = frozenset({State.REVOKED, State.REVOKED_SINCE, State.ALTERED})


@dataclass(frozen=True)
class ShownSignature:
    """A signature and how it stands now."""

    kept: KeptSignature
    standing: Standing


class ReportSignatures:
    """The electronic signatures of all reports."""

    def __init__(
        self,
        *,
        clock: Clock,
        verifier: SignatureVerifier,
        organisations: Organisations,
        revisions_: Revisions,
        kind_of: Callable[[Report], Kind],
    ) -> None:
        self._clock = clock
        self._verifier = verifier
        self._organisations = organisations
        self._revisions = revisions_
        self._kind_of = kind_of

    def attach(self, actor: Actor, report_id: UUID, number: int, signature: bytes) -> ShownSignature:
        """Attach the actor's own signature to the revision that is on approval or signing. Sending the same again changes nothing.

        Raises the refusals of `signatures/errors.py` and `reports/signature_errors.py`.
        """
        report, _ = shelf.seen(actor, report_id)
        revision = self._revisions.get(actor, report_id, number)
        permit = self._permit(actor, report, number)
        kind, body_id = self._kind_of(report), permit.duty.body_id
        session.rollback()  # no connection is held while authorities are asked
        verified = self._verified(signature, revision.canonical, report_id, number)
        signers.require(verified.certificate, actor, body_id, kind, self._organisations)
        with transaction():
            kept = self._keep(actor, report_id, number, signature, verified, revision.sha256)
        return ShownSignature(kept, Standing(State.VALID, verified.verified_at))

    def signable(self, actor: Actor, report_id: UUID, number: int) -> bytes:
        """The bytes that the actor may sign now. Raises what `attach` raises before it looks at a signature."""
        report, _ = shelf.seen(actor, report_id)
        self._permit(actor, report, number)
        return self._revisions.get(actor, report_id, number).canonical

    def list(self, actor: Actor, report_id: UUID, number: int) -> list[ShownSignature]:
        """The signatures of a revision that the actor may read, each verified again now."""
        shelf.seen_whole(actor, report_id)
        content = self._revisions.stored(actor, report_id, number)
        found = signature_shelf.of(report_id, number)
        session.rollback()
        return [ShownSignature(kept, self._standing(kept, content)) for kept in found]

    def get(self, actor: Actor, report_id: UUID, number: int, signature_id: UUID) -> ShownSignature:
        """One of them. Raises SignatureNotFound."""
        content = self._revisions.stored(actor, report_id, number)
        found = next((kept for kept in signature_shelf.of(report_id, number) if kept.id == signature_id), None)
        session.rollback()
        if found is None:
            raise SignatureNotFound(signature_id)
        return ShownSignature(found, self._standing(found, content))

    def _permit(self, actor: Actor, report: Report, number: int) -> Permit:
        permit = laws.permit(actor, Action.ATTACH_SIGNATURE, report, self._kind_of(report))
        if report.revision != number:
            raise RevisionNotInWork(number, report.revision)
        return permit

    def _verified(self, signature: bytes, content: bytes, report_id: UUID, number: int) -> Verified:
        try:
            return self._verifier.verify(signature, content, Purpose.SIGN)
        except SignatureOfOtherBytes as refusal:
            signed = revisions.number_of(report_id, refusal.fields["sha256"])
            if signed is not None:
                raise SignatureOfAnotherRevision(signed, number) from refusal
            raise

    def _keep(self, actor: Actor, report_id: UUID, number: int, signature: bytes, verified: Verified, sha256: str) -> KeptSignature:
        """Everything is asked again under the lock: while the authorities were asked, the report may have gone on."""
        report = shelf.locked(report_id)
        permit = self._permit(actor, report, number)
        if revisions.in_work(report).sha256 != sha256:
            raise SignatureOfOtherBytes(None)
        for kept in signature_shelf.valid(report_id, number, sha256, actor.by):
            if kept.content == signature:
                return kept
            if kept.role == permit.duty.role.value:
                raise SignedAlready()
        kept = signature_shelf.keep(report, sha256, permit, signature, verified)
        facts = verified.certificate
        chronicle.tell(
            "signature_attached",
            report,
            self._clock.now(),
            permit,
            signature=str(kept.id),
            sha256=sha256,
            certificate=facts.serial_number,
            issuer=facts.issuer,
        )
        return kept

    def _standing(self, kept: KeptSignature, content: bytes) -> Standing:
        """How a signature stands; that it was found revoked or altered is kept and told once."""
        if not kept.intact or canonical.sha256(content) != kept.sha256:
            standing = Standing(State.ALTERED, self._clock.now())
        else:
            standing = self._verifier.standing(kept.content, content, kept.verified)
        if standing.state in _LASTING and kept.state is State.VALID:
            with transaction():
                self._mark(kept, standing)
        return standing

    def _mark(self, kept: KeptSignature, standing: Standing) -> None:
        report = shelf.locked(kept.report_id)
        if signature_shelf.mark(kept.id, standing):
            chronicle.tell("signature_failed", report, standing.checked_at, signature=str(kept.id), state=standing.state.value)


def of_signer(report: Report, kind: Kind, permit: Permit) -> UUID | None:
    """The valid electronic signature of the person who signs the revision in work; None where the kind lets it be signed without.

    Raises ElectronicSignatureNeeded, RevisionAltered.
    """
    found = of_approver(report, permit)
    if found is None and kind.electronic_signature != "optional":
        raise ElectronicSignatureNeeded(report.revision)
    return found


def of_approver(report: Report, permit: Permit) -> UUID | None:
    """The valid electronic signature of the person over the revision in work, if there is one. Raises RevisionAltered."""
    revision = revisions.in_work(report)
    found = signature_shelf.valid(report.id, revision.number, revision.sha256, permit.actor.by)
    return found[-1].id if found else None


def require_for_submission(report: Report, kind: Kind) -> None:
    """Raise ElectronicSignatureNeeded where the kind asks for an electronic signature and the revision has none that is valid still."""
    revision = revisions.in_work(report)
    if kind.electronic_signature != "optional" and not signature_shelf.valid(report.id, revision.number, revision.sha256):
        raise ElectronicSignatureNeeded(revision.number)
