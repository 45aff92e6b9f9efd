"""Files outside the database, kept by the hash of their content: a directory `aa/bb/<sha256>`, each file written once and never changed.

A file is written before the transaction that names it commits, and removed when no row names it: one lock keeps the two apart, and what was
written lately stays, because its row may still be on its way. Names come from hashes only, never from outside.
"""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO

from refusals import Conflict, NotFound

_CHUNK = 1 << 20
_LOCK = ".lock"


class FileMissing(NotFound):
    """The file store holds no content with that hash."""


class FileAltered(Conflict):
    """The content is not what its hash says: somebody changed the file."""


class FileStore:
    """A directory of content-addressed files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: BinaryIO) -> str:
        """Keep a content; returns its SHA-256, hexadecimal. The same content is kept once."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as file:
            try:
                sha256 = _copied(content, file)
                target = self._path(sha256)
                with self._alone():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    Path(file.name).replace(target)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
        for folder in target.parents[:3]:
            _keep(folder)
        return sha256

    def open(self, sha256: str) -> BinaryIO:
        """The content with that hash, for reading. Raises FileMissing."""
        try:
            return self._path(sha256).open("rb")
        except OSError as error:
            raise FileMissing(sha256=sha256) from error

    def open_intact(self, sha256: str) -> BinaryIO:
        """The content with that hash, hashed again before the first byte is read. Raises FileMissing, FileAltered."""
        try:
            content = self._path(sha256).open("rb")
        except OSError as error:
            raise FileMissing(sha256=sha256) from error
        if hashlib.file_digest(content, "sha256").hexdigest() != sha256:
            content.close()
            raise FileAltered(sha256=sha256)
        content.seek(0)
        return content

    def discard(self, sha256: str, *, written_before: datetime) -> bool:
        """Remove a content that nothing names, unless it was written since; whether it was removed."""
        path = self._path(sha256)
        with suppress(FileNotFoundError), self._alone():
            if path.stat().st_mtime < written_before.timestamp():
                path.unlink()
                return True
        return False

    def discard_unfinished(self, *, written_before: datetime) -> None:
        """Remove what was left of writings that were cut off."""
        for path in self._folder.glob("tmp*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < written_before.timestamp():
                    path.unlink()

    def all(self) -> Iterator[tuple[str, Path]]:
        """Every kept file as (hash, path), in order of the hashes."""
        for path in sorted(self._folder.glob("??/??/*")):
            yield path.name, path

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Among all threads and processes on this directory: nothing is put in its place while something is removed."""
        with (self._folder / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _path(self, sha256: str) -> Path:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise FileMissing(sha256=sha256)
        return self._folder / sha256[:2] / sha256[2:4] / sha256


def _copied(content: BinaryIO, file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := content.read(_CHUNK):
        digest.update(chunk)
        file.write(chunk)
    file.flush()
    os.fsync(file.fileno())
    return digest.hexdigest()


def _keep(folder: Path) -> None:
    """Let the names in a folder outlive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
