"""Mail, against real servers on this machine: what people get, and what becomes of a mail that a server does not take."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from notifications import choices, mails
from notifications.choices import Choices, Digest, When
from notifications.smtp import MailServer
from notifications.sorts import Sort
from storage.database import session
from storage.transaction import in_transaction, transaction
from tests.notifications.desk import NewsDesk
from tests.notifications.post import PostOffice, mute, post_office
from tests.reports.office import Office


class MailDesk(NewsDesk):
    """The desk of an installation that sends mail to a port of this machine."""

    def __init__(self, office: Office, clock, port: int, **server) -> None:
        settings = {"host": "127.0.0.1", "security": "none", "timeout": 0.3, "longest": 0.6, **server}
        super().__init__(office, clock, server=MailServer(port=port, **settings))
        with transaction():
            for who in ("executor", "head", "officer", "admin"):
                office.organisations.users.update(office.people[who].user_id, email=f"{who}@example.kz")

    def sends(self) -> int:
        """Let everything be told, and mails be sent."""
        self.tells()
        return self.news.mailing.send_due()

    def states(self) -> list[tuple[str, int]]:
        """The mails with their attempts, the oldest first."""
        session.rollback()
        return [(row.state, row.attempts) for row in reversed(mails.listed(None, limit=100, after=None).items)]

    def returns(self, times: int = 1) -> None:
        """Reports come back to the executor for revision, who is told at once."""
        for _ in range(times):
            report = self.office.brings(self.office.opens(period=f"20{20 + self._opened // 4}Q{1 + self._opened % 4}"), "approve")
            self._opened += 1
            self.office.returns(report)

    _opened = 0


@pytest.fixture
def post() -> Iterator[tuple[PostOffice, int]]:
    with post_office() as open_one:
        yield open_one


@pytest.fixture
def desk(database, clock, post) -> MailDesk:
    return MailDesk(Office(clock), clock, post[1])


def test_what_comes_back_is_mailed_at_once_and_the_rest_in_the_mornings_digest(desk, post):
    office, server = desk.office, post[0]
    desk.returns()
    assert desk.sends() == 1

    [mail] = server.mails
    assert mail["To"].addresses[0].addr_spec == "executor@example.kz"
    assert mail["Subject"].startswith("Есеп ескертулермен пысықтауға қайтарылды")
    assert mail["Message-ID"] == f"<{mails.listed(None, limit=1, after=None).items[0].id}@esep.kz>"
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "kk")
    text, html = (part.get_content() for part in mail.iter_parts())
    assert "https://esep.kz/reports/" in text
    assert '<html lang="kk">' in html
    assert "<script" not in html
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    desk.clock.advance(timedelta(days=1))
    office.opens(period="2025Q1")
    desk.tells()
    assert desk.sends() == 1  # the tasks of yesterday were settled when they were done
    digest = server.mails[-1]
    assert digest["To"].addresses[0].addr_spec == "executor@example.kz"
    assert digest["Subject"].startswith("Сізге тапсырма келді")


def test_a_flood_becomes_one_mail_and_what_is_over_the_number_of_an_hour_waits_for_the_next(desk, post):
    server = post[0]
    desk.returns(3)
    assert desk.sends() == 1
    assert "3" in server.mails[0]["Subject"]
    for _ in range(desk.per_hour - 1):
        desk.returns()
        desk.sends()
    desk.returns(2)
    assert desk.sends() == 0

    desk.clock.advance(timedelta(hours=1, minutes=1))
    assert desk.sends() == 1
    assert "2" in server.mails[-1]["Subject"]


def test_a_server_that_refuses_for_now_is_tried_again_with_the_same_id_and_one_that_refuses_for_good_is_not(desk, post):
    server = post[0]
    server.answers = ["451 4.3.0 come again", "452 4.2.2 full"]
    desk.returns()
    assert desk.sends() == 0
    assert desk.sends() == 0
    desk.clock.advance(timedelta(minutes=2))
    assert desk.sends() == 0
    desk.clock.advance(timedelta(minutes=10))
    assert desk.sends() == 1
    assert desk.states()[0] == ("sent", 3)

    server.refused = {"executor@example.kz"}
    desk.returns()
    assert desk.sends() == 0
    assert desk.states()[-1] == ("undelivered", 1)
    desk.tells()
    assert desk.reads("admin") == ["mail_undelivered"]
    admin = desk.office.people["admin"]
    [undelivered] = desk.news.mails(admin, "undelivered").items
    assert undelivered.last_error == "550 5.1.1 no such mailbox"
    server.refused = set()
    with transaction():
        desk.news.send_again(admin, undelivered.id)
    assert desk.sends() == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("drip", [b"", b"2"], ids=["silent", "endless"])
def test_a_server_that_hangs_holds_nobody_and_a_mail_is_given_up_after_a_day(database, clock, drip):
    with mute(drip) as port:
        desk = MailDesk(Office(clock), clock, port)
        desk.returns()
        for _ in range(mails.MAX_ATTEMPTS):
            assert desk.sends() == 0
            clock.advance(timedelta(hours=6))
            desk.marks_all("head")

    assert desk.states()[0] == ("undelivered", mails.MAX_ATTEMPTS)
    assert not in_transaction()
    desk.tells()
    assert "mail_undelivered" in desk.reads("admin")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_port_where_nobody_listens_stops_the_round_and_no_mail_is_lost(database, clock):
    desk = MailDesk(Office(clock), clock, 1)
    desk.returns()
    desk.waits(days=200)  # nobody did anything: what is overdue is told to the head, too

    assert desk.sends() == 0
    assert sorted(desk.states()) == [("waiting", 0), ("waiting", 1)]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_names_cannot_bring_headers_or_markup_of_their_own(desk, post):
    office = desk.office
    with transaction():
        office.organisations.bodies.update(office.body.id, name_kk='<b>Бөлім</b> "& Co"')
    desk.returns()
    desk.sends()

    [mail] = post[0].mails
    text, html = (part.get_content() for part in mail.iter_parts())
    assert "&lt;b&gt;Бөлім&lt;/b&gt; &quot;&amp; Co&quot;" in html
    assert "<b>" not in html
    assert '<b>Бөлім</b> "& Co"' in text
    assert len(mail.get_all("To")) == len(mail.get_all("Subject")) == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_people_choose_ways_and_one_post_ends_all_mails(desk, post):
    office, person = desk.office, desk.office.people["executor"]
    never = Choices(Digest.HOURLY, True, {Sort.REPORT_RETURNED: When.NEVER, Sort.TASK_GIVEN: When.DIGEST}, {Sort.REPORT_ACCEPTED: False})
    with transaction():
        desk.news.choose(person, never)
    desk.returns()
    assert desk.sends() == 0
    desk.clock.advance(timedelta(hours=1))
    desk.sends()
    assert desk.reads("executor") == ["report_returned"]

    with transaction():
        desk.news.choose(person, Choices())
    desk.returns()
    desk.sends()
    token = post[0].mails[-1]["List-Unsubscribe"].strip("<>").rpartition("/")[2]
    with transaction():
        desk.news.mailing.unsubscribe(token)
    assert choices.of(person.user_id).when(Sort.REPORT_RETURNED) is When.NEVER
    before = len(post[0].mails)
    desk.returns()
    assert (desk.sends(), len(post[0].mails)) == (0, before)
    assert office.people["head"].user_id != person.user_id


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_over_tls_a_mail_is_given_only_to_a_server_whose_certificate_is_that_of_its_name(database, clock, tmp_path, monkeypatch):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_of("localhost", tmp_path))
    with post_office(context) as (server, port):
        desk = MailDesk(Office(clock), clock, port, security="starttls", host="localhost", timeout=2.0, longest=5.0)
        desk.returns()
        assert desk.sends() == 0
        assert mails.listed(None, limit=1, after=None).items[0].last_error == "SSLCertVerificationError"

        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "localhost.pem"))
        clock.advance(timedelta(minutes=2))
        assert desk.sends() == 1
        assert len(server.mails) == 1


def certificate_of(name: str, folder: Path) -> Path:
    """A certificate for a name that signs itself, with its key, in one file."""
    key, now, path = rsa.generate_private_key(65537, 2048), datetime.now(UTC), folder / f"{name}.pem"
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    building = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
    named = building.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    made = named.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, SHA256())
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + plain)
    return path
