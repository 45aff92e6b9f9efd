"""Files by hash, identifiers in order, the Kazakh alphabet."""

import io
import os
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from storage.files import FileAltered, FileMissing, FileStore
from storage.identifiers import earlier, new_id
from storage.sorting import ALPHABET, sort_key


def test_a_content_is_kept_once_and_found_by_its_hash(tmp_path):
    store = FileStore(tmp_path / "files")

    first, second = store.put(io.BytesIO("есеп".encode())), store.put(io.BytesIO("есеп".encode()))

    assert first == second
    with store.open(first) as content:
        assert content.read().decode() == "есеп"
    assert [sha256 for sha256, _ in store.all()] == [first]


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "Z" * 64])
def test_a_content_that_is_not_kept_is_refused_whatever_it_is_called(tmp_path, name):
    with pytest.raises(FileMissing):
        FileStore(tmp_path).open(name)


def test_a_content_is_discarded_unless_it_was_written_since_and_put_anew_it_is_young_again(tmp_path):
    store, now = FileStore(tmp_path / "files"), datetime.now(UTC)
    sha256 = store.put(io.BytesIO(b"a scan"))
    [(_, path)] = store.all()
    (tmp_path / "files" / "tmpcut").write_bytes(b"half")
    for each in (path, tmp_path / "files" / "tmpcut"):
        os.utime(each, (0, 0))

    store.put(io.BytesIO(b"a scan"))
    assert not store.discard(sha256, written_before=now - timedelta(hours=1))
    assert store.discard(sha256, written_before=now + timedelta(hours=1))
    assert not store.discard(sha256, written_before=now + timedelta(hours=1))
    store.discard_unfinished(written_before=now - timedelta(hours=1))
    assert [each.name for each in (tmp_path / "files").iterdir() if each.is_file()] == [".lock"]


def test_a_content_whose_bytes_were_changed_is_not_given_out(tmp_path):
    store = FileStore(tmp_path / "files")
    sha256 = store.put(io.BytesIO(b"a scan"))
    with store.open_intact(sha256) as content:
        assert content.read() == b"a scan"
    [(_, path)] = store.all()
    path.write_bytes(b"another")

    with pytest.raises(FileAltered):
        store.open_intact(sha256)


class Failing(io.BytesIO):
    """A sender who goes away."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell():
            raise ConnectionResetError
        return super().read(1)


def test_a_sender_who_goes_away_leaves_nothing(tmp_path):
    with pytest.raises(ConnectionResetError):
        FileStore(tmp_path / "files").put(Failing(b"a scan"))

    assert list((tmp_path / "files").iterdir()) == []


def test_identifiers_grow_and_say_their_version():
    made = [new_id() for _ in range(10_000)]

    assert all(one < other for one, other in pairwise(made))
    assert {identifier.version for identifier in made} == {7}
    assert earlier(made[0], timedelta(seconds=1)) < made[0]


def test_the_kazakh_alphabet_has_42_letters_and_sorts_by_them():
    assert len(ALPHABET) == 42
    words = ["Абай", "Әуезов", "Бесқарағай", "Ғарыш", "Қала", "Ұлытау", "Шымкент"]

    shuffled = [words[place] for place in (3, 6, 0, 5, 2, 4, 1)]

    assert sorted(shuffled, key=sort_key) == words
    assert sort_key("район 2") < sort_key("районы")
