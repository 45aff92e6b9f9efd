"""Real mail servers on this machine for the tests: one that keeps what it gets, and ones that behave badly."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class PostOffice:
    """Keeps the mails it gets. `answers` are said instead of taking one, each once, in order; `refused` are addresses it doesn't know."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: list[str] = []
        self.refused: set[str] = set()

    async def handle_RCPT(  # noqa: N802  # their name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take an addressee or not."""
        if address in self.refused:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # their name
        """Take a mail, or say what is to be said."""
        if self.answers:
            return self.answers.pop(0)
        assert isinstance(envelope.content, bytes)
        message: Any = message_from_bytes(envelope.content, policy=default)
        self.mails.append(message)
        return "250 taken"


class _AnyPort(Controller):
    """Answers at whichever port is free."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def post_office(certificate: ssl.SSLContext | None = None) -> Iterator[tuple[PostOffice, int]]:
    """A post office and the port where it answers; with a certificate it takes mails after STARTTLS only."""
    office = PostOffice()
    tls = {"tls_context": certificate, "require_starttls": True} if certificate else {}
    controller = _AnyPort(office, hostname="127.0.0.1", port=0, **tls)
    controller.start()
    try:
        yield office, controller.port
    finally:
        controller.stop()


@contextmanager
def mute(drip: bytes = b"") -> Iterator[int]:
    """The port of a server that takes connections and says nothing, or one byte after the other without ever ending a line."""
    stopped = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.05)
    taken: list[socket.socket] = []

    def serve() -> None:
        while not stopped.wait(0.02):
            with suppress(TimeoutError):
                taken.append(listening.accept()[0])
            for each in taken if drip else ():
                with suppress(OSError):
                    each.send(drip)

    server = threading.Thread(target=serve, daemon=True)
    server.start()
    try:
        yield listening.getsockname()[1]
    finally:
        stopped.set()
        server.join()
        for each in (*taken, listening):
            each.close()
