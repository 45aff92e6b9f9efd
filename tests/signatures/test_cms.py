"""What holds is told in facts; what doesn't hold is refused, each with its own words; nothing is believed for want of an answer."""

import random
from datetime import timedelta

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives import serialization

from refusals import Refusal
from signatures.cms import CmsVerifier
from signatures.errors import (
    CertificateNotTrusted,
    CertificateOfOtherPurpose,
    CertificateOutOfDate,
    CertificateRevoked,
    RevocationUnconfirmed,
    SignatureAlgorithmWeak,
    SignatureBroken,
    SignatureNotDetached,
    SignatureOfOtherBytes,
    SignatureOfSeveral,
    SignaturesNotSetUp,
    SignatureTooLarge,
    SignatureUnreadable,
    SignatureWithoutAttributes,
    SigningTimeWrong,
    TimestampWrong,
)
from signatures.ports import MAX_SIGNATURE_BYTES, Purpose, State
from signatures.tables import EvidenceRow
from signatures.trust import TrustStore
from storage.database import session
from storage.transaction import transaction
from tests.signatures.authority import Authority, key_of
from tests.signatures.signing import sign

CONTENT = b'{"format":1,"cells":{"a":"1.50"}}'
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_a_good_signature_is_told_in_facts_and_its_evidence_is_kept(verifier, authority, clock):
    holder = authority.issues(iin="791028302728", bin="061211600012")

    found = verifier.verify(sign(CONTENT, holder, clock.now(), stamper=authority.stamper), CONTENT, Purpose.SIGN)

    assert (found.certificate.iin, found.certificate.bin, found.certificate.roles) == ("791028302728", "061211600012", ("head",))
    assert (found.certificate.name, found.certificate.organisation) == ("СЕРІКОВА АЙГҮЛ", "ӘКІМДІК")
    assert found.signed_at == found.timestamp == found.verified_at == clock.now()
    assert sorted(authority.asked) == ["/ocsp", "/ocsp", "/root.crl"]
    assert session.scalars(sa.select(EvidenceRow.kept)).all() == [True] * 3


def test_authorities_are_asked_again_only_when_their_answer_is_not_fresh(verifier, authority, clock):
    signature = sign(CONTENT, authority.issues(), clock.now())

    for minutes in (0, 50, 20):
        clock.advance(timedelta(minutes=minutes))
        verifier.verify(signature, CONTENT, Purpose.SIGN)

    assert sorted(authority.asked) == ["/ocsp", "/ocsp", "/root.crl", "/root.crl"]


def test_a_signature_stands_while_its_certificate_does_and_after_it_expired(verifier, authority, clock):
    holder = authority.issues(days=2)
    signature = sign(CONTENT, holder, clock.now())
    kept = verifier.verify(signature, CONTENT, Purpose.SIGN)

    def state(content: bytes = CONTENT) -> State:
        return verifier.standing(signature, content, kept).state

    assert state() is State.VALID
    assert state(CONTENT.replace(b"1.50", b"1.51")) is State.ALTERED
    clock.advance(timedelta(hours=5))
    authority.down = True
    assert state() is State.UNCONFIRMED
    clock.advance(timedelta(days=400))
    assert state() is State.VALID


@on_sqlite
def test_a_revocation_is_seen_later_and_whether_it_was_before_or_after_signing(verifier, authority, clock):
    late, early = authority.issues(iin="791028302728"), authority.issues(iin="900101300017")
    signatures = [(each, sign(CONTENT, each, clock.now())) for each in (late, early)]
    kept = [(signature, verifier.verify(signature, CONTENT, Purpose.SIGN)) for _, signature in signatures]

    clock.advance(timedelta(days=3))
    authority.revokes(late)
    authority.revokes(early, ago=timedelta(days=4))

    found = [verifier.standing(signature, CONTENT, verified) for signature, verified in kept]
    assert [standing.state for standing in found] == [State.REVOKED_SINCE, State.REVOKED]
    assert found[0].revoked_at == found[0].checked_at == clock.now()


