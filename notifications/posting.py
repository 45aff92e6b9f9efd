"""The way to an address outside: one POST, no redirect, no private address, a bounded wait, and of the answer only its status.

The name is resolved here and the connection made to the very address that was looked at, so that a name cannot lead elsewhere afterwards.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from refusals import Fault

LONGEST_URL = 500


class PostFailed(Exception):
    """An address did not take what was posted: its status, or a word for why there is none."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


@dataclass(frozen=True)
class Outside:
    """Where may be posted to. `hosts` are names; ".example.kz" stands for all names under it, "*" for any. `private` allows addresses of
    networks inside, and plain HTTP."""

    hosts: tuple[str, ...] = ()
    private: bool = False
    timeout: float = 5.0
    longest: float = 15.0

    def fault_of(self, url: str) -> Fault | None:
        """What speaks against an address; None when nothing does."""
        if len(url) > LONGEST_URL or not (url.isascii() and url.isprintable()) or " " in url:
            return Fault("/url", "webhook_url_unreadable")
        try:
            parts, port = urlsplit(url), urlsplit(url).port
        except ValueError:
            return Fault("/url", "webhook_url_unreadable")
        if not parts.hostname or parts.username is not None or parts.fragment or port == 0:
            return Fault("/url", "webhook_url_unreadable")
        if parts.scheme != "https" and not (self.private and parts.scheme == "http"):
            return Fault("/url", "webhook_url_insecure")
        return None if self._allows(parts.hostname) else Fault("/url", "webhook_host_refused", {"host": parts.hostname})

    def _allows(self, host: str) -> bool:
        return any(allowed in ("*", host) or (allowed.startswith(".") and host.endswith(allowed)) for allowed in self.hosts)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Post, and give the status of an answer that says yes. Raises PostFailed."""
        if self.fault_of(url) is not None:
            raise PostFailed("not_allowed")
        parts = urlsplit(url)
        connection = _Pinned(parts, self._address(parts), self.timeout)
        watchdog = threading.Timer(self.longest, connection.cut)
        watchdog.daemon = True
        watchdog.start()
        try:
            path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
            connection.request("POST", path, body, dict(headers))
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as broken:
            raise PostFailed("timeout" if isinstance(broken, TimeoutError) else type(broken).__name__) from broken
        finally:
            watchdog.cancel()
            connection.close()
        if not 200 <= status < 300:
            raise PostFailed(f"http_{status}", status)
        return status

    def _address(self, parts: SplitResult) -> str:
        """The address that a name stands for now. Raises PostFailed when any of its addresses lies inside."""
        try:
            found = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
        except OSError as unknown:
            raise PostFailed("host_unknown") from unknown
        addresses = [str(each[4][0]).partition("%")[0] for each in found]
        if not self.private and not all(map(_is_public, addresses)):
            raise PostFailed("address_private")
        return addresses[0]


class _Pinned(http.client.HTTPConnection):
    """A connection to one address, under the name of its host."""

    def __init__(self, parts: SplitResult, address: str, timeout: float) -> None:
        super().__init__(parts.hostname or "", _port(parts), timeout=timeout)
        self._address = address
        self._secure = parts.scheme == "https"

    def connect(self) -> None:
        """Connect to the address that was looked at; over TLS the certificate must be the host's."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)

    def cut(self) -> None:
        """Break what takes too long."""
        sock = self.sock
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address) and (found.ipv4_mapped or found.sixtofour or found.teredo):
        return False  # an address of IPv4 in disguise
    return found.is_global and not found.is_multicast
