"""Asking authorities over HTTP, bounded: only hosts that an administrator named, no redirects, a limit of size and one of time."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

#: A host that failed is not asked again for so long, so that nobody waits for it in vain time after time.
REST_SECONDS = 20.0
#: So many requests of a process may wait for authorities at once.
AT_ONCE = 4
_CHUNK = 65_536


class NotFetched(Exception):
    """The answer was not had; says why."""


@dataclass
class Fetcher:
    """Fetches from the hosts it was given (`host` or `host:port`), within `timeout` seconds and `max_bytes`."""

    hosts: Collection[str]
    timeout: float
    max_bytes: int
    _resting: dict[str, float] = field(default_factory=dict)
    _turns: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))

    def get(self, url: str) -> bytes:
        """What lies at an address. Raises NotFetched."""
        return self._fetched("GET", url, None, {})

    def post(self, url: str, body: bytes, media_type: str, *, statuses: Collection[int] = (200,)) -> bytes:
        """The answer to what is sent to an address, with one of these statuses. Raises NotFetched."""
        return self._fetched("POST", url, body, {"Content-Type": media_type}, statuses)

    def _fetched(self, method: str, url: str, body: bytes | None, headers: dict[str, str], statuses: Collection[int] = (200,)) -> bytes:
        host = self._allowed(url)
        if self._resting.get(host, 0.0) > time.monotonic():
            raise NotFetched("failed a moment ago")
        if not self._turns.acquire(timeout=self.timeout):
            raise NotFetched("too many others are waiting")
        try:
            return self._asked(method, url, body, headers, statuses)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._resting[host] = time.monotonic() + REST_SECONDS
            raise NotFetched(str(error) or type(error).__name__) from error
        finally:
            self._turns.release()

    def _allowed(self, url: str) -> str:
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError as error:
            raise NotFetched("not an address") from error
        if parts.scheme not in ("http", "https") or parts.username is not None or not url.isascii() or not url.isprintable():
            raise NotFetched("not an address of HTTP")
        named = host if port is None else f"{host}:{port}"
        if named not in self.hosts:
            raise NotFetched("a host that the settings do not name")
        return named

    def _asked(self, method: str, url: str, body: bytes | None, headers: dict[str, str], statuses: Collection[int]) -> bytes:
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection = _connection(parts.scheme, parts.hostname or "", parts.port, self.timeout)
        deadline = time.monotonic() + self.timeout
        connection.connect()
        watchdog = threading.Timer(self.timeout, _hang_up, (connection.sock,))  # a trickle of bytes outlasts any timeout of a single read
        watchdog.daemon = True
        watchdog.start()
        try:
            connection.request(method, path, body, {"Accept": "*/*", "Connection": "close", **headers})
            with connection.getresponse() as response:
                if response.status not in statuses:
                    raise ValueError(f"HTTP {response.status}")
                found = self._read(response)
                if time.monotonic() > deadline or response.length:  # hung up on
                    raise ValueError(f"slower than {self.timeout:g} seconds, or cut short")
                return found
        finally:
            watchdog.cancel()
            connection.close()

    def _read(self, response: http.client.HTTPResponse) -> bytes:
        parts, size = [], 0
        while chunk := response.read(_CHUNK):
            size += len(chunk)
            if size > self.max_bytes:
                raise ValueError(f"larger than {self.max_bytes} bytes")
            parts.append(chunk)
        return b"".join(parts)


def _connection(scheme: str, host: str, port: int | None, timeout: float) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=timeout)


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
