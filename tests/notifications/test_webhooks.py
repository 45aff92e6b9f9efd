"""Webhooks, against real servers on this machine: signed, once, tried again, never followed elsewhere, switched off at last."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import sqlalchemy as sa

from notifications.deliveries import MAX_ATTEMPTS
from notifications.errors import WebhookChangedMeanwhile, WebhookInvalid, WebhookNotFound, WebhooksTooMany
from notifications.posting import Outside
from notifications.sorts import Sort
from notifications.tables import WebhookRow
from notifications.webhooks import MOST
from organisations.errors import NotPermitted
from storage.database import session
from storage.transaction import transaction
from tests.notifications.desk import NewsDesk
from tests.notifications.post import mute
from tests.reports.office import Office

HERE = Outside(("127.0.0.1",), private=True, timeout=0.3, longest=0.6)


class Portal(ThreadingHTTPServer):
    """Keeps what it gets; answers with `status`, and goes on answering for ever when it is `endless`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Portal.Door)
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status, self.endless = 204, False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/esep"

    class Door(BaseHTTPRequestHandler):
        """One request."""

        def do_POST(self) -> None:
            """Take it, and answer."""
            portal: Any = self.server
            body = self.rfile.read(int(self.headers["Content-Length"]))
            portal.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(portal.status)
            self.send_header("Location", portal.url + "/elsewhere")
            self.end_headers()
            try:
                while portal.endless:
                    self.wfile.write(b"x" * 65536)
            except OSError:
                pass

        def log_message(self, format: str, *_arguments: Any) -> None:  # noqa: A002  # their name
            """Say nothing."""


@contextmanager
def open_portal() -> Iterator[Portal]:
    with Portal() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.endless = False
        server.shutdown()
        thread.join()


@pytest.fixture
def portal() -> Iterator[Portal]:
    with open_portal() as server:
        yield server


@pytest.fixture
def desk(database, clock) -> NewsDesk:
    return NewsDesk(Office(clock), clock, outside=HERE)


def registers(desk: NewsDesk, url: str, sorts=tuple(Sort)[:2], body=None) -> tuple[WebhookRow, str]:
    office = desk.office
    with transaction():
        return desk.news.webhooks.register(office.people["admin"], (body or office.body).id, url, sorts, "Портал")


def posts(desk: NewsDesk) -> int:
    desk.tells()
    return desk.news.webhooks.deliver_due()


def states(desk: NewsDesk, hook: WebhookRow) -> list[tuple[str, int, str | None]]:
    session.rollback()
    page = desk.news.webhooks.deliveries(desk.office.people["admin"], hook.id, None, limit=100, after=None)
    return [(row.state, row.attempts, row.last_error) for row in reversed(page.items)]


def test_a_body_hears_once_and_signed_of_what_it_asked_for_and_its_receiver_of_its_own(desk, portal):
    office = desk.office
    hook, secret = registers(desk, portal.url)
    registers(desk, portal.url + "/of-receiver", [Sort.REPORT_ACCEPTED], office.receiver)
    report = office.opens()

    assert posts(desk) == 1
    assert posts(desk) == 0
    [(headers, body)] = portal.got
    told = json.loads(body)
    assert (told["type"], told["data"]["report_id"], told["data"]["element"]) == ("task_given", str(report.id), "prepare")
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    assert headers["webhook-signature"] == "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-timestamp"] == str(int(desk.clock.now().timestamp()))
    assert states(desk, hook) == [("delivered", 1, None)]
    assert [
        row.last_status for row in desk.news.webhooks.deliveries(office.people["admin"], hook.id, "delivered", limit=9, after=None).items
    ] == [204]
    kept = session.scalars(sa.select(WebhookRow.secret)).all()
    assert all(key not in each for each in kept)
    office.brings(report, "review")
    office.does("review", report, decision="accept")
    posts(desk)
    assert [json.loads(body)["type"] for _, body in portal.got][-1] == "report_accepted"


