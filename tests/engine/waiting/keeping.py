"""Keeps all cases in one file, and opens such a file: a backup of the whole product, packed."""

import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

import app  # noqa: F401 - knows every table of every room
from engine.snapshots import VERSION
from storage import backups, schema
from storage import database as storage_database
from storage.clock import SetClock
from storage.files import FileStore
from tests.engine.factories import SNAPSHOTS, Desk
from tests.engine.waiting.acts import begin
from tests.engine.waiting.cases import CASES

KEPT = sorted(SNAPSHOTS.glob("*_waits.tar.xz"))
PRESENT = SNAPSHOTS / f"v{VERSION}_waits.tar.xz"
MORNING = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)


@contextmanager
def a_database(folder: Path) -> Iterator[Desk]:
    """A desk on a database of its own, without any table."""
    bare = Flask("waiting")
    storage_database.bind(bare, f"sqlite:///{folder}/waiting.db")
    with bare.app_context():
        desk = Desk(SetClock(MORNING))
        desk.offer("office.heard", lambda call: None)
        yield desk
        storage_database.session.remove()
        storage_database.engine().dispose()


def fill(desk: Desk) -> None:
    """Take an instance to each kind of wait."""
    schema.upgrade()
    for case in CASES:
        begin(desk, case)


def open_kept(kept: Path, folder: Path) -> None:
    """Restore a kept file into the present database, and bring its tables to the newest form."""
    with tarfile.open(kept) as archive:
        archive.extractall(folder, filter="data")
    backups.restore(folder / "backup", FileStore(folder / "files"))


def keep(path: Path) -> None:
    """Write what the present code makes. A file of an earlier format is never written."""
    with tempfile.TemporaryDirectory() as name, a_database(Path(name)) as desk:
        fill(desk)
        backups.make(Path(name) / "backup", FileStore(Path(name) / "files"), desk.clock)
        with tarfile.open(path, "x:xz") as archive:
            archive.add(Path(name) / "backup", "backup")


if __name__ == "__main__":
    keep(PRESENT)
