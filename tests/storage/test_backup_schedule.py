"""Scheduled backups: how far apart, how many stay, and that nothing else is touched."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage import backup_schedule, backups
from storage import database as storage_database
from storage.files import FileStore
from storage.journal import JournalEntry

DAY = timedelta(days=1)


@pytest.fixture
def made(database, clock, tmp_path):
    """A function that makes a backup when one is due, once a day, of which two stay; gives its name."""
    files = FileStore(tmp_path / "files")

    def make() -> str | None:
        folder = backup_schedule.make_when_due(tmp_path / "backups", files, clock, every=DAY, keep=2)
        return None if folder is None else folder.name

    return make


def names(tmp_path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "backups").iterdir())


def test_a_backup_is_made_at_once_and_then_after_the_time_between_two(made, clock):
    assert made() == "2026-10-01T040000Z"
    assert made() is None

    clock.advance(DAY - timedelta(seconds=1))
    assert made() is None

    clock.advance(timedelta(seconds=1))
    assert made() == "2026-10-02T040000Z"


def test_the_newest_stay_and_each_can_be_verified(made, clock, tmp_path):
    for _ in range(4):
        made()
        clock.advance(DAY)

    assert names(tmp_path) == ["2026-10-03T040000Z", "2026-10-04T040000Z"]
    for name in names(tmp_path):
        backups.verify(tmp_path / "backups" / name)


def test_it_is_told_in_the_journal(made):
    made()

    entry = storage_database.session.scalars(sa.select(JournalEntry)).one()
    assert (entry.event, entry.subject_type, entry.subject_id) == ("backup:made", "backup", "2026-10-01T040000Z")
    assert entry.details["files"] == 0


def test_what_else_lies_in_the_folder_is_left_alone_but_for_what_was_broken_off(made, clock, tmp_path):
    for name in ("mine", "mine.partial", "2026-99-99T999999Z", "2026-09-01T040000Z.partial"):
        (tmp_path / "backups" / name).mkdir(parents=True)

    for _ in range(3):
        made()
        clock.advance(DAY)

    assert names(tmp_path) == ["2026-10-02T040000Z", "2026-10-03T040000Z", "2026-99-99T999999Z", "mine", "mine.partial"]


def test_keeping_none_keeps_the_one_just_made(database, clock, tmp_path):
    folder = backup_schedule.make_when_due(tmp_path / "backups", FileStore(tmp_path / "files"), clock, every=DAY, keep=0)

    assert folder is not None
    backups.verify(folder)


def test_of_two_workers_at_once_one_makes_the_backup(database, bound_applications, clock, tmp_path):
    found: list[object] = []
    begin = threading.Barrier(2)

    def work() -> None:
        with bound_applications(database).app_context():
            begin.wait()
            files = FileStore(tmp_path / "files")
            found.append(backup_schedule.make_when_due(tmp_path / "backups", files, clock, every=DAY, keep=2))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([each for each in found if each is not None]) == 1
    assert names(tmp_path) == ["2026-10-01T040000Z"]
