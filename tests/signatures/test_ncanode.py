"""The verifier behind an NCANode, against a server on this machine that answers as its documented API does."""

import base64
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from signatures.errors import (
    CertificateNotTrusted,
    CertificateOfOtherPurpose,
    CertificateOutOfDate,
    CertificateRevoked,
    RevocationUnconfirmed,
    SignatureBroken,
    SignatureNotDetached,
    SignatureOfOtherBytes,
    SignatureUnreadable,
    SigningTimeWrong,
    VerifierUnavailable,
)
from signatures.fetching import Fetcher
from signatures.ncanode import NcaNodeVerifier
from signatures.ports import Purpose, State
from tests.signatures.authority import Authority
from tests.signatures.signing import sign

CONTENT = b'{"format":1}'
GOOD: dict[str, Any] = {"revoked": False, "by": "OCSP", "revocationTime": None, "reason": None}
CERTIFICATE: dict[str, Any] = {
    "valid": True,
    "revocations": [GOOD],
    "notBefore": "2026-01-01T00:00:00.000+00:00",
    "notAfter": "2026-12-31T00:00:00.000+00:00",
    "keyUsage": "SIGN",
    "serialNumber": "3B7C",
    "signAlg": "ECGOST3410-2015-512",
    "keyUser": ["ORGANIZATION", "CAN_SIGN"],
    "subject": {"commonName": "СЕРІКОВА АЙГҮЛ", "iin": "791028302728", "bin": "061211600012", "organization": "ӘКІМДІК"},
    "issuer": {"commonName": "ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST) 2022"},
}


