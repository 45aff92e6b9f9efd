"""Backups of the whole product: every table and every file, in one portable folder that either database can be restored from.

    manifest.json           format, schema revision, tables with rows and hashes, files with hashes
    manifest.sha256         the hash of manifest.json
    tables/<name>.jsonl.zst one JSON array a row, in the order of the manifest's columns
    files/<sha256>          the content of each kept file

The rows are read in one snapshot of the database, so that a backup of a running product is consistent. Files are copied before it and once
more after it: one that a row names was there before, or came meanwhile, whatever else is put and removed. A folder under its final name is
complete: it is written beside it as `<name>.partial` and renamed at the end. The secret key is not in it.
"""

import base64
import hashlib
import os
import shutil
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

import orjson
import sqlalchemy as sa
import zstandard
from sqlalchemy.engine import Connection

from refusals import Conflict, Invalid
from storage import database, schema
from storage.clock import Clock
from storage.columns import Exact, Moment
from storage.database import Base
from storage.files import FileStore

FORMAT = 1
#: What a backup holds, by part; the content of manifest.json.
Manifest: TypeAlias = dict[str, Any]
#: What the name of a backup ends with while it is written.
PARTIAL = ".partial"
#: Of an id, where a database has no type of its own for it.
_LETTERS_OF_ID = 32
_BATCH = 500
_CHUNK = 1 << 20


class BackupDamaged(Invalid):
    """A part of the backup is missing or was altered since it was made."""


class BackupUnknown(Invalid):
    """The backup is whole, but was made by a newer version of the product than this one."""


class BackupTargetInUse(Conflict):
    """The folder or database that should be written to is not empty."""


