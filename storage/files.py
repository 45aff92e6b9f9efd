"""Files outside the database, kept by the hash of their content: a directory `aa/bb/<sha256>`, each file written once and never changed."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from refusals import NotFound

_CHUNK = 1 << 20


class FileMissing(NotFound):
    """The file store holds no content with that hash."""


class FileStore:
    """A directory of content-addressed files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: BinaryIO) -> str:
        """Keep a content; returns its SHA-256, hexadecimal. The same content is kept once."""
        self._folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as file:
            while chunk := content.read(_CHUNK):
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        target = self._path(digest.hexdigest())
        target.parent.mkdir(parents=True, exist_ok=True)
        Path(file.name).replace(target)
        return digest.hexdigest()

    def open(self, sha256: str) -> BinaryIO:
        """The content with that hash, for reading. Raises FileMissing."""
        try:
            return self._path(sha256).open("rb")
        except OSError as error:
            raise FileMissing(sha256=sha256) from error

    def all(self) -> Iterator[tuple[str, Path]]:
        """Every kept file as (hash, path), in order of the hashes."""
        for path in sorted(self._folder.glob("??/??/*")):
            yield path.name, path

    def _path(self, sha256: str) -> Path:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise FileMissing(sha256=sha256)
        return self._folder / sha256[:2] / sha256[2:4] / sha256
