"""Electronic signatures of revisions: who may attach which, what the signing step asks for, and that whatever was altered is seen."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from organisations.errors import NotPermitted
from reports import signature_shelf
from reports.errors import PreparedByYourself, ReportNotFound, RevisionNotFound
from reports.models import Report, Revision
from reports.signature_errors import (
    CertificateRoleTooLow,
    ElectronicSignatureNeeded,
    RevisionAltered,
    RevisionNotInWork,
    SignatureOfAnotherBody,
    SignatureOfAnotherPerson,
    SignatureOfAnotherRevision,
    SignedAlready,
    SignerWithoutIin,
)
from reports.signature_tables import RevisionSignature
from signatures.cms import CmsVerifier
from signatures.errors import CertificateRevoked, SignaturesNotSetUp
from signatures.evidence import Evidence
from signatures.fetching import Fetcher
from signatures.ports import SignatureVerifier, State
from signatures.trust import TrustStore
from storage.clock import SetClock
from storage.database import session
from storage.transaction import transaction
from tests.reports.office import MEN, Office
from tests.signatures.authority import EMPLOYEE, SIGNATORY, Authority, Holder, serving
from tests.signatures.signing import sign

IIN, OTHER_IIN = "791028302728", "900101300017"
KIND = "TST-ECP"
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class SigningOffice(Office):
    """An office with a certification authority that its verifier trusts."""

    def __init__(self, clock: SetClock, authority: Authority, verifier: SignatureVerifier) -> None:
        super().__init__(clock, verifier=verifier)
        self.authority = authority
        with transaction():
            self.organisations.users.update(self.people["akim"].user_id, iin=IIN)

    def certificate(self, **options: object) -> Holder:
        """The akim's certificate, issued for his body."""
        return self.authority.issues(**{"iin": IIN, "bin": self.body.bin, "role": SIGNATORY, **options})

    def content(self, report: Report, number: int = 1) -> bytes:  # type: ignore[override]
        """The canonical bytes of a revision."""
        return self.reports.revision(self.people["head"], report.id, number).canonical

    def attaches(self, report: Report, holder: Holder | None = None, *, who: str = "akim", number: int = 1, over: bytes | None = None):
        """Sign a revision and attach the signature."""
        content = over if over is not None else self.content(report, number)
        signature = sign(content, holder or self.certificate(), self.clock.now())
        return self.reports.signatures.attach(self.people[who], report.id, number, signature)

    def on_signing(self, kind: str = KIND) -> Report:
        """A report that waits for its signature."""
        report = self.opens(kind)
        self.saves(report)
        self.does("prepare", report)
        self.does("approve", report, decision="approve")
        return report

    def states(self, report: Report) -> list[State]:
        """How the signatures of the first revision stand now."""
        return [shown.standing.state for shown in self.reports.signatures.list(self.people["head"], report.id, 1)]

    def told(self, report: Report, event: str) -> list[dict]:
        """The particulars of what happened to a report."""
        session.rollback()
        timeline = self.reports.timeline(self.people["head"], report.id)
        return [dict(entry.details) for entry in timeline if entry.event == f"report:{event}"]


@pytest.fixture
def authority(clock: SetClock) -> Iterator[Authority]:
    with serving(clock) as authority:
        yield authority


@pytest.fixture
def verifier(clock: SetClock, authority: Authority, tmp_path: Path) -> CmsVerifier:
    (tmp_path / "root.pem").write_bytes(authority.anchor)
    fetcher = Fetcher([urlsplit(authority.url).netloc], timeout=1.0, max_bytes=200_000)
    return CmsVerifier(clock=clock, trust=TrustStore(tmp_path), evidence=Evidence(clock, fetcher, fresh=timedelta(hours=1)))


@pytest.fixture
def office(database: str, clock: SetClock, authority: Authority, verifier: CmsVerifier) -> SigningOffice:
    return SigningOffice(clock, authority, verifier)