def make(folder: Path, files: FileStore, clock: Clock) -> Manifest:
    """Write a backup of the present application's database and files; returns the manifest. Raises BackupTargetInUse.

    What was written of a backup that failed is removed.
    """
    if folder.exists():
        raise BackupTargetInUse(path=str(folder))
    partial = folder.with_name(folder.name + PARTIAL)
    shutil.rmtree(partial, ignore_errors=True)
    try:
        manifest = _write(partial, files, clock)
        partial.replace(folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    _keep(folder.parent)
    return manifest


def verify(folder: Path) -> Manifest:
    """Check a backup hash by hash and row by row; returns its manifest. Raises BackupDamaged naming the part, BackupUnknown."""
    try:
        text = (folder / "manifest.json").read_bytes()
        expected = (folder / "manifest.sha256").read_text("ascii").strip()
    except OSError as error:
        raise BackupDamaged(part="manifest.json") from error
    if hashlib.sha256(text).hexdigest() != expected:
        raise BackupDamaged(part="manifest.json")
    manifest: Manifest = orjson.loads(text)
    if manifest["format"] != FORMAT or not schema.knows(manifest["revision"]):
        raise BackupUnknown(format=manifest["format"], revision=manifest["revision"])
    for name, table in manifest["tables"].items():
        _expect(_hash(folder / "tables" / f"{name}.jsonl.zst") == table["sha256"], f"tables/{name}")
        _expect(sum(1 for _ in _lines(folder, name)) == table["rows"], f"tables/{name}")
    for sha256 in manifest["files"]:
        _expect(_hash(folder / "files" / sha256) == sha256, f"files/{sha256}")
    return manifest


def rows_of(manifest: Manifest) -> int:
    """How many rows a backup holds."""
    return sum(table["rows"] for table in manifest["tables"].values())


def restore(folder: Path, files: FileStore) -> Manifest:
    """Fill the present application's empty database and file store from a backup, then bring the schema to the newest revision.

    Verifies first and writes all rows in one transaction; when that fails the database is empty again. Raises BackupDamaged,
    BackupUnknown, BackupTargetInUse.
    """
    manifest = verify(folder)
    if not schema.is_empty():
        raise BackupTargetInUse(path=database.engine().url.render_as_string())
    if (kept := next(files.all(), None)) is not None:
        raise BackupTargetInUse(path=str(kept[1].parents[2]))
    try:
        schema.upgrade(manifest["revision"])
        _fill(folder, manifest)
    except BaseException:
        schema.drop_everything()
        raise
    for sha256 in manifest["files"]:
        with (folder / "files" / sha256).open("rb") as content:
            files.put(content)
    schema.upgrade()
    return manifest


def _write(partial: Path, files: FileStore, clock: Clock) -> Manifest:
    (partial / "tables").mkdir(parents=True)
    (partial / "files").mkdir()
    copied = _copy(files, partial / "files", without=frozenset())
    with _snapshot() as connection:
        tables = {str(table.name): _dump(connection, table, partial / "tables") for table in Base.metadata.sorted_tables}
    manifest = {
        "format": FORMAT,
        "made_at": clock.now().isoformat(),
        "revision": schema.current(),
        "tables": tables,
        "files": sorted(copied | _copy(files, partial / "files", without=copied)),
    }
    text = orjson.dumps(manifest, option=orjson.OPT_INDENT_2)
    (partial / "manifest.json").write_bytes(text)
    (partial / "manifest.sha256").write_text(hashlib.sha256(text).hexdigest() + "\n", "ascii")
    for path in (*partial.rglob("*"), partial):
        _keep(path)
    return manifest


def _keep(path: Path) -> None:
    """Let a file or folder outlive a loss of power."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _fill(folder: Path, manifest: Manifest) -> None:
    with database.engine().connect().execution_options(**database.writing()) as connection, connection.begin():
        tables = sa.MetaData()
        tables.reflect(connection, only=list(manifest["tables"]))
        for name, about in manifest["tables"].items():
            _load(connection, _typed_table(name, tables), folder, about["columns"])


@contextmanager
def _snapshot() -> Iterator[Connection]:
    """A connection that sees one moment of the database."""
    with database.engine().connect() as plain:
        connection = plain.execution_options(**database.snapshot())
        with connection.begin():
            yield connection


def _dump(connection: Connection, table: sa.Table, folder: Path) -> dict[str, Any]:
    path = folder / f"{table.name}.jsonl.zst"
    rows = 0
    with path.open("wb") as file, zstandard.ZstdCompressor(level=3).stream_writer(file) as writer:
        query = sa.select(table).order_by(*table.primary_key.columns)
        for row in connection.execution_options(yield_per=_BATCH).execute(query):
            writer.write(orjson.dumps([_plain(value) for value in row]) + b"\n")
            rows += 1
    return {"columns": [str(column.name) for column in table.columns], "rows": rows, "sha256": _hash(path)}


def _load(connection: Connection, table: sa.Table, folder: Path, columns: list[str]) -> None:
    """Insert a table's rows; columns that point into the same table are filled in a second pass, when every row is there."""
    inward = {column.name for column in table.columns for key in column.foreign_keys if key.target_fullname.split(".")[0] == table.name}
    kinds = [table.c[name].type for name in columns]
    batch: list[dict[str, Any]] = []
    later: list[dict[str, Any]] = []
    for line in _lines(folder, table.name):
        row = {name: _value(kind, value) for name, kind, value in zip(columns, kinds, orjson.loads(line), strict=True)}
        if any(row[name] is not None for name in inward):
            later.append(dict(row))
            row |= dict.fromkeys(inward)
        batch.append(row)
        if len(batch) == _BATCH:
            connection.execute(sa.insert(table), batch)
            batch.clear()
    if batch:
        connection.execute(sa.insert(table), batch)
    for row in later:
        key = sa.and_(*(column == row[column.name] for column in table.primary_key.columns))
        connection.execute(sa.update(table).where(key).values({name: row[name] for name in inward}))


def _typed_table(name: str, reflected: sa.MetaData) -> sa.Table:
    """The table as it was found, each column of the type that our models know it by: SQLite itself knows an id as 32 letters only.

    So are columns taken that this version has no model of any more.
    """
    known = Base.metadata.tables.get(name)
    found = reflected.tables[name]
    for column in found.columns:
        if known is not None and column.name in known.columns:
            column.type = known.columns[column.name].type
        elif isinstance(column.type, sa.CHAR) and column.type.length == _LETTERS_OF_ID:
            column.type = sa.Uuid()
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return format(value, "f") if isinstance(value, Decimal) else value


def _value(kind: sa.types.TypeEngine[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, (Moment, sa.DateTime)):
        return datetime.fromisoformat(value)
    if isinstance(kind, sa.Date):
        return date.fromisoformat(value)
    if isinstance(kind, sa.Uuid):
        return UUID(value)
    if isinstance(kind, sa.LargeBinary):
        return base64.b64decode(value)
    return Decimal(value) if isinstance(kind, (Exact, sa.Numeric)) and not isinstance(kind, sa.Float) else value


def _lines(folder: Path, table: str) -> Iterator[bytes]:
    try:
        with (folder / "tables" / f"{table}.jsonl.zst").open("rb") as file:
            rest = b""
            reader = zstandard.ZstdDecompressor().stream_reader(file)
            while chunk := reader.read(_CHUNK):
                *whole, rest = (rest + chunk).split(b"\n")
                yield from whole
    except (OSError, zstandard.ZstdError) as error:
        raise BackupDamaged(part=f"tables/{table}") from error


def _copy(files: FileStore, folder: Path, *, without: AbstractSet[str]) -> set[str]:
    """Copy all files but some; one that was removed since it was listed is left out."""
    copied: set[str] = set()
    for sha256, path in files.all():
        if sha256 in without:
            continue
        try:
            shutil.copyfile(path, folder / sha256)
        except FileNotFoundError:
            if os.path.lexists(path):
                raise
        else:
            copied.add(sha256)
    return copied


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BackupDamaged(part=path.name) from error


def _expect(holds: bool, part: str) -> None:
    if not holds:
        raise BackupDamaged(part=part)