@on_sqlite
def test_evidence_or_a_signature_that_was_changed_in_the_store_is_seen(verifier, authority, clock):
    signature = sign(CONTENT, authority.issues(), clock.now())
    kept = verifier.verify(signature, CONTENT, Purpose.SIGN)

    assert verifier.standing(signature[:-1] + bytes([signature[-1] ^ 1]), CONTENT, kept).state is State.ALTERED
    with transaction():
        session.execute(sa.update(EvidenceRow).where(EvidenceRow.kind == "ocsp").values(content=b"other"))
    assert verifier.standing(signature, CONTENT, kept).state is State.ALTERED
    assert len(list(verifier._evidence.altered())) == 1


@on_sqlite
def test_answers_that_no_signature_rests_on_are_swept_when_they_are_not_fresh(verifier, authority, clock):
    verifier.verify(sign(CONTENT, authority.issues(sign_in=True), clock.now()), CONTENT, Purpose.SIGN_IN)
    verifier.verify(sign(CONTENT, authority.issues(), clock.now()), CONTENT, Purpose.SIGN)

    clock.advance(timedelta(days=2))
    with transaction():
        verifier._evidence.sweep()

    assert session.scalars(sa.select(EvidenceRow.kind).order_by(EvidenceRow.kind)).all() == ["crl", "ocsp"]


def _weak_key(authority, now):
    return sign(CONTENT, authority.issues(key=key_of("weak", 1024)), now)


def _of_nobody(authority, now):
    return sign(CONTENT, Authority(authority.clock, prefix="other ", url=authority.url).issues(), now)


def _broken(authority, now):
    signature = sign(CONTENT, authority.issues(), now)
    return signature[:-1] + bytes([signature[-1] ^ 1])


REFUSED = {
    "garbage": (lambda authority, now: b"\x30\x80garbage", SignatureUnreadable),
    "nothing": (lambda authority, now: b"", SignatureUnreadable),
    "text": (lambda authority, now: b"-----BEGIN CMS-----\n!!!\n", SignatureUnreadable),
    "too large": (lambda authority, now: b"0" * (MAX_SIGNATURE_BYTES + 1), SignatureTooLarge),
    "of other bytes": (lambda authority, now: sign(b"other", authority.issues(), now), SignatureOfOtherBytes),
    "attached": (lambda authority, now: sign(CONTENT, authority.issues(), now, attached=True), SignatureNotDetached),
    "of several": (lambda authority, now: sign(CONTENT, authority.issues(), now, times=2), SignatureOfSeveral),
    "of nobody": (lambda authority, now: sign(CONTENT, authority.issues(), now, times=0), SignatureOfSeveral),
    "without attributes": (lambda authority, now: sign(CONTENT, authority.issues(), now, attributes=False), SignatureWithoutAttributes),
    "sha-1": (lambda authority, now: sign(CONTENT, authority.issues(), now, digest="sha1"), SignatureAlgorithmWeak),
    "small key": (_weak_key, SignatureAlgorithmWeak),
    "broken": (_broken, SignatureBroken),
    "untrusted": (_of_nobody, CertificateNotTrusted),
    "expired": (lambda authority, now: sign(CONTENT, authority.issues(since=30, days=-1), now - timedelta(days=2)), CertificateOutOfDate),
    "not yet valid": (lambda authority, now: sign(CONTENT, authority.issues(since=-2), now), CertificateOutOfDate),
    "for signing in": (lambda authority, now: sign(CONTENT, authority.issues(sign_in=True), now), CertificateOfOtherPurpose),
    "ahead": (lambda authority, now: sign(CONTENT, authority.issues(), now + timedelta(hours=1)), SigningTimeWrong),
    "before its certificate": (lambda authority, now: sign(CONTENT, authority.issues(), now - timedelta(days=90)), SigningTimeWrong),
    "stamped by anybody": (
        lambda authority, now: sign(CONTENT, authority.issues(), now, stamper=authority.issues(iin="900101300017")),
        TimestampWrong,
    ),
    "stamped ahead": (
        lambda authority, now: sign(CONTENT, authority.issues(), now, stamper=authority.stamper, stamped_at=now + timedelta(hours=1)),
        TimestampWrong,
    ),
}


@on_sqlite
@pytest.mark.parametrize("case", REFUSED)
def test_a_signature_that_does_not_hold_is_refused_in_its_own_words_and_nobody_is_asked(verifier, authority, clock, case):
    made, refusal = REFUSED[case]

    with pytest.raises(refusal):
        verifier.verify(made(authority, clock.now()), CONTENT, Purpose.SIGN)

    assert authority.asked == []