def test_what_is_not_taken_is_tried_again_under_the_same_id_and_what_else_waits_there_waits_too(desk, portal):
    hook, _ = registers(desk, portal.url)
    portal.status = 503
    desk.office.opens()
    desk.office.opens(period="2026Q2")

    assert posts(desk) == 0
    assert len(portal.got) == 1
    portal.status = 302
    desk.clock.advance(timedelta(minutes=1))
    assert posts(desk) == 0
    assert len(portal.got) == 2  # a redirect is no answer, and is not followed
    assert {headers["host"] for headers, _ in portal.got} == {portal.url.split("/")[2]}
    portal.status = 200
    desk.clock.advance(timedelta(minutes=6))
    assert posts(desk) == 2
    ids = [headers["webhook-id"] for headers, _ in portal.got]
    assert len(set(ids)) == 2
    assert {state for state, _, _ in states(desk, hook)} == {"delivered"}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_endless_answer_is_not_read_and_a_server_that_hangs_holds_nobody(desk, portal):
    portal.endless = True
    hook, _ = registers(desk, portal.url)
    desk.office.opens()
    assert posts(desk) == 1
    assert states(desk, hook) == [("delivered", 1, None)]

    for drip in (b"", b"H"):
        with mute(drip) as port:
            slow, _ = registers(desk, f"http://127.0.0.1:{port}/", [Sort.REPORT_WITHDRAWN])
            with transaction():
                desk.news.webhooks.test(desk.office.people["admin"], slow.id)
            assert posts(desk) == 0
        [(state, attempts, reason)] = states(desk, slow)
        assert (state, attempts) == ("failed", 1)  # a test is made once
        assert reason


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_one_that_fails_for_days_or_is_gone_is_switched_off_and_people_are_told_until_it_is_switched_on_again(desk, portal):
    admin = desk.office.people["admin"]
    hook, _ = registers(desk, portal.url)
    portal.status = 500
    desk.office.opens()
    for _ in range(MAX_ATTEMPTS + 2):
        posts(desk)
        desk.clock.advance(timedelta(hours=14))
    desk.tells()

    [row] = desk.news.webhooks.list(admin, desk.office.body.id)
    assert (row.active, row.off_at is not None) == (False, True)
    assert desk.reads("admin") == desk.reads("head", sort=Sort.WEBHOOK_OFF) == ["webhook_off"]
    assert "http_500" in desk.said("admin", "kk")
    calls = len(portal.got)
    desk.office.opens(period="2026Q1")
    assert (posts(desk), len(portal.got)) == (0, calls)
    portal.status = 410
    with pytest.raises(WebhookChangedMeanwhile), transaction():
        desk.news.webhooks.change(admin, hook.id, 7, active=True)
    with transaction():
        desk.news.webhooks.change(admin, hook.id, 1, active=True)
    desk.office.opens(period="2025Q4")
    posts(desk)
    assert not desk.news.webhooks.list(admin, desk.office.body.id)[0].active


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_only_allowed_public_addresses_are_posted_to_and_only_administrators_say_which(desk):
    people, body = desk.office.people, desk.office.body
    public = Outside(("portal.example.kz", ".gov.kz"))
    for url in (
        "http://portal.example.kz/",
        "https://example.com/",
        "https://gov.kz.example.com/",
        "https://user:word@portal.example.kz/",
        "https://portal.example.kz:0/",
        "https://portal.example.kz:x/",
        "https://portal.example.kz/#a",
        "https://портал.kz/",
        "ftp://portal.example.kz/",
        "https:///esep",
        "https://portal.example.kz/\r\nHost: x",
    ):
        assert public.fault_of(url) is not None, url
    assert public.fault_of("https://portal.example.kz:8443/esep?a=1") is None
    assert public.fault_of("https://data.gov.kz/") is None
    private = Outside(("*",), timeout=0.2)
    for inside in ("127.0.0.1", "10.1.2.3", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]", "localhost", "[fe80::1]", "0.0.0.0"):
        with pytest.raises(Exception, match=r"address_private|host_unknown"):
            private.post(f"https://{inside}/", b"", {})

    with pytest.raises(NotPermitted), transaction():
        desk.news.webhooks.register(people["head"], body.id, "https://127.0.0.1/", [Sort.OVERDUE], "")
    with pytest.raises(WebhookInvalid):
        registers(desk, "https://elsewhere.kz/")
    hook, _ = registers(desk, "https://127.0.0.1/1")
    with pytest.raises(WebhookNotFound), transaction():
        desk.news.webhooks.remove(people["head"], hook.id)
    for number in range(MOST - 1):
        registers(desk, f"https://127.0.0.1/{number}")
    with pytest.raises(WebhooksTooMany):
        registers(desk, "https://127.0.0.1/")
    with transaction():
        desk.news.webhooks.remove(people["admin"], hook.id)
    assert len(desk.news.webhooks.list(people["admin"], body.id)) == MOST - 1
