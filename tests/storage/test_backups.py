"""A restore drill, hash by hash, from and into both databases."""

import io

import pytest

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