@on_sqlite
def test_a_revoked_certificate_is_refused_with_its_moment(verifier, authority, clock):
    holder = authority.issues()
    authority.revokes(holder, ago=timedelta(days=1))

    with pytest.raises(CertificateRevoked) as refused:
        verifier.verify(sign(CONTENT, holder, clock.now()), CONTENT, Purpose.SIGN)

    assert refused.value.fields == {"revoked_at": "2026-09-30T04:00:00+00:00", "reason": "key_compromise"}


@on_sqlite
def test_the_list_stands_in_for_a_responder_and_a_revoked_authority_takes_its_certificates_along(verifier, clock, authority):
    authority.with_ocsp = False
    holder = authority.issues()
    verifier.verify(sign(CONTENT, holder, clock.now()), CONTENT, Purpose.SIGN)
    assert authority.asked == ["/root.crl", "/intermediate.crl"]

    clock.advance(timedelta(days=2))
    authority.revokes(authority.intermediate, ago=timedelta(hours=1))
    with pytest.raises(CertificateRevoked):
        verifier.verify(sign(CONTENT, holder, clock.now()), CONTENT, Purpose.SIGN)


@on_sqlite
@pytest.mark.parametrize("trouble", ["down", "garbage", "slow", "large", "not allowed"])
def test_what_cannot_be_confirmed_now_is_not_accepted_and_nothing_is_remembered(verifier, authority, fetcher, clock, trouble):
    authority.down, authority.garbage, authority.slow = trouble == "down", trouble == "garbage", 5.0 if trouble == "slow" else 0.0
    fetcher.max_bytes = 100 if trouble == "large" else fetcher.max_bytes
    fetcher.timeout = 0.2 if trouble == "slow" else fetcher.timeout
    fetcher.hosts = [] if trouble == "not allowed" else fetcher.hosts

    with pytest.raises(RevocationUnconfirmed) as refused:
        verifier.verify(sign(CONTENT, authority.issues(), clock.now()), CONTENT, Purpose.SIGN)

    assert refused.value.fields["sources"]
    assert session.scalar(sa.select(sa.func.count()).select_from(EvidenceRow)) == 0


@on_sqlite
def test_without_anchors_nothing_is_believed_and_a_broken_file_of_an_anchor_is_left_out(verifier, authority, clock, tmp_path):
    folder = tmp_path / "anchors"
    folder.mkdir()
    (folder / "broken.cer").write_bytes(b"\x30\x03abc")
    (folder / "broken.pem").write_text("-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n", "ascii")
    empty = CmsVerifier(clock=clock, trust=TrustStore(folder), evidence=verifier._evidence)

    assert [told.sound for told in empty.soundness()] == [False]
    assert [(told.what[:12], told.sound) for told in verifier.soundness()] == [("root (RSA), ", True)]
    with pytest.raises(SignaturesNotSetUp):
        empty.verify(sign(CONTENT, authority.issues(), clock.now()), CONTENT, Purpose.SIGN)


@on_sqlite
def test_a_chain_is_built_with_an_intermediate_certificate_of_the_folder(verifier, authority, clock, anchors):
    signature = sign(CONTENT, authority.issues(), clock.now(), with_chain=False)
    with pytest.raises(CertificateNotTrusted):
        verifier.verify(signature, CONTENT, Purpose.SIGN)

    (anchors / "intermediate.der").write_bytes(authority.intermediate.certificate.public_bytes(serialization.Encoding.DER))
    again = CmsVerifier(clock=clock, trust=TrustStore(anchors), evidence=verifier._evidence)

    assert again.verify(signature, CONTENT, Purpose.SIGN).certificate.iin == "791028302728"


@on_sqlite
def test_no_change_of_a_signature_does_more_than_a_refusal(verifier, authority, clock):
    signature, chance = sign(CONTENT, authority.issues(), clock.now()), random.Random(5)
    good, accepted = verifier.verify(signature, CONTENT, Purpose.SIGN), []

    for _ in range(400):
        damaged = bytearray(signature)
        for _ in range(chance.randint(1, 3)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            accepted.append(verifier.verify(bytes(damaged), CONTENT, Purpose.SIGN))
        except Refusal:
            continue

    assert len(accepted) < 20  # changes in what nobody signed, such as the version of the envelope
    assert {(found.certificate, found.signed_at) for found in accepted} <= {(good.certificate, good.signed_at)}
