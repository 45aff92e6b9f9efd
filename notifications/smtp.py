"""The way to the mail server: one connection for several mails, every wait bounded, what the server says told apart.

A server is waited for `timeout` seconds at each word, and `LONGEST` seconds in all for one mail: one that sends a letter now and then
would otherwise hold the sender for ever.
"""

import smtplib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Literal

LONGEST = 30.0
_LONGEST_REASON = 300


class MailFailed(Exception):
    """A mail was not taken. `for_good`: another try would end alike; `server` says that the server itself was not to be had."""

    def __init__(self, reason: str, *, for_good: bool = False, server: bool = False) -> None:
        super().__init__(reason)
        self.reason = "".join(sign for sign in reason if sign.isprintable())[:_LONGEST_REASON]
        self.for_good = for_good
        self.server = server


@dataclass(frozen=True)
class MailServer:
    """Where mails are given to, and as whom."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str = ""
    password: str = ""
    timeout: float = 10.0
    longest: float = LONGEST


class Connection:
    """A connection to a mail server, opened when the first mail is given to it."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._client: smtplib.SMTP | None = None

    def give(self, message: EmailMessage) -> None:
        """Give the server a mail. Raises MailFailed."""
        with self._bounded():
            try:
                (self._client or self._open()).send_message(message)
            except smtplib.SMTPRecipientsRefused as refused:
                code, said = next(iter(refused.recipients.values()))
                self._reset()
                raise MailFailed(f"{code} {_text(said)}", for_good=code >= 500) from refused
            except smtplib.SMTPDataError as refused:
                self._reset()
                raise MailFailed(f"{refused.smtp_code} {_text(refused.smtp_error)}", for_good=refused.smtp_code >= 500) from refused
            except smtplib.SMTPResponseException as refused:  # it refuses us, not this mail: the sender, the sign-in, the greeting
                self.close()
                raise MailFailed(f"{refused.smtp_code} {_text(refused.smtp_error)}", server=True) from refused
            except (OSError, smtplib.SMTPException, ValueError) as broken:
                self.close()
                raise MailFailed(type(broken).__name__, server=True) from broken

    def close(self) -> None:
        """Leave the server."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(OSError, smtplib.SMTPException):
                client.close()

    def _open(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            client: smtplib.SMTP = smtplib.SMTP_SSL(timeout=server.timeout, context=ssl.create_default_context())
        else:
            client = smtplib.SMTP(timeout=server.timeout)
        self._client = client
        client._host = server.host  # type: ignore[attr-defined]  # the name that a certificate is checked against; set by the constructor only
        client.connect(server.host, server.port)
        if server.security == "starttls":
            client.starttls(context=ssl.create_default_context())
        if server.user:
            client.login(server.user, server.password)
        return client

    def _reset(self) -> None:
        try:
            if self._client is not None:
                self._client.rset()
        except (OSError, smtplib.SMTPException):
            self.close()

    @contextmanager
    def _bounded(self) -> Iterator[None]:
        watchdog = threading.Timer(self._server.longest, self._cut)
        watchdog.daemon = True
        watchdog.start()
        try:
            yield
        finally:
            watchdog.cancel()

    def _cut(self) -> None:
        """Break a connection that has taken too long; who waits on it gets an error."""
        sock = self._client.sock if self._client is not None else None
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(2)


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
