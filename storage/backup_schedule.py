"""Backups by the clock: a folder of backups named by their moments, of which the newest stay."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage import backups, journal
from storage.clock import Clock
from storage.files import FileStore
from storage.transaction import transaction

NAME = "%Y-%m-%dT%H%M%SZ"


def make_when_due(folder: Path, files: FileStore, clock: Clock, *, every: timedelta, keep: int) -> Path | None:
    """Make a backup in a folder when its newest is old enough, then remove the oldest over the number to keep, never the new one.

    Called outside any transaction. Gives the new backup, or None when none is due or another process on this folder is at it.
    Whatever else lies in the folder is left alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _turn(folder) as mine:
        now, made = clock.now(), _made_in(folder)
        if not mine or (made and now - _moment_of(made[-1].name) < every):
            return None
        _remove_broken_off(folder)
        new = folder / now.strftime(NAME)
        manifest = backups.make(new, files, clock)
        for old in [*made, new][: -max(keep, 1)]:
            shutil.rmtree(old)
    with transaction():
        journal.record("backup:made", at=now, subject=("backup", new.name), rows=backups.rows_of(manifest), files=len(manifest["files"]))
    return new


@contextmanager
def _turn(folder: Path) -> Iterator[bool]:
    """Whether this process has the folder to itself; the lock ends with the process, however it ends."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield _locked(descriptor)
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _made_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir() and _is_ours(path.name))


def _remove_broken_off(folder: Path) -> None:
    """Remove what a process that was killed has left."""
    for path in folder.glob(f"*{backups.PARTIAL}"):
        if _is_ours(path.name.removesuffix(backups.PARTIAL)):
            shutil.rmtree(path)


def _is_ours(name: str) -> bool:
    try:
        _moment_of(name)
    except ValueError:
        return False
    return True


def _moment_of(name: str) -> datetime:
    return datetime.strptime(name, NAME).replace(tzinfo=UTC)
