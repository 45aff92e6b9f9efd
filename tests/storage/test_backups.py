"""A restore drill, hash by hash, from and into both databases."""

import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from storage import backups, journal, schema, sealer
from storage.backups import BackupDamaged, BackupTargetInUse
from storage.files import FileStore
from storage.transaction import transaction


def filled(clock, files: FileStore) -> str:
    """A little of everything: rows with bytes, moments and decimals, a chain, a file."""
    schema.upgrade()
    with transaction():
        for number in range(700):
            journal.record("report:opened", at=clock.now(), subject=("report", number), name="Қазақстан", share="0.10")
    sealer.seal(clock)
    return files.put(io.BytesIO(b"a scan"))


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
@pytest.mark.parametrize("source", ["sqlite", "postgresql"])
def test_everything_comes_back_in_either_database(new_databases, source, target, clock, tmp_path):
    files, restored_files = FileStore(tmp_path / "files"), FileStore(tmp_path / "restored")
    with new_databases(source):
        scan = filled(clock, files)
        made = backups.make(tmp_path / "backup", files, clock)

    with new_databases(target):
        backups.restore(tmp_path / "backup", restored_files)
        again = backups.make(tmp_path / "again", restored_files, clock)

        assert list(sealer.check()) == []
        assert sealer.heads()["common"][0] == 700
    assert again == made
    with restored_files.open(scan) as content:
        assert content.read() == b"a scan"


@pytest.mark.parametrize("part", ["manifest.json", "tables/journal_entries.jsonl.zst", "files/{scan}"])
def test_one_changed_byte_is_found_and_nothing_is_restored(new_databases, part, clock, tmp_path):
    files = FileStore(tmp_path / "files")
    with new_databases("sqlite"):
        scan = filled(clock, files)
        backups.make(tmp_path / "backup", files, clock)
    damaged = tmp_path / "backup" / part.format(scan=scan)
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)

    with new_databases("sqlite"):
        with pytest.raises(BackupDamaged):
            backups.restore(tmp_path / "backup", FileStore(tmp_path / "restored"))
        assert schema.is_empty()


def test_a_backup_is_never_written_over_another_nor_restored_over_a_living_database(new_databases, clock, tmp_path):
    files = FileStore(tmp_path / "files")
    with new_databases("sqlite"):
        filled(clock, files)
        backups.make(tmp_path / "backup", files, clock)

        with pytest.raises(BackupTargetInUse):
            backups.make(tmp_path / "backup", files, clock)
        with pytest.raises(BackupTargetInUse):
            backups.restore(tmp_path / "backup", files)


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_a_backup_that_fails_leaves_nothing(new_databases, backend, clock, tmp_path):
    files = FileStore(tmp_path / "files")
    with new_databases(backend):
        scan = filled(clock, files)
        kept = tmp_path / "files" / scan[:2] / scan[2:4] / scan
        kept.unlink()
        kept.symlink_to(tmp_path / "gone")

        with pytest.raises(FileNotFoundError):
            backups.make(tmp_path / "backup", files, clock)

    assert not list(tmp_path.glob("backup*"))


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_a_restore_that_fails_leaves_the_database_empty(new_databases, backend, clock, tmp_path):
    files = FileStore(tmp_path / "files")
    with new_databases("sqlite"):
        filled(clock, files)
        backups.make(tmp_path / "backup", files, clock)
    twice = tmp_path / "backup" / "tables" / "journal_entries.jsonl.zst"
    twice.write_bytes(twice.read_bytes() * 2)
    forge(tmp_path / "backup", "journal_entries", twice.read_bytes(), rows=1400)

    with new_databases(backend):
        with pytest.raises(IntegrityError):
            backups.restore(tmp_path / "backup", FileStore(tmp_path / "restored"))
        assert schema.is_empty()


def forge(folder: Path, table: str, content: bytes, *, rows: int) -> None:
    """Let the manifest of a backup agree with what a table's file was made into."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["tables"][table] |= {"sha256": hashlib.sha256(content).hexdigest(), "rows": rows}
    text = json.dumps(manifest).encode()
    (folder / "manifest.json").write_bytes(text)
    (folder / "manifest.sha256").write_text(hashlib.sha256(text).hexdigest())


def test_a_restore_asks_for_an_empty_file_store_too(new_databases, clock, tmp_path):
    files = FileStore(tmp_path / "files")
    with new_databases("sqlite"):
        filled(clock, files)
        backups.make(tmp_path / "backup", files, clock)

    with new_databases("sqlite"), pytest.raises(BackupTargetInUse):
        backups.restore(tmp_path / "backup", files)


class Moving(FileStore):
    """A file store in which, while a backup is made, one file is removed at once and another comes between the two looks at it."""

    looks = 0

    def all(self) -> Iterator[tuple[str, Path]]:
        self.looks += 1
        if self.looks == 2:
            self.put(io.BytesIO(b"came meanwhile"))
        for sha256, path in list(super().all()):
            if self.looks == 1 and path.read_bytes() == b"goes":
                path.unlink()
            yield sha256, path


def test_files_that_come_and_go_while_a_backup_is_made_do_not_break_it(new_databases, clock, tmp_path):
    files = Moving(tmp_path / "files")
    files.put(io.BytesIO(b"goes"))
    with new_databases("sqlite"):
        filled(clock, files)
        backups.make(tmp_path / "backup", files, clock)

        verified = backups.verify(tmp_path / "backup")

    contents = {(tmp_path / "backup" / "files" / sha256).read_bytes() for sha256 in verified["files"]}
    assert contents == {b"a scan", b"came meanwhile"}