def test_the_signing_step_waits_for_the_signature_of_the_person_who_signs(office: SigningOffice):
    report = office.on_signing()

    with pytest.raises(ElectronicSignatureNeeded):
        office.does("sign", report, decision="sign")
    shown = office.attaches(report)
    office.does("sign", report, decision="sign")

    assert office.now(report).stage == "submitted"
    [attached], [signed] = office.told(report, "signature_attached"), office.told(report, "signed")
    assert attached["certificate"] == shown.kept.verified.certificate.serial_number
    assert (signed["signature"], signed["without_signature"]) == (str(shown.kept.id), False)
    assert office.states(report) == [State.VALID]


def test_where_the_kind_lets_it_be_the_journal_says_that_there_was_no_signature(office: SigningOffice):
    report = office.on_signing("TST-AKIM")

    office.does("sign", report, decision="sign")

    assert [told["without_signature"] for event in ("approved", "signed") for told in office.told(report, event)] == [True, True]


def test_the_head_who_approves_and_the_akim_who_signs_both_leave_their_signature(office: SigningOffice):
    with transaction():
        office.organisations.users.update(office.people["head"].user_id, iin=OTHER_IIN)
    report = office.opens(KIND)
    office.saves(report)
    office.does("prepare", report)
    office.attaches(report, office.certificate(iin=OTHER_IIN), who="head")
    office.does("approve", report, decision="approve")

    office.attaches(report)
    office.does("sign", report, decision="sign")

    kept = [shown.kept for shown in office.reports.signatures.list(office.people["officer"], report.id, 1)]
    assert [(one.by, one.role) for one in kept] == [(office.people["head"].by, "head"), (office.people["akim"].by, "akim")]
    assert [told["without_signature"] for event in ("approved", "signed") for told in office.told(report, event)] == [False, False]


@on_sqlite
@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ({"iin": OTHER_IIN}, SignatureOfAnotherPerson),
        ({"bin": "061211600012"}, SignatureOfAnotherBody),
        ({"bin": None, "role": None}, SignatureOfAnotherBody),
        ({"role": EMPLOYEE}, CertificateRoleTooLow),
    ],
)
def test_a_certificate_of_another_person_body_or_rank_is_refused(office: SigningOffice, options, refusal):
    report = office.on_signing()

    with pytest.raises(refusal):
        office.attaches(report, office.certificate(**options))

    assert office.states(report) == []


@on_sqlite
def test_a_certificate_of_the_akimat_above_does_for_people_of_its_department(office: SigningOffice):
    report = office.on_signing()
    above = office.organisations.bodies.get(office.body.parent_id)

    office.attaches(report, office.certificate(bin=above.bin))

    assert office.states(report) == [State.VALID]


@on_sqlite
def test_only_who_approves_or_signs_attaches_and_only_to_the_revision_in_work(office: SigningOffice):
    report = office.on_signing()
    first = office.content(report)

    with pytest.raises(NotPermitted):
        office.attaches(report, who="executor")
    with pytest.raises(SignerWithoutIin):
        office.attaches(report, who="head")
    office.returns(report)
    office.answers(report)
    office.saves(report, {MEN: "2", "jobs.people.all.placed": "6"})
    office.does("prepare", report)
    with pytest.raises(RevisionNotInWork):
        office.attaches(report, who="head")
    office.does("approve", report, decision="approve")
    with pytest.raises(SignatureOfAnotherRevision) as refused:
        office.attaches(report, number=2, over=first)

    assert refused.value.fields == {"signed": 1, "revision": 2}
    with pytest.raises(RevisionNotFound):
        office.reports.signatures.list(office.people["head"], report.id, 3)


@on_sqlite
def test_who_prepared_the_report_does_not_sign_it(office: SigningOffice):
    report = office.on_signing()
    with transaction():
        session.execute(sa.update(Report).values(editors=[office.people["akim"].by]))

    with pytest.raises(PreparedByYourself):
        office.attaches(report)


@on_sqlite
def test_the_same_signature_again_changes_nothing_and_a_second_one_is_refused(office: SigningOffice):
    report = office.on_signing()
    holder, content = office.certificate(), office.content(report)
    signature = sign(content, holder, office.clock.now())

    first, again = (office.reports.signatures.attach(office.people["akim"], report.id, 1, signature) for _ in range(2))
    office.clock.advance(timedelta(minutes=1))
    with pytest.raises(SignedAlready):
        office.attaches(report, holder)

    assert first.kept.id == again.kept.id
    assert len(office.told(report, "signature_attached")) == 1


