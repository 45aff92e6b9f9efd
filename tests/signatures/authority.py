"""A small certification authority of the tests: a root, an intermediate, an OCSP responder, lists of revoked certificates, a timestamp
authority; and a real HTTP server that speaks for it.

authority = Authority(clock); holder = authority.issues(iin="…", bin="…"); authority.revokes(holder); authority.serves() → its address.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from storage.clock import Clock

HEAD, SIGNATORY, FINANCIAL, EMPLOYEE = (x509.ObjectIdentifier(f"1.2.398.3.3.4.1.2.{last}") for last in (1, 2, 3, 5))
SHA256 = hashes.SHA256()


@cache
def key_of(who: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key for a name, made once for all tests."""
    return rsa.generate_private_key(65537, bits)


@dataclass
class Holder:
    """A certificate with its key and those above it."""

    certificate: x509.Certificate
    key: Any
    chain: tuple[x509.Certificate, ...] = ()


@dataclass
class Authority:
    """The authority. `down` makes its server answer 503, `slow` makes it drip, `garbage` makes it lie."""

    clock: Clock
    prefix: str = ""
    revoked: dict[int, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    url: str = ""
    down: bool = False
    slow: float = 0.0
    garbage: bool = False
    with_ocsp: bool = True

    def __post_init__(self) -> None:
        self.root = self._ca("root", None)
        self.intermediate = self._ca("intermediate", self.root)
        self._responder = self._delegate("responder", ExtendedKeyUsageOID.OCSP_SIGNING)
        self.stamper = self._delegate("stamper", ExtendedKeyUsageOID.TIME_STAMPING)

    @property
    def anchor(self) -> bytes:
        """The root, in PEM."""
        return self.root.certificate.public_bytes(Encoding.PEM)

    def issues(
        self,
        *,
        iin: str = "791028302728",
        bin: str | None = "061211600012",  # noqa: A002
        role: x509.ObjectIdentifier | None = HEAD,
        sign_in: bool = False,
        days: int = 300,
        since: int = 30,
        key: Any = None,
        name: str = "СЕРІКОВА АЙГҮЛ",
    ) -> Holder:
        """A person's certificate, for signing or for signing in."""
        subject = [(NameOID.COMMON_NAME, name), (NameOID.SERIAL_NUMBER, f"IIN{iin}"), (NameOID.COUNTRY_NAME, "KZ")]
        if bin:
            subject += [(NameOID.ORGANIZATION_NAME, "ӘКІМДІК"), (NameOID.ORGANIZATIONAL_UNIT_NAME, f"BIN{bin}")]
        usages = [ExtendedKeyUsageOID.CLIENT_AUTH if sign_in else ExtendedKeyUsageOID.EMAIL_PROTECTION, *([role] if role else [])]
        key = key or key_of(f"{iin}{sign_in}")
        builder = self._builder(subject, key, self.intermediate, since=since, days=days)
        builder = builder.add_extension(_key_usage(digital_signature=True, content_commitment=not sign_in, key_encipherment=sign_in), True)
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), False)
        return Holder(self._signed(builder, self.intermediate, "intermediate"), key, (self.intermediate.certificate,))

    def revokes(self, holder: Holder, *, ago: timedelta = timedelta(0)) -> None:
        """Revoke a certificate, now or as of a moment before."""
        self.revoked[holder.certificate.serial_number] = self.clock.now() - ago

    def _ca(self, name: str, issuer: Holder | None) -> Holder:
        key = key_of(self.prefix + name)
        holder = Holder(None, key)  # type: ignore[arg-type]
        subject = [(NameOID.COMMON_NAME, f"{self.prefix}{name} (RSA)"), (NameOID.COUNTRY_NAME, "KZ")]
        builder = self._builder(subject, key, issuer, since=1000, days=3000)
        builder = builder.add_extension(x509.BasicConstraints(True, 1 if issuer is None else 0), True)
        builder = builder.add_extension(_key_usage(key_cert_sign=True, crl_sign=True, digital_signature=True), True)
        holder.certificate = self._signed(builder, issuer or holder, "root", answered=issuer is not None)
        return holder

    def _delegate(self, name: str, usage: x509.ObjectIdentifier) -> Holder:
        key = key_of(name)
        builder = self._builder([(NameOID.COMMON_NAME, name)], key, self.intermediate, since=300, days=900)
        builder = builder.add_extension(_key_usage(digital_signature=True), True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), True)
        if usage == ExtendedKeyUsageOID.OCSP_SIGNING:
            builder = builder.add_extension(x509.OCSPNoCheck(), False)
        return Holder(self._signed(builder, self.intermediate, "intermediate"), key, (self.intermediate.certificate,))

    def _builder(self, subject: Any, key: Any, issuer: Holder | None, *, since: int, days: int) -> x509.CertificateBuilder:
        name = x509.Name([x509.NameAttribute(kind, value) for kind, value in subject])
        now = self.clock.now()
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer.certificate.subject if issuer else name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=since))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        )

    def _signed(self, builder: x509.CertificateBuilder, issuer: Holder, place: str, *, answered: bool = True) -> x509.Certificate:
        if answered:
            point = x509.DistributionPoint([x509.UniformResourceIdentifier(f"{self._at}/{place}.crl")], None, None, None)
            builder = builder.add_extension(x509.CRLDistributionPoints([point]), False)
            if place == "intermediate" and self.with_ocsp:
                access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(f"{self._at}/ocsp"))
                builder = builder.add_extension(x509.AuthorityInformationAccess([access]), False)
        return builder.sign(issuer.key, SHA256)

    @property
    def _at(self) -> str:
        return self.url or "http://nobody.invalid"

    def crl(self, place: str) -> bytes:
        """The list of what an authority revoked."""
        issuer = self.root if place == "root" else self.intermediate
        now = self.clock.now()
        builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
        builder = builder.last_update(now - timedelta(minutes=5)).next_update(now + timedelta(days=1))
        for serial, at in self.revoked.items():
            builder = builder.add_revoked_certificate(x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at).build())
        return builder.sign(issuer.key, SHA256).public_bytes(Encoding.DER)

    def ocsp(self, request: bytes) -> bytes:
        """The answer about one certificate."""
        asked, now = ocsp.load_der_ocsp_request(request), self.clock.now()
        at = self.revoked.get(asked.serial_number)
        builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
            asked.issuer_name_hash,
            asked.issuer_key_hash,
            asked.serial_number,
            asked.hash_algorithm,
            ocsp.OCSPCertStatus.REVOKED if at else ocsp.OCSPCertStatus.GOOD,
            now - timedelta(seconds=30),
            now + timedelta(hours=4),
            at,
            x509.ReasonFlags.key_compromise if at else None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self._responder.certificate)
        builder = builder.certificates([self._responder.certificate])
        return builder.sign(self._responder.key, SHA256).public_bytes(Encoding.DER)

    def answers(self, path: str, body: bytes) -> bytes:
        """What the server says."""
        self.asked.append(path)
        if self.garbage:
            return b"\x30\x03\x0a\x01\x00"
        return self.ocsp(body) if path == "/ocsp" else self.crl(path.strip("/").removesuffix(".crl"))


class _Door(BaseHTTPRequestHandler):
    authority: Authority

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, body: bytes) -> None:
        if self.authority.down:
            self.send_error(503)
            return
        content = self.authority.answers(self.path, body)
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.authority.slow:
            content = self._drips(content)
        self.wfile.write(content)

    def _drips(self, content: bytes) -> bytes:
        until = time.monotonic() + self.authority.slow
        for number in range(len(content)):
            if time.monotonic() > until:
                return content[number:]
            self.wfile.write(content[number : number + 1])
            threading.Event().wait(0.05)
        return b""

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving(clock: Clock, **options: Any) -> Iterator[Authority]:
    """An authority whose server listens on this machine."""
    door = type("Door", (_Door,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), door)
    authority = Authority(clock, url=f"http://127.0.0.1:{server.server_address[1]}", **options)
    door.authority = authority  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _key_usage(**given: bool) -> x509.KeyUsage:
    names = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
        *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return x509.KeyUsage(**{name: given.get(name, False) for name in names})
