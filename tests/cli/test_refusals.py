"""What goes wrong on the command line: one clear line, an exit code, never a traceback, and nothing changed."""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engine.factories import END, START, flows, model
from tests.installation import OBLAST, PASSWORD, ROOT, Done, Installation

NEW_USER = ("--role", "head", "--password-stdin", "--body")


@dataclass(frozen=True)
class Places:
    """What the cases work on: an installation to look at, none yet, some files."""

    founded: Installation
    nothing: Installation
    folder: Path


def user(places: Places, login: str, body: str = OBLAST, password: str = PASSWORD) -> Done:
    return places.founded.esep("users", "create", login, *NEW_USER, body, stdin=f"{password}\n")


def on(places: Places, url: str, *words: str) -> Done:
    return places.nothing.esep(*words, ESEP_DATABASE_URL=url, ESEP_SECRET_KEY="x")


#: By what is said: a command, and the exit code.
CASES: dict[str, tuple[Callable[[Places], Done], int]] = {
    "esep: There is no body “1”.": (lambda at: user(at, "ann", body="1"), 1),
    "esep: The login “admin” is taken.": (lambda at: user(at, "Admin"), 1),
    "  /password: The password is too short": (lambda at: user(at, "ann", password="short"), 1),
    "esep: The file is not accepted and nothing was changed. Faults: 1, the first in line 1.": (
        lambda at: at.founded.esep("organisations", "import", ROOT / "README.md"),
        1,
    ),
    "broken.bpmn:2: error: The XML is broken: ": (lambda at: at.founded.esep("deploy", at.folder / "broken.bpmn"), 1),
    "unknown.bpmn:3: error: work: ": (lambda at: at.founded.esep("deploy", at.folder / "unknown.bpmn"), 1),
    "broken.form:2: error: ": (lambda at: at.founded.esep("deploy", at.folder / "broken.form"), 1),
    "esep: The backup is damaged: manifest.json": (lambda at: at.nothing.esep("backup", "verify", at.folder), 1),
    "esep: The backup is damaged: tables/journal_entries": (lambda at: at.nothing.esep("restore", at.folder / "damaged"), 1),
    "esep: The backup is whole, but this version of the product does not understand it": (
        lambda at: at.nothing.esep("restore", at.folder / "newer"),
        1,
    ),
    "esep.db is not empty": (lambda at: at.founded.esep("restore", at.folder / "backup"), 1),
    "/backup is not empty": (lambda at: at.founded.esep("backup", at.folder / "backup"), 1),
    "esep: /proc/backup.partial: No such file or directory": (lambda at: at.founded.esep("backup", "/proc/backup"), 1),
    "esep: the database is empty: run `esep db upgrade` first": (lambda at: at.nothing.esep("db", "check"), 1),
    "esep: ESEP_DATABASE_URL is no database URL": (lambda at: on(at, "nonsense", "db", "upgrade"), 1),
    "esep: ESEP_DATABASE_URL: sqlite or postgresql+psycopg, not mysql": (lambda at: on(at, "mysql://x/y", "serve"), 1),
    "esep: the database: connection failed: ": (lambda at: on(at, "postgresql+psycopg://x@127.0.0.1:1/x", "worker"), 1),
    "esep: the database: unable to open database file": (lambda at: on(at, "sqlite:////proc/none/x.db", "db", "upgrade"), 1),
    "esep: ESEP_WORKERS: the embedded database serves one process": (lambda at: at.founded.esep("serve", "--workers", 2), 1),
    "esep: ESEP_NONSENSE: there is no such setting": (lambda at: at.founded.esep("db", "check", ESEP_NONSENSE="1"), 1),
    "Error: No such command 'nonsense'.": (lambda at: at.founded.esep("nonsense"), 2),
}


@pytest.fixture(scope="module")
def places(founding, tmp_path_factory) -> Places:
    folder = tmp_path_factory.mktemp("refusals")
    (folder / "broken.bpmn").write_text("<definitions>\n<process</definitions>")
    inside = START + '\n\n<bpmn:serviceTask id="work" camunda:delegateExpression="${no.such}"/>' + END + flows("start work end")
    (folder / "unknown.bpmn").write_bytes(model(inside))
    (folder / "broken.form").write_text('{"type": "default",\n "components": [}')
    founding.installation.must("backup", folder / "backup")
    damage(folder)
    return Places(founding.installation, Installation(folder / "var"), folder)


def damage(folder: Path) -> None:
    """Copies of the backup: one with a byte changed, one that says it is from the future."""
    for name in ("damaged", "newer"):
        shutil.copytree(folder / "backup", folder / name)
    table = folder / "damaged" / "tables" / "journal_entries.jsonl.zst"
    table.write_bytes(table.read_bytes()[:-1] + b"x")
    manifest = json.loads((folder / "newer" / "manifest.json").read_text())
    text = json.dumps(manifest | {"revision": "9999"}).encode()
    (folder / "newer" / "manifest.json").write_bytes(text)
    (folder / "newer" / "manifest.sha256").write_text(hashlib.sha256(text).hexdigest())


@pytest.mark.parametrize("words", CASES)
def test_a_failure_is_told_in_one_line(places, words):
    command, code = CASES[words]

    done = command(places)

    assert words in done.error
    assert "Traceback" not in done.error
    assert done.code == code


def test_nothing_is_left_of_what_was_refused(places):
    for command, _ in CASES.values():
        command(places)

    assert places.founded.must("db", "check") == "db: ok\n"
    assert sorted(path.name for path in places.founded.data_dir.iterdir()) == ["esep.db", "secret-key"]
    assert not list(places.folder.glob("*.partial"))
    assert not places.nothing.data_dir.joinpath("esep.db").exists()


def test_a_schema_of_another_version_is_told(installation):
    with sqlite3.connect(installation.data_dir / "esep.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.close()

    done = installation.esep("serve")

    assert done.code == 1
    assert "esep: the schema of the database is 0000, this version works with " in done.error


def test_a_directory_with_files_is_not_restored_into(founded, tmp_path):
    target = Installation(tmp_path / "var")
    kept = target.data_dir / "files" / "aa" / "bb" / "aabb"
    kept.parent.mkdir(parents=True)
    kept.touch()
    founded.must("backup", tmp_path / "backup")

    done = target.esep("restore", tmp_path / "backup")

    assert done.error == f"esep: {target.data_dir / 'files'} is not empty: a backup is written to, and restored into, an empty place only\n"