@on_sqlite
def test_a_revoked_certificate_does_not_sign_and_one_revoked_meanwhile_does_not_complete_the_step(office: SigningOffice):
    report, revoked, holder = office.on_signing(), office.certificate(), office.certificate(days=200)
    office.authority.revokes(revoked, ago=timedelta(hours=1))
    with pytest.raises(CertificateRevoked):
        office.attaches(report, revoked)

    office.attaches(report, holder)
    office.clock.advance(timedelta(hours=2))
    office.authority.revokes(holder)
    assert [office.states(report) for _ in range(2)] == [[State.REVOKED_SINCE]] * 2
    with pytest.raises(ElectronicSignatureNeeded):
        office.does("sign", report, decision="sign")
    office.attaches(report)
    office.does("sign", report, decision="sign")

    assert office.states(report) == [State.REVOKED_SINCE, State.VALID]
    assert [told["state"] for told in office.told(report, "signature_failed")] == ["revoked_since"]


def test_one_byte_of_a_revision_changed_by_hand_is_detected_said_and_shown(office: SigningOffice):
    report = office.on_signing()
    office.attaches(report)
    office.does("sign", report, decision="sign")
    assert list(signature_shelf.altered()) == []

    with transaction():
        row = session.get(Revision, (report.id, 1))
        row.content = row.content.replace(b'"3"', b'"2"')

    assert list(signature_shelf.altered()) == [(report.business_key, 1, "revision")]
    assert [revision.intact for revision in office.reports.revisions(office.people["head"], report.id)] == [False]
    assert office.states(report) == [State.ALTERED]
    assert [told["state"] for told in office.told(report, "signature_failed")] == ["altered"]
    with pytest.raises(RevisionAltered):
        office.reports.revision(office.people["officer"], report.id, 1)
    with pytest.raises(RevisionAltered):
        office.does("review", report, decision="accept")
    assert office.now(report).stage == "submitted"


@on_sqlite
def test_a_signature_changed_by_hand_is_seen_too(office: SigningOffice):
    report = office.on_signing()
    signature_id = office.attaches(report).kept.id

    with transaction():
        session.execute(sa.update(RevisionSignature).values(certificate_name="Another"))
    assert office.states(report) == [State.ALTERED]
    with transaction():
        session.execute(sa.update(RevisionSignature).values(content=b"other"))

    assert list(signature_shelf.altered()) == [(report.business_key, 1, f"signature {signature_id}")]
    assert office.states(report) == [State.ALTERED]
    with pytest.raises(ElectronicSignatureNeeded):
        office.does("sign", report, decision="sign")


@on_sqlite
def test_a_report_that_goes_on_while_the_authorities_are_asked_gets_no_signature(clock, database, authority, verifier):
    class Slow:
        """Verifies like the other; meanwhile the report is returned."""

        meanwhile = staticmethod(lambda: None)

        def verify(self, *given):
            self.meanwhile()
            return verifier.verify(*given)

        def standing(self, *given):
            return verifier.standing(*given)

    slow = Slow()
    office = SigningOffice(clock, authority, slow)
    report = office.on_signing()
    content = office.content(report)
    slow.meanwhile = lambda: office.returns(report)

    with pytest.raises(Exception, match="not_at_this_stage"):
        office.attaches(report, over=content)

    assert session.scalar(sa.select(sa.func.count()).select_from(RevisionSignature)) == 0


@on_sqlite
def test_nobody_who_may_not_read_a_revision_sees_its_signatures(office: SigningOffice):
    report = office.on_signing()
    office.attaches(report)

    for who, refusal in (("officer", RevisionNotFound), ("stranger", ReportNotFound)):
        with pytest.raises(refusal):
            office.reports.signatures.list(office.people[who], report.id, 1)


@on_sqlite
def test_without_anchors_a_kind_that_asks_for_signatures_says_what_is_to_be_done(database, clock, authority):
    office = SigningOffice(clock, authority, None)
    report = office.on_signing()

    with pytest.raises(SignaturesNotSetUp):
        office.attaches(report)