class Node:
    """What the server answers, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.status, self.answer, self.url = 200, {}, ""
        self.says()

    def says(self, *, valid: bool = True, tsp: Any = None, **changes: Any) -> None:
        """A documented answer about one signer, with changes of its certificate."""
        signer = {"certificates": [{**CERTIFICATE, **changes}], "tsp": tsp}
        self.status, self.answer = 200, {"status": 200, "message": "OK", "valid": valid, "signers": [signer]}

    def fails(self, status: int, message: str) -> None:
        """A documented error."""
        self.status, self.answer = status, {"status": status, "message": message}


@pytest.fixture
def node() -> Iterator[Node]:
    node = Node()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({"status": "UP"} if self.path == "/actuator/health" else {})

        def do_POST(self) -> None:
            node.asked.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self._answer(node.answer)

        def _answer(self, answer: Any) -> None:
            body = json.dumps(answer).encode()
            self.send_response(node.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    node.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield node
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def verifier(node: Node, clock) -> NcaNodeVerifier:
    return NcaNodeVerifier(clock=clock, url=node.url, fetcher=Fetcher([node.url.removeprefix("http://")], 1.0, 100_000))


@pytest.fixture
def signature(clock) -> bytes:
    return sign(CONTENT, Authority(clock).issues(), clock.now())


def test_what_ncanode_found_good_is_told_in_the_same_facts(verifier, node, signature, clock):
    node.says(tsp={"genTime": "2026-10-01T03:59:00.000+00:00"})

    found = verifier.verify(signature, CONTENT, Purpose.SIGN)

    [(path, question)] = node.asked
    assert (path, question["revocationCheck"]) == ("/cms/verify", ["OCSP"])
    assert (base64.b64decode(question["cms"]), base64.b64decode(question["data"])) == (signature, CONTENT)
    assert (found.certificate.iin, found.certificate.bin, found.certificate.roles) == ("791028302728", "061211600012", ("signatory",))
    assert (found.verifier, found.digest_algorithm, found.verified_at) == ("ncanode", "ECGOST3410-2015-512", clock.now())
    assert found.timestamp == clock.now() - timedelta(minutes=1)
    assert found.signed_at == clock.now()


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"valid": False}, CertificateNotTrusted),  # of the certificate below
        ({"revocations": [{**GOOD, "revoked": True, "revocationTime": "2026-09-01T00:00:00.000+00:00"}]}, CertificateRevoked),
        ({"revocations": []}, RevocationUnconfirmed),
        ({"keyUsage": "AUTH"}, CertificateOfOtherPurpose),
        ({"notAfter": "2026-09-01T00:00:00.000+00:00"}, CertificateOutOfDate),
        ({"notAfter": None}, VerifierUnavailable),
        ({"subject": None}, VerifierUnavailable),
    ],
)
def test_what_ncanode_found_wrong_is_refused_in_the_same_words(verifier, node, signature, changes, refusal):
    if "valid" in changes:
        changes = {"revocations": []}
        node.says()
        node.answer["signers"][0]["certificates"][0].update(valid=False, revocations=[])
    else:
        node.says(**changes)

    with pytest.raises(refusal):
        verifier.verify(signature, CONTENT, Purpose.SIGN)


def test_a_signature_that_is_not_of_the_content_is_refused(verifier, node, signature, clock):
    node.says(valid=False)
    with pytest.raises(SignatureOfOtherBytes):
        verifier.verify(signature, CONTENT, Purpose.SIGN)
    node.fails(400, "message-digest attribute value does not match calculated value")
    with pytest.raises(SignatureOfOtherBytes):
        verifier.verify(signature, CONTENT, Purpose.SIGN)
    node.fails(400, "Malformed content.")
    with pytest.raises(SignatureBroken):
        verifier.verify(signature, CONTENT, Purpose.SIGN)
    node.says()
    with pytest.raises(SigningTimeWrong):
        verifier.verify(sign(CONTENT, Authority(clock).issues(), clock.now() + timedelta(hours=1)), CONTENT, Purpose.SIGN)


def test_the_form_of_the_envelope_is_looked_at_before_anybody_is_asked(verifier, node, clock):
    for wrong, refusal in ((b"garbage", SignatureUnreadable), (_attached(clock), SignatureNotDetached)):
        with pytest.raises(refusal):
            verifier.verify(wrong, CONTENT, Purpose.SIGN)

    assert node.asked == []


def _attached(clock) -> bytes:
    return sign(CONTENT, Authority(clock).issues(), clock.now(), attached=True)


@pytest.mark.parametrize("trouble", [500, 200, "down"])
def test_an_ncanode_that_is_down_or_says_something_else_is_a_clear_refusal(verifier, node, signature, trouble):
    node.status, node.answer = (trouble, ["not", "the", "answer"]) if trouble != "down" else (200, {})
    if trouble == "down":
        verifier = NcaNodeVerifier(clock=verifier._clock, url="http://127.0.0.1:9", fetcher=Fetcher(["127.0.0.1:9"], 0.5, 1000))

    with pytest.raises(VerifierUnavailable) as refused:
        verifier.verify(signature, CONTENT, Purpose.SIGN)

    assert refused.value.fields["retry_after"] == 60


def test_an_administrator_is_told_whether_it_is_up(verifier, node):
    [told] = verifier.soundness()
    assert (told.what, told.sound) == (f"NCANode at {node.url}: UP", True)

    [told] = NcaNodeVerifier(clock=verifier._clock, url="http://127.0.0.1:9", fetcher=Fetcher(["127.0.0.1:9"], 0.5, 1000)).soundness()
    assert not told.sound


def test_a_kept_signature_is_asked_about_again(verifier, node, signature, clock):
    kept = verifier.verify(signature, CONTENT, Purpose.SIGN)

    def state() -> State:
        return verifier.standing(signature, CONTENT, kept).state

    assert state() is State.VALID
    for at, expected in (("2026-10-02T00:00:00.000+00:00", State.REVOKED_SINCE), ("2026-09-02T00:00:00.000+00:00", State.REVOKED)):
        node.says(revocations=[{**GOOD, "revoked": True, "revocationTime": at}])
        assert state() is expected
    node.says(valid=False)
    assert state() is State.ALTERED
    node.says(keyUsage="AUTH")
    assert state() is State.UNTRUSTED
    node.answer = {}
    assert state() is State.UNCONFIRMED
    clock.advance(timedelta(days=200))
    node.says()
    assert state() is State.VALID
