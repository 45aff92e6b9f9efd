"""The certificates that an administrator trusts: files in a folder, in PEM or DER.

Self-signed ones are anchors, others help to build chains.
"""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import structlog

_ENDINGS = frozenset({".pem", ".crt", ".cer", ".der"})
log = structlog.get_logger(__name__)


class TrustStore:
    """The anchors and the intermediate certificates of an installation, read when they are first needed."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    @cached_property
    def anchors(self) -> tuple[Any, ...]:
        """The certificates that chains must lead to."""
        return tuple(certificate for certificate in self._certificates if certificate.self_signed != "no")

    @cached_property
    def intermediates(self) -> tuple[Any, ...]:
        """Certificates that may stand between; they are believed only by a chain."""
        return tuple(certificate for certificate in self._certificates if certificate.self_signed == "no")

    @cached_property
    def _certificates(self) -> tuple[Any, ...]:
        if self._folder is None or not self._folder.is_dir():
            return ()
        paths = sorted(path for path in self._folder.iterdir() if path.suffix.lower() in _ENDINGS)
        return tuple(certificate for path in paths for certificate in _read(path))


def _read(path: Path) -> Iterator[Any]:
    """The certificates of a file; one that can't be read is told of and left out, which can only make fewer signatures believed."""
    from asn1crypto import pem, x509

    try:
        data = path.read_bytes()
        parts = [part for _, _, part in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
        for part in parts:
            certificate = x509.Certificate.load(part, strict=True)
            certificate.native  # noqa: B018  # reads all of it now, not in the middle of a verification
            yield certificate
    except (OSError, ValueError, TypeError) as error:
        log.error("trusted_certificate_unreadable", file=str(path), error=str(error))
