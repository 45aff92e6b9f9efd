"""The kept signatures of revisions: rows and what they hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from reports import canonical
from reports.models import Report, Revision
from reports.permits import Permit
from reports.signature_tables import RevisionSignature
from signatures.certificates import CertificateFacts, CertificateRole
from signatures.ports import Standing, State, Verified
from storage.database import session
from storage.identifiers import new_id


@dataclass(frozen=True)
class KeptSignature:
    """A signature as it was attached: by whom, in which duty, for whom, what was verified; `content` is the DER of its CMS."""

    id: UUID
    report_id: UUID
    revision: int
    by: str
    role: str
    on_behalf_of: str | None
    body_id: UUID
    content: bytes
    sha256: str
    verified: Verified
    state: State
    revoked_at: datetime | None
    intact: bool


def keep(report: Report, sha256: str, permit: Permit, content: bytes, verified: Verified) -> KeptSignature:
    """Keep a signature over the revision in work, whose bytes have a hash."""
    facts = verified.certificate
    row = RevisionSignature(
        id=new_id(),
        report_id=report.id,
        revision=report.revision,
        by=permit.actor.by,
        role=permit.duty.role.value,
        on_behalf_of=permit.on_behalf_of,
        body_id=permit.duty.body_id,
        sha256=sha256,
        content=content,
        content_sha256=canonical.sha256(content),
        verifier=verified.verifier,
        digest_algorithm=verified.digest_algorithm,
        signed_at=verified.signed_at,
        stamped_at=verified.timestamp,
        verified_at=verified.verified_at,
        evidence=list(verified.evidence),
        certificate_serial=facts.serial_number,
        certificate_sha256=facts.sha256,
        certificate_issuer=facts.issuer,
        certificate_name=facts.name,
        certificate_iin=facts.iin,
        certificate_bin=facts.bin,
        certificate_organisation=facts.organisation,
        certificate_roles=[role.value for role in facts.roles],
        certificate_from=facts.valid_from,
        certificate_until=facts.valid_until,
        state=State.VALID.value,
    )
    session.add(row)
    session.flush()
    return _kept(row)


def of(report_id: UUID, *revisions: int) -> list[KeptSignature]:
    """The signatures of some revisions of a report, oldest first."""
    query = sa.select(RevisionSignature).where(RevisionSignature.report_id == report_id, RevisionSignature.revision.in_(revisions))
    return [_kept(row) for row in session.scalars(query.order_by(RevisionSignature.id).execution_options(populate_existing=True))]


def valid(report_id: UUID, revision: int, sha256: str, by: str | None = None) -> list[KeptSignature]:
    """The signatures of a revision with these bytes that are valid as far as we know; of a person, or of anybody."""
    found = (kept for kept in of(report_id, revision) if kept.state is State.VALID and kept.intact and kept.sha256 == sha256)
    return [kept for kept in found if by is None or kept.by == by]


def mark(signature_id: UUID, standing: Standing) -> bool:
    """Keep that a signature, valid so far, was found revoked or altered; whether that is news."""
    row = session.get(RevisionSignature, signature_id, with_for_update=True, populate_existing=True)
    if row is None or row.state != State.VALID.value:
        return False
    row.state, row.checked_at, row.revoked_at = standing.state.value, standing.checked_at, standing.revoked_at
    session.flush()
    return True


def altered() -> Iterator[tuple[str, int, str]]:
    """What was changed by hand: the business key, the revision and what of it, `revision` or a signature with its id."""
    for report_id in session.scalars(sa.select(Report.id).order_by(Report.id)).all():
        yield from _altered_of(report_id)


def _altered_of(report_id: UUID) -> Iterator[tuple[str, int, str]]:
    revisions = sa.select(Report.business_key, Revision).join(Report, Report.id == Revision.report_id).where(Report.id == report_id)
    frozen: dict[int, str] = {}
    for key, row in session.execute(revisions.order_by(Revision.number)):
        frozen[row.number] = row.sha256
        if canonical.sha256(row.content) != row.sha256:
            yield key, row.number, "revision"
    for kept in of(report_id, *frozen) if frozen else []:
        if not kept.intact or kept.sha256 != frozen[kept.revision]:
            yield key, kept.revision, f"signature {kept.id}"
    session.expunge_all()


def _kept(row: RevisionSignature) -> KeptSignature:
    facts = CertificateFacts(
        serial_number=row.certificate_serial,
        sha256=row.certificate_sha256,
        issuer=row.certificate_issuer,
        name=row.certificate_name,
        iin=row.certificate_iin,
        bin=row.certificate_bin,
        organisation=row.certificate_organisation,
        roles=tuple(CertificateRole(role) for role in row.certificate_roles if role in frozenset(CertificateRole)),
        valid_from=row.certificate_from,
        valid_until=row.certificate_until,
    )
    verified = Verified(
        verifier=row.verifier,
        certificate=facts,
        digest_algorithm=row.digest_algorithm,
        signed_at=row.signed_at,
        timestamp=row.stamped_at,
        verified_at=row.verified_at,
        evidence=tuple(row.evidence),
    )
    return KeptSignature(
        id=row.id,
        report_id=row.report_id,
        revision=row.revision,
        by=row.by,
        role=row.role,
        on_behalf_of=row.on_behalf_of,
        body_id=row.body_id,
        content=row.content,
        sha256=row.sha256,
        verified=verified,
        state=State(row.state),
        revoked_at=row.revoked_at,
        intact=canonical.sha256(row.content) == row.content_sha256,
    )
